"""The queue: what is still to be said, told, paid or looked at again, saved together with what caused it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, delete, exists, func, select, true, update

from storage.engine import Database
from storage.nouns import TASKS, Due
from storage.tables import When, chats, outbox

HAPPENS = ("wake", "pay")
IS_SAID = ("say", "tell")
KINDS = (*HAPPENS, *IS_SAID)


class Outbox:
    """Rows are taken with a lease and finished afterwards: whoever dies in between leaves them to be taken again.

    So everything is carried out at least once. What must not happen twice is asked for under the row's key, which never
    changes.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def take(self, now: datetime, n: int, lease: timedelta, kinds: Collection[str] = KINDS) -> list[Due]:
        """Up to `n` rows that are due, and what else is to be said to the customers among them, in its order."""
        with self.database.write(durable=False) as connection:
            rows = _with_following(connection, connection.execute(_startable(now, n, kinds)).all(), now)
            if rows:
                leased = {"leased_until": now + lease, "attempts": outbox.c.attempts + 1}
                connection.execute(update(outbox).where(outbox.c.id.in_([row.id for row in rows])).values(leased))
        return [_due(row) for row in rows]

    def finish(self, key: str, now: datetime, error: str | None = None) -> None:
        """It is done, or given up with an error. Done a second time, nothing changes."""
        with self.database.write(durable=False) as connection:
            undone = (outbox.c.key == key) & outbox.c.done_at.is_(None)
            connection.execute(update(outbox).where(undone).values(done_at=now, leased_until=None, error=error))

    def later(self, key: str, at: datetime, error: str) -> None:
        with self.database.write(durable=False) as connection:
            undone = (outbox.c.key == key) & outbox.c.done_at.is_(None)
            connection.execute(update(outbox).where(undone).values(due=at, leased_until=None, error=error))

    def give_back(self, keys: Sequence[str]) -> None:
        """Taken and not tried: they stand as if they had never been taken."""
        with self.database.write(durable=False) as connection:
            untried = outbox.c.key.in_(keys) & outbox.c.done_at.is_(None)
            connection.execute(update(outbox).where(untried).values(leased_until=None, attempts=outbox.c.attempts - 1))

    def next_due(self, kinds: Collection[str] = KINDS) -> datetime | None:
        """When the next row can be taken, now or later."""
        free = case((outbox.c.leased_until > outbox.c.due, outbox.c.leased_until), else_=outbox.c.due)
        with self.database.read() as connection:
            earliest: Select[datetime | None] = select(func.min(free, type_=When)).where(
                _UNDONE, _of(kinds), _first_of_chat()
            )
            return connection.execute(earliest).scalar_one()

    def reclaim(self) -> None:
        """For a process that knows itself to be the only one: whoever held a lease is gone."""
        with self.database.write(durable=False) as connection:
            connection.execute(update(outbox).where(_UNDONE).values(leased_until=None))

    def forget(self, before: datetime) -> int:
        """Rows that were done so long ago that nothing brings them again; how many. A payment is never forgotten."""
        with self.database.write(durable=False) as connection:
            long_done = (outbox.c.done_at < before) & (outbox.c.kind != "pay")
            return connection.execute(delete(outbox).where(long_done)).rowcount


_UNDONE = outbox.c.done_at.is_(None)
_ROWS = select(outbox, chats.c.channel).select_from(outbox.outerjoin(chats, chats.c.chat == outbox.c.chat))


def _first_of_chat() -> ColumnElement[bool]:
    """What is said to one customer is said in order: only the first sentence that is not said yet can be taken."""
    earlier = outbox.alias("earlier")
    unsaid = earlier.c.done_at.is_(None) & (earlier.c.kind == "say")
    waits = exists().where(unsaid, earlier.c.chat == outbox.c.chat, earlier.c.id < outbox.c.id)
    return (outbox.c.kind != "say") | ~waits


def _of(kinds: Collection[str]) -> ColumnElement[bool]:
    return true() if kinds is KINDS else outbox.c.kind.in_(kinds)


def _startable(now: datetime, n: int, kinds: Collection[str]) -> Any:
    free = _UNDONE & (outbox.c.due <= now) & (outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= now))
    rows = _ROWS.where(free, _of(kinds), _first_of_chat()).order_by(outbox.c.due, outbox.c.id).limit(n)
    return rows.with_for_update(of=outbox, skip_locked=True)


def _with_following(connection: Connection, first: Sequence[Row[Any]], now: datetime) -> list[Row[Any]]:
    """Each row, and after a sentence what else is to be said to that customer: nobody else can have taken it."""
    chats_begun = [row.chat for row in first if row.kind == "say"]
    following: dict[str, list[Row[Any]]] = {chat: [] for chat in chats_begun}
    if chats_begun:
        unsaid = _UNDONE & (outbox.c.kind == "say") & outbox.c.chat.in_(chats_begun)
        for row in connection.execute(_ROWS.where(unsaid).order_by(outbox.c.id)):
            following[row.chat].append(row)
    ready = {chat: list(takewhile(lambda row: row.due <= now, rows[1:])) for chat, rows in following.items()}
    return [row for head in first for row in (head, *(ready[head.chat] if head.kind == "say" else ()))]


def _due(row: Row[Any]) -> Due:
    return Due(row.key, row.kind, TASKS[row.kind].validate_json(row.body), row.chat, row.channel, row.attempts + 1)
