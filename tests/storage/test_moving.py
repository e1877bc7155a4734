"""A move brings every row and every number, or nothing; what the target holds already is never touched."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Integer, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from flows.model import Outcome
from storage import moving
from storage.engine import Database
from storage.migrations import newest, upgrade
from storage.moving import CannotMove, Sum, move
from storage.nouns import Saving
from storage.store import Store
from storage.tables import MICROSECOND, When, metadata
from tests.conftest import NOON, a_case, an_event

ROWS = 7
KILLED = """
import os, signal, sys
from storage.moving import move
def tell(done):
    if done.table == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
move(sys.argv[1], sys.argv[2], tell)
"""


@pytest.fixture
def full(sqlite_template: Path, tmp_path: Path) -> str:
    """An installation with rows in every table, whatever tables there are."""
    shutil.copy(sqlite_template, tmp_path / "full.db")
    database = Database(f"sqlite:///{tmp_path / 'full.db'}")
    with database.write() as connection:
        fill(connection)
        connection.execute(text("DELETE FROM outbox WHERE id > 3"))
    database.close()
    return f"sqlite:///{tmp_path / 'full.db'}"


def fill(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if column.computed is None]
        rows = [{column.name: a_value(column, n) for column in columns} for n in range(1, ROWS + 1)]
        connection.execute(table.insert(), rows)


def a_value(column: Any, n: int) -> Any:
    if isinstance(column.type, When):
        return NOON + n * MICROSECOND
    if isinstance(column.type, Boolean):
        return n % 2 == 0
    if isinstance(column.type, Integer):
        return n
    if column.nullable and n == 2:
        return None
    return "\t好\\N\n'" if n == 3 else f"{column.name}-{n}"


@pytest.fixture
def target(bare_postgresql: str) -> Iterator[Database]:
    opened = Database(bare_postgresql)
    yield opened
    opened.close()


def everything(database: Database) -> dict[str, set[tuple[Any, ...]]]:
    with database.read() as connection:
        return {
            table.name: {tuple(row) for row in connection.execute(select(table))} for table in metadata.tables.values()
        }


def tables_of(url: str) -> list[str]:
    engine = create_engine(Database(url)._durable.url)
    names = inspect(engine).get_table_names()
    engine.dispose()
    return names


def test_every_row_of_every_table_comes_over(
    full: str, bare_postgresql: str, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)
    told = list[Sum]()
    assert move(full, bare_postgresql, told.append)
    source = Database(full)
    there = everything(source)
    source.close()
    assert everything(target) == there
    assert {done.table: done.rows for done in told} == {table: len(rows) for table, rows in there.items()}
    assert {table: len(rows) for table, rows in there.items() if len(rows) != ROWS} == {"outbox": 3}


def test_no_number_is_given_twice_after_it(full: str, bare_postgresql: str, target: Database) -> None:
    move(full, bare_postgresql)
    with target.write() as connection:
        for table in metadata.sorted_tables:
            if table.autoincrement_column is not None:
                columns = [column for column in table.columns if column.computed is None]
                row = {column.name: a_value(column, 9) for column in columns if column.name != "id"}
                assert connection.execute(table.insert(), row).inserted_primary_key == (ROWS + 1,), table.name


def test_an_empty_installation_moves_too_and_its_numbers_begin_at_one(
    sqlite_template: Path, tmp_path: Path, bare_postgresql: str
) -> None:
    shutil.copy(sqlite_template, tmp_path / "empty.db")
    assert move(f"sqlite:///{tmp_path / 'empty.db'}", bare_postgresql)
    store = Store(bare_postgresql)
    store.save(Saving("u1", Outcome(events=(an_event(),)), NOON))
    assert [number for number, _ in store.events_since(0)] == [1]
    store.close()


def test_events_are_only_ever_added_there_too(full: str, bare_postgresql: str, target: Database) -> None:
    move(full, bare_postgresql)
    with pytest.raises(DBAPIError, match="only ever added"), target.write() as connection:
        connection.execute(text("DELETE FROM events"))


@pytest.mark.parametrize("table", [metadata.sorted_tables[0].name, "events", metadata.sorted_tables[-1].name])
def test_killed_in_the_middle_it_left_nothing_and_is_begun_again(full: str, bare_postgresql: str, table: str) -> None:
    killing = [sys.executable, "-c", KILLED, full, bare_postgresql, table]
    assert subprocess.run(killing, cwd=Path(__file__).parents[2], check=False).returncode == -9
    assert tables_of(bare_postgresql) == []
    assert move(full, bare_postgresql)
    assert not move(full, bare_postgresql)


def test_a_target_that_is_prepared_and_empty_is_taken(full: str, bare_postgresql: str) -> None:
    upgrade(bare_postgresql)
    assert move(full, bare_postgresql)


def test_what_came_over_before_is_found_equal_and_left_alone(
    full: str, bare_postgresql: str, target: Database
) -> None:
    move(full, bare_postgresql)
    before = everything(target)
    assert not move(full, bare_postgresql)
    assert everything(target) == before


def test_a_target_that_went_on_living_is_left_alone(full: str, bare_postgresql: str, target: Database) -> None:
    move(full, bare_postgresql)
    with target.write() as connection:
        connection.execute(text("UPDATE talks SET owner = 'agent:' WHERE chat = 'chat-1'"))
    before = everything(target)
    with pytest.raises(CannotMove, match="talks is not that of this installation"):
        move(full, bare_postgresql)
    assert everything(target) == before


def test_a_target_with_cases_of_its_own_is_left_alone(full: str, bare_postgresql: str, target: Database) -> None:
    upgrade(bare_postgresql)
    store = Store(bare_postgresql)
    ledgers = tuple(record.ledger for record in store.about_orders([a_case().order.order_no]).values())
    store.save(Saving("u1", Outcome(cases=(a_case(),)), NOON, ledgers=ledgers))
    store.close()
    before = everything(target)
    with pytest.raises(CannotMove, match="name an empty database"):
        move(full, bare_postgresql)
    assert everything(target) == before


def test_a_database_that_others_use_is_left_alone(full: str, bare_postgresql: str, target: Database) -> None:
    with target.write() as connection:
        connection.execute(text("CREATE TABLE shop_users (id INTEGER)"))
    with pytest.raises(CannotMove, match="shop_users"):
        move(full, bare_postgresql)
    assert tables_of(bare_postgresql) == ["shop_users"]


def test_an_older_schema_with_rows_in_it_is_left_alone(full: str, bare_postgresql: str, target: Database) -> None:
    upgrade(bare_postgresql)
    with target.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.execute(text("INSERT INTO sequences (name, value) VALUES ('case', 1)"))
    with pytest.raises(CannotMove, match="0001"):
        move(full, bare_postgresql)
    with target.read() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001" != newest()


def test_a_row_that_postgresql_does_not_take_stops_it_whole(full: str, bare_postgresql: str) -> None:
    source = Database(full)
    with source.write() as connection:
        connection.execute(text("UPDATE talks SET state = :long WHERE chat = 'chat-1'"), {"long": "x" * 41})
    source.close()
    with pytest.raises(CannotMove, match="too long"):
        move(full, bare_postgresql)
    assert tables_of(bare_postgresql) == []


def test_nothing_is_moved_while_somebody_works_with_it(full: str, bare_postgresql: str) -> None:
    busy = Database(full)
    with busy.read() as connection:
        connection.execute(text("SELECT 1 FROM talks")).all()
    with pytest.raises(CannotMove, match="somebody works with the database"):
        move(full, bare_postgresql)
    busy.close()
    assert tables_of(bare_postgresql) == []


@pytest.mark.parametrize(
    "source, target",
    [("postgresql://a@b/c", "postgresql://a@b/d"), ("sqlite:///a.db", "sqlite:///b.db")],
)
def test_it_goes_one_way_only(source: str, target: str) -> None:
    with pytest.raises(CannotMove, match="from SQLite to PostgreSQL"):
        move(source, target)


def test_a_sum_knows_a_row_that_is_another_and_not_the_order() -> None:
    def of(*rows: tuple[Any, ...]) -> Sum:
        added = Sum("t")
        assert list(added.over(rows)) == [*rows]
        return added

    assert of((1, "a"), (2, None)) == of((2, None), (1, "a"))
    assert len({str(of(row)) for row in ((1, "a"), (1, "b"), ("1", "a"), (1, None), (None, 1))}) == 5
    assert of((1,), (1,)) != of((1,)) and of((1,), (1,)) != of()
