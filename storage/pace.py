"""How fast may be sent: what was sent in the last minute is kept, so that all workers together keep to the limits."""

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, Integer, bindparam, delete, insert, select, text

from storage.engine import Database
from storage.tables import When, sendings

LOCK = 727_002
"""Any number that all our servers agree on: one of them looks and notes at a time."""
NONE = timedelta(0)


class Limit(Struct, frozen=True):
    """At most so many within any span of this length."""

    most: int
    within: timedelta


class Wait(Struct, frozen=True):
    """How long nothing can go: to this chat, and at all. Both zero: go, it is noted."""

    chat: timedelta = NONE
    at_all: timedelta = NONE


class Pace:
    """Counts what one sender sends. Limits are handed in, and so is the time."""

    def __init__(self, database: Database, sender: str, limit: Limit) -> None:
        self._database, self._sender, self._limit = database, sender, limit
        self._sent = 0

    def claim(self, chat: str, limits: tuple[Limit, ...], now: datetime) -> Wait:
        """Noted only where nothing has to be waited for."""
        with self._database.write(durable=False) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            theirs = max(self._wait(connection, chat, limit, now) for limit in limits)
            wait = Wait(theirs, self._wait(connection, None, self._limit, now))
            if wait != Wait():
                return wait
            connection.execute(_NOTE, {"sender": self._sender, "chat": chat, "at": now})
            self._sent += 1
            if self._sent % 100 == 1:
                connection.execute(_SWEEP, {"before": now - timedelta(minutes=2)})
        return wait

    def _wait(self, connection: Connection, chat: str | None, limit: Limit, now: datetime) -> timedelta:
        """Until the oldest of the last `most` is no longer within the span."""
        asked = {"of": self._sender, "since": now - limit.within, "skip": limit.most - 1}
        which = _NTH_LAST if chat is None else _NTH_LAST_TO
        oldest = connection.execute(which, asked if chat is None else asked | {"to": chat}).scalar_one_or_none()
        return oldest + limit.within - now if oldest is not None else NONE


# Made once: making a statement costs more than running it, and this is asked twice for every message.
_SINCE = bindparam("since", type_=When())
_OF_SENDER = select(sendings.c.at).where(sendings.c.sender == bindparam("of"), sendings.c.at > _SINCE)
_LAST_FIRST = sendings.c.at.desc()
_NTH_LAST = _OF_SENDER.order_by(_LAST_FIRST).limit(1).offset(bindparam("skip", type_=Integer))
_NTH_LAST_TO = (
    _OF_SENDER.where(sendings.c.chat == bindparam("to"))
    .order_by(_LAST_FIRST)
    .limit(1)
    .offset(bindparam("skip", type_=Integer))
)
_NOTE = insert(sendings)
_SWEEP = delete(sendings).where(sendings.c.at < bindparam("before", type_=When()))
