"""One Telegram bot: what it is handed is kept first, then heard; what the house says goes out within the limits."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from bot.botapi import GONE, TIMEOUT, Api, Json, Refused, Unreachable, trouble
from bot.channels import Incoming, Outgoing, SendLater, Undeliverable, Upload
from bot.channels.telegram import COMMANDS, DONE, Call, as_document, calls, chosen, incoming, meant
from bot.updates import LONGEST_FILE, OURS, FileRef, Update, command, file_refs, parsed, words
from bot.viewing import for_others
from flows.model import Talk, TalkState, Text
from storage.nouns import Arrived, Due, Recalled
from storage.outbox import Outbox
from storage.pace import Limit, Pace, Wait

ALBUM_WAIT = timedelta(seconds=1.2)
"""The parts of an album come one by one, and nothing says which is the last."""
MOST_TRIES = 5
"""So often a file is asked for; then the customer is told that it did not arrive."""
IN_ALL = Limit(30, timedelta(seconds=1))
IN_CHAT = (Limit(1, timedelta(seconds=1)),)
"""What Telegram lets a bot send (Bot API, "My bot is hitting limits"); the group's own is beside the group."""
PHOTOS = (".jpg", ".png", ".webp")
SLOW = 60.0


class Hears(Protocol):
    """The corridor, as far as a channel needs it."""

    def hear(self, incoming: Incoming, now: datetime) -> bool: ...


class Remembers(Protocol):
    """What is known of a chat, and the queue that what arrives is kept in."""

    @property
    def outbox(self) -> Outbox: ...

    def recall(self, chat: str) -> Recalled: ...

    def keep(self, arrived: Iterable[tuple[str, str, datetime, Arrived]]) -> None: ...


class Signs(Protocol):
    """Reads what this shop has signed, and nothing else."""

    def read(self, payload: str) -> str | None: ...


class Group(Protocol):
    """The staff's group, where there is one."""

    @property
    def chat(self) -> int: ...

    def wants(self, update: Update) -> bool:
        """Whether it concerns a case or a command of ours: the group may be another bot's too."""
        ...

    def deal(self, updates: Sequence[Update], key: str, now: datetime, earlier: str = "") -> None:
        """One message, or the parts of one album; `earlier`: the words of what came of that album before."""
        ...

    def bind(self, user: int, code: str) -> str:
        """What whoever sent a code in private is told."""
        ...


class KeptFiles(Protocol):
    def read(self, name: str) -> bytes: ...


class Sentences(Protocol):
    def say(self, language: str, text: Text) -> str: ...

    @property
    def languages(self) -> tuple[str, ...]: ...


class TelegramBot:
    """A channel, named by the bot's id: whoever writes to several bots of the shop is answered by the one they used."""

    def __init__(
        self, api: Api, house: Hears, store: Remembers, pace: Pace, files: KeptFiles, links: Signs,
        sentences: Sentences,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC), stand: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.api, self.name = api, channel_name(api.bot_id)
        self._house, self._store, self._outbox, self._pace = house, store, store.outbox, pace
        self._files, self._links, self._sentences = files, links, sentences
        self.group: Group | None = None
        self._clock, self._stand = clock, stand
        self._parts_sent: dict[str, int] = {}  # of what is not all sent yet, by its key

    # ---- what comes in: onto the disk first

    def keep(self, updates: list[Json]) -> None:
        """On disk when it comes back; what was kept before is left alone. Raises whatever the database raises."""
        now = self._clock()
        rows = []
        for raw in updates:
            update = parsed(raw)
            if update is not None and self._is_ours(update):
                due = now + ALBUM_WAIT if update.album else now
                arrived = Arrived(self.name, raw, update.album, plain=self._is_plain(update))
                rows.append((f"arrived:{self.api.bot_id}:{update.key}", self._lane(update), due, arrived))
        self._store.keep(rows)

    def _is_ours(self, update: Update) -> bool:
        return update.private or (self.group is not None and update.chat == self.group.chat)

    def _is_plain(self, update: Update) -> bool:
        """It is heard without anybody being asked for anything."""
        asks = update.press or update.album or self._is_code(update) or any(file_refs(update.body))
        return update.private and not asks

    def _is_code(self, update: Update) -> bool:
        """Somebody of the staff shows which account is theirs."""
        return self.group is not None and command(str(update.body.get("text", "")))[0] == "bind"

    def _lane(self, update: Update) -> str:
        """A customer's messages go one after the other, and so do those of one topic."""
        where = str(update.user) if update.private else f"{update.chat}/{update.topic or ''}"
        return f"arrived:{self.api.bot_id}:{where}"

    def wants(self, raw: Json) -> bool:
        """Of another program's bot: whether an update belongs to a refund, and to nothing else."""
        update = parsed(raw)
        if update is None or not self._is_ours(update):
            return False
        if not update.private:
            return self.group is not None and self.group.wants(update)
        if update.press:
            return str(update.body.get("data", "")).startswith(OURS)
        name, rest = command(str(update.body.get("text", "")))
        if name == "refund" or (name == "bind" and self.group is not None):
            return True
        if name == "start":
            return bool(rest) and self._links.read(rest) is not None
        known = self._store.recall(str(update.user))
        if name:
            return name in COMMANDS and (_in_the_middle(known.talk) or bool(known.cases))
        # What was kept a moment ago and is not dealt with yet may be where it begins.
        return _in_the_middle(known.talk) or bool(self._outbox.waiting(self._lane(update)))

    # ---- dealing with what was kept

    def message(self, due: Due) -> Incoming:
        assert isinstance(due.task, Arrived)
        update = parsed(due.task.body)
        assert update is not None
        return replace(incoming(self.name, [update])[0], finishes=(due.key,))

    def deal(self, due: Due, now: datetime) -> bool:
        assert isinstance(due.task, Arrived)
        update = parsed(due.task.body)
        if update is None:
            return False
        if not update.private:
            return self._deal_in_group(update, due, now)
        if update.press:
            return self._press(update, due, now)
        if self.group is not None and self._is_code(update):
            code = command(str(update.body["text"]))[1]
            self._try_call(Call("sendMessage", {"chat_id": update.user, "text": self.group.bind(update.user, code)}))
            return False
        return self._album(due, now) if update.album else self._hear([update], due, now)

    def _deal_in_group(self, update: Update, due: Due, now: datetime) -> bool:
        if self.group is None:
            return False
        if not update.album:
            self.group.deal([update], due.key, now)
            return False
        rows = self._of_album(self._outbox.waiting(due.lane or ""), update.album)
        # Words stand below one part alone: where they say that it stays among staff, so does a part that comes late.
        before = _updates(self._of_album(self._outbox.dealt_with(due.lane or ""), update.album))
        if rows:
            earlier = next(filter(None, (words(part.body) for part in before)), "")
            self.group.deal(_updates(rows), rows[0].key, now, earlier)
        for row in rows:
            self._outbox.finish(row.key, now)
        return bool(rows)

    def _album(self, due: Due, now: datetime) -> bool:
        """All of it that is here by now is one message; what comes later is another."""
        album = due.task.album if isinstance(due.task, Arrived) else ""
        rows = self._of_album(self._outbox.waiting(due.lane or ""), album)
        return bool(rows) and self._hear(_updates(rows), due, now, rows)

    @staticmethod
    def _of_album(rows: Iterable[Due], album: str) -> list[Due]:
        return [row for row in rows if isinstance(row.task, Arrived) and row.task.album == album]

    def _hear(self, updates: list[Update], due: Due, now: datetime, rows: Sequence[Due] = ()) -> bool:
        """Whether it was new; then the rows are done with it."""
        heard, refs = incoming(self.name, updates)
        if refs:
            self._try_call(Call("sendChatAction", {"chat_id": updates[0].chat, "action": "typing"}))
        uploads = tuple(self._fetch(ref, last=due.attempts >= MOST_TRIES) for ref in refs)
        finishes = tuple(row.key for row in rows) or (due.key,)
        return self._house.hear(replace(heard, files=uploads, finishes=finishes), now)

    def _fetch(self, ref: FileRef, *, last: bool) -> Upload:
        if ref.size > LONGEST_FILE:
            return Upload(ref.name, problem="evidence.too_big_to_fetch")
        try:
            return Upload(ref.name, self.api.download(ref.file_id))
        except Refused as refused:
            too_big = refused.says("too big")
            if refused.code == 400 or last:
                return Upload(ref.name, problem="evidence.too_big_to_fetch" if too_big else "evidence.unreadable")
            raise trouble(refused) from None
        except Unreachable as away:
            if last:
                return Upload(ref.name, problem="evidence.unreadable")
            raise trouble(away) from None

    def _press(self, update: Update, due: Due, now: datetime) -> bool:
        """Answered at once, so that the button stops turning; then heard; then it shows what was chosen."""
        self._try_call(Call("answerCallbackQuery", {"callback_query_id": update.body["id"]}))
        data = str(update.body.get("data", ""))
        if not data.startswith(OURS) or data == DONE:
            return False
        offered = [choice.id for choice in self._store.recall(str(update.user)).talk.choices]
        button = meant(data.removeprefix(OURS), offered)
        heard, _ = incoming(self.name, [update])
        new = self._house.hear(replace(heard, button=button, finishes=(due.key,)), now)
        markup = chosen(update.body, button in offered)
        if markup is not None:
            place = {"chat_id": update.chat, "message_id": update.body["message"]["message_id"]}
            self._try_call(Call("editMessageReplyMarkup", {**place, "reply_markup": markup}))
        return new

    def _try_call(self, call: Call) -> None:
        """What is nice to have: nothing is lost where it fails."""
        with suppress(Refused, Unreachable):
            self.api.call(call.method, **call.params)

    # ---- what goes out

    def send(self, message: Outgoing) -> None:
        """Every part of it, each within the limits. Raises SendLater or Undeliverable."""
        try:
            parts = list(calls(message, int(message.chat), _is_photo))
            for n in range(self._parts_sent.get(message.key, 0), len(parts)):
                self.wait_for_turn(message.chat, begun=n > 0)
                self._call(parts[n])
                self._parts_sent[message.key] = n + 1
        except (Refused, Unreachable) as error:
            what = trouble(error)
            if isinstance(what, Undeliverable):
                self._parts_sent.pop(message.key, None)
            raise what from None
        self._parts_sent.pop(message.key, None)

    def _call(self, call: Call) -> None:
        file = {"file": (call.file[-12:], self._content(call.file))} if call.file else None
        try:
            self.api.call(call.method, within=SLOW if file else TIMEOUT, files=file, **call.params)
        except Refused as refused:
            if call.method != "sendPhoto" or refused.code != 400 or refused.says(*GONE):
                raise
            # A picture that Telegram does not show as one, such as a very long page, goes as a file.
            self.api.call("sendDocument", within=SLOW, files=file, **as_document(call).params)

    def wait_for_turn(self, chat: str, limits: tuple[Limit, ...] = IN_CHAT, *, begun: bool = False) -> None:
        """Comes back when one may be sent to this chat.

        Raises SendLater where others may be sent to meanwhile; not in the midst of a message, which would begin anew.
        """
        while (wait := self._pace.claim(chat, limits, self._clock())) != Wait():
            if wait.chat > timedelta(0) and not begun:
                raise SendLater(wait.chat.total_seconds(), "the messenger's limit for a chat")
            self._stand(max(wait.chat, wait.at_all).total_seconds())

    def _content(self, name: str) -> bytes:
        data = self._files.read(name)
        return for_others(data) if _is_photo(name) else data

    # ---- what it says of itself

    def introduce(self) -> None:
        """The menu of commands in every language. Raises Refused or Unreachable."""
        for language in self._sentences.languages:
            menu = [
                {"command": name, "description": self._sentences.say(language, Text(f"telegram.command.{name}"))}
                for name in COMMANDS
            ]
            scope, short = {"type": "all_private_chats"}, None if language == "zh-CN" else language
            self.api.call("setMyCommands", commands=menu, scope=scope, language_code=short)


def channel_name(bot_id: int) -> str:
    return f"telegram:{bot_id}"


def _in_the_middle(talk: Talk) -> bool:
    return talk.state is not TalkState.IDLE or talk.owner != "bot" or talk.draft is not None


def _updates(rows: Iterable[Due]) -> list[Update]:
    """In the order in which they were sent, which is not always that in which they came."""
    found = [update for row in rows if isinstance(row.task, Arrived) and (update := parsed(row.task.body))]
    return sorted(found, key=lambda update: int(update.body["message_id"]))


def _is_photo(file: str) -> bool:
    return Path(file).suffix in PHOTOS
