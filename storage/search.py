"""Read-only questions: what a customer's page shows, and the desk's queue, talks and record."""

import json
from collections.abc import Hashable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Row, and_, func, select, true

from flows.model import LAST, Case, RiskStep
from nlp.codes import Reason
from storage.engine import Database
from storage.figures import MOST, up_to_most
from storage.nouns import case_noun
from storage.tables import (
    APPEALS,
    CORRECTED,
    DECIDING,
    IN_HAND,
    OPEN,
    QUEUE,
    WAITS_FOR_A_PERSON,
    WITH_A_PERSON,
    WITH_CUSTOMER,
    cases,
    chats,
    events,
    messages,
    risk_steps,
    talks,
)

PAGE = 50
PAGES = 20
"""So far a queue is turned over; what lies deeper is found by its number."""
CHUNK = 200


class Logged(Struct, frozen=True):
    """A line of a chat's record, as it was heard, said or noted."""

    id: int
    at: datetime
    who: str  # customer, bot, agent:NAME, system
    text: str
    files: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    pressed: str | None = None
    case: str | None = None
    internal: bool = False
    message_id: str | None = None  # of what a customer wrote: the id that their channel gave it
    kind: str = "text"  # or what it is that cannot be shown: sticker, voice ...
    key: str | None = None  # of the catalogue, where the text came from there


class TalkRow(Struct, frozen=True):
    """A conversation that belongs to a person, or waits for one."""

    chat: str
    channel: str
    owner: str
    case: str | None
    heard_at: datetime | None
    last_words: str


class View(StrEnum):
    """The ways to look at the queue."""

    OPEN = "open"
    ESCALATED = "escalated"
    MINE = "mine"
    APPEALS = "appeals"
    WAITING = "waiting"
    ALL = "all"


class Search:
    """Asks, and changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- the record of a chat

    def said(self, chat: str, after: int = 0) -> tuple[Logged, ...]:
        """What a customer may see of their own talk, from a line on; as many as fit into one answer."""
        return self._lines(and_(messages.c.chat == chat, messages.c.id > after, messages.c.internal.is_(False)))

    def transcript(self, chat: str, most: int = 500) -> tuple[Logged, ...]:
        """The newest lines of a talk with all that is for staff eyes only, the oldest of them first."""
        newest = select(messages).where(messages.c.chat == chat).order_by(messages.c.id.desc()).limit(most)
        with self._database.read() as connection:
            return tuple(_logged(row) for row in reversed(connection.execute(newest).all()))

    def has_file(self, chat: str, file: str) -> bool:
        """Whether this customer handed in that file. With its quotes, no part of a name in the list is taken for it."""
        named = messages.c.files.contains(f'"{file}"', autoescape=True)
        with self._database.read() as connection:
            return connection.scalar(select(messages.c.id).where(messages.c.chat == chat, named).limit(1)) is not None

    def _lines(self, which: ColumnElement[bool]) -> tuple[Logged, ...]:
        asked = select(messages).where(which).order_by(messages.c.id).limit(CHUNK)
        with self._database.read() as connection:
            return tuple(_logged(row) for row in connection.execute(asked))

    # ---- the queue

    def queue(self, view: View, agent: str, now: datetime, page: int = 0) -> tuple[Case, ...]:
        """Cases of a view, what is due first at the top; their events are left out. There are `PAGES` pages of it."""
        if not 0 <= page < PAGES:
            return ()
        asked = select(cases).where(_of_view(view, agent, now)).order_by(*_order_of(view))
        with self._database.read() as connection:
            rows = connection.execute(asked.limit(PAGE).offset(page * PAGE))
            return tuple(case_noun(row, ()) for row in rows)

    def counts(self, agent: str, now: datetime) -> dict[View, int]:
        """How many cases each view has; `MOST` where there are as many or more."""
        sums = [up_to_most(_of_view(view, agent, now), *_order_of(view)).label(view.value) for view in View]
        with self._database.read() as connection:
            row = connection.execute(select(*sums)).one()
        return {view: getattr(row, view.value) for view in View}

    def find(self, text: str) -> tuple[Case, ...]:
        """Cases by their number or by their order's number, written out."""
        wanted = text.strip().upper()
        which = (cases.c.number == wanted) | (cases.c.order_upper == func.upper(text.strip()))
        with self._database.read() as connection:
            found = connection.execute(select(cases).where(which).order_by(cases.c.opened_at.desc()).limit(PAGE))
            return tuple(case_noun(row, ()) for row in found)

    def not_over(self) -> Iterator[Case]:
        """Every case that is not over, however many they are; their events are left out."""
        last = ""
        while True:
            asked = select(cases).where(cases.c.number > last, cases.c.state.not_in(LAST)).order_by(cases.c.number)
            with self._database.read() as connection:
                rows = connection.execute(asked.limit(CHUNK)).all()
            yield from (case_noun(row, ()) for row in rows)
            if len(rows) < CHUNK:
                return
            last = rows[-1].number

    def talks(self) -> tuple[TalkRow, ...]:
        """Talks that wait for a person, the longest wait first, and then those that a person has."""
        with self._database.read() as connection:
            waiting = connection.execute(_TALKS.where(WAITS_FOR_A_PERSON).limit(CHUNK)).all()
            taken = connection.execute(_TALKS.where(WITH_A_PERSON).limit(CHUNK - len(waiting))).all()
        return tuple(
            TalkRow(row.chat, row.channel or "", row.owner, row.case_no, row.heard_at, row.last_words or "")
            for row in (*waiting, *taken)
        )

    def waiting(self) -> int:
        """How many talks wait for a person; `MOST` where there are as many or more."""
        some = select(talks.c.heard_at).where(WAITS_FOR_A_PERSON).order_by(talks.c.heard_at).limit(MOST)
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).select_from(some.subquery())) or 0

    def risk_steps(self, customer: str) -> tuple[tuple[datetime, RiskStep], ...]:
        """How a customer came onto the high-risk list and off it, the latest first."""
        asked = select(risk_steps).where(risk_steps.c.customer == customer).order_by(risk_steps.c.id.desc())
        with self._database.read() as connection:
            return tuple(
                (row.at, RiskStep(row.customer, row.restricted, row.by, row.why)) for row in connection.execute(asked)
            )

    # ---- the whole

    def corrected(self) -> tuple[tuple[str, Reason], ...]:
        """What customers said in the cases whose reason staff corrected, with the reason as it stands."""
        touched = select(events.c.case_no).where(CORRECTED)
        with self._database.read() as connection:
            found = connection.execute(select(cases).where(cases.c.number.in_(touched)).order_by(cases.c.number)).all()
        return tuple((case.words, case.reason) for case in (case_noun(row, ()) for row in found) if case.words)

    def newest(self) -> Hashable:
        """Differs as soon as anything was said, noted or stepped anywhere."""
        with self._database.read() as connection:
            return tuple(connection.scalar(select(func.max(table.c.id))) for table in (messages, events, risk_steps))

    def mark(self, chat: str, number: str | None) -> Hashable:
        """Differs as soon as anything of this talk or this case did."""
        with self._database.read() as connection:
            return (
                connection.scalar(select(func.max(messages.c.id)).where(messages.c.chat == chat)),
                connection.scalar(select(talks.c.version).where(talks.c.chat == chat)),
                connection.scalar(select(func.max(risk_steps.c.id)).where(risk_steps.c.customer == chat)),
                connection.scalar(select(cases.c.version).where(cases.c.number == number)) if number else None,
            )


_THEIRS = select(messages.c.text).where(messages.c.chat == talks.c.chat, messages.c.who == "customer")
_LAST_WORDS = _THEIRS.order_by(messages.c.id.desc()).limit(1).correlate(talks).scalar_subquery()
_TALKS = (
    select(talks, chats.c.channel, _LAST_WORDS.label("last_words"))
    .outerjoin(chats, chats.c.chat == talks.c.chat)
    .order_by(talks.c.heard_at)
)


def _of_view(view: View, agent: str, now: datetime) -> ColumnElement[bool]:
    """A review that is late stands before a supervisor until it is decided."""
    wheres: dict[View, ColumnElement[bool]] = {
        View.OPEN: OPEN,
        View.ESCALATED: DECIDING & (cases.c.due_at <= now),
        View.MINE: IN_HAND & (cases.c.reviewer == agent),
        View.APPEALS: APPEALS,
        View.WAITING: WITH_CUSTOMER,
        View.ALL: true(),
    }
    return wheres[view]


def _order_of(view: View) -> tuple[ColumnElement[Any], ...]:
    """Each is the order of an index, whose first rows are all that is read."""
    if view is View.ESCALATED:
        return (cases.c.due_at,)
    return (cases.c.opened_at.desc(), cases.c.number.desc()) if view is View.ALL else QUEUE


def _logged(row: Row[Any]) -> Logged:
    sign = f"hear:{row.chat}:"
    came_as = row.sent_as.removeprefix(sign) if row.sent_as and row.sent_as.startswith(sign) else None
    return Logged(
        row.id, row.at, row.who, row.text, tuple(json.loads(row.files)),
        tuple((button[0], button[1]) for button in json.loads(row.buttons)),
        row.pressed, row.case_no, row.internal, came_as, row.kind, row.text_key,
    )  # fmt: skip
