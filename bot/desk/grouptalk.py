"""What staff do in their group: buttons of a card, words to a customer, notes, commands. The desk knows who is who."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from bot.botapi import Json, Refused, Unreachable, trouble
from bot.channels import Upload
from bot.desk.card import ASKS_FOR_TEXT, CHOOSE, DO, SHOW, SURE, choices, sure
from bot.desk.replies import Replies
from bot.desk.staffgroup import StaffGroup
from bot.desk.words import moment
from bot.handle import NotAllowed, StaffAction
from bot.updates import LONGEST_FILE, OURS, Update, command, file_refs
from flows.model import Case, Remedy, Talk, Text
from nlp.codes import Reason
from storage.nouns import Recalled, StaffMember
from storage.search import View
from storage.topics import Prompt, Topic

NOTE = "//"
"""What begins with it stays among staff."""
MOST_LISTED = 10
CODE_LIVES = timedelta(minutes=15)


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


@dataclass(frozen=True, slots=True)
class _Place:
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
        self._commands: dict[str, Callable[[Update, _Place, str, str, datetime], None]] = {
            "say": self._say,
            "note": self._note,
            "take": self._take,
            "back": self._back,
            "r": self._reply,
        }

    @property
    def chat(self) -> int:
        return self._group.chat

    def deal(self, update: Update, key: str, now: datetime) -> None:
        """Raises SendLater where Telegram has to be waited for."""
        try:
            if update.press:
                self._press(update, key, now)
            elif "edit_date" not in update.body:
                self._message(update, key, now)
        except (Refused, Unreachable) as error:
            raise trouble(error) from None

    def bind(self, user: int, code: str) -> str:
        """The desk gave the code to whoever was logged in there: from now on this Telegram user is that account."""
        name = self._codes.open(code, int(CODE_LIVES.total_seconds()))
        if not isinstance(name, str) or not self._store.bind_staff(name, user):
            return self._group.say("group.code_not_good")
        return self._group.say("group.bound", name=name)

    # ---- buttons

    def _press(self, update: Update, key: str, now: datetime) -> None:
        answer = ""
        try:
            answer = self._pressed(update, key, now)
        except NotAllowed as refused:
            answer = str(refused)
            self._redraw(update, forced=True)
        self._answer(update, answer)

    def _pressed(self, update: Update, key: str, now: datetime) -> str:
        """Does what the button says; returns what whoever pressed it is shown."""
        data = str(update.body.get("data", ""))
        way, step, number, choice = [*data.removeprefix(OURS).split(":"), "", "", ""][:4]
        case = self._store.case(number) if data.startswith(OURS) else None
        who = self._store.staff_on_telegram(update.user)
        if case is None:
            return self._group.say("group.button_unknown")
        if who is None:
            return self._group.say("group.who_are_you")
        if way == SHOW:
            self._redraw(update, forced=True)
        elif way == SURE:
            self._swap(update, sure(case, step, self._group.say))
        elif way == CHOOSE:
            self._swap(update, choices(case, step, self._group.say))
        elif way == DO and step in ASKS_FOR_TEXT:
            self._ask(update, case, step, now)
        elif way == DO:
            self._decide(who, step, key, now, case=number, **_chosen(step, choice))
            return self._group.say("group.done", step=self._group.say(f"desk.do.{step}"))
        return ""

    def _ask(self, update: Update, case: Case, step: str, now: datetime) -> None:
        """The text comes as the answer to this question."""
        who = update.body["from"].get("first_name", "")
        words = self._group.say(f"group.ask.{step}", name=who, number=case.number)
        options = {"force_reply": True, "selective": True}
        reply_to = {"message_id": update.body["message"]["message_id"], "allow_sending_without_reply": True}
        asked = self._group.post(update.topic, words, reply_markup=options, reply_parameters=reply_to)
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

    def _redraw(self, update: Update, *, forced: bool = False) -> None:
        """The card as it is, whatever keyboard stands under it."""
        topic = self._topic(update)
        case = self._store.case(topic.about) if topic else None
        if topic and case:
            self._group.refresh(case, topic, forced=forced)

    def _answer(self, update: Update, words: str) -> None:
        given: dict[str, Any] = {"text": words[:200], "show_alert": len(words) > 30} if words else {}
        try:
            self._group.api.call("answerCallbackQuery", callback_query_id=update.body["id"], **given)
        except Refused:
            # Too long ago to be answered: the card shows what came of it.
            return

    # ---- words

    def _message(self, update: Update, key: str, now: datetime) -> None:
        text = str(update.body.get("text") or update.body.get("caption") or "").strip()
        name, rest = command(text)
        who = self._store.staff_on_telegram(update.user)
        topic = self._topic(update)
        if who is None:
            if topic or name:
                self._respond(update, self._group.say("group.who_are_you"))
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
            self._said(update, place, text, name, rest, key, now)
        except NotAllowed as refused:
            self._respond(update, str(refused))

    def _said(
        self, update: Update, place: _Place, text: str, name: str, rest: str, key: str, now: datetime
    ) -> None:
        prompt = self._prompt(update)
        if prompt is not None:
            self._decide(place.who, prompt.step, key, now, case=prompt.case, text=text)
        elif self._answers_us(update):
            self._respond(update, self._group.say("group.question_over"))
        elif text.startswith(NOTE):
            self._note(update, place, text.removeprefix(NOTE).strip(), key, now)
        elif name in self._commands:
            self._commands[name](update, place, rest, key, now)
        elif name:
            self._respond(update, self._group.say("group.commands"))
        elif place.talk.owner == "bot":
            self._respond(update, self._group.say("group.bot_talks"))
        else:
            self._say(update, place, text, key, now)

    def _say(self, update: Update, place: _Place, text: str, key: str, now: datetime) -> None:
        files = tuple(self._fetched(update))
        self._do(place, "say", key, now, text=text, files=files)
        self._mark_as_sent(update)

    def _note(self, update: Update, place: _Place, text: str, key: str, now: datetime) -> None:
        self._do(place, "note", key, now, text=text)

    def _take(self, update: Update, place: _Place, text: str, key: str, now: datetime) -> None:
        self._do(place, "take_over", key, now)

    def _back(self, update: Update, place: _Place, text: str, key: str, now: datetime) -> None:
        self._do(place, "hand_back", key, now)

    def _reply(self, update: Update, place: _Place, text: str, key: str, now: datetime) -> None:
        """A reply by its name; without one, those that there are."""
        filled = None
        if place.case is not None and text:
            language = place.talk.language
            filled = self._replies.filled(text, language, place.case, place.who.name, partial(self._speak, language))
        if filled is None:
            names = "\n".join(
                f"/r {name}　{self._replies.text(name, place.talk.language)}" for name in self._replies.names
            )
            self._respond(update, self._group.say("group.replies", names=names))
            return
        self._say(update, place, filled, key, now)

    def _fetched(self, update: Update) -> list[Upload]:
        refs = [*file_refs(update.body)]
        if any(ref.size > LONGEST_FILE for ref in refs):
            raise NotAllowed("bad_file", self._group.say("group.file_too_big"))
        return [Upload(ref.name, self._group.api.download(ref.file_id)) for ref in refs]

    def _mark_as_sent(self, update: Update) -> None:
        """A sign that it is on its way; where the group allows no signs, the talk goes on without."""
        try:
            message, sign = update.body["message_id"], [{"type": "emoji", "emoji": "👌"}]
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

    def _respond(self, update: Update, words: str) -> None:
        reply_to = {"message_id": update.body["message_id"], "allow_sending_without_reply": True}
        self._group.post(update.topic, words, reply_parameters=reply_to)

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


def _chosen(step: str, choice: str) -> dict[str, Remedy | Reason]:
    """What a button names beside the step: a remedy that is offered, or the right reason."""
    if not choice:
        return {}
    return {"offer": Remedy(choice)} if step == "offer" else {"reason": Reason(choice)}
