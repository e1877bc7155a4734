"""A whole shop on Telegram without a network: one thread, a clock moved by hand, a way to Telegram in memory."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import App, build, shop_secret
from bot.botapi import Files, Json, Refused
from bot.channels import STAFF, Outgoing
from bot.channels.board import Board
from bot.channels.telegram_bot import TelegramBot
from bot.config import Settings
from bot.telegram import build as build_telegram
from flows.model import Case, Order, Role
from tests.bot.channels.telegram_server import BOT_ID, GROUP, TOKEN, People, Sent, a_photo
from tests.conftest import NOON
from tests.reading import Blind
from tests.stories.telling import CARD, INVALID, Provider, picture

CUSTOMER, AGENT, SUPERVISOR, OTHER_AGENT, STRANGER = 555, 42, 43, 44, 45
TEST_TOKEN = TOKEN
NEVER: Callable[[], None] = lambda: None  # noqa: E731


class FakeApi:
    """Telegram in memory: it numbers messages, knows topics, and fails where it is told to. Writes down every call."""

    def __init__(self, bot_id: int = BOT_ID) -> None:
        self.bot_id = bot_id
        self.calls: list[Sent] = []
        self.fails: dict[str, list[Exception]] = {}
        self.assets: dict[str, bytes | Exception] = {}
        self.topics: dict[int, str] = {}
        self.closed: set[int] = set()
        self.gone: set[int] = set()
        self.step = NEVER
        self._ids = itertools.count(1000)

    def call(self, method: str, within: float = 15, files: Files | None = None, **given: object) -> Any:
        self.step()
        fields = {name: value for name, value in given.items() if value is not None}
        if self.fails.get(method):
            raise self.fails[method].pop(0)
        result = self._result(method, fields)
        parts = {part: data for part, (_, data) in (files or {}).items()}
        self.calls.append(Sent(method, fields, parts, result))
        self.step()
        return result

    def _result(self, method: str, fields: dict[str, Any]) -> Any:
        thread = fields.get("message_thread_id")
        if method == "createForumTopic":
            thread = next(self._ids)
            self.topics[thread] = fields["name"]
            return {"message_thread_id": thread}
        if method == "reopenForumTopic":
            self.closed.discard(fields["message_thread_id"])
            return True
        if thread is not None and (thread in self.gone or thread not in self.topics):
            raise Refused(400, "Bad Request: message thread not found")
        if thread in self.closed:
            raise Refused(400, "Bad Request: TOPIC_CLOSED")
        if method.startswith("edit") and fields["message_id"] in self.gone:
            raise Refused(400, "Bad Request: message to edit not found")
        return {"message_id": next(self._ids)} if method.startswith("send") else True

    def download(self, file_id: str) -> bytes:
        found = self.assets[file_id]
        if isinstance(found, Exception):
            raise found
        return found

    def close(self) -> None:
        self.closed.clear()

    # ---- what was called

    def sent(self, chat: int, *methods: str) -> list[Sent]:
        wanted = methods or ("sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup")
        return [call for call in self.calls if call.method in wanted and call.fields.get("chat_id") == chat]

    def named(self, method: str) -> list[Sent]:
        return [call for call in self.calls if call.method == method]

    def texts(self, chat: int) -> list[str]:
        return [call.text for call in self.sent(chat)]


class Shop:
    """A shop with one bot and a staff group. Whatever is delivered is dealt with at once, and time goes on for it."""

    def __init__(self, folder: Path, *orders: Order, api: FakeApi | None = None, **telegram: Any) -> None:
        given = {"token": TEST_TOKEN, "staff_group": GROUP, **telegram}
        settings = Settings(data=folder, secret="x" * 32, telegram=given)  # type: ignore[arg-type]  # pydantic's
        self.app: App = build(settings, Blind())
        self.api, self.now, self.people, self.provider = api or FakeApi(), NOON, People(), Provider()
        self.stood = 0.0
        secret = shop_secret(self.app.settings).decode()
        self.telegram = build_telegram(self.app, secret, lambda _, __: self.api, lambda: self.now, self._stand)
        self.bot: TelegramBot = self.telegram.bots[str(BOT_ID)]
        channels = {STAFF: Board(), **self.telegram.channels}
        self.worker = self.app.worker(channels, self.telegram.messengers)
        self.worker.clock, self.worker.payout = (lambda: self.now), self.provider
        self.app.orders.put(orders)
        self.store, self.house = self.app.store, self.app.house

    def _stand(self, seconds: float) -> None:
        self.stood += seconds
        self.now += timedelta(seconds=max(seconds, 0.001))

    def with_staff(self) -> "Shop":
        accounts = (
            ("小林", Role.AGENT, AGENT),
            ("陈姐", Role.SUPERVISOR, SUPERVISOR),
            ("小周", Role.AGENT, OTHER_AGENT),
        )
        for name, role, user in accounts:
            self.store.add_staff(name, role, "x", NOON)
            self.store.bind_staff(name, user)
        return self

    # ---- time

    def settle(self, **most: float) -> None:
        """Everything that is due within two minutes, each at its own moment."""
        until = self.now + timedelta(**(most or {"minutes": 2}))
        while (due := self.store.outbox.next_due()) is not None and due <= until:
            self.now = max(self.now, due)
            self.worker.run_due(self.now)

    def gets(self, *updates: Json) -> None:
        self.bot.keep(list(updates))
        self.settle()

    # ---- what a customer does

    def says(self, text: str = "", user: int = CUSTOMER, **more: Any) -> list[str]:
        """Returns what they are answered."""
        before = len(self.api.texts(user))
        self.gets(self.people.says(user, text, **more))
        return self.api.texts(user)[before:]

    def shows(self, shade: int, user: int = CUSTOMER, **more: Any) -> list[str]:
        file_id = f"picture-{shade}"
        self.api.assets[file_id] = picture(shade).data
        return self.says(user=user, **a_photo(file_id), **more)

    def presses(self, label: str, user: int = CUSTOMER) -> list[str]:
        sent = next(call for call in reversed(self.api.sent(user)) if any(label in text for text, _ in call.keys))
        before = len(self.api.texts(user))
        self.gets(self.people.presses(user, sent.data(label), sent))
        return self.api.texts(user)[before:]

    def hands_in(self, user: int = CUSTOMER) -> Case:
        """A case with one picture, of the first order."""
        self.says(f"/start {self.app.links.payload(CARD.order_no)}", user)
        self.says(INVALID, user)
        self.shows(5, user)
        self.presses("提交", user)
        return self.case

    # ---- what staff do

    @property
    def case(self) -> Case:
        """Of the customer, the newest."""
        return self.store.recall(str(CUSTOMER)).cases[0]

    @property
    def topic(self) -> int:
        """Of that case."""
        return self.telegram_topic(self.case.number)

    def telegram_topic(self, about: str) -> int:
        assert self.telegram.group is not None
        topic = self.telegram.group.topics.of(about)
        assert topic is not None
        return topic.thread

    @property
    def card(self) -> Sent:
        """As it stands now: the message, with what it was changed to last."""
        assert self.telegram.group is not None
        topic = self.telegram.group.topics.of(self.case.number)
        assert topic is not None
        sent = next(call for call in self.api.sent(GROUP) if (call.result or {}).get("message_id") == topic.card)
        edits = [
            call for call in self.api.calls if call.fields.get("message_id") == topic.card and "Text" in call.method
        ]
        return replace(sent, fields={**sent.fields, **(edits[-1].fields if edits else {})})

    def markup(self, message: int) -> list[str]:
        """The buttons under a message after its last change."""
        edits = [call for call in self.api.calls if call.fields.get("message_id") == message and call.keys]
        return [label for label, _ in edits[-1].keys]

    def staff_press(self, label: str, user: int = AGENT, data: str = "") -> str:
        """A button of the card, or of what stands in its place. Returns what whoever pressed it is shown."""
        card = self.card
        edits = [
            call for call in self.api.calls
            if call.keys and call.fields.get("message_id") == card.result["message_id"]
        ]  # fmt: skip
        keys = (edits or [card])[-1].keys
        found = data or next(data for text, data in keys if label in text)
        before = len(self.api.named("answerCallbackQuery"))
        self.gets(self.people.presses(user, found, card))
        answers = self.api.named("answerCallbackQuery")[before:]
        return str(answers[-1].fields.get("text", "")) if answers else ""

    def staff_says(self, text: str = "", user: int = AGENT, topic: int | None = None, **more: Any) -> list[str]:
        """In the topic of the case, or where it is said. Returns what is answered in the group."""
        before = len(self.api.sent(GROUP))
        self.gets(self.people.says_in_group(user, text, topic=self.topic if topic is None else topic or None, **more))
        return self.api.texts(GROUP)[before:]

    def answers(self, question: Sent, text: str, user: int = AGENT) -> list[str]:
        asked = {
            "message_id": question.result["message_id"], "date": 1, "chat": {"id": GROUP, "type": "supergroup"},
            "from": {"id": BOT_ID, "is_bot": True, "first_name": "b"}, "reply_markup": question.fields["reply_markup"],
        }  # fmt: skip
        return self.staff_says(text, user, reply_to_message=asked)

    def tells(self, text: str, *, case: str | None = None, about: str = "", **more: Any) -> Outgoing:
        """What staff are told, as the worker hands it to their channel."""
        return Outgoing("tell:k:0", STAFF, text, case=case, about=about, **more)

    def close(self) -> None:
        self.app.close()
