"""What staff do in their group: buttons of a card, words to a customer, notes, commands. The desk knows who is who."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from bot.botapi import Json, Refused, Unreachable, trouble
from bot.channels import Upload
from bot.desk.card import ASKS_FOR_TEXT, CHOOSE, DO, SHOW, SURE, choices, sure
from bot.desk.replies import Replies
from bot.desk.staffgroup import StaffGroup, TopicGone
from bot.desk.words import moment
from bot.handle import STAFF_ACTIONS, NotAllowed, StaffAction
from bot.updates import ANONYMOUS, LONGEST_FILE, OURS, Update, command, file_refs, words
from flows.model import Case, Remedy, Talk, Text
from nlp.codes import Reason
from storage.nouns import Recalled, StaffMember
from storage.search import View
from storage.topics import Prompt, Topic

NOTE = ("//", "／／")
"""What begins with it stays among staff, with all the pictures of its album."""
SENT, NOTED = "👌", "✍"
"""Signs that Telegram lets a bot put to a message (Bot API, ReactionTypeEmoji)."""
MOST_LISTED = 10
CODE_LIVES = timedelta(minutes=15)
Parts: TypeAlias = Sequence[Update]
"""One message, or those that make up an album: the words stand below one of them."""


class Decides(Protocol):
    """The corridor, as far as staff need it."""

    def decide(self, action: StaffAction, now: datetime) -> None: ...


class Store(Protocol):
    def case(self, number: str) -> Case | None: ...

    def recall(self, chat: str) -> Recalled: ...

    def staff(self, name: str) -> StaffMember | None: ...

    def staff_on_telegram(self, telegram: int) -> StaffMember | None: ...

    def bind_staff(self, name: str, telegram: int | None) -> bool: ...


class Queue(Protocol):
    def queue(self, view: View, agent: str, now: datetime, page: int = 0) -> tuple[Case, ...]: ...


class Opens(Protocol):
    """What the desk has signed."""

    def open(self, sealed: str | None, max_age: int | None = None) -> object: ...


class _Place(Struct, frozen=True):
    """Whom and what it is about that happens in a topic."""

    who: StaffMember
    chat: str  # the customer's
    case: Case | None
    talk: Talk


class GroupTalk:
    """Deals with one update of the group at a time. Done twice, it is done once: decisions carry the update's key."""

    def __init__(
        self, group: StaffGroup, house: Decides, store: Store, queue: Queue, codes: Opens, replies: Replies,
        speak: Callable[[str, Text], str],
    ) -> None:  # fmt: skip
        """`codes`: opens what the desk gave somebody to bind their account with; `speak`: language and text."""
        self._group, self._house, self._store, self._queue = group, house, store, queue
        self._codes, self._replies, self._speak = codes, replies, speak
        self._commands: dict[str, Callable[[Parts, _Place, str, str, datetime], None]] = {
            "say": self._say,
            "note": self._note,
            "take": self._take,
            "back": self._back,
            "r": self._reply,
        }

    @property
    def chat(self) -> int:
        return self._group.chat

    def wants(self, update: Update) -> bool:
        if update.press:
            return str(update.body.get("data", "")).startswith(OURS)
        return command(words(update.body))[0] in (*self._commands, "queue") or self._topic(update) is not None

    def deal(self, updates: Parts, key: str, now: datetime, earlier: str = "") -> None:
        """Raises SendLater where Telegram has to be waited for."""
        try:
            if updates[0].press:
                self._press(updates[0], key, now)
            elif "edit_date" not in updates[0].body and not earlier.startswith(NOTE):
                self._message(updates, key, now)
        except TopicGone:
            # Whoever wrote there deleted it since: what they decided stands, and nobody is left to be answered.
            return
        except (Refused, Unreachable) as error:
            raise trouble(error) from None

    def bind(self, user: int, code: str) -> str:
        """The desk gave the code to whoever was logged in there: from now on this Telegram user is that account."""
        match self._codes.open(code, int(CODE_LIVES.total_seconds())):
            case [str(name), bound_before]:
                member = self._store.staff(name)
                # A code that was used is no good any more: the account is bound to another one than when it was made.
                if member is not None and member.telegram == bound_before and self._store.bind_staff(name, user):
                    return self._group.say("group.bound", name=name)
        return self._group.say("group.code_not_good")

    # ---- buttons

    def _press(self, update: Update, key: str, now: datetime) -> None:
        try:
            answer = self._pressed(update, key, now)
        except NotAllowed as refused:
            # Told at once: the card may have to wait for its turn, and a press can be answered for a short while only.
            self._answer(update, str(refused))
            self._group.refresh(_of_button(update)[2], forced=True)
        else:
            self._answer(update, answer)

    def _pressed(self, update: Update, key: str, now: datetime) -> str:
        """Does what the button says; returns what whoever pressed it is shown."""
        way, step, number, choice = _of_button(update)
        case, chosen = self._store.case(number), _chosen(step, choice)
        who = self._store.staff_on_telegram(update.user)
        if who is None:
            return self._group.say("group.who_are_you")
        if case is None or chosen is None or (way != SHOW and step not in STAFF_ACTIONS):
            return self._group.say("group.button_unknown")
        if way == SHOW:
            self._group.refresh(number, forced=True)
        elif way == SURE:
            self._swap(update, sure(case, step, self._group.say))
        elif way == CHOOSE:
            self._swap(update, choices(case, step, self._group.say))
        elif way == DO and step in ASKS_FOR_TEXT:
            self._ask(update, case, step, now)
        elif way == DO:
            self._decide(who, step, key, now, case=number, **chosen)
            return self._group.say("group.done", step=self._group.say(f"desk.do.{step}"))
        return ""

    def _ask(self, update: Update, case: Case, step: str, now: datetime) -> None:
        """The text comes as the answer to this question."""
        who, topic = update.body["from"].get("first_name") or "—", self._group.topics.of(case.number)
        question = self._group.say(f"group.ask.{step}", name=who, number=case.number)
        # The answer is opened for whoever is named, and for nobody else (Bot API, ForceReply.selective).
        named = {"type": "text_mention", "offset": 0, "length": len(who.encode("utf-16-le")) // 2}
        user = {"id": update.user, "is_bot": False, "first_name": who}
        asked = self._group.post(
            topic.thread if topic else update.topic, question, entities=[{**named, "user": user}],
            reply_markup={"force_reply": True, "selective": True},
            reply_parameters={"message_id": update.body["message"]["message_id"], "allow_sending_without_reply": True},
        )  # fmt: skip
        self._group.topics.asked(int(asked["message_id"]), Prompt(case.number, step), now)

    def _swap(self, update: Update, markup: Json) -> None:
        message = update.body["message"]["message_id"]
        try:
            self._group.api.call(
                "editMessageReplyMarkup", chat_id=self.chat, message_id=message, reply_markup=markup
            )
        except Refused as refused:
            if not refused.says("not modified"):
                raise

    def _answer(self, update: Update, said: str) -> None:
        given: dict[str, Any] = {"text": said[:200], "show_alert": len(said) > 30} if said else {}
        try:
            self._group.api.call("answerCallbackQuery", callback_query_id=update.body["id"], **given)
        except Refused:
            # Too long ago to be answered: the card shows what came of it.
            return

    # ---- words

    def _message(self, parts: Parts, key: str, now: datetime) -> None:
        update = parts[0]
        text = next(filter(None, (words(part.body).strip() for part in parts)), "")
        name, rest = command(text)
        who = self._store.staff_on_telegram(update.user)
        topic = self._topic(update)
        if who is None:
            if topic or name in (*self._commands, "queue"):
                hidden = update.user == ANONYMOUS
                self._respond(update, self._group.say("group.anonymous" if hidden else "group.who_are_you"))
            return
        if name == "queue":
            self._respond(update, self._listed(who, now))
            return
        place = self._place(who, topic)
        if place is None:
            if name in self._commands:
                self._respond(update, self._group.say("group.in_a_topic"))
            return
        try:
            self._said(parts, place, text, name, rest, key, now)
        except NotAllowed as refused:
            self._respond(update, str(refused))

    def _said(self, parts: Parts, place: _Place, text: str, name: str, rest: str, key: str, now: datetime) -> None:
        """A note is one wherever it stands, even in answer to a question; only the rest can be meant for a customer."""
        update = parts[0]
        if text.startswith(NOTE):
            self._note(parts, place, text[2:].strip(), key, now)
        elif name in self._commands:
            self._commands[name](parts, place, rest, key, now)
        elif name:
            self._respond(update, self._group.say("group.commands"))
        elif prompt := self._prompt(update):
            self._decide(place.who, prompt.step, key, now, case=prompt.case, text=text)
        elif self._answers_us(update):
            self._respond(update, self._group.say("group.question_over"))
        elif place.talk.owner == "bot":
            self._respond(update, self._group.say("group.bot_talks"))
        else:
            self._say(parts, place, text, key, now)

    def _say(self, parts: Parts, place: _Place, text: str, key: str, now: datetime) -> None:
        files = tuple(upload for part in parts for upload in self._fetched(part))
        if not files and not text:
            # A sticker, a voice message: nothing that the other channels could show.
            self._respond(parts[0], self._group.say("group.cannot_send"))
            return
        self._do(place, "say", key, now, text=text, files=files)
        self._mark_as_sent(parts[0])

    def _note(self, parts: Parts, place: _Place, text: str, key: str, now: datetime) -> None:
        self._do(place, "note", key, now, text=text)
        self._mark_as_sent(parts[0], NOTED)

    def _take(self, parts: Parts, place: _Place, text: str, key: str, now: datetime) -> None:
        self._do(place, "take_over", key, now)
        self._mark_as_sent(parts[0])

    def _back(self, parts: Parts, place: _Place, text: str, key: str, now: datetime) -> None:
        self._do(place, "hand_back", key, now)
        self._mark_as_sent(parts[0])

    def _reply(self, parts: Parts, place: _Place, text: str, key: str, now: datetime) -> None:
        """A reply by its name; without one, those that there are."""
        filled = None
        if place.case is not None and text:
            language = place.talk.language
            filled = self._replies.filled(text, language, place.case, place.who.name, partial(self._speak, language))
        if filled is None:
            names = "\n".join(
                f"/r {name}　{self._replies.text(name, place.talk.language)}" for name in self._replies.names
            )
            self._respond(parts[0], self._group.say("group.replies", names=names))
            return
        self._say(parts, place, filled, key, now)

    def _fetched(self, update: Update) -> list[Upload]:
        refs = [*file_refs(update.body)]
        if any(ref.size > LONGEST_FILE for ref in refs):
            raise NotAllowed("bad_file", self._group.say("group.file_too_big"))
        return [Upload(ref.name, self._group.api.download(ref.file_id)) for ref in refs]

    def _mark_as_sent(self, update: Update, emoji: str = SENT) -> None:
        """A sign that it is on its way, or kept; where the group allows no signs, the talk goes on without."""
        try:
            message, sign = update.body["message_id"], [{"type": "emoji", "emoji": emoji}]
            self._group.api.call("setMessageReaction", chat_id=self.chat, message_id=message, reaction=sign)
        except (Refused, Unreachable):
            return

    # ---- who, where, what

    def _decide(self, who: StaffMember, step: str, key: str, now: datetime, **given: Any) -> None:
        self._house.decide(StaffAction(who.name, who.role, step, action_id=f"group.{key}", **given), now)

    def _do(self, place: _Place, step: str, key: str, now: datetime, **given: Any) -> None:
        about = {"case": place.case.number} if place.case else {"chat": place.chat}
        self._decide(place.who, step, key, now, **about, **given)

    def _topic(self, update: Update) -> Topic | None:
        return self._group.topics.at(update.topic) if update.topic is not None else None

    def _place(self, who: StaffMember, topic: Topic | None) -> _Place | None:
        if topic is None:
            return None
        case = self._store.case(topic.about)
        chat = case.customer if case else topic.about
        return _Place(who, chat, case, self._store.recall(chat).talk)

    def _prompt(self, update: Update) -> Prompt | None:
        answered = update.body.get("reply_to_message") or {}
        return self._group.topics.question(int(answered["message_id"])) if "message_id" in answered else None

    def _answers_us(self, update: Update) -> bool:
        """An answer to a question of ours that is not known any more: never to be passed on to a customer."""
        answered = update.body.get("reply_to_message") or {}
        asked = bool((answered.get("reply_markup") or {}).get("force_reply"))
        return asked and (answered.get("from") or {}).get("id") == self._group.api.bot_id

    def _respond(self, update: Update, said: str) -> None:
        reply_to = {"message_id": update.body["message_id"], "allow_sending_without_reply": True}
        self._group.post(update.topic, said, reply_parameters=reply_to)

    def _listed(self, who: StaffMember, now: datetime) -> str:
        """What waits for a decision, with the way to its topic."""
        found = self._queue.queue(View.OPEN, who.name, now)[:MOST_LISTED]
        threads = self._group.topics.threads([case.number for case in found])
        say, group = self._group.say, str(self.chat).removeprefix("-100")
        lines = [
            say(
                "group.listed", number=case.number, product=case.order.product, state=say(f"state.{case.state}"),
                due=moment(case.due_at, now) or "—",
            ) + (f"\nhttps://t.me/c/{group}/{threads[case.number]}" if case.number in threads else "")
            for case in found
        ]  # fmt: skip
        return "\n".join([say("group.queue", count=len(found)), *lines]) if lines else say("group.queue_empty")


def _of_button(update: Update) -> tuple[str, str, str, str]:
    """(way, step, case, choice) of a button; an app can send any data that it likes."""
    way, step, number, choice = [*str(update.body.get("data", "")).removeprefix(OURS).split(":"), "", "", "", ""][:4]
    return way, step, number, choice


def _chosen(step: str, choice: str) -> dict[str, Remedy | Reason] | None:
    """What a button names beside the step: a remedy that is offered, or the right reason. None where it is neither."""
    try:
        if not choice:
            return {}
        return {"offer": Remedy(choice)} if step == "offer" else {"reason": Reason(choice)}
    except ValueError:
        return None
