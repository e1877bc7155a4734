"""How a database is reached: SQLite or PostgreSQL by its address, short transactions for reading and for writing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

BadAddress = ArgumentError
"""What is no address of a database."""
DatabaseFailed = SQLAlchemyError
"""Whatever goes wrong between us and a database."""
BUSY_SECONDS = 30
"""How long a writer waits for another one on SQLite."""


class Database:
    """One database. What is written durably is on disk when `write` ends, and so is all that was written before it.

    What may be done again after a power failure (taking work from the outbox, noting that it is done) is written
    without waiting for the disk.
    """

    def __init__(self, url: str) -> None:
        address = to_address(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self._durable = _engine(address, durable=True)
        self._quick = _engine(address, durable=False)
        self._inserts: dict[str, sqlite.Insert | postgresql.Insert] = {}

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._durable.begin() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        engine = self._durable if durable else self._quick
        with engine.execution_options(writes=True, preserve_rowcount=True).begin() as connection:
            yield connection

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An insert that knows what to do on a conflict; both databases speak the same words for it."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def insert_new(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An insert that leaves a row alone that is there already. Made once: making it costs as much as running it."""
        if table.name not in self._inserts:
            self._inserts[table.name] = self.insert(table).on_conflict_do_nothing()
        return self._inserts[table.name]

    @property
    def driver_error(self) -> type[Exception]:
        """What goes wrong where the driver is asked itself."""
        driver: Any = self._durable.dialect.loaded_dbapi
        error: type[Exception] = driver.Error
        return error

    def close(self) -> None:
        self._durable.dispose()
        self._quick.dispose()


def to_address(url: str) -> URL:
    """The address with the driver that is installed, whatever way PostgreSQL is written."""
    address = make_url(url)
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    return address


def _engine(address: URL, *, durable: bool) -> Engine:
    if address.get_backend_name() != "sqlite":
        options = {} if durable else {"options": "-c synchronous_commit=off"}
        return create_engine(address, connect_args=options, pool_pre_ping=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS}, pool_size=10, max_overflow=40)
    event.listen(engine, "connect", _set_up_durable if durable else _set_up_quick)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up_durable(connection: Any, _: object) -> None:
    _set_up(connection, "FULL")


def _set_up_quick(connection: Any, _: object) -> None:
    _set_up(connection, "NORMAL")


def _set_up(connection: Any, synchronous: str) -> None:
    # Python's sqlite3 begins late and by itself; with None it leaves beginning to us.
    connection.isolation_level = None
    _switch_to_wal(connection)
    connection.execute(f"PRAGMA synchronous = {synchronous}")


def _switch_to_wal(connection: Any) -> None:
    """Once in a file's life it really switches, and two who do that at once are not made to wait but refused."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    # A reader that turns into a writer can be refused at once; whoever will write says so from the start.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
