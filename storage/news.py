"""News between processes on one PostgreSQL: who saved something tells, and the others look at once."""

import os
import threading
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from storage.engine import Database, DatabaseFailed

CHANNEL = "refund_desk"
REST = 0.03
"""Seconds between two tellings: what is saved in between is one piece of news."""
PATIENCE = 1.0
"""Seconds after which a listener looks whether it is still wanted, or tries to listen again."""


class News:
    """Tells and listens in threads of its own. Nothing depends on it: whoever misses news looks each second anyway."""

    def __init__(self, database: Database, heard: Callable[[], None]) -> None:
        """`heard`: something was saved by another process."""
        self._database, self._heard = database, heard
        self._name = f"{os.getpid()}.{uuid.uuid4().hex[:8]}"
        self._saved, self._stopping = threading.Event(), threading.Event()
        self._threads = [
            threading.Thread(target=work, name=f"news {work.__name__}", daemon=True)
            for work in (self._tell, self._listen)
        ]

    def saved(self) -> None:
        """Something was saved here. Called from any thread; comes back at once."""
        self._saved.set()

    def start(self) -> None:
        """On SQLite there is nobody to tell."""
        for thread in self._threads if not self._database.is_sqlite else ():
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._saved.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _tell(self) -> None:
        while not self._stopping.is_set():
            self._saved.wait()
            self._saved.clear()
            news = {"channel": CHANNEL, "name": self._name}
            try:
                with self._database.write(durable=False) as connection:
                    connection.execute(text("SELECT pg_notify(:channel, :name)"), news)
            except DatabaseFailed:
                # It is away for a moment, and so there is no news of it.
                self._stopping.wait(PATIENCE)
            self._stopping.wait(REST)

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._database.listening() as connection:
                    self._heard_on(connection)
            except Exception:
                # Whatever breaks the line: it is taken up again.
                self._stopping.wait(PATIENCE)

    def _heard_on(self, connection: Any) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        while not self._stopping.is_set():
            for news in connection.notifies(timeout=PATIENCE, stop_after=1):
                if news.payload != self._name:
                    self._heard()
