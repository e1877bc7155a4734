"""The corridor: a message, a staff action or a due time goes in at one end, a saved outcome stands at the other."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from bot import report
from bot.channels import Incoming, Upload
from bot.config import Settings
from bot.evidence import Haul, Intake
from bot.links import Links
from bot.locks import Locks
from bot.orders import OrderSource, OrdersUnavailable
from bot.payouts import Answer
from bot.rulebook import Rulebook
from bot.texts import Catalogue, as_json
from flows import case as life
from flows import review
from flows.alarm import ring
from flows.model import (
    SYSTEM,
    Actor,
    Case,
    Evidence,
    Finding,
    Order,
    Outcome,
    Remedy,
    Role,
    Say,
    Talk,
    Tell,
    Text,
    Wake,
)
from flows.policy import calendar_notice
from flows.progress import advance
from flows.talk import Turn, step
from flows.turn import Facts, Heard, button_id
from flows.workdays import SHANGHAI
from nlp.codes import Reason
from nlp.lexicon import Lexicon
from nlp.picture import read_picture
from nlp.pictured import PictureReading
from nlp.read import read
from nlp.reading import Reading
from storage.nouns import AlreadyHeard, Line, Piece, Recalled, Rendered, Saving, Stale, ToRead
from storage.store import Store

T = TypeVar("T")
TRIES = 8
"""So often somebody else may come first before a message is put off."""
FORGOTTEN = timedelta(days=1)
"""Wrong tries of before that are not looked at any more."""
MOST_NUMBERS = 6
"""Numbers of one message that are looked up."""
STAFF_ACTIONS = review.ACTIONS
HOUSE = ""
"""The chat of what staff are told that is about no customer: no customer is called so."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one picture was read as, and what staff should look at in it."""

    picture: PictureReading
    doubts: tuple[Finding, ...] = ()


class NotAllowed(Exception):
    """What staff wanted cannot be done now. The message is for a person, the code for a program."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class StaffAction:
    """What somebody of the staff does: with a case, or in a talk that has none."""

    agent: str
    role: Role
    do: str
    case: str = ""
    chat: str = ""
    text: str = ""
    offer: Remedy | None = None
    reason: Reason | None = None
    action_id: str | None = None  # the same id twice is done once
    files: tuple[Upload, ...] = ()  # pictures and documents that go to the customer with what is said


class House:
    """Three doors, one way: gather the facts, ask the flows, save. Sync: web servers call it in a thread."""

    def __init__(
        self, store: Store, orders: OrderSource, rules: Rulebook, catalogue: Catalogue, intake: Intake, links: Links,
        lexicon: Lexicon, settings: Settings,
    ) -> None:  # fmt: skip
        self.store, self.orders, self.rules, self.catalogue = store, orders, rules, catalogue
        self._intake, self._links, self._lexicon = intake, links, lexicon
        self._max_characters, self._staff_language = settings.conversation.max_characters, settings.language
        self._locks = Locks()
        # Several threads that work something out at once take the interpreter from each other at every statement.
        # A PostgreSQL is waited for, and others think meanwhile; SQLite answers before anybody could.
        self._one_thinks: AbstractContextManager[object] = Lock() if store.database.is_sqlite else nullcontext()
        self._told_before: set[str] = set()

    # ---- the three doors, and the fourth by which a payment's answer comes

    def hear(self, incoming: Incoming, now: datetime) -> bool:
        """A customer's message. False where it was heard before."""
        self._look_at_rules(now)
        with self._one_thinks:
            reading = read(incoming.text if len(incoming.text) <= self._max_characters else "", self._lexicon)
        with self._locks.of(incoming.chat):
            new = _until_it_holds(lambda: self._hear(incoming, reading, now))
        if new:
            report.heard(incoming, reading)
        return new

    def decide(self, action: StaffAction, now: datetime) -> None:
        """Raises `NotAllowed` with a sentence for whoever wanted it."""
        self._look_at_rules(now)
        chat = action.chat or self._case(action.case).customer
        with self._locks.of(chat):
            try:
                _until_it_holds(lambda: self._decide(action, chat, now))
            except life.NotAllowed as refused:
                raise NotAllowed("not_allowed", self._why_not(refused)) from refused

    def wake(self, wake: Wake, now: datetime) -> None:
        """A time has come. Nothing is done where the world has moved on since."""
        self._look_at_rules(now)
        if wake.chat is None:
            return
        chat = wake.chat
        with self._locks.of(chat):
            _until_it_holds(lambda: self._wake(wake, chat, now))

    def read(self, message: ToRead, seen: Mapping[str, Sight], more: bool, now: datetime) -> None:
        """A message whose pictures were read, as far as they could be. `more`: others of theirs come in a moment."""
        with self._locks.of(message.chat):
            _until_it_holds(lambda: self._read(message, seen, more, now))

    def paid(self, case_no: str, answer: Answer, now: datetime) -> None:
        """What is known of a payment. The same answer twice changes nothing more."""
        case = self._case(case_no)
        with self._locks.of(case.customer):
            _until_it_holds(lambda: self._paid(case_no, case.customer, answer, now))

    # ---- the rules, as the shop's file has them

    def keep_watch(self, now: datetime) -> None:
        """What nobody's message brings about: a file of rules that changed, a calendar that ends. Told once."""
        self._look_at_rules(now)
        ends = calendar_notice(self.rules.running, now)
        if ends is not None:
            self._tell_once(f"calendar:{now.astimezone(SHANGHAI):%Y-%m}:{ends.values['year']}", ends, now)

    def notice(self, now: datetime) -> Text | None:
        """What staff have to know at this moment, whichever case they work on."""
        return self.rules.refused or calendar_notice(self.rules.running, now)

    def _look_at_rules(self, now: datetime) -> None:
        if told := self.rules.look(now):
            self._tell_once(*told, now)

    def _tell_once(self, mark: str, text: Text, now: datetime) -> None:
        if mark in self._told_before:
            return
        self._told_before.add(mark)
        with suppress(AlreadyHeard):
            self.store.save(Saving(HOUSE, Outcome(), now, message_id=mark, told=(self._told(Tell(text), HOUSE),)))

    # ---- a customer's message

    def _hear(self, incoming: Incoming, reading: Reading, now: datetime) -> bool:
        # Pictures are decoded and put away, on a server far off perhaps.
        with nullcontext() if incoming.files else self._one_thinks:
            saving, outcome = self._answer(incoming, reading, now)
        if saving is None:
            return False
        try:
            self.store.save(saving)
        except AlreadyHeard:
            return False
        report.saved(outcome)
        return True

    def _answer(self, incoming: Incoming, reading: Reading, now: datetime) -> tuple[Saving | None, Outcome]:
        """All that is to be written for a message, or nothing where it was heard before."""
        recalled = self.store.recall(incoming.chat, incoming.message_id)
        if recalled.heard:
            return None, Outcome()
        haul = self._intake.take(incoming.files, _pieces(recalled))
        if haul.taken:
            return self._kept_for_reading(recalled, incoming, haul, now), Outcome()
        talk = self._in_their_language(recalled.talk, incoming, reading)
        heard = self._heard(incoming, reading, (), haul.problems, now)
        facts = self._facts(recalled, talk, now, (*reading.order_nos, *reading.candidates), reading.words, heard.linked)
        outcome = step(talk, heard, facts)
        pressed = _label(recalled.talk, incoming.button)
        line = Line("customer", incoming.text, (), pressed, incoming.kind, _case_of(outcome))
        saving = self._saving(
            recalled, facts, outcome, now, incoming.message_id, line, channel=incoming.channel,
            finishes=incoming.finishes,
        )  # fmt: skip
        return saving, outcome

    def _kept_for_reading(self, recalled: Recalled, incoming: Incoming, haul: Haul, now: datetime) -> Saving:
        """A message with pictures is kept at once, and answered when they are read: `read` is the door for that."""
        to_read = ToRead(
            incoming.chat, incoming.message_id, tuple(piece.file for piece in haul.taken), now, incoming.text,
            incoming.button, incoming.payload, incoming.kind, incoming.channel, incoming.language,
            tuple((text.key, {name: int(str(value)) for name, value in text.values.items()}) for text in haul.problems),
        )  # fmt: skip
        line = Line("customer", incoming.text, to_read.files, _label(recalled.talk, incoming.button), incoming.kind)
        pieces = tuple(Piece(piece.file, piece.size, piece.type) for piece in haul.taken)
        return Saving(
            incoming.chat, Outcome(), now, incoming.channel, incoming.message_id, incoming=line, pieces=pieces,
            finishes=incoming.finishes, known_channel=recalled.channel, read=to_read,
        )  # fmt: skip

    def _read(self, message: ToRead, seen: Mapping[str, Sight], more: bool, now: datetime) -> None:
        mark = f"read:{message.message_id}"
        recalled = self.store.recall(message.chat, mark)
        if recalled.heard:
            return
        reading = read(message.text if len(message.text) <= self._max_characters else "", self._lexicon)
        incoming = Incoming(
            message.channel, message.chat, message.message_id, message.text, (), message.button, message.payload,
            message.kind, message.language,
        )  # fmt: skip
        problems = tuple(Text(key, values) for key, values in message.problems)
        heard = self._heard(incoming, reading, message.files, problems, now)
        talk = self._in_their_language(recalled.talk, incoming, reading)
        pictures = {file: sight.picture for file, sight in seen.items()}
        numbers = (one.number.text for picture in pictures.values() for one in picture.orders if one.number)
        named = (*reading.order_nos, *reading.candidates, *numbers)
        facts = self._facts(recalled, talk, now, named, reading.words, heard.linked)
        facts = replace(
            facts, pictures={**facts.pictures, **pictures}, doubts={file: sight.doubts for file, sight in seen.items()}
        )
        outcome = step(talk, replace(heard, more_to_come=more and not message.text.strip()), facts)
        self._save_once(recalled, facts, outcome, now, mark, channel=message.channel)

    def _heard(
        self, incoming: Incoming, reading: Reading, files: tuple[str, ...], problems: tuple[Text, ...], now: datetime
    ) -> Heard:
        limit = self._max_characters
        too_long = (Text("heard.too_long", {"characters": limit}),) if len(incoming.text) > limit else ()
        return Heard(
            reading, now, incoming.message_id, files, (*problems, *too_long),
            incoming.button, incoming.payload is not None,
            self._links.read(incoming.payload) if incoming.payload else None, incoming.kind,
        )  # fmt: skip

    def _in_their_language(self, talk: Talk, incoming: Incoming, reading: Reading) -> Talk:
        """The language of the app at first, then that of what the customer writes in words."""
        known = talk.language if talk.version else incoming.language or self._staff_language
        language = reading.language or known
        return replace(talk, language=language if language in self.catalogue.languages else talk.language)

    # ---- staff, time, and money

    def _decide(self, action: StaffAction, chat: str, now: datetime) -> None:
        message_id = f"act:{action.action_id}" if action.action_id else None
        recalled = self.store.recall(chat, message_id)
        if recalled.heard:
            return
        facts = self._facts(recalled, recalled.talk, now)
        haul = self._intake.take(action.files)
        if haul.problems:
            raise NotAllowed("bad_file", self.catalogue.say(self._staff_language, haul.problems[0]))
        wish = review.Action(
            action.do, Actor(action.role, action.agent), action.text, action.offer, action.reason,
            tuple(piece.file for piece in haul.taken),
        )  # fmt: skip
        if action.case:
            case = next(case for case in recalled.cases if case.number == action.case)
            if action.reason is not None:
                facts = replace(facts, pictures=self._pictures(case.evidence))
            outcome = review.decide(case, recalled.talk, wish, facts, review.quiet(now))
        else:
            outcome = review.talk_to(recalled.talk, wish, facts, review.quiet(now))
        self._save_once(recalled, facts, outcome, now, message_id, haul)

    def _wake(self, wake: Wake, chat: str, now: datetime) -> None:
        message_id = f"wake:{wake.key}"
        recalled = self.store.recall(chat, message_id)
        facts = self._facts(recalled, recalled.talk, now)
        outcome = None if recalled.heard else ring(Turn(recalled.talk, review.quiet(now), facts), wake)
        if outcome is not None:
            self._save_once(recalled, facts, outcome, now, message_id, urgent=False)

    def _paid(self, case_no: str, chat: str, answer: Answer, now: datetime) -> None:
        recalled = self.store.recall(chat)
        facts = self._facts(recalled, recalled.talk, now)
        case = next(case for case in recalled.cases if case.number == case_no)
        turn = Turn(recalled.talk, review.quiet(now), facts)
        for trigger in PAYMENT_STEPS[answer]:
            known = next(known for known in turn.facts.cases if known.number == case_no)
            try:
                outcome = advance(known, trigger, SYSTEM, at=now, policy=turn.rules_of(known))
            except life.NotAllowed:
                continue
            case = outcome.cases[-1]
            turn.done = turn.done.also(events=outcome.events, wakes=outcome.wakes)
            turn.has_moved(case, outcome.events)
        if turn.done.events:
            review.news(turn, case, turn.done.events, SYSTEM)
            self._save(recalled, facts, replace(turn.outcome(), cases=(case,)), now)

    # ---- gathering

    def _facts(
        self,
        recalled: Recalled,
        talk: Talk,
        now: datetime,
        named: Iterable[str] = (),
        words: Iterable[str] = (),
        linked: str | None = None,
    ) -> Facts:
        draft = talk.draft
        kept = (draft.order_no, draft.other_order_no) if draft else ()
        numbers = dict.fromkeys(filter(None, (linked, *kept, *list(named)[:MOST_NUMBERS])))
        own, found, unknown = self._orders(talk.chat, recalled.bound, numbers)
        for word in words:
            mine = next((order for order in own if order.order_no.upper() == word.upper()), None)
            found |= {word: mine} if mine else {}
        about = {order.order_no for order in (*found.values(), *own)} | set(numbers)
        about |= {case.order.order_no for case in recalled.cases}
        records = self.store.about_orders(about, since=now - FORGOTTEN)
        return Facts(
            policy=self.rules.running, kept=self.rules.of_all(case.policy for case in recalled.cases),
            render=lambda text: self.catalogue.say(talk.language, text),
            numbers=lambda: self.store.next_case_number(now), orders=found, own=own, bound=recalled.bound,
            cases=recalled.cases,
            ledgers={number: record.ledger for number, record in records.items()},
            order_tries={number: record.tries for number, record in records.items()},
            high_risk=recalled.high_risk, orders_unknown=unknown,
            pictures=self._pictures(draft.evidence if draft else ()),
        )  # fmt: skip

    def _pictures(self, evidence: Iterable[Evidence]) -> dict[str, PictureReading]:
        """What was seen before in the pictures of a claim, or of a case that is judged anew."""
        since = {piece.file: piece.at.astimezone(SHANGHAI).date() for piece in evidence}
        known = self.store.readings.of(since)
        return {file: read_picture(seen.lines, seen.size, since[file]) for file, seen in known.items() if seen.print}

    def _orders(
        self, chat: str, bound: Iterable[str], numbers: Iterable[str]
    ) -> tuple[tuple[Order, ...], dict[str, Order], bool]:
        """Their own newest first; every order by its number and as written; whether the source gave no answer."""
        try:
            theirs = {order.order_no: order for order in self.orders.of_customer(chat)}
            theirs |= {order.order_no: order for order in map(self.orders.find, sorted(bound)[-MOST_NUMBERS:]) if order}
            found = {number: order for number in numbers if (order := theirs.get(number) or self.orders.find(number))}
        except OrdersUnavailable:
            return (), {}, True
        found |= {order.order_no: order for order in (*found.values(), *theirs.values())}
        return tuple(sorted(theirs.values(), key=lambda order: order.ordered_at, reverse=True)), found, False

    # ---- saving

    def _save_once(
        self, recalled: Recalled, facts: Facts, outcome: Outcome, now: datetime, message_id: str | None,
        haul: Haul | None = None, urgent: bool = True, channel: str = "",
    ) -> None:  # fmt: skip
        try:
            self._save(recalled, facts, outcome, now, message_id, haul=haul, channel=channel, urgent=urgent)
        except AlreadyHeard:
            return

    def _save(
        self, recalled: Recalled, facts: Facts, outcome: Outcome, now: datetime, message_id: str | None = None,
        haul: Haul | None = None, channel: str = "", urgent: bool = True,
    ) -> None:  # fmt: skip
        self.store.save(
            self._saving(recalled, facts, outcome, now, message_id, haul=haul, channel=channel, urgent=urgent)
        )
        report.saved(outcome)

    def _saving(
        self, recalled: Recalled, facts: Facts, outcome: Outcome, now: datetime, message_id: str | None = None,
        line: Line | None = None, haul: Haul | None = None, channel: str = "", finishes: tuple[str, ...] = (),
        urgent: bool = True,
    ) -> Saving:  # fmt: skip
        """Keys become sentences here; then one transaction takes it all."""
        language, chat = outcome.talk.language if outcome.talk else recalled.talk.language, recalled.talk.chat
        return Saving(
            chat, outcome, now, channel or recalled.channel or "", message_id,
            tuple(self._said(say, language, now) for say in outcome.says),
            tuple(self._told(tell, chat) for tell in outcome.tells), line, tuple(facts.ledgers.values()),
            tuple(Piece(piece.file, piece.size, piece.type) for piece in haul.taken) if haul else (),
            finishes, urgent, recalled.channel,
        )  # fmt: skip

    def _said(self, say: Say, language: str, now: datetime) -> Rendered:
        text = self.catalogue.say(language, say.text)
        buttons = tuple(
            (button_id(button, say.serial), self.catalogue.say(language, button.label)) for button in say.buttons
        )
        return Rendered(
            say.text.key,
            as_json(say.text.values),
            text,
            buttons,
            say.asks,
            tuple(map(str, say.expects)),
            say.case,
            who=say.by,
            files=(*say.files, *((self._intake.example(say.picture),) if say.picture else ())),
            at=now,
        )

    def _told(self, tell: Tell, chat: str) -> Rendered:
        return Rendered(
            tell.text.key,
            as_json(tell.text.values),
            self.catalogue.say(self._staff_language, tell.text),
            case=tell.case,
            files=tell.files,
            about=chat,
        )

    def _case(self, number: str) -> Case:
        case = self.store.case(number)
        if case is None:
            raise NotAllowed(
                "unknown_case",
                self.catalogue.say(self._staff_language, Text("not_allowed.unknown_case", {"number": number})),
            )
        return case

    def _why_not(self, refused: life.NotAllowed) -> str:
        case = refused.case
        last = case.events[-1] if case and case.events else None
        done = Text("not_allowed.last", {"by": last.by.removeprefix("agent:"), "at": last.at}) if last else ""
        values = {"step": Text(f"step.{refused.trigger}"), "state": Text(f"state.{case.state}") if case else "",
                  "last": done, "number": case.number if case else ""}  # fmt: skip
        return self.catalogue.say(self._staff_language, Text(f"not_allowed.{refused.why}", values))


PAYMENT_STEPS: Mapping[Answer, tuple[str, ...]] = {
    Answer.DONE: ("pay", "paid"), Answer.FAILED: ("pay", "fail"), Answer.UNKNOWN: ("pay",), Answer.BY_HAND: (),
}  # fmt: skip


def _until_it_holds(attempt: Callable[[], T]) -> T:
    """Somebody else came first: load again, decide again, save again."""
    for _ in range(TRIES - 1):
        try:
            return attempt()
        except Stale:
            continue
    return attempt()


def _pieces(recalled: Recalled) -> int:
    """How many a customer has handed in already, for the claim or the case that is spoken of."""
    draft, spoken_of = recalled.talk.draft, recalled.talk.case
    held = next((len(case.evidence) for case in recalled.cases if case.number == spoken_of), 0)
    return max(held, len(draft.evidence) if draft else 0)


def _label(talk: Talk, button: str | None) -> str | None:
    return next((choice.value for choice in talk.choices if choice.id == button), button)


def _case_of(outcome: Outcome) -> str | None:
    return outcome.talk.case if outcome.talk else None
