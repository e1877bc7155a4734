"""The queue: what is still to be said, told, paid, read or looked at again, saved together with what caused it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from storage.engine import Database
from storage.many import among, rows_given
from storage.nouns import TASKS, Arrived, AtHand, Due, due_row
from storage.tables import When, chats, outbox, readable
from storage.together import Together
from storage.visit import Ready, Visit

HAPPENS = ("wake", "pay", "read")
IS_SAID = ("say", "tell")
ARRIVES = ("arrived",)
KINDS = (*HAPPENS, *IS_SAID, *ARRIVES)
Row = dict[str, Any]
Arriving = tuple[Due, Row]
BEHIND = 4
"""So many rows of a lane are taken at once: a long one must not be held for longer than a lease."""


class Outbox:
    """Rows are taken with a lease and finished afterwards: whoever dies in between leaves them to be taken again.

    So everything is carried out at least once. What must not happen twice is asked for under the row's key, which never
    changes.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._finishing = Together(self._finish_all)

    def keep(self, arrived: Iterable[Arriving], held_until: datetime | None = None) -> AtHand:
        """What a messenger handed over. What is known by its key is left alone.

        `held_until`: what nothing is before in its lane is held until then by whoever keeps it.
        """
        lanes: dict[str, InLane] = {}
        for due, row in {due.key: (due, row) for due, row in arrived}.values():
            lane = due.lane or ""
            # An album waits until it is whole, and what comes after it waits with it.
            all_of_it = lanes.setdefault(lane, InLane("arrived", lane, held_until))
            all_of_it.add(due, row, waits=isinstance(due.task, Arrived) and bool(due.task.album))
        one_statement = all(lane.is_one for lane in lanes.values()) or not any(lane.held for lane in lanes.values())
        if one_statement and not self.database.is_sqlite:
            with self.database.change() as visit:
                return put_in_lanes(visit, lanes.values())
        return self.database.write_together(lambda visit: put_in_lanes(visit, lanes.values())) if lanes else AtHand()

    def waiting(self, lane: str) -> list[Due]:
        """All that is not done yet of a lane, in its order; nothing is taken by asking."""
        with self.database.visit() as visit:
            return [_due(row) for row in visit.rows(_LANE, lane=lane)]

    def dealt_with(self, lane: str) -> list[Due]:
        """What arrived in a lane and is done, as far as it is not forgotten."""
        done = _ROWS.where(outbox.c.done_at.is_not(None), outbox.c.kind == "arrived", outbox.c.lane == lane)
        with self.database.read() as connection:
            return [_due(row) for row in connection.execute(done.order_by(outbox.c.id))]

    def take(self, now: datetime, n: int, lease: timedelta, kinds: Collection[str] = KINDS) -> list[Due]:
        """Up to `n` rows that are due, the urgent first, and what else is due in their lanes, in its order."""
        with self.database.visit(writes=True, durable=False) as visit:
            rows = _with_following(visit, visit.rows(_startable(tuple(kinds)), now=now, most=n), now)
            visit.change(_LEASE, *({"row": row.id, "until": now + lease} for row in rows))
        return [_due(row) for row in rows]

    def finish(self, key: str, now: datetime, error: str | None = None) -> None:
        """It is done, or given up with an error. Done a second time, nothing changes."""
        if error is None:
            self._finishing.do((key, now))
        else:
            self._change(_GIVE_UP, {"keys": [key], "now": now, "error": error})

    def later(self, key: str, at: datetime, error: str) -> None:
        self._change(_LATER, {"keys": [key], "at": at, "error": error})

    def give_back(self, keys: Iterable[str]) -> None:
        """Taken and not tried: they stand as if they had never been taken."""
        self._change(_GIVE_BACK, {"keys": keys})

    def waits(self, lane: str, but: str) -> bool:
        """Whether something else of this lane is still to be done, and is not put off."""
        waiting = select(outbox.c.id).where(_UNDONE, outbox.c.lane == lane, outbox.c.key != but)
        with self.database.read() as connection:
            return connection.scalar(waiting.where(outbox.c.attempts <= 1).limit(1)) is not None

    def next_due(self, kinds: Collection[str] = KINDS) -> datetime | None:
        """When the next row can be taken, now or later."""
        with self.database.visit() as visit:
            earliest: datetime | None = visit.rows(_earliest(tuple(kinds)))[0].at
        return earliest

    def reclaim(self) -> None:
        """For a process that knows itself to be the only one: whoever held a lease is gone."""
        with self.database.write(durable=False) as connection:
            connection.execute(update(outbox).where(_UNDONE).values(leased_until=None))

    def forget(self, before: datetime, arrived_before: datetime) -> int:
        """Rows that were done so long ago that nothing brings them again; how many. A payment is never forgotten.

        What arrived is a customer's own words: it goes as soon as no messenger would hand it over once more.
        """
        long_done = (outbox.c.done_at < before) & (outbox.c.kind != "pay")
        dealt_with = (outbox.c.done_at < arrived_before) & (outbox.c.kind == "arrived")
        with self.database.write(durable=False) as connection:
            return sum(connection.execute(delete(outbox).where(which)).rowcount for which in (long_done, dealt_with))

    def _finish_all(self, done: Sequence[tuple[str, datetime]]) -> None:
        self._change(FINISH, {"keys": [key for key, _ in done], "now": max(now for _, now in done)})

    def _change(self, change: Ready, values: Row) -> None:
        with self.database.change(durable=False) as visit:
            visit.change(change, values)


_UNDONE = outbox.c.done_at.is_(None)
_NOW = bindparam("now", type_=When)
_FREE = (outbox.c.due <= _NOW) & (outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= _NOW))
_OTHER = outbox.alias("other")
_SAME_LANE = (_OTHER.c.lane == outbox.c.lane) & _OTHER.c.done_at.is_(None)
_FIRST_OF_LANE = outbox.c.lane.is_(None) | ~exists().where(_SAME_LANE, _OTHER.c.id < outbox.c.id)
"""What shares a lane is carried out in order: only the first row of it that is not done yet can be taken."""
_ROWS = select(
    outbox, chats.c.channel, exists().where(_SAME_LANE, _OTHER.c.id > outbox.c.id).label("followed")
).select_from(outbox.outerjoin(chats, chats.c.chat == outbox.c.chat))
_WHEN_FREE = case((outbox.c.leased_until > outbox.c.due, outbox.c.leased_until), else_=outbox.c.due)

_PUT = Ready(insert(outbox).inline().on_conflict_do_nothing())
_KEPT = ("key", "kind", "chat", "case_no", "due", "body", "lane", "urgent")
_HELD = rows_given("rows", [*(outbox.c[name] for name in _KEPT), Column("held_until", When)]).c
_BEFORE = select(_OTHER.c.id).where(_OTHER.c.lane == _HELD.lane, _OTHER.c.done_at.is_(None)).limit(1)
_WAITS = _BEFORE.scalar_subquery().is_not(None)
_IF_FIRST = case((_WAITS, None), else_=_HELD.held_until), case((_WAITS, 0), else_=1)


def _put_held(until: ColumnElement[Any], attempts: ColumnElement[Any]) -> Ready:
    """What is held since it is written counts as tried once."""
    values = select(*(_HELD[name] for name in _KEPT), until, attempts).where(true())
    new = insert(outbox).from_select([*_KEPT, "leased_until", "attempts"], values).on_conflict_do_nothing()
    return Ready(new.returning(outbox.c.key, outbox.c.leased_until))


_PUT_HEADS, _PUT_FOLLOWING = _put_held(*_IF_FIRST), _put_held(_HELD.held_until, literal_column("1"))
_LANE = Ready(_ROWS.where(_UNDONE, outbox.c.lane == bindparam("lane")).order_by(outbox.c.id))
_LEASE = Ready(
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(leased_until=bindparam("until", type_=When), attempts=outbox.c.attempts + 1)
)
_NONE: ColumnElement[int] = literal_column("0")
# Said in a way that leads PostgreSQL to the keys, and not through all that is undone.
_OF_KEYS = among(outbox.c.key, "keys") & (func.coalesce(outbox.c.done_at, _NONE) == _NONE)
_CHANGE = update(outbox).where(_OF_KEYS).values(leased_until=None)
FINISH = Ready(_CHANGE.values(done_at=_NOW))
"""What of these `keys` is not done yet is done `now`."""
_GIVE_UP = Ready(_CHANGE.values(done_at=_NOW, error=bindparam("error")))
_LATER = Ready(_CHANGE.values(due=bindparam("at", type_=When), error=bindparam("error")))
_GIVE_BACK = Ready(_CHANGE.values(attempts=outbox.c.attempts - 1))


def _takeable(kinds: Collection[str]) -> ColumnElement[bool]:
    return _UNDONE & or_(*(outbox.c.kind == kind for kind in kinds)) & _FIRST_OF_LANE


@cache
def _startable(kinds: tuple[str, ...]) -> Ready:
    found = _ROWS.where(_takeable(kinds), _FREE).order_by(outbox.c.urgent.desc(), outbox.c.due, outbox.c.id)
    return Ready(found.limit(bindparam("most", type_=Integer)).with_for_update(of=outbox, skip_locked=True))


@cache
def _earliest(kinds: tuple[str, ...]) -> Ready:
    return Ready(select(func.min(_WHEN_FREE, type_=When).label("at")).where(_takeable(kinds)))


def _with_following(visit: Visit, first: Sequence[Any], now: datetime) -> list[Any]:
    """Each row, and after it what else is due in its lane: nobody else can have taken that."""
    rows = []
    for head in first:
        rows.append(head)
        if head.followed:
            behind = visit.rows(_LANE, lane=head.lane)[1:BEHIND]
            rows += takewhile(lambda row: row.due <= now, behind)
    return rows


def arriving(key: str, lane: str, at: datetime, what: Arrived) -> Arriving:
    """What a messenger handed over, on its way into the queue, due at that time."""
    due = Due(key, "arrived", what, lane=lane)
    return due, due_row(due, at)


class InLane:
    """Rows of one lane on their way into the queue."""

    def __init__(self, kind: str, lane: str, until: datetime | None) -> None:
        """Held until then by whoever puts them there, if nothing of the lane is to be done before; None: not held."""
        self.kind, self.lane, self.until = kind, lane, until
        self.held: list[Due] = []
        self.rows: list[Row] = []

    @property
    def is_one(self) -> bool:
        """One row alone, and held: such lanes are put there by one statement."""
        return len(self.held) == len(self.rows) == 1

    def add(self, due: Due, row: Row, *, waits: bool = False) -> None:
        """`waits`: it is not held, nor is what comes behind it."""
        if not waits and self.until is not None and len(self.held) == len(self.rows):
            self.held.append(due)
        self.rows.append(row)


def put_in_lanes(visit: Visit, lanes: Iterable[InLane], others: Iterable[Row] = ()) -> AtHand:
    """All of it into the queue. What was there before is left alone."""
    lanes = [*lanes]
    mine = _now_held(visit, _PUT_HEADS, ((lane, lane.rows[:1]) for lane in lanes if lane.held))
    begun = [lane for lane in lanes if lane.held and lane.held[0].key in mine]
    mine |= _now_held(visit, _PUT_FOLLOWING, ((lane, lane.rows[1 : len(lane.held)]) for lane in begun))
    rows, behind = [*others], []
    for lane in lanes:
        is_begun = bool(lane.held) and lane.held[0].key in mine
        there = len(lane.held) if is_begun else min(1, len(lane.held))
        rows += lane.rows[there:]
        if lane.until is not None and (not is_begun or there < len(lane.rows)):
            behind.append((lane.kind, lane.lane))
    visit.change(_PUT, *rows)
    return AtHand(tuple(tuple(due for due in lane.held if due.key in mine) for lane in begun), tuple(behind))


def _now_held(visit: Visit, put: Ready, each: Iterable[tuple[InLane, Sequence[Row]]]) -> set[str]:
    """The keys of those rows that were not there before and are held now."""
    rows = [row | {"held_until": lane.until} for lane, of_lane in each for row in of_lane]
    held = {row.key for row in visit.rows(put, rows=rows) if row.leased_until is not None} if rows else set[str]()
    return {row["key"] for row in rows if readable(row["key"]) in held}


def _due(row: Any) -> Due:
    task = TASKS[row.kind].decode(row.body)
    return Due(row.key, row.kind, task, row.chat, row.channel, row.attempts + 1, row.lane)
