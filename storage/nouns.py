"""What one visit to the store brings and takes, and how nouns become rows and rows nouns again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace

from flows.model import Case, CaseState, Event, Ledger, Outcome, Pay, Role, Talk, Wake


class Stale(Exception):
    """Somebody else changed it in between: load again, decide again, save again."""


class AlreadyHeard(Exception):
    """This message was dealt with before."""


class Overdrawn(Exception):
    """More pieces of an order would be given back than were bought."""


class Recalled(Struct, frozen=True):
    """All that is known of a chat."""

    heard: bool
    talk: Talk
    cases: tuple[Case, ...] = ()  # newest first, with their events
    bound: frozenset[str] = frozenset()  # orders that were shown to be theirs
    high_risk: bool = False
    channel: str | None = None  # None before the first word


class OrderRecord(Struct, frozen=True):
    """All that is known of an order beyond what the shop says."""

    ledger: Ledger
    tries: tuple[datetime, ...] = ()  # wrong tries, the latest last


class Line(Struct, frozen=True):
    """A line of a chat's record that was not said by the bot: what came in, or what staff noted."""

    who: str  # customer, agent:NAME, system
    text: str = ""
    files: tuple[str, ...] = ()
    pressed: str | None = None
    kind: str = "text"
    case: str | None = None
    internal: bool = False


class Rendered(Struct, frozen=True):
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


class Arrived(Struct, frozen=True):
    """What a messenger handed over, as it came: it is kept before that is acknowledged, and dealt with afterwards."""

    channel: str
    body: dict[str, Any]
    album: str = ""  # what belongs to one album is dealt with together
    plain: bool = False  # words alone: heard together with those of others, as nobody has to be asked for anything
    case: str | None = None


class Piece(Struct, frozen=True):
    """An evidence file as it lies on disk."""

    file: str
    size: int
    type: str


class ToRead(Struct, frozen=True):
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


class Saving(Struct, frozen=True):
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


class Due(Struct, frozen=True):
    """A row of the outbox that was taken to be carried out."""

    key: str
    kind: str
    task: Rendered | Pay | Wake | Arrived | ToRead
    chat: str | None = None
    channel: str | None = None
    attempts: int = 1  # this one counted
    lane: str | None = None  # rows of one lane are carried out one after the other


class AtHand(Struct, frozen=True):
    """Lanes of rows that are held since they were written, to be carried out at once; and those that go on behind."""

    lanes: tuple[tuple[Due, ...], ...] = ()
    behind: tuple[tuple[str, str], ...] = ()  # (kind, lane)


class StaffMember(Struct, frozen=True):
    name: str
    role: Role
    password_hash: str
    telegram: int | None = None  # the Telegram user that the account is bound to


TALK = Decoder(Talk)
CASE = Decoder(Case)
TASKS: dict[str, Decoder[Any]] = {
    "say": Decoder(Rendered),
    "tell": Decoder(Rendered),
    "pay": Decoder(Pay),
    "wake": Decoder(Wake),
    "arrived": Decoder(Arrived),
    "read": Decoder(ToRead),
}
_encode = Encoder().encode


def as_json(value: object) -> str:
    """A noun, or what one is made of, as it is kept: without blanks, which what is found in a body relies on."""
    return _encode(value).decode()


def talk_row(talk: Talk) -> dict[str, Any]:
    return {
        "chat": talk.chat,
        "state": talk.state.value,
        "owner": talk.owner,
        "case_no": talk.case,
        "heard_at": talk.heard_at,
        "version": talk.version + 1,
        "body": as_json(replace(talk, version=0)),  # which has a column of its own
    }


def talk_noun(body: str, version: int) -> Talk:
    return replace(TALK.decode(body), version=version)


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
        "body": as_json(replace(case, events=(), version=0)),  # which have rows and a column of their own
    }


def case_noun(row: Any, events: Sequence[Event]) -> Case:
    return replace(CASE.decode(row.body), version=row.version, events=tuple(events))


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
        "body": as_json(task),
        "attempts": 0,
        "leased_until": None,
        "lane": lane,
        "urgent": urgent,
    }


def due_row(due: Due, at: datetime, *, urgent: bool = True) -> dict[str, Any]:
    return task_row(due.kind, due.key, due.task, due.chat, at, lane=due.lane, urgent=urgent)
