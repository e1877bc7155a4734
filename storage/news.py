"""News between processes on one PostgreSQL: who saved something tells, and the others look at once."""

import os
import threading
import uuid
from collections.abc import Callable, Collection
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

    def __init__(self, database: Database, heard: Callable[[Collection[str]], None]) -> None:
        """`heard`: something was saved by another process, and these kinds of the queue are due by it."""
        self._database, self._heard = database, heard
        self._name = f"{os.getpid()}.{uuid.uuid4().hex[:8]}"
        self._saved, self._stopping = threading.Event(), threading.Event()
        self._lock, self._due = threading.Lock(), set[str]()
        self._threads = [
            threading.Thread(target=work, name=f"news {work.__name__}", daemon=True)
            for work in (self._tell, self._listen)
        ]

    def saved(self, due: Collection[str]) -> None:
        """Something was saved here, and whoever is free may take what is due of these kinds. Comes back at once."""
        with self._lock:
            self._due.update(due)
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
            with self._lock:
                due, self._due = self._due, set()
            news = {"channel": CHANNEL, "said": " ".join([self._name, *sorted(due)])}
            try:
                with self._database.write(durable=False) as connection:
                    connection.execute(text("SELECT pg_notify(:channel, :said)"), news)
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
                name, *due = news.payload.split()
                if name != self._name:
                    self._heard(due)
