"""What only one process does at a time: it holds a lease, renews it while it lives, and after that another has it."""

import os
import socket
import uuid
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects.postgresql import insert

from storage.engine import Database
from storage.tables import leases
from storage.visit import Ready

_NEW = insert(leases)
_FREE = (leases.c.until <= bindparam("now")) | (leases.c.holder == _NEW.excluded.holder)
_RENEWED = {"holder": _NEW.excluded.holder, "until": _NEW.excluded.until}
_TAKE = Ready(_NEW.on_conflict_do_update(index_elements=["name"], set_=_RENEWED, where=_FREE))
STILL_LONG = 3 / 4
"""Of its span: what is held for so long yet is not renewed."""


class Leases:
    """The leases that this process holds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._until: dict[str, datetime] = {}
        # One process works on an SQLite file: after a crash it finds its own leases and need not wait for them.
        self.holder = "alone" if database.is_sqlite else f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def hold(self, name: str, now: datetime, span: timedelta) -> bool:
        """Whether it is ours until `now` + `span`: it was free, over, or ours already."""
        wanted = {"name": name, "holder": self.holder, "until": now + span, "now": now}
        if now + span * STILL_LONG <= self._until.get(name, now):
            return True
        with self._database.change(durable=False) as visit:
            held = visit.change(_TAKE, wanted) == 1
        if held:
            self._until[name] = now + span
        return held

    def release(self, name: str) -> None:
        """Another one may have it at once."""
        self._until.pop(name, None)
        mine = (leases.c.name == name) & (leases.c.holder == self.holder)
        with self._database.write(durable=False) as connection:
            connection.execute(delete(leases).where(mine))
