"""How a database is reached: SQLite or PostgreSQL by its address, short transactions for reading and for writing."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree

from storage.together import GroupCommit
from storage.visit import Visit, Visits

T = TypeVar("T")
BadAddress = ArgumentError
"""What is no address of a database."""
DatabaseFailed = SQLAlchemyError
"""Whatever goes wrong between us and a database."""
DATABASE_AWAY = (OperationalError, InterfaceError, NoneFree)
"""Of that, what passes by itself or by an operator's hand: not reachable, no room left, no connection free."""
POOL = 16
"""Connections to a PostgreSQL that stay open, twice: for what waits for the disk and for what does not."""
BUSY_SECONDS = 30
"""How long a writer waits for another one on SQLite."""
NOT_FOREVER = {
    "connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}  # fmt: skip
"""After so many seconds (the last in thousandths) a server that says nothing any more is one that is away."""


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
        self._durable_visits, self._quick_visits = Visits(self._durable), Visits(self._quick)
        self._inserts: dict[str, sqlite.Insert | postgresql.Insert] = {}
        # Who waits here is woken at once; who waits for SQLite's own lock sleeps for longer and longer.
        self._turn = threading.Lock() if self.is_sqlite else nullcontext()
        self._together = GroupCommit(partial(self.visit, writes=True))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._durable.begin() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        engine = self._durable if durable else self._quick
        with self._turn, engine.execution_options(writes=True, preserve_rowcount=True).begin() as connection:
            yield connection

    def visit(self, *, writes: bool = False, durable: bool = True) -> AbstractContextManager[Visit]:
        """The short way, for what every message asks: a transaction where it writes, else one look after another."""
        visits = self._durable_visits if durable else self._quick_visits
        return self._in_turn(visits.open(together=True)) if writes else visits.open(together=False)

    def change(self, *, durable: bool = True) -> AbstractContextManager[Visit]:
        """The shortest: for a single statement that writes, which needs no transaction around it."""
        visits = self._durable_visits if durable else self._quick_visits
        return self._in_turn(visits.open(together=False))

    @contextmanager
    def _in_turn(self, opened: AbstractContextManager[Visit]) -> Iterator[Visit]:
        with self._turn, opened as visit:
            yield visit

    def write_together(self, work: Callable[[Visit], T]) -> T:
        """Does this and returns its result once it is on disk, on SQLite in one transaction with what others write now.

        PostgreSQL sees to that itself.
        """
        if self.is_sqlite:
            return self._together.write(work)
        with self.visit(writes=True) as alone:
            return work(alone)

    @contextmanager
    def listening(self) -> Iterator[Any]:
        """A connection of the driver itself, outside every transaction: for LISTEN on PostgreSQL."""
        connection = self._durable.raw_connection()
        driver = connection.driver_connection
        try:
            driver.set_autocommit(True)  # type: ignore[union-attr]  # psycopg's
            yield driver
        finally:
            connection.invalidate()
            connection.close()

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
        self._durable_visits.close()
        self._quick_visits.close()
        self._durable.dispose()
        self._quick.dispose()


def to_address(url: str) -> URL:
    """The address with the driver that is installed, whatever way PostgreSQL is written."""
    try:
        address = make_url(url)
    except ValueError:  # of a port that is none
        raise BadAddress("an address cannot be taken apart") from None
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    return address


def _engine(address: URL, *, durable: bool) -> Engine:
    if address.get_backend_name() != "sqlite":
        options = {} if durable else {"options": "-c synchronous_commit=off"}
        return create_engine(
            address, connect_args=NOT_FOREVER | options, pool_pre_ping=True, pool_size=POOL, max_overflow=POOL // 2
        )
    waits = {"timeout": BUSY_SECONDS, "cached_statements": 256}
    engine = create_engine(address, connect_args=waits, pool_size=10, max_overflow=40)
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
