"""The queue: what is still to be said, told, paid or looked at again, saved together with what caused it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Update,
    bindparam,
    case,
    delete,
    exists,
    func,
    select,
    update,
)

from storage.engine import Database
from storage.nouns import TASKS, Arrived, Due, task_row
from storage.tables import When, chats, outbox

HAPPENS = ("wake", "pay")
IS_SAID = ("say", "tell")
ARRIVES = ("arrived",)
KINDS = (*HAPPENS, *IS_SAID, *ARRIVES)
BEHIND = 4
"""So many rows of a lane are taken at once: a long one must not be held for longer than a lease."""


class Outbox:
    """Rows are taken with a lease and finished afterwards: whoever dies in between leaves them to be taken again.

    So everything is carried out at least once. What must not happen twice is asked for under the row's key, which never
    changes.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def keep(self, arrived: Iterable[tuple[str, str, datetime, Arrived]]) -> None:
        """What a messenger handed over, as (key, lane, due, what it is). What is known by its key is left alone."""
        rows = [task_row("arrived", key, what, None, due, lane=lane) for key, lane, due, what in arrived]
        if rows:
            with self.database.write() as connection:
                connection.execute(self.database.insert_new(outbox), rows)

    def waiting(self, lane: str) -> list[Due]:
        """All that is not done yet of a lane, in its order; nothing is taken by asking."""
        with self.database.read() as connection:
            return [_due(row) for row in connection.execute(_LANES, {"lanes": [lane]})]

    def dealt_with(self, lane: str) -> list[Due]:
        """What arrived in a lane and is done, as far as it is not forgotten."""
        done = _ROWS.where(outbox.c.done_at.is_not(None), outbox.c.kind == "arrived", outbox.c.lane == lane)
        with self.database.read() as connection:
            return [_due(row) for row in connection.execute(done.order_by(outbox.c.id))]

    def take(self, now: datetime, n: int, lease: timedelta, kinds: Collection[str] = KINDS) -> list[Due]:
        """Up to `n` rows that are due, the urgent first, and what else is due in their lanes, in its order."""
        wanted = {"now": now, "most": n, "kinds": list(kinds)}
        with self.database.write(durable=False) as connection:
            rows = _with_following(connection, connection.execute(_STARTABLE, wanted).all(), now)
            if rows:
                connection.execute(_LEASE, [{"row": row.id, "until": now + lease} for row in rows])
        return [_due(row) for row in rows]

    def finish(self, key: str, now: datetime, error: str | None = None) -> None:
        """It is done, or given up with an error. Done a second time, nothing changes."""
        self._note(_FINISH, [{"known": key, "done_at": now, "error": error}])

    def later(self, key: str, at: datetime, error: str) -> None:
        self._note(_LATER, [{"known": key, "due": at, "error": error}])

    def give_back(self, keys: Iterable[str]) -> None:
        """Taken and not tried: they stand as if they had never been taken."""
        self._note(_GIVE_BACK, [{"known": key} for key in keys])

    def next_due(self, kinds: Collection[str] = KINDS) -> datetime | None:
        """When the next row can be taken, now or later."""
        with self.database.read() as connection:
            return connection.execute(_EARLIEST, {"kinds": list(kinds)}).scalar_one()

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

    def _note(self, change: Update, rows: list[dict[str, Any]]) -> None:
        with self.database.write(durable=False) as connection:
            connection.execute(change, rows)


_UNDONE = outbox.c.done_at.is_(None)
_NOW = bindparam("now", type_=When)
_ROWS = select(outbox, chats.c.channel).select_from(outbox.outerjoin(chats, chats.c.chat == outbox.c.chat))


def _first_of_lane() -> ColumnElement[bool]:
    """What shares a lane is carried out in order: only the first row of it that is not done yet can be taken."""
    earlier = outbox.alias("earlier")
    waits = exists().where(earlier.c.done_at.is_(None), earlier.c.lane == outbox.c.lane, earlier.c.id < outbox.c.id)
    return outbox.c.lane.is_(None) | ~waits


_TAKEABLE = _UNDONE & outbox.c.kind.in_(bindparam("kinds", expanding=True)) & _first_of_lane()
_FREE = (outbox.c.due <= _NOW) & (outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= _NOW))
_STARTABLE = (
    _ROWS.where(_TAKEABLE, _FREE)
    .order_by(outbox.c.urgent.desc(), outbox.c.due, outbox.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=outbox, skip_locked=True)
)
_LANES = _ROWS.where(_UNDONE, outbox.c.lane.in_(bindparam("lanes", expanding=True))).order_by(outbox.c.id)
_WHEN_FREE = case((outbox.c.leased_until > outbox.c.due, outbox.c.leased_until), else_=outbox.c.due)
_EARLIEST: Select[datetime | None] = select(func.min(_WHEN_FREE, type_=When)).where(_TAKEABLE)

_LEASE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(leased_until=bindparam("until", type_=When), attempts=outbox.c.attempts + 1)
)
_CHANGE = update(outbox).where(outbox.c.key == bindparam("known"), _UNDONE).values(leased_until=None)
_FINISH = _CHANGE.values(done_at=bindparam("done_at"), error=bindparam("error"))
_LATER = _CHANGE.values(due=bindparam("due"), error=bindparam("error"))
_GIVE_BACK = _CHANGE.values(attempts=outbox.c.attempts - 1)


def _with_following(connection: Connection, first: Sequence[Row[Any]], now: datetime) -> list[Row[Any]]:
    """Each row, and after it what else is due in its lane: nobody else can have taken that."""
    following: dict[str, list[Row[Any]]] = {row.lane: [] for row in first if row.lane is not None}
    if following:
        for row in connection.execute(_LANES, {"lanes": list(following)}):
            following[row.lane].append(row)
    ready = {lane: list(takewhile(lambda row: row.due <= now, rows[1:BEHIND])) for lane, rows in following.items()}
    return [row for head in first for row in (head, *ready.get(head.lane, ()))]


def _due(row: Row[Any]) -> Due:
    task = TASKS[row.kind].validate_json(row.body)
    return Due(row.key, row.kind, task, row.chat, row.channel, row.attempts + 1, row.lane)
