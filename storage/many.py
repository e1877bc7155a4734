"""Many values in one statement: a JSON text that the database takes apart, SQLite and PostgreSQL alike."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.json import Encoder
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Subquery,
    Text,
    TypeDecorator,
    bindparam,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from storage.tables import readable

_encode = Encoder().encode


class _Texts(TypeDecorator[Iterable[str]]):
    """Texts, as one."""

    impl = Text
    cache_ok = False

    def process_bind_param(self, values: Iterable[str] | None, dialect: Dialect) -> str:
        return _encode([readable(value) for value in values or ()]).decode()


class _Rows(TypeDecorator[Iterable[Mapping[str, Any]]]):
    """Rows with a value for each of some columns, as one text."""

    impl = Text
    cache_ok = False

    def __init__(self, columns: Sequence[Column[Any]]) -> None:
        super().__init__()
        self._columns = columns
        self._inward: list[tuple[str, Any]] = []

    def process_bind_param(self, rows: Iterable[Mapping[str, Any]] | None, dialect: Dialect) -> str:
        if not self._inward:
            kinds = ((column.name, column.type.dialect_impl(dialect)) for column in self._columns)
            self._inward = [(name, kind.bind_processor(dialect)) for name, kind in kinds]
        given = [{name: to(row[name]) if to else row[name] for name, to in self._inward} for row in rows or ()]
        return _encode(given).decode()


class Listed(FunctionElement[str]):
    """The other way round: all values of a group as a JSON list; of none, an empty list or nothing."""

    type = Text()
    inherit_cache = True


class _Among(ColumnElement[bool]):
    """Whether what is looked at is one of the texts of a list."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, looked_at: ColumnElement[Any], texts: ColumnElement[Any]) -> None:
        self.looked_at, self.texts = looked_at, texts

    def self_group(self, against: Any = None) -> "_Among":
        # Else `= 1` is put behind it where there is no type for what is true, and no index is used.
        return self


class _EachRow(FunctionElement[Any]):
    """Each object of a list as a row."""

    inherit_cache = False

    def __init__(self, rows: ColumnElement[Any], columns: Sequence[Column[Any]]) -> None:
        super().__init__(rows)
        self.given_columns: Sequence[Column[Any]] = columns


class _Part(ColumnElement[Any]):
    """What stands in such a row under a name."""

    inherit_cache = False

    def __init__(self, column: Column[Any]) -> None:
        self.given_column, self.type = column, column.type


@compiles(Listed, "sqlite")
def _listed_by_sqlite(listed: Listed, compiler: SQLCompiler, **given: Any) -> str:
    return f"json_group_array({compiler.process(listed.clauses, **given)})"


@compiles(Listed, "postgresql")
def _listed_by_postgresql(listed: Listed, compiler: SQLCompiler, **given: Any) -> str:
    return f"CAST(json_agg({compiler.process(listed.clauses, **given)}) AS TEXT)"


@compiles(_Among, "sqlite")
def _among_by_sqlite(among: _Among, compiler: SQLCompiler, **given: Any) -> str:
    looked_at, texts = (compiler.process(part, **given) for part in (among.looked_at, among.texts))
    return f"{looked_at} IN (SELECT value FROM json_each({texts}))"


@compiles(_Among, "postgresql")
def _among_by_postgresql(among: _Among, compiler: SQLCompiler, **given: Any) -> str:
    # As an array it is looked up by the index, however small the table was when that was planned.
    looked_at, texts = (compiler.process(part, **given) for part in (among.looked_at, among.texts))
    return f"{looked_at} = ANY (ARRAY(SELECT json_array_elements_text(CAST({texts} AS JSON))))"


@compiles(_EachRow, "sqlite")
def _each_row_by_sqlite(each: _EachRow, compiler: SQLCompiler, **given: Any) -> str:
    return f"json_each({compiler.process(each.clauses, **given)})"


@compiles(_EachRow, "postgresql")
def _each_row_by_postgresql(each: _EachRow, compiler: SQLCompiler, **given: Any) -> str:
    kinds = ", ".join(f"{_name(column, compiler)} {_kept(column, compiler)}" for column in each.given_columns)
    return f"ROWS FROM (json_to_recordset(CAST({compiler.process(each.clauses, **given)} AS JSON)) AS ({kinds}))"


@compiles(_Part, "sqlite")
def _part_by_sqlite(part: _Part, compiler: SQLCompiler, **_: Any) -> str:
    return f"json_extract(value, '$.{part.given_column.name}')"


@compiles(_Part, "postgresql")
def _part_by_postgresql(part: _Part, compiler: SQLCompiler, **_: Any) -> str:
    return _name(part.given_column, compiler)


def _name(column: Column[Any], compiler: SQLCompiler) -> str:
    return compiler.preparer.quote(column.name)


def _kept(column: Column[Any], compiler: SQLCompiler) -> str:
    return compiler.dialect.type_compiler_instance.process(column.type)


def among(looked_at: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether it is one of the texts that the statement is given by this name."""
    return _Among(looked_at, bindparam(name, type_=_Texts()))


def rows_given(name: str, columns: Sequence[Column[Any]]) -> Subquery:
    """The rows that a statement is given by this name, to be read from like a table of such columns."""
    rows = _EachRow(bindparam(name, type_=_Rows(columns)), columns).table_valued("value")
    return select(*(_Part(column).label(column.name) for column in columns)).select_from(rows).subquery(f"given_{name}")
