"""The queue: what is still to be said, told, paid, read or looked at again, saved together with what caused it."""

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
    literal_column,
    select,
    update,
)

from storage.engine import Database
from storage.nouns import TASKS, Due
from storage.tables import When, chats, outbox

HAPPENS = ("wake", "pay", "read")
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

    def waits(self, kind: str, chat: str, but: str) -> bool:
        """Whether something else of this kind is still to be done for a chat, and is not put off."""
        waiting = select(outbox.c.id).where(_UNDONE, outbox.c.kind == kind, outbox.c.chat == chat, outbox.c.key != but)
        with self.database.read() as connection:
            return connection.scalar(waiting.where(outbox.c.attempts <= 1).limit(1)) is not None

    def next_due(self, kinds: Collection[str] = KINDS) -> datetime | None:
        """When the next row can be taken, now or later."""
        with self.database.read() as connection:
            return connection.execute(_EARLIEST, {"kinds": list(kinds)}).scalar_one()

    def reclaim(self) -> None:
        """For a process that knows itself to be the only one: whoever held a lease is gone."""
        with self.database.write(durable=False) as connection:
            connection.execute(update(outbox).where(_UNDONE).values(leased_until=None))

    def forget(self, before: datetime) -> int:
        """Rows that were done so long ago that nothing brings them again; how many. A payment is never forgotten."""
        long_done = (outbox.c.done_at < before) & (outbox.c.kind != "pay")
        with self.database.write(durable=False) as connection:
            return connection.execute(delete(outbox).where(long_done)).rowcount

    def _note(self, change: Update, rows: list[dict[str, Any]]) -> None:
        with self.database.write(durable=False) as connection:
            connection.execute(change, rows)


_UNDONE = outbox.c.done_at.is_(None)
_NOW = bindparam("now", type_=When)
# Written out: a database finds the index of what is not said yet only where the query says the same words.
_SAY: ColumnElement[str] = literal_column("'say'")
_ROWS = select(outbox, chats.c.channel).select_from(outbox.outerjoin(chats, chats.c.chat == outbox.c.chat))


def _first_of_chat() -> ColumnElement[bool]:
    """What is said to one customer is said in order: only the first sentence that is not said yet can be taken."""
    earlier = outbox.alias("earlier")
    unsaid = earlier.c.done_at.is_(None) & (earlier.c.kind == _SAY)
    waits = exists().where(unsaid, earlier.c.chat == outbox.c.chat, earlier.c.id < outbox.c.id)
    return (outbox.c.kind != _SAY) | ~waits


_TAKEABLE = _UNDONE & outbox.c.kind.in_(bindparam("kinds", expanding=True)) & _first_of_chat()
_FREE = (outbox.c.due <= _NOW) & (outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= _NOW))
_STARTABLE = (
    _ROWS.where(_TAKEABLE, _FREE)
    .order_by(outbox.c.due, outbox.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=outbox, skip_locked=True)
)
_UNSAID = _ROWS.where(_UNDONE, outbox.c.kind == _SAY, outbox.c.chat.in_(bindparam("chats", expanding=True))).order_by(
    outbox.c.id
)
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
    """Each row, and after a sentence what else is to be said to that customer: nobody else can have taken it."""
    following: dict[str, list[Row[Any]]] = {row.chat: [] for row in first if row.kind == "say"}
    if following:
        for row in connection.execute(_UNSAID, {"chats": list(following)}):
            following[row.chat].append(row)
    ready = {chat: list(takewhile(lambda row: row.due <= now, rows[1:])) for chat, rows in following.items()}
    return [row for head in first for row in (head, *(ready[head.chat] if head.kind == "say" else ()))]


def _due(row: Row[Any]) -> Due:
    return Due(row.key, row.kind, TASKS[row.kind].validate_json(row.body), row.chat, row.channel, row.attempts + 1)
