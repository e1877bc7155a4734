"""How things stand at a moment, for whoever watches over it: what is due, how old, what is open. Bounded, so cheap."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    exists,
    func,
    literal,
    select,
    union_all,
)

from flows.model import LAST, CaseState
from storage.engine import Database
from storage.outbox import KINDS
from storage.tables import DECIDING, WAITS_FOR_A_PERSON, When, cases, outbox, talks

MOST = 2_000
"""So many rows of a kind or a state are looked at: a count that reaches it means "so many or more"."""
OPEN = tuple(state for state in CaseState if state is not CaseState.DRAFT and state not in LAST)
"""States in which a case lies that something is still to follow for; a draft is no case yet."""


class Pile(Struct, frozen=True):
    """What lies in one place: how much, and since when the oldest does. None where nothing lies there."""

    count: int = 0
    since: datetime | None = None


class Standing(Struct, frozen=True):
    """How everything stands."""

    due: Mapping[str, Pile]  # rows of the outbox whose time has come, by kind; `since`: of those nobody is busy with
    cases: Mapping[CaseState, Pile]  # open ones; `since`: handed in
    overdue: int  # cases that had to be decided by now
    waiting: int  # talks that wait for a person


def standing(database: Database, now: datetime) -> Standing:
    """All of it in one visit."""
    with database.read() as connection:
        due = _due_piles(connection, now)
        opened = {row.state: row for row in connection.execute(_OPEN)}
        overdue = sum(connection.scalars(_OVERDUE, {"now": now}))
        waiting = connection.execute(_WAITING).scalar_one()
    return Standing(
        due,
        {CaseState(state): Pile(row.many, row.since) for state, row in opened.items()},
        overdue,
        waiting,
    )


def due_piles(database: Database, now: datetime) -> dict[str, Pile]:
    """What is due, by kind. What waits for its turn behind something that was put off does not count as old."""
    with database.read() as connection:
        return _due_piles(connection, now)


def _due_piles(connection: Connection, now: datetime) -> dict[str, Pile]:
    due = {row.kind: row.many for row in connection.execute(_DUE, {"now": now})}
    free = {row.kind: row.since for row in connection.execute(_FREE, {"now": now})}
    return {kind: Pile(due.get(kind, 0), free.get(kind)) for kind in KINDS}


_NOW = bindparam("now", type_=When)
_oldest = (
    select(outbox.c.id, outbox.c.kind, outbox.c.due, outbox.c.lane, outbox.c.leased_until)
    .where(outbox.c.done_at.is_(None), outbox.c.due <= _NOW)
    .order_by(outbox.c.due)
    .limit(MOST)
    .subquery()
)


def _free() -> ColumnElement[bool]:
    """Neither taken, nor behind another one of its lane."""
    earlier = outbox.alias("earlier")
    behind = exists().where(earlier.c.done_at.is_(None), earlier.c.lane == _oldest.c.lane, earlier.c.id < _oldest.c.id)
    not_taken = _oldest.c.leased_until.is_(None) | (_oldest.c.leased_until <= _NOW)
    return not_taken & (_oldest.c.lane.is_(None) | ~behind)


_PILES = select(
    _oldest.c.kind, func.count().label("many"), func.min(_oldest.c.due, type_=When).label("since")
).group_by(_oldest.c.kind)
_DUE, _FREE = _PILES, _PILES.where(_free())


def _open() -> CompoundSelect[str, int, datetime]:
    def of(state: CaseState) -> Select[str, int, datetime]:
        found = select(cases.c.opened_at).where(cases.c.state == state.value).order_by(cases.c.opened_at).limit(MOST)
        rows = found.subquery()
        since = func.min(rows.c.opened_at, type_=When).label("since")
        return select(literal(state.value).label("state"), func.count().label("many"), since).select_from(rows)

    return union_all(*map(of, OPEN))


_OPEN = _open()


_late = select(cases.c.due_at).where(DECIDING, cases.c.due_at < _NOW).order_by(cases.c.due_at).limit(MOST)
_OVERDUE = select(func.count()).select_from(_late.subquery())
_asked = select(talks.c.heard_at).where(WAITS_FOR_A_PERSON).order_by(talks.c.heard_at).limit(MOST)
_WAITING = select(func.count()).select_from(_asked.subquery())
