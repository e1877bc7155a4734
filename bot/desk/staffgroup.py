"""The staff's group on Telegram: a topic for each case, its card kept up to date, and all that staff are told."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import structlog

from bot.botapi import TIMEOUT, Api, Json, Refused, Unreachable, trouble
from bot.channels import STAFF, Outgoing, SendLater
from bot.desk.card import Card, card
from bot.desk.words import chat_name
from bot.updates import fits, within
from bot.viewing import for_others
from flows.model import Case, Text, Value
from storage.nouns import Recalled
from storage.pace import Limit
from storage.topics import Topic, Topics

IN_GROUP = (Limit(1, timedelta(seconds=1)), Limit(20, timedelta(minutes=1)))
"""What Telegram lets a bot send into one group (Bot API, "My bot is hitting limits")."""
SHOWN_BY_CARD = ("staff.step", "staff.filed.submitted", "staff.filed.approved", "staff.filed.refused")
"""Notices of what the card shows by itself: it is edited, and nothing is sent."""
NOT_PINNED = ""
"""What a card shows of which it is not known yet whether it was pinned."""
OF_OURS = ":act:group."
"""In the key of a notice: it tells of what somebody did here, and here it stands already."""
NO_TOPIC = ("thread not found", "topic_deleted", "topic_id_invalid", "topic deleted")
NO_MESSAGE = ("message to edit not found", "message_id_invalid", "message can't be edited")
FOR_THE_OWNER = (
    "not enough rights", "have no rights", "need administrator rights", "chat_admin_required", "chat not found",
    "upgraded to a supergroup", "group migrated", "not a forum", "topic_closed",
)  # fmt: skip
"""What only the owner can put right: the bot's rights in the group, or the group's id in the settings."""
PHOTOS = (".jpg", ".png", ".webp")
MOST_IN_ALBUM = 10
LONGEST_NAME, LONGEST_TEXT = 128, 4096
SLOW = 60.0
AGAIN = 600.0
"""Seconds until it is tried again where the owner has to give the bot a right first."""

log = structlog.get_logger()


class Store(Protocol):
    """What is known of cases and customers."""

    def case(self, number: str) -> Case | None: ...

    def recall(self, chat: str) -> Recalled: ...


class KeptFiles(Protocol):
    def read(self, name: str) -> bytes: ...


class TopicGone(Exception):
    """Somebody deleted it."""


class StaffGroup:
    """The channel for what staff are told, where they have a group. What it shows is asked of the store each time."""

    name = STAFF

    def __init__(
        self, chat: int, api: Api, store: Store, topics: Topics, files: KeptFiles, say: Callable[[Text], str],
        turn: Callable[[str, tuple[Limit, ...]], None], clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """`turn` comes back when the next call may be made to this chat, or raises SendLater."""
        self.chat, self.api, self.topics = chat, api, topics
        self._store, self._files, self._say_text, self._turn, self._clock = store, files, say, turn, clock
        self._drawing = threading.Lock()
        self._refused_as_photos: set[str] = set()

    def say(self, key: str, **values: Value) -> str:
        return self._say_text(Text(key, values))

    # ---- what staff are told

    def send(self, message: Outgoing) -> None:
        """The card first, then its pictures, then the words, which are not marked as sent and so come last.

        Raises SendLater, or Undeliverable for what Telegram takes from nobody.
        """
        case = self._store.case(message.case) if message.case else None
        about = case.number if case else message.about
        try:
            if not about:
                self.post(None, message.text)
                return
            try:
                self._show(about, case, message)
            except TopicGone:
                # Forgotten first: a new topic may have to wait for its turn, and the old one must not take that again.
                self.topics.is_gone(about)
                self._show(about, case, message)
        except Refused as refused:
            if refused.code == 403 or refused.says(*FOR_THE_OWNER):
                raise self._later(refused) from None
            raise trouble(refused) from None
        except Unreachable as away:
            raise trouble(away) from None

    def _later(self, refused: Refused) -> SendLater:
        """Kept until the owner has seen to it: what staff are told must not be lost."""
        log.error("the bot lacks a right in the staff's group, or the group has another id", error=str(refused))
        return SendLater(AGAIN, str(refused))

    def _show(self, about: str, case: Case | None, message: Outgoing) -> None:
        topic = self.topics.of(about) or self._open(about, case)
        if case is not None:
            self.refresh(case.number)
            self._pictures(topic, tuple(piece.file for piece in case.evidence))
        if OF_OURS not in message.key:
            self._pictures(topic, message.files)
            if message.what not in SHOWN_BY_CARD:
                self.post(topic.thread, message.text)

    def refresh(self, number: str, *, forced: bool = False) -> None:
        """Edits the card where it shows something else by now; a card that is gone is sent anew and pinned."""
        with self._drawing:  # who looked first must not draw last
            case, topic = self._store.case(number), self.topics.of(number)
            if case is None or topic is None:
                return
            known = self._store.recall(case.customer)
            now = card(case, known.talk, known.high_risk, self.say, self._clock())
            if topic.card is None or topic.shown != now.mark or forced:
                self._draw(topic, now)

    def _draw(self, topic: Topic, now: Card) -> None:
        if topic.card is not None and not self._edit(topic, now):
            topic = Topic(topic.about, topic.thread)
            self.topics.shows(topic.about, None, NOT_PINNED)
        if topic.card is None:
            sent = self._call("sendMessage", topic.thread, text=now.text, reply_markup=now.markup)
            topic = Topic(topic.about, topic.thread, int(sent["message_id"]), NOT_PINNED)
            self.topics.shows(topic.about, int(sent["message_id"]), NOT_PINNED)
        if topic.shown == NOT_PINNED:
            self._pin(topic)
        self.topics.shows(topic.about, topic.card, now.mark)

    def _edit(self, topic: Topic, now: Card) -> bool:
        """False where there is no such message any more."""
        self._turn(str(self.chat), IN_GROUP)
        try:
            self.api.call(
                "editMessageText", chat_id=self.chat, message_id=topic.card, text=now.text, reply_markup=now.markup
            )
        except Refused as refused:
            if refused.says("not modified"):
                return True
            if refused.says(*NO_MESSAGE):
                return False
            raise
        return True

    def _pin(self, topic: Topic) -> None:
        try:
            self.api.call(
                "pinChatMessage", chat_id=self.chat, message_id=topic.card, disable_notification=True
            )
        except Refused as refused:
            # A group that does not let the bot pin has its card all the same.
            log.warning("a card could not be pinned", error=str(refused))

    def _pictures(self, topic: Topic, files: Sequence[str]) -> None:
        """Those that do not stand in the topic yet, photos together as one album."""
        new = [file for file in dict.fromkeys(files) if file not in self.topics.files(topic.about)]
        photos = [file for file in new if Path(file).suffix in PHOTOS and file not in self._refused_as_photos]
        for at in range(0, len(photos), MOST_IN_ALBUM):
            self._album(topic, photos[at : at + MOST_IN_ALBUM])
        for file in new:
            if file not in photos:
                self._document(topic, file)

    def _album(self, topic: Topic, photos: list[str]) -> None:
        parts = {f"p{n}": (photo[-12:], for_others(self._files.read(photo))) for n, photo in enumerate(photos)}
        try:
            if len(photos) == 1:
                self._call("sendPhoto", topic.thread, files={"p0": parts["p0"]}, photo="attach://p0")
            else:
                media = [{"type": "photo", "media": f"attach://{part}"} for part in parts]
                self._call("sendMediaGroup", topic.thread, files=parts, media=media)
        except Refused as refused:
            if refused.code != 400 or refused.says(*FOR_THE_OWNER):
                raise
            # A picture that Telegram does not show as one, such as a very long page, goes as a file in its turn.
            self._refused_as_photos |= {*photos}
            raise SendLater(1, str(refused)) from None
        self.topics.has_files(topic.about, tuple(photos))

    def _document(self, topic: Topic, file: str) -> None:
        data = self._files.read(file)
        data = for_others(data) if Path(file).suffix in PHOTOS else data
        self._call("sendDocument", topic.thread, files={"p0": (file[-12:], data)}, document="attach://p0")
        self.topics.has_files(topic.about, (file,))

    # ---- into the group

    def post(self, thread: int | None, text: str, **more: Any) -> Json:
        """What is longer than Telegram takes is cut: the whole of it stands at the desk."""
        if not fits(text, LONGEST_TEXT):
            rest = self.say("group.cut")
            text = within(text, LONGEST_TEXT - len(rest)) + rest
        return self._call("sendMessage", thread, text=text, **more)

    def _call(
        self, method: str, thread: int | None, files: dict[str, tuple[str, bytes]] | None = None, **given: Any
    ) -> Json:
        """Within the limits; a closed topic is opened again. Raises TopicGone, Refused, Unreachable, SendLater."""
        self._turn(str(self.chat), IN_GROUP)
        where: dict[str, Any] = {"chat_id": self.chat, "message_thread_id": thread}
        seconds = SLOW if files else TIMEOUT
        try:
            return self.api.call(method, seconds, files, **where, **given)  # type: ignore[no-any-return]  # JSON
        except Refused as refused:
            if refused.says(*NO_TOPIC):
                raise TopicGone from None
            if not refused.says("topic_closed"):
                raise
        self.api.call("reopenForumTopic", **where)
        return self.api.call(method, seconds, files, **where, **given)  # type: ignore[no-any-return]  # JSON

    def _open(self, about: str, case: Case | None) -> Topic:
        """A new topic for the case, or for a talk that has none."""
        name = f"{case.number} {case.order.product}" if case else self.say("group.talk", customer=chat_name(about))
        self._turn(str(self.chat), IN_GROUP)
        try:
            made = self.api.call("createForumTopic", chat_id=self.chat, name=name[:LONGEST_NAME])
        except Refused as refused:
            if refused.code == 400:
                raise self._later(refused) from None
            raise
        return self.topics.opened(about, int(made["message_thread_id"]))
