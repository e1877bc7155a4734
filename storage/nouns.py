"""What one visit to the store brings and takes, and how nouns become rows and rows nouns again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from flows.model import Case, CaseState, Event, Ledger, Outcome, Pay, Role, Talk, Wake


class Stale(Exception):
    """Somebody else changed it in between: load again, decide again, save again."""


class AlreadyHeard(Exception):
    """This message was dealt with before."""


class Overdrawn(Exception):
    """More pieces of an order would be given back than were bought."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """All that is known of a chat."""

    heard: bool
    talk: Talk
    cases: tuple[Case, ...] = ()  # newest first, with their events
    bound: frozenset[str] = frozenset()  # orders that were shown to be theirs
    high_risk: bool = False
    channel: str | None = None  # None before the first word


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """All that is known of an order beyond what the shop says."""

    ledger: Ledger
    tries: tuple[datetime, ...] = ()  # wrong tries, the latest last


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chat's record that was not said by the bot: what came in, or what staff noted."""

    who: str  # customer, agent:NAME, system
    text: str = ""
    files: tuple[str, ...] = ()
    pressed: str | None = None
    kind: str = "text"
    case: str | None = None
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """A sentence in its final words, with the key and the values it was made from."""

    key: str
    values: str  # as JSON
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    asks: str | None = None
    expects: tuple[str, ...] = ()
    case: str | None = None
    to: str = ""  # the chat; left out, the one that is saved
    who: str = "bot"  # whose words it carries
    files: tuple[str, ...] = ()  # kept pictures and documents that go with it
    about: str = ""  # of what staff are told: the customer's chat
    at: datetime | None = None  # when that was heard which it answers


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a messenger handed over, as it came: it is kept before that is acknowledged, and dealt with afterwards."""

    channel: str
    body: dict[str, Any]
    album: str = ""  # what belongs to one album is dealt with together
    plain: bool = False  # words alone: heard together with those of others, as nobody has to be asked for anything
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """An evidence file as it lies on disk."""

    file: str
    size: int
    type: str


@dataclass(frozen=True, slots=True)
class ToRead:
    """A message with pictures, whole: it is answered when they are read."""

    chat: str
    message_id: str
    files: tuple[str, ...]
    at: datetime  # when it came
    text: str = ""
    button: str | None = None
    payload: str | None = None
    kind: str = "text"
    channel: str = ""
    language: str | None = None
    problems: tuple[tuple[str, dict[str, int]], ...] = ()  # texts that say why other files were not taken
    case: None = None  # rows of the outbox name one; a message has none before it is answered


@dataclass(frozen=True, slots=True)
class Saving:
    """Everything that one visit writes, together or not at all."""

    chat: str
    outcome: Outcome
    now: datetime
    channel: str = ""  # by which the customer writes
    message_id: str | None = None
    said: tuple[Rendered, ...] = ()
    told: tuple[Rendered, ...] = ()
    incoming: Line | None = None
    ledgers: tuple[Ledger, ...] = ()  # as they were when it was decided
    pieces: tuple[Piece, ...] = ()
    finishes: tuple[str, ...] = ()  # rows of the queue that are done by this: with it or not at all
    urgent: bool = True  # somebody waits for what is said
    known_channel: str | None = None  # by which they wrote before
    read: ToRead | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A row of the outbox that was taken to be carried out."""

    key: str
    kind: str
    task: Rendered | Pay | Wake | Arrived | ToRead
    chat: str | None = None
    channel: str | None = None
    attempts: int = 1  # this one counted
    lane: str | None = None  # rows of one lane are carried out one after the other


@dataclass(frozen=True, slots=True)
class AtHand:
    """Lanes of rows that are held since they were written, to be carried out at once; and those that go on behind."""

    lanes: tuple[tuple[Due, ...], ...] = ()
    behind: tuple[tuple[str, str], ...] = ()  # (kind, lane)


@dataclass(frozen=True, slots=True)
class StaffMember:
    name: str
    role: Role
    password_hash: str
    telegram: int | None = None  # the Telegram user that the account is bound to


TALK = TypeAdapter(Talk)
CASE = TypeAdapter(Case)
TASKS: dict[str, TypeAdapter[Any]] = {
    "say": TypeAdapter(Rendered),
    "tell": TypeAdapter(Rendered),
    "pay": TypeAdapter(Pay),
    "wake": TypeAdapter(Wake),
    "arrived": TypeAdapter(Arrived),
    "read": TypeAdapter(ToRead),
}
KEPT_BESIDE = {"events", "version"}
"""Parts of a noun that have rows or a column of their own."""


def talk_row(talk: Talk) -> dict[str, Any]:
    return {
        "chat": talk.chat,
        "state": talk.state.value,
        "owner": talk.owner,
        "case_no": talk.case,
        "heard_at": talk.heard_at,
        "version": talk.version + 1,
        "body": TALK.dump_json(talk, exclude=KEPT_BESIDE).decode(),
    }


def talk_noun(body: str, version: int) -> Talk:
    return replace(TALK.validate_json(body), version=version)


def case_row(case: Case, now: datetime) -> dict[str, Any]:
    return {
        "number": case.number,
        "customer": case.customer,
        "order_no": case.order.order_no,
        "reason": case.reason.value,
        "state": case.state.value,
        "quantity": case.quantity,
        "cash": case.refund.cash,
        "points": case.refund.points,
        "reviewer": case.reviewer,
        "changed_at": now,
        "due_at": case.due_at,
        "until": case.until,
        "version": case.version + 1,
        "appealed": case.appealed,
        "body": CASE.dump_json(case, exclude=KEPT_BESIDE).decode(),
    }


def case_noun(row: Any, events: Sequence[Event]) -> Case:
    return replace(CASE.validate_json(row.body), version=row.version, events=tuple(events))


def event_row(event: Event) -> dict[str, Any]:
    return {
        "case_no": event.case,
        "at": event.at,
        "by": event.by,
        "step": event.trigger,
        "source": event.source.value,
        "target": event.to.value,
        "why": event.why,
    }


def event_noun(row: Any) -> Event:
    return Event(row.case_no, row.at, row.by, row.step, CaseState(row.source), CaseState(row.target), row.why)


def task_row(
    kind: str, key: str, task: Any, chat: str | None, due: datetime, *, lane: str | None = None, urgent: bool = True
) -> dict[str, Any]:
    """A row of the outbox as it is written."""
    return {
        "key": key,
        "kind": kind,
        "chat": chat,
        "case_no": task.case,
        "due": due,
        "body": TASKS[kind].dump_json(task).decode(),
        "attempts": 0,
        "leased_until": None,
        "lane": lane,
        "urgent": urgent,
    }


def due_row(due: Due, at: datetime, *, urgent: bool = True) -> dict[str, Any]:
    return task_row(due.kind, due.key, due.task, due.chat, at, lane=due.lane, urgent=urgent)


def as_held(until: datetime) -> dict[str, Any]:
    """What a row of the outbox has else that is held since it is written: it counts as tried once."""
    return {"leased_until": until, "attempts": 1}


as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Made once: `json.dumps` makes an encoder at every call."""
