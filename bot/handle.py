"""The corridor: a message, a staff action or a due time goes in at one end, a saved outcome stands at the other."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from threading import Lock
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bot import report
from bot.channels import Incoming, SendLater, Upload
from bot.config import Settings
from bot.evidence import Intake
from bot.gathering import Gathering, Sought, handed_in
from bot.hearing import Hearing, as_it_came, kept_for_reading, record_line
from bot.links import Links
from bot.locks import Locks
from bot.looking import Sight
from bot.orders import OrderSource
from bot.payouts import Answer
from bot.rendering import Rendering
from bot.rulebook import Rulebook
from bot.texts import Catalogue
from flows import case as life
from flows import review
from flows.alarm import ring
from flows.model import SYSTEM, Actor, Case, CaseState, Outcome, Remedy, Role, Tell, Text, Wake
from flows.policy import calendar_notice
from flows.progress import advance
from flows.talk import Turn, step
from flows.turn import Facts
from flows.workdays import SHANGHAI
from nlp.codes import Reason
from nlp.lexicon import Lexicon
from nlp.reading import Reading
from storage.nouns import AlreadyHeard, Recalled, Saving, Stale, ToRead
from storage.store import Store

T = TypeVar("T")
TRIES = 8
"""So often somebody else may come first before a message is put off."""
STAFF_ACTIONS = review.ACTIONS
HOUSE = ""
"""The chat of what staff are told that is about no customer: no customer is called so."""


class NotAllowed(Exception):
    """What staff wanted cannot be done now. The message is for a person, the code for a program."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class StaffAction(Struct, frozen=True):
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
        self._store, self._rules, self._intake = store, rules, intake
        self.gathering = Gathering(store, orders, rules, catalogue)
        self._hearing = Hearing(
            lexicon, links, settings.conversation.max_characters, catalogue.languages, settings.language
        )
        self._rendering = Rendering(catalogue, settings.language, intake.example)
        self._locks = Locks()
        # Several threads that work something out at once take the interpreter from each other at every statement.
        # A PostgreSQL is waited for, and others think meanwhile; SQLite answers before anybody could.
        self._one_thinks: AbstractContextManager[object] = Lock() if store.database.is_sqlite else nullcontext()
        self._told_before: set[str] = set()

    # ---- the three doors, and the fourth by which a payment's answer comes

    def hear(self, incoming: Incoming, now: datetime) -> bool:
        """A customer's message. False where it was heard before."""
        self._look_at_rules(now)
        with self._locks.of(incoming.chat):
            reading = _until_it_holds(lambda: self._hear(incoming, now))
        if reading is not None:
            report.heard(incoming, reading)
        return reading is not None

    def hear_all(self, messages: Sequence[Incoming], now: datetime) -> bool:
        """Messages without files, of as many chats: known of, decided and saved together, which costs far less.

        False where one of them stands in the way of all, or somebody is busy with one of the chats: nothing is done
        then, and each is to be heard by itself.
        """
        chats = {incoming.chat for incoming in messages}
        if len(chats) < len(messages):
            return False
        self._look_at_rules(now)
        with self._locks.if_all_free(chats) as free:
            readings = self._hear_all(messages, now) if free else []
        for incoming, reading in zip(messages, readings, strict=False):
            report.heard(incoming, reading)
        return bool(readings)

    def decide(self, action: StaffAction, now: datetime) -> None:
        """Raises `NotAllowed` with a sentence for whoever wanted it."""
        self._look_at_rules(now)
        chat = action.chat or self._case(action.case).customer
        with self._locks.of(chat):
            try:
                _until_it_holds(lambda: self._decide(action, chat, now))
            except life.NotAllowed as refused:
                raise NotAllowed("not_allowed", self._rendering.why_not(refused)) from refused

    def wake(self, wake: Wake, now: datetime) -> None:
        """A time has come. Nothing is done where the world has moved on since.

        Raises SendLater where they wrote in time what would not let it lapse, and that is still being read.
        """
        self._look_at_rules(now)
        if wake.chat is None:
            return
        chat = wake.chat
        if wake.kind == "lapse" and self._store.outbox.waits(f"read:{chat}", but=""):
            raise SendLater(1, "what they sent is still being read")
        with self._locks.of(chat):
            _until_it_holds(lambda: self._wake(wake, chat, now))

    def read(self, message: ToRead, seen: Mapping[str, Sight], more: bool, now: datetime) -> None:
        """A message whose pictures were read, as far as they could be. `more`: others of theirs come in a moment."""
        with self._locks.of(message.chat):
            _until_it_holds(lambda: self._read(message, seen, more, now))

    def paid(self, case_no: str, answer: Answer, now: datetime, row: str | None = None) -> None:
        """What is known of a payment. The same answer twice changes nothing more.

        `row` of the queue is done by this answer.
        """
        case = self._case(case_no)
        with self._locks.of(case.customer):
            _until_it_holds(lambda: self._paid(case_no, case.customer, answer, now, row))

    # ---- the rules, as the shop's file has them

    def keep_watch(self, now: datetime) -> None:
        """What nobody's message brings about: a file of rules that changed, a calendar that ends. Told once."""
        self._look_at_rules(now)
        ends = calendar_notice(self._rules.running, now)
        if ends is not None:
            self._tell_once(f"calendar:{now.astimezone(SHANGHAI):%Y-%m}:{ends.values['year']}", ends, now)

    def notice(self, now: datetime) -> Text | None:
        """What staff have to know at this moment, whichever case they work on."""
        return self._rules.refused or calendar_notice(self._rules.running, now)

    def _look_at_rules(self, now: datetime) -> None:
        if told := self._rules.look(now):
            self._tell_once(*told, now)

    def _tell_once(self, mark: str, text: Text, now: datetime) -> None:
        if mark in self._told_before:
            return
        self._told_before.add(mark)
        notice = self._rendering.told(Tell(text), HOUSE)
        self._save(Saving(HOUSE, Outcome(), now, message_id=mark, told=(notice,)))

    # ---- a customer's message

    def _hear(self, incoming: Incoming, now: datetime) -> Reading | None:
        """How it was read; nothing where it was heard before."""
        # Pictures are decoded and put away, on a server far off perhaps.
        with nullcontext() if incoming.files else self._one_thinks:
            reading = self._hearing.read(incoming.text)
            saving = self._answer(incoming, reading, now)
        return reading if saving is not None and self._save(saving) else None

    def _answer(self, incoming: Incoming, reading: Reading, now: datetime) -> Saving | None:
        """All that is to be written for a message, or nothing where it was heard before."""
        recalled = self._store.recall(incoming.chat, incoming.message_id)
        if recalled.heard:
            return None
        haul = self._intake.take(incoming.files, handed_in(recalled))
        if haul.taken:
            return kept_for_reading(recalled, incoming, haul, now)
        sought = self._sought(recalled, incoming, reading, now, haul.problems)
        return self._decided(incoming, sought, self.gathering.facts(sought.recalled, sought.heard))

    def _hear_all(self, messages: Sequence[Incoming], now: datetime) -> list[Reading]:
        """How they were read; nothing where one was heard before, or somebody else came first to one of the chats."""
        with self._one_thinks:
            readings = [self._hearing.read(incoming.text) for incoming in messages]
            known = self._store.recall_all({incoming.chat: incoming.message_id for incoming in messages})
            if any(recalled.heard for recalled in known):
                return []
            sought = [
                self._sought(recalled, incoming, reading, now)
                for recalled, incoming, reading in zip(known, messages, readings, strict=True)
            ]
            facts = self.gathering.facts_of_all(sought)
            if len(facts) > 1 and any(known.orders_unknown for known in facts):
                # The shop may have been at a loss with what one of them asks for.
                return []
            savings = list(map(self._decided, messages, sought, facts))
        try:
            return readings if self._save(*savings) else []
        except Stale:
            return []

    def _sought(
        self, recalled: Recalled, incoming: Incoming, reading: Reading, now: datetime, problems: tuple[Text, ...] = (),
        files: tuple[str, ...] = (),
    ) -> Sought:  # fmt: skip
        recalled = self._hearing.in_their_language(recalled, incoming, reading)
        return Sought(recalled, self._hearing.heard(incoming, reading, now, files, problems))

    def _decided(self, incoming: Incoming, sought: Sought, facts: Facts) -> Saving:
        recalled, heard = sought.recalled, sought.heard
        outcome = step(recalled.talk, heard, facts)
        line = record_line(incoming, recalled.talk, case=outcome.talk.case if outcome.talk else None)
        return self._rendering.saving(
            recalled, facts, outcome, heard.at, incoming.message_id, incoming=line, channel=incoming.channel,
            finishes=incoming.finishes,
        )  # fmt: skip

    def _read(self, message: ToRead, seen: Mapping[str, Sight], more: bool, now: datetime) -> None:
        mark = f"read:{message.message_id}"
        recalled = self._store.recall(message.chat, mark)
        if recalled.heard:
            return
        incoming, problems = as_it_came(message)
        reading = self._hearing.read(message.text)
        # It counts from when it came: how long its pictures wait to be read takes no one's window or appeal away.
        sought = self._sought(recalled, incoming, reading, message.at, problems, message.files)
        recalled, heard = sought.recalled, sought.heard
        facts = self.gathering.facts(recalled, heard, {file: sight.picture for file, sight in seen.items()})
        facts = replace(facts, doubts={file: sight.doubts for file, sight in seen.items()})
        outcome = step(recalled.talk, replace(heard, more_to_come=more and not message.text.strip()), facts)
        self._save(self._rendering.saving(recalled, facts, outcome, now, mark, channel=message.channel))

    # ---- staff, time, and money

    def _decide(self, action: StaffAction, chat: str, now: datetime) -> None:
        message_id = f"act:{action.action_id}" if action.action_id else None
        recalled = self._store.recall(chat, message_id)
        if recalled.heard:
            return
        quiet = review.quiet(now)
        facts = self.gathering.facts(recalled, quiet)
        haul = self._intake.take(action.files)
        if haul.problems:
            raise NotAllowed("bad_file", self._rendering.to_staff(haul.problems[0]))
        wish = review.Action(
            action.do, Actor(action.role, action.agent), action.text, action.offer, action.reason,
            tuple(piece.file for piece in haul.taken),
        )  # fmt: skip
        if action.case:
            case = next(case for case in recalled.cases if case.number == action.case)
            if action.reason is not None:
                facts = replace(facts, pictures=self.gathering.pictures(case.evidence))
            outcome = review.decide(case, recalled.talk, wish, facts, quiet)
        else:
            outcome = review.talk_to(recalled.talk, wish, facts, quiet)
        self._save(self._rendering.saving(recalled, facts, outcome, now, message_id, haul=haul))

    def _wake(self, wake: Wake, chat: str, now: datetime) -> None:
        message_id = f"wake:{wake.key}"
        recalled = self._store.recall(chat, message_id)
        quiet = review.quiet(now)
        facts = self.gathering.facts(recalled, quiet)
        outcome = None if recalled.heard else ring(Turn(recalled.talk, quiet, facts), wake)
        if outcome is not None:
            self._save(self._rendering.saving(recalled, facts, outcome, now, message_id, urgent=False))

    def _paid(self, case_no: str, chat: str, answer: Answer, now: datetime, row: str | None) -> None:
        recalled = self._store.recall(chat)
        quiet = review.quiet(now)
        facts = self.gathering.facts(recalled, quiet)
        case = next(case for case in recalled.cases if case.number == case_no)
        turn = Turn(recalled.talk, quiet, facts)
        # What is refused stays so until a person asks anew: of two who asked, the slower one brings no news of it.
        is_news = answer is Answer.DONE or case.state is not CaseState.PAYOUT_FAILED
        for trigger in PAYMENT_STEPS[answer] if is_news else ():
            known = next(known for known in turn.facts.cases if known.number == case_no)
            try:
                outcome = advance(known, trigger, SYSTEM, at=now, policy=turn.rules_of(known))
            except life.NotAllowed:
                continue
            case = outcome.cases[-1]
            turn.done = turn.done.also(events=outcome.events, wakes=outcome.wakes)
            turn.has_moved(case, outcome.events)
        if not turn.done.events:
            if row is not None:
                self._store.outbox.finish(row, now)
            return
        review.news(turn, case, turn.done.events, SYSTEM)
        outcome = replace(turn.outcome(), cases=(case,))
        # The row is done with the answer or not at all: done afterwards, it could be one that was asked for anew.
        done = (row,) if row is not None else ()
        saving = self._rendering.saving(recalled, facts, outcome, now, finishes=done)
        if not self._save(saving):
            # Somebody else had an answer as well: what is known of the money counts all the same.
            self._save(replace(saving, finishes=()))

    # ---- what all doors share

    def _save(self, *savings: Saving) -> bool:
        """All of it or nothing. False where the same was saved before."""
        try:
            self._store.save(*savings)
        except AlreadyHeard:
            return False
        for saving in savings:
            report.saved(saving.outcome)
        return True

    def _case(self, number: str) -> Case:
        case = self._store.case(number)
        if case is None:
            unknown = Text("not_allowed.unknown_case", {"number": number})
            raise NotAllowed("unknown_case", self._rendering.to_staff(unknown))
        return case


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
