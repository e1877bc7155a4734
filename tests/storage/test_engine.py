"""How databases are reached: what an address means, and that readers and writers do not fall over each other."""

import socket
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.engine import DATABASE_AWAY, NOT_FOREVER, Database, to_address
from storage.store import Store
from tests.storage.test_saving import at_once


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_postgresql_is_reached_by_the_driver_that_is_there_however_it_is_written(url: str) -> None:
    assert to_address(url).render_as_string(hide_password=False) == "postgresql+psycopg://u:p@h/d"


def test_sqlite_is_left_as_it_is_written() -> None:
    assert str(to_address("sqlite:////data/desk.db")) == "sqlite:////data/desk.db"


def test_sqlite_waits_for_the_disk_where_something_must_not_be_lost(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    with database.write() as durable:
        assert durable.scalar(text("PRAGMA synchronous")) == 2
        assert durable.scalar(text("PRAGMA journal_mode")) == "wal"
    with database.write(durable=False) as quick:
        assert quick.scalar(text("PRAGMA synchronous")) == 1
    database.close()


def test_postgresql_waits_for_the_disk_too(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.write() as durable, database.write(durable=False) as quick:
        assert durable.scalar(text("SHOW synchronous_commit")) == "on"
        assert quick.scalar(text("SHOW synchronous_commit")) == "off"
    database.close()


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.database.write() as connection:
        connection.execute(text("INSERT INTO sequences (name, value) VALUES ('n', 1)"))
        raise ZeroDivisionError
    with store.database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sequences")) == 0


def test_a_reader_sees_one_state_and_writers_take_turns(store: Store) -> None:
    def count_up() -> None:
        for _ in range(10):
            with store.database.write() as connection:
                connection.execute(text("UPDATE sequences SET value = value + 1"))

    with store.database.write() as connection:
        connection.execute(text("INSERT INTO sequences (name, value) VALUES ('n', 0)"))
    assert at_once(count_up, count_up, count_up) == [None] * 3
    with store.database.read() as connection:
        assert connection.scalar(text("SELECT value FROM sequences")) == 30


def test_a_server_that_says_nothing_is_away_after_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NOT_FOREVER, "connect_timeout", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgresql://desk@127.0.0.1:{silent.getsockname()[1]}/desk")
        with pytest.raises(DATABASE_AWAY), database.read():
            raise AssertionError("nobody answers")
        database.close()
