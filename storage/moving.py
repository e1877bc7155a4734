"""Carries an installation from SQLite to PostgreSQL: all of it in one transaction, compared before it counts."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import Boolean, Connection, Table, exists, func, inspect, literal_column, select, text

from storage.engine import Database, to_address
from storage.migrations import LOCK, migrate, newest, version_of
from storage.tables import metadata

BATCH = 2_000
"""So many rows are in memory at once."""
WIDTH = 16
"""Bytes of a sum."""


class CannotMove(Exception):
    """Why nothing was moved, in one line. The target stands as it did before."""


@dataclass(slots=True)
class Sum:
    """How many rows a table has, and a sum over their content that does not depend on their order."""

    table: str
    rows: int = 0
    content: int = 0

    def over(self, rows: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows as they come, added up as they pass."""
        for row in rows:
            values = tuple(row)
            digest = blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=WIDTH).digest()
            self.rows, self.content = self.rows + 1, (self.content + int.from_bytes(digest, "big")) % 256**WIDTH
            yield values

    def __str__(self) -> str:
        return f"{self.table:<12} {self.rows:>9} rows  {self.content:0{2 * WIDTH}x}"


def move(source: str, target: str, tell: Callable[[Sum], None] = lambda _: None) -> bool:
    """Copies every row of the SQLite at `source`, whose schema is the newest, into the PostgreSQL at `target`.

    Whatever goes wrong, the target is as it was: nothing of a move that was broken off is there, and it can be
    begun again. False where a move before had brought everything. `tell` is called with each table that is there and
    was found equal. Raises `CannotMove`, or `DatabaseFailed`.
    """
    if to_address(source).get_backend_name() != "sqlite" or to_address(target).get_backend_name() != "postgresql":
        raise CannotMove("an installation is moved from SQLite to PostgreSQL, and no other way")
    _alone(to_address(source).database or "")
    here, there = Database(source), Database(target)
    try:
        # Held as a writer: whoever starts meanwhile cannot change what is being read.
        with here.write() as reading, there.write() as writing:
            return _move(reading, writing, tell)
    except (there.driver_error, here.driver_error) as error:
        raise CannotMove(str(error).strip().splitlines()[0]) from error
    finally:
        here.close()
        there.close()


def _alone(file: str) -> None:
    """SQLite leaves its log of writes only where nobody else has the file open; the next who opens it takes it up."""
    connection = sqlite3.connect(file, timeout=1)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise CannotMove(f"somebody works with the database still, stop it first ({error})") from None
    finally:
        connection.close()


def _move(reading: Connection, writing: Connection, tell: Callable[[Sum], None]) -> bool:
    new = _make_ready(writing)
    for table in metadata.sorted_tables:
        here = Sum(table.name)
        rows = here.over(_rows(reading, table))
        if new:
            _copy(writing, table, rows)
            _set_sequence(reading, writing, table)
        else:
            for _ in rows:
                pass
        there = Sum(table.name)
        for _ in there.over(_rows(writing, table)):
            pass
        if here != there:
            why = "came over changed" if new else "is not that of this installation: name an empty database"
            raise CannotMove(f"{table.name} {why} ({here.rows} rows here, {there.rows} there)")
        tell(there)
    return new


def _make_ready(writing: Connection) -> bool:
    """The newest schema, and no row in it. False where there are rows."""
    writing.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    there = set(inspect(writing).get_table_names())
    foreign = there - set(metadata.tables) - {"alembic_version"}
    if foreign:
        raise CannotMove(f"the target holds other tables ({min(foreign)} ...): name a database of its own")
    known = [table for table in metadata.sorted_tables if table.name in there]
    if known:
        names = ", ".join(_quoted(writing, table.name) for table in known)
        writing.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    version, filled = version_of(writing), [table.name for table in known if _has_rows(writing, table)]
    if version == newest():
        return not filled
    if filled or (version or "") > newest():
        raise CannotMove(f"the target is at version {version} and holds {', '.join(filled) or 'nothing'}; name another")
    migrate(writing)
    return True


def _has_rows(connection: Connection, table: Table) -> bool:
    return bool(connection.scalar(select(exists(select(literal_column("1")).select_from(table)))))


def _rows(connection: Connection, table: Table) -> Iterable[Any]:
    """As the database has them, with nothing made of them; yes and no as 1 and 0 on both."""
    columns = [
        f"CAST({_quoted(connection, column.name)} AS INTEGER)"
        if isinstance(column.type, Boolean)
        else _quoted(connection, column.name)
        for column in table.columns
        if column.computed is None
    ]
    asked = f"SELECT {', '.join(columns)} FROM {_quoted(connection, table.name)}"
    return connection.exec_driver_sql(asked, execution_options={"yield_per": BATCH})


def _copy(writing: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(_quoted(writing, column.name) for column in table.columns if column.computed is None)
    driver: Any = writing.connection.driver_connection
    with driver.cursor() as cursor:
        with cursor.copy(f"COPY {_quoted(writing, table.name)} ({names}) FROM STDIN") as copying:
            for row in rows:
                copying.write_row(row)
        # How best to ask a table that was filled at once, PostgreSQL would find out only minutes later.
        cursor.execute(f"ANALYZE {_quoted(writing, table.name)}")


def _set_sequence(reading: Connection, writing: Connection, table: Table) -> None:
    """The next row's number is one that was never given, not even to a row that is gone."""
    column = table.autoincrement_column
    if column is None:
        return
    last = reading.scalar(select(func.coalesce(func.max(column), 0))) or 0
    if table.dialect_options["sqlite"]["autoincrement"]:
        given = reading.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        last = max(last, given.scalar() or 0)
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    writing.execute(select(func.setval(sequence, max(last, 1), last > 0)))


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
