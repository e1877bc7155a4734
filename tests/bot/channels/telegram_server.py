"""A Telegram server in a thread, over HTTP: an emulator that others wrote, and beside it topics, signs and faults."""

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from lo_bot_api_emulator import ApiRefusal, LoBotApiEmulator
from lo_bot_api_emulator import updates as emulated_updates

emulated_updates.KINDS.add("edited_message")
TOKEN = "7001:AAF-token-of-the-tests"
BOT_ID = 7001
GROUP = -1001234567890
DROP = "drop"
"""A fault: the line breaks in the middle."""
BESIDE = frozenset({
    "createForumTopic", "reopenForumTopic", "pinChatMessage", "setMessageReaction",
})  # fmt: skip
"""What the emulator does not model."""


@dataclass(frozen=True)
class Sent:
    """A call of the bot."""

    method: str
    fields: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)
    result: Any = None

    @property
    def text(self) -> str:
        return str(self.fields.get("text") or self.fields.get("caption") or "")

    @property
    def keys(self) -> list[tuple[str, str]]:
        """(label, data) of the buttons under it."""
        rows = (self.fields.get("reply_markup") or {}).get("inline_keyboard", [])
        return [(key["text"], key["callback_data"]) for row in rows for key in row]

    def data(self, label: str) -> str:
        return next(data for text, data in self.keys if label in text)


class Emulator(LoBotApiEmulator):
    """The emulator, with its calls written down."""

    def __init__(self) -> None:
        super().__init__(allow_insecure_loopback_webhooks=True)
        self.calls: list[Sent] = []
        self.faults: dict[str, list[Any]] = {}
        self.topics: dict[int, str] = {}
        self.closed: set[int] = set()
        self.asked: Callable[[str], object] = bool
        """Told of every method as it is asked for, before it is answered."""
        self.gone: set[int] = set()
        """Messages and topics that somebody deleted."""

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        plain = {name: _plain(value) for name, value in fields.items()}
        fault = self.faults.get(method) or []
        if fault and fault[0] != DROP:
            raise fault.pop(0)
        self._topic(method, plain)
        result = self._beside(method, plain) if method in BESIDE else self._emulated(method, fields, uploads, plain)
        if method not in ("getUpdates", "getFile"):
            files = {name: upload["data"] for name, upload in uploads.items()}
            self.calls.append(Sent(method, plain, files, result))
        return result

    def _emulated(self, method: str, fields: dict[str, Any], uploads: dict[str, Any], plain: dict[str, Any]) -> Any:
        if method == "getMe":
            return {"id": BOT_ID, "is_bot": True, "first_name": "客服", "username": "refund_bot"}
        if method == "editMessageText" and plain["message_id"] in self.gone:
            raise ApiRefusal("Bad Request: message to edit not found")
        for unknown in ("message_thread_id", "link_preview_options"):
            fields.pop(unknown, None)
        if "force_reply" in (plain.get("reply_markup") or {}):
            fields.pop("reply_markup")
        return super().validate(method, fields, uploads)

    def _topic(self, method: str, plain: dict[str, Any]) -> None:
        thread = plain.get("message_thread_id")
        if thread is None or method == "reopenForumTopic":
            return
        if thread in self.gone or thread not in self.topics:
            raise ApiRefusal("Bad Request: message thread not found")
        if thread in self.closed:
            raise ApiRefusal("Bad Request: TOPIC_CLOSED")

    def _beside(self, method: str, plain: dict[str, Any]) -> Any:
        if method == "createForumTopic":
            thread = 9_000 + len(self.topics)
            self.topics[thread] = plain["name"]
            return {"message_thread_id": thread, "name": plain["name"], "icon_color": 7322096}
        if method == "reopenForumTopic":
            self.closed.discard(plain["message_thread_id"])
        return True

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked(request.match_info["method"])
        fault = self.faults.get(request.match_info["method"]) or []
        if fault and fault[0] == DROP:
            fault.pop(0)
            assert request.transport is not None
            request.transport.close()
        return await super().handle(request)


def _plain(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) and value[:1] in "{[0123456789-tf" else value
    except ValueError:
        return value


class TelegramServer:
    """The server as a test drives it: users write and press, and what the bot called can be read."""

    def __init__(self) -> None:
        self.emulator = Emulator()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._ids = itertools.count(100)
        self.url = self._run(self._open())

    async def _open(self) -> str:
        self._runner = web.AppRunner(self.emulator.app(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        return f"http://127.0.0.1:{port}"

    def close(self) -> None:
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    # ---- what people do

    def deliver(self, update: dict[str, Any]) -> None:
        """To whoever fetches, or to the address that was set."""
        self._run(self.emulator.enqueue_update(update, token=TOKEN))

    def fails(self, method: str, *faults: Any) -> None:
        self.emulator.faults.setdefault(method, []).extend(faults)

    def photo(self, data: bytes) -> str:
        """A picture that lies on the server; returns its file's id."""
        file_id = f"file-{next(self._ids)}"
        self.emulator.assets[file_id] = {"data": data, "size": len(data), "filename": "photo.jpg"}
        return file_id

    # ---- what the bot did

    @property
    def calls(self) -> list[Sent]:
        return self.emulator.calls

    def sent(self, method: str = "sendMessage", chat: int | None = None) -> list[Sent]:
        return [
            call for call in self.calls if call.method == method and chat in (None, call.fields.get("chat_id"))
        ]

    def last(self, chat: int) -> Sent:
        return self.sent(chat=chat)[-1]

    def until(self, true: Callable[[], Any], seconds: float = 10) -> Any:
        """Waits for what another thread brings about."""
        deadline = time.monotonic() + seconds
        while not (result := true()):
            assert time.monotonic() < deadline, [(call.method, call.text[:40]) for call in self.calls]
            time.sleep(0.01)
        return result


# ---- updates as Telegram sends them


class People:
    """Makes updates with numbers of their own."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)

    def says(self, user: int, text: str = "", **more: Any) -> dict[str, Any]:
        """A message in private chat."""
        return self._message(user, {"id": user, "type": "private"}, text, more)

    def says_in_group(self, user: int, text: str = "", topic: int | None = None, **more: Any) -> dict[str, Any]:
        place = {"message_thread_id": topic, "is_topic_message": True} if topic is not None else {}
        return self._message(user, {"id": GROUP, "type": "supergroup", "is_forum": True}, text, place | more)

    def edits(self, update: dict[str, Any], text: str) -> dict[str, Any]:
        changed = {**update["message"], "text": text, "edit_date": 1_795_000_100}
        return {"update_id": next(self._ids), "edited_message": changed}

    def presses(self, user: int, data: str, sent: Sent) -> dict[str, Any]:
        """A button under something that the bot sent."""
        chat = sent.fields["chat_id"]
        message = {
            "message_id": sent.result["message_id"], "date": 1_795_000_000, "text": sent.text or "-",
            "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup"},
            "from": {"id": BOT_ID, "is_bot": True, "first_name": "客服"},
            "reply_markup": sent.fields["reply_markup"],
        }  # fmt: skip
        thread = sent.fields.get("message_thread_id")
        if thread:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        number = next(self._ids)
        press = {"id": f"q{number}", "from": _person(user), "chat_instance": "1", "data": data, "message": message}
        return {"update_id": number, "callback_query": press}

    def _message(self, user: int, chat: dict[str, Any], text: str, more: dict[str, Any]) -> dict[str, Any]:
        number = next(self._ids)
        if text.startswith("/"):
            length = len(text.split()[0])
            more = {**more, "entities": [{"type": "bot_command", "offset": 0, "length": length}]}
        message = {"message_id": number, "date": 1_795_000_000, "chat": chat, "from": _person(user), **more}
        return {"update_id": number, "message": message | ({"text": text} if text else {})}


def a_photo(file_id: str) -> dict[str, Any]:
    """As Telegram describes one: several sizes, the largest last or not."""
    sizes = [("small-" + file_id, 90), (file_id, 1280), ("middle-" + file_id, 320)]
    return {
        "photo": [
            {"file_id": name, "file_unique_id": name, "width": side, "height": side, "file_size": side}
            for name, side in sizes
        ]
    }


def _person(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": f"人{user}", "language_code": "zh-hans"}


def too_many(seconds: int) -> ApiRefusal:
    return ApiRefusal("Too Many Requests: retry later", 429, {"retry_after": seconds})


def refuses(description: str, status: int = 400) -> ApiRefusal:
    return ApiRefusal(description, status)


class Always:
    """It is always our turn: nobody else asks for updates."""

    def hold(self, name: str, now: datetime, span: timedelta) -> bool:
        return True

    def release(self, name: str) -> None:
        """Nobody waits for it."""
