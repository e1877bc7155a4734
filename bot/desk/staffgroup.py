"""The staff's group on Telegram: a topic for each case, its card kept up to date, and all that staff are told."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import structlog

from bot.botapi import Api, Json, Refused, Unreachable, trouble
from bot.channels import STAFF, Outgoing, SendLater
from bot.desk.card import Card, card
from bot.desk.words import chat_name
from bot.viewing import for_others
from flows.model import Case, Text, Value
from storage.nouns import Recalled
from storage.pace import Limit
from storage.topics import Topic, Topics

IN_GROUP = (Limit(1, timedelta(seconds=1)), Limit(20, timedelta(minutes=1)))
"""What Telegram lets a bot send into one group (Bot API, "My bot is hitting limits")."""
SHOWN_BY_CARD = ("staff.step", "staff.filed.submitted", "staff.filed.approved", "staff.filed.refused")
"""Notices of what the card shows by itself: it is edited, and nothing is sent."""
OF_OURS = ":act:group."
"""In the key of a notice: it tells of what somebody did here, and here it stands already."""
NO_TOPIC = ("thread not found", "topic_deleted", "topic_id_invalid", "topic deleted")
NO_MESSAGE = ("message to edit not found", "message_id_invalid", "message can't be edited")
PHOTOS = (".jpg", ".png", ".webp")
MOST_IN_ALBUM = 10
LONGEST_NAME, LONGEST_TEXT = 128, 4000
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


class _TopicGone(Exception):
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

    def say(self, key: str, **values: Value) -> str:
        return self._say_text(Text(key, values))

    # ---- what staff are told

    def send(self, message: Outgoing) -> None:
        """The card first, then its pictures, then the words. Raises SendLater or Undeliverable."""
        case = self._store.case(message.case) if message.case else None
        about = case.number if case else message.about
        try:
            if not about:
                self.post(None, message.text)
                return
            try:
                self._show(about, case, message)
            except _TopicGone:
                self._open(about, case)
                self._show(about, case, message)
        except (Refused, Unreachable) as error:
            raise trouble(error) from None

    def _show(self, about: str, case: Case | None, message: Outgoing) -> None:
        topic = self.topics.of(about) or self._open(about, case)
        if case is not None:
            topic = self.refresh(case, topic)
            self._pictures(topic, tuple(piece.file for piece in case.evidence))
        if message.what in SHOWN_BY_CARD or OF_OURS in message.key:
            return
        self.post(topic.thread, message.text)
        self._pictures(topic, message.files)

    def refresh(self, case: Case, topic: Topic, *, forced: bool = False) -> Topic:
        """Edits the card where it shows something else by now; a card that is gone is sent anew and pinned."""
        known = self._store.recall(case.customer)
        now = card(case, known.talk, known.high_risk, self.say, self._clock())
        if topic.card is not None and topic.shown == now.mark and not forced:
            return topic
        if topic.card is None or not self._edit(topic, now):
            sent = self._call("sendMessage", topic.thread, text=now.text, reply_markup=now.markup)
            topic = Topic(topic.about, topic.thread, int(sent["message_id"]))
            self.topics.shows(topic.about, int(sent["message_id"]), now.mark)
            self._pin(topic)
        self.topics.shows(topic.about, topic.card or 0, now.mark)
        return Topic(topic.about, topic.thread, topic.card, now.mark)

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
        photos = [file for file in new if Path(file).suffix in PHOTOS]
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
            if refused.code != 400:
                raise
            # A picture that Telegram does not show as one, such as a very long page, goes as a file.
            for photo in photos:
                self._document(topic, photo)
        self.topics.has_files(topic.about, tuple(photos))

    def _document(self, topic: Topic, file: str) -> None:
        data = self._files.read(file)
        data = for_others(data) if Path(file).suffix in PHOTOS else data
        self._call("sendDocument", topic.thread, files={"p0": (file[-12:], data)}, document="attach://p0")
        self.topics.has_files(topic.about, (file,))

    # ---- into the group

    def post(self, thread: int | None, text: str, **more: Any) -> Json:
        return self._call("sendMessage", thread, text=text[:LONGEST_TEXT], **more)

    def _call(
        self, method: str, thread: int | None, files: dict[str, tuple[str, bytes]] | None = None, **given: Any
    ) -> Json:
        """Within the limits; a closed topic is opened again. Raises _TopicGone, Refused, Unreachable, SendLater."""
        self._turn(str(self.chat), IN_GROUP)
        where: dict[str, Any] = {"chat_id": self.chat, "message_thread_id": thread}
        within = SLOW if files else 15.0
        try:
            return self.api.call(method, within, files, **where, **given)  # type: ignore[no-any-return]  # JSON
        except Refused as refused:
            if refused.says(*NO_TOPIC):
                raise _TopicGone from None
            if not refused.says("topic_closed"):
                raise
        self.api.call("reopenForumTopic", **where)
        return self.api.call(method, within, files, **where, **given)  # type: ignore[no-any-return]  # JSON

    def _open(self, about: str, case: Case | None) -> Topic:
        """A new topic for the case, or for a talk that has none."""
        name = f"{case.number} {case.order.product}" if case else self.say("group.talk", customer=chat_name(about))
        self._turn(str(self.chat), IN_GROUP)
        try:
            made = self.api.call("createForumTopic", chat_id=self.chat, name=name[:LONGEST_NAME])
        except Refused as refused:
            if refused.code in (400, 403):
                log.error("the bot may not make topics in the staff's group", error=str(refused))
                raise SendLater(AGAIN, str(refused)) from None
            raise
        return self.topics.opened(about, int(made["message_thread_id"]))
