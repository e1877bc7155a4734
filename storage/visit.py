"""The short way to a database, for what every message asks: statements made ready once, run by the driver itself.

What SQLAlchemy does around each statement costs several times what SQLite needs for it. So statements are written with
it as everywhere else, and compiled by it, once; what is left of a call is the driver's.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property, partial
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Column, Dialect, Engine, Insert, Update, select, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.visitors import replacement_traverse

from storage.many import rows_given

T = TypeVar("T")
Values = Mapping[str, Any]
IN_HAND = 16
BY_INDEX = (
    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off;"
    " SET enable_hashjoin = off; SET enable_mergejoin = off"
)
"""What every message asks is found by an index. PostgreSQL plans anew what it plans at every question else, and goes
through whole tables where it has not counted them yet."""
STILL = 2.0
"""Seconds after which a connection in hand may have died unnoticed."""


class Ready:
    """A statement for `Visit`, made once for as long as the process lives."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._made: dict[tuple[str, ...], _Compiled] = {}

    def of(self, dialect: Dialect, names: tuple[str, ...]) -> "_Compiled":
        """For values of these names."""
        key = (dialect.name, *names)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = _Compiled(self._statement, dialect, names)
        return made


class _Compiled:
    """Its words as the driver takes them, and what turns values into the driver's and its rows into ours."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, names: tuple[str, ...]) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
        self.words = str(compiled)
        self._statement, self._dialect, self._names = statement, dialect, names
        kinds = {name: bound.type for bound, name in compiled.bind_names.items()}
        order = compiled.positiontup
        self._constants = {name: bound.value for bound, name in compiled.bind_names.items() if not bound.required}
        self._inward = [(name, kinds[name].dialect_impl(dialect).bind_processor(dialect)) for name in order or kinds]
        self._by_place = order is not None
        columns = getattr(statement, "exported_columns", ())
        self._row = _row_of([column.key for column in columns])
        outward = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._outward = [(place, shown) for place, shown in enumerate(outward) if shown is not None]

    def given(self, values: Values) -> Any:
        all_values = {**self._constants, **values} if self._constants else values
        if self._by_place:
            return [shown(all_values[name]) if shown else all_values[name] for name, shown in self._inward]
        return {name: shown(all_values[name]) if shown else all_values[name] for name, shown in self._inward}

    @cached_property
    def of_all(self) -> "_Compiled | None":
        """The same change of all rows that it is given; None where the driver goes through them as quickly."""
        change: Any = self._statement
        if self._dialect.name == "sqlite" or not isinstance(change, Insert | Update):
            return None
        kinds = {bound.key: bound.type for bound in change.compile(column_keys=list(self._names)).bind_names}
        given = rows_given("rows", [Column(name, kinds[name]) for name in self._names])
        if isinstance(change, Insert):
            all_of_them = select(given).where(true())
            change = change.from_select(list(self._names), all_of_them, include_defaults=False)
        else:
            changed = {name: given.c[name] for name in self._names if name in change.table.c}
            change = replacement_traverse(change.values(changed), {}, partial(_in_place_of, given))
        return _Compiled(change, self._dialect, ())

    def rows(self, raw: list[Any]) -> list[Any]:
        if not self._outward:
            return [self._row._make(one) for one in raw]
        made = []
        for one in raw:
            values = [*one]
            for place, shown in self._outward:
                values[place] = shown(values[place])
            made.append(self._row._make(values))
        return made


def _in_place_of(given: Any, part: Any, **_: Any) -> Any:
    """A column of the rows that are given, for a value that is."""
    return given.c.get(part.key) if isinstance(part, BindParameter) else None


def _row_of(columns: list[str]) -> Any:
    return namedtuple("Row", columns)


class Visit:
    """A connection at work. Raises what SQLAlchemy raises, of the driver's errors."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        self.connection, self._dialect = connection, dialect
        self._cursor = connection.cursor()
        self._failed: Any = dialect.loaded_dbapi.Error

    def rows(self, ready: Ready, **values: Any) -> list[Any]:
        """What it finds or returns: rows with their columns by name."""
        made = ready.of(self._dialect, tuple(values))
        self.run(self._cursor.execute, made.words, made.given(values))
        return made.rows(self.run(self._cursor.fetchall))

    def row(self, ready: Ready, **values: Any) -> Any | None:
        """The first, if there is one."""
        found = self.rows(ready, **values)
        return found[0] if found else None

    def change(self, ready: Ready, *each: Values) -> int:
        """With each of these values; returns how many rows it concerned in all."""
        if not each:
            return 0
        made = ready.of(self._dialect, tuple(each[0]))
        if len(each) == 1:
            self.run(self._cursor.execute, made.words, made.given(each[0]))
        elif made.of_all:
            self.run(self._cursor.execute, made.of_all.words, made.of_all.given({"rows": each}))
        else:
            self.run(self._cursor.executemany, made.words, [made.given(values) for values in each])
        return int(self._cursor.rowcount)

    def say(self, words: str) -> None:
        self.run(self._cursor.execute, words)

    def commit(self) -> None:
        self.run(self.connection.commit)

    def run(self, work: Callable[..., T], *given: object) -> T:
        try:
            return work(*given)
        except self._failed as error:
            gone = self._dialect.is_disconnect(error, self.connection.dbapi_connection, self._cursor)
            raise DBAPIError.instance(
                None, None, error, self._failed, connection_invalidated=gone, dialect=self._dialect
            ) from error


class Visits:
    """Opens them, on connections that are held in hand: fetching one from a pool costs more than a question.

    One that lay still for a while is asked first whether it is alive. Who only reads needs no transaction: each
    question sees its own moment, and what is decided on it is refused as stale at need. A single change is one by
    itself.
    """

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        self._engine = engine
        self._in_hand: list[tuple[Any, float]] = []
        self._begins = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else ""

    def open(self, *, together: bool) -> "_Opened":
        """`together`: one transaction, kept where all goes well; else each statement by itself."""
        return _Opened(self, together)

    def begin(self, *, together: bool) -> Visit:
        """Raises what SQLAlchemy raises where there is no connection."""
        connection = self._take()
        try:
            if not self._begins:
                # The driver begins by itself, in a question of its own.
                connection.dbapi_connection.autocommit = not together
            opened = Visit(connection, self.dialect)
            if together and self._begins:
                opened.say(self._begins)
        except BaseException as error:
            self.give_up(connection, error)
            raise
        return opened

    def put_back(self, connection: Any) -> None:
        if len(self._in_hand) < IN_HAND:
            self._in_hand.append((connection, monotonic()))
        else:
            self._let_go(connection)

    def give_up(self, connection: Any, error: BaseException) -> None:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            _throw_away(connection)
            # Those in hand come from the same server.
            self.close()
            return
        failed: Any = self.dialect.loaded_dbapi.Error
        try:
            connection.rollback()
        except failed:
            # What went wrong first is what is raised.
            _throw_away(connection)
        else:
            self._let_go(connection)

    def close(self) -> None:
        """Without a word to a server that may not answer any more. Several may do that at once."""
        with suppress(IndexError):
            while True:
                _throw_away(self._in_hand.pop()[0])

    def _take(self) -> Any:
        try:
            connection, since = self._in_hand.pop()
        except IndexError:
            return self._connect()
        if monotonic() - since > STILL and not self._is_alive(connection):
            _throw_away(connection)
            self.close()
            return self._connect()
        return connection

    def _is_alive(self, connection: Any) -> bool:
        failed: Any = self.dialect.loaded_dbapi.Error
        try:
            return bool(self.dialect.do_ping(connection.dbapi_connection))
        except failed:
            return False

    def _connect(self) -> Any:
        failed: Any = self.dialect.loaded_dbapi.Error
        try:
            connection = self._engine.raw_connection()
            self._set(connection, BY_INDEX)
        except failed as error:
            raise DBAPIError.instance(None, None, error, failed, dialect=self.dialect) from error
        return connection

    def _let_go(self, connection: Any) -> None:
        failed: Any = self.dialect.loaded_dbapi.Error
        with suppress(failed):
            self._set(connection, "RESET ALL")
        connection.close()

    def _set(self, connection: Any, words: str) -> None:
        """Of a PostgreSQL, for as long as a connection is in hand; one that does not take it is dead."""
        driver: Any = connection.dbapi_connection
        if self._begins or driver is None:
            return
        try:
            driver.autocommit = True
            driver.execute(words)
            driver.autocommit = False
        except BaseException:
            _throw_away(connection)
            raise


def _throw_away(connection: Any) -> None:
    connection.invalidate()
    connection.close()


class _Opened:
    """A visit as a context. A class: what `contextmanager` adds is a tenth of a short visit."""

    def __init__(self, visits: Visits, together: bool) -> None:
        self._visits, self._together = visits, together

    def __enter__(self) -> Visit:
        self._visit = self._visits.begin(together=self._together)
        return self._visit

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        connection = self._visit.connection
        try:
            if error is None and self._together:
                self._visit.commit()
        except BaseException as failed:
            self._visits.give_up(connection, failed)
            raise
        if error is None:
            self._visits.put_back(connection)
        else:
            self._visits.give_up(connection, error)
