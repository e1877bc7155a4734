"""An empty database becomes what tables.py says, a finished one is left alone, and two servers may start together."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text

from nlp.pictured import Line
from storage.engine import Database
from storage.migrations import DatabaseIsNewerThanThisProgram, config, newest, upgrade
from storage.nouns import Arrived
from storage.readings import PictureRecord
from storage.store import Store
from storage.tables import metadata
from tests.storage.test_saving import at_once

SCHEMA_OF_SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY name"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_on_sqlite_they_make_it_to_the_letter(tmp_path: Path) -> None:
    """Triggers, conditions of indexes and checks too, which the comparison above does not see."""
    upgrade(f"sqlite:///{tmp_path / 'moved.db'}")
    made = create_engine(f"sqlite:///{tmp_path / 'made.db'}")
    metadata.create_all(made)
    schemas = []
    for engine in (create_engine(f"sqlite:///{tmp_path / 'moved.db'}"), made):
        with engine.connect() as connection:
            schemas.append([_plain(row) for row in connection.execute(text(SCHEMA_OF_SQLITE))])
        engine.dispose()
    assert schemas[0] == schemas[1]
    assert [row[1] for row in schemas[0] if row[0] == "trigger"] == ["events_once", "events_remain", "events_stay"]


def test_on_postgresql_the_triggers_are_those_of_the_tables(postgresql_url: str) -> None:
    asked = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    database = Database(postgresql_url)
    with database.read() as connection:
        assert list(connection.scalars(text(asked))) == ["events_remain", "events_stay"]
    database.close()


def test_every_change_follows_the_one_before_and_is_named_by_its_file(database: Database) -> None:
    with database.read() as connection:
        changes = list(ScriptDirectory.from_config(config(connection)).walk_revisions())
    assert [change.revision for change in changes] == sorted((change.revision for change in changes), reverse=True)
    assert changes[0].revision == newest()
    assert all(Path(change.path).name.startswith(f"{change.revision}_") for change in changes)


def test_a_database_at_its_newest_is_left_alone_without_loading_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    upgrade(url)
    again = f"import sys; from storage.migrations import upgrade; upgrade({url!r}); sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", again], cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_two_servers_that_start_on_an_empty_database_together_both_come_up(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    assert at_once(lambda: upgrade(url), lambda: upgrade(url)) == [None, None]


def test_a_change_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE staff (name TEXT)"))
    with pytest.raises(Exception, match="staff already exists"):
        upgrade(url)
    with engine.connect() as connection:
        assert list(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))) == ["staff"]
    engine.dispose()


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(DatabaseIsNewerThanThisProgram, match="9999"):
        upgrade(url)


FILLED = (
    "INSERT INTO chats VALUES ('u1', 'web', 1)",
    "INSERT INTO staff (name, role, password_hash, since) VALUES ('小林', 'agent', 'x', 1)",
    *(
        "INSERT INTO outbox (id, key, kind, chat, case_no, due, body, attempts) "
        f"VALUES ({n + 10}, '{kind}{n}', '{kind}', 'u1', {case}, {n}, '{body}', 0)"
        for n, (kind, case, body) in enumerate([
            ("say", "NULL", '{"key":"k","values":"{}","text":"一"}'),
            ("say", "'RF1'", '{"key":"k","values":"{}","text":"二"}'),
            ("tell", "'RF1'", '{"key":"k","values":"{}","text":"甲"}'),
            ("tell", "NULL", '{"key":"k","values":"{}","text":"乙"}'),
            ("wake", "NULL", '{"key":"w","at":"2026-11-20T04:00:00Z","kind":"lapse"}'),
        ])
    ),
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_waits_in_a_database_of_before_the_lanes_is_carried_out_in_its_order(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with _a_database(kind, tmp_path, request) as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            command.upgrade(config(connection), "0001")
            for statement in FILLED:
                connection.execute(text(statement.replace(":", r"\:")))
        engine.dispose()
        upgrade(url)
        store = Store(url)
        now = datetime(2026, 11, 20, 4, tzinfo=UTC)
        taken = store.outbox.take(now, 10, timedelta(minutes=2))
        assert [(due.key, due.lane) for due in taken] == [
            ("say0", "say:u1"), ("say1", "say:u1"), ("tell2", "tell:RF1"), ("tell3", "tell:"), ("wake4", None),
        ]  # fmt: skip
        assert (store.bind_staff("小林", 42), store.staff_on_telegram(42)) == (True, store.staff("小林"))
        store.keep([("new", "a", now, Arrived("telegram:7", {}))])
        assert [due.key for due in store.outbox.take(now, 10, timedelta(minutes=2))] == ["new"]
        store.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_pictures_of_before_the_traits_are_found_again(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with _a_database(kind, tmp_path, request) as url:
        engine = create_engine(url)
        line = '[{"text":"KM202611201530012345","box":[1,2,3,4],"sure":0.99}]'
        with engine.begin() as connection:
            command.upgrade(config(connection), "0005")
            connection.execute(
                text("INSERT INTO readings VALUES ('a.png', 1, 400, 800, :lines, :print, '[]', NULL)"),
                {"lines": line, "print": "0f" * 8 + "80" * 576},
            )
        engine.dispose()
        upgrade(url)
        store = Store(url)
        again = Line("KM202611201530012345", (5, 5, 9, 9))
        assert store.readings.alike(PictureRecord("b.png", (1, 1), (again,), "f0" * 8 + "80" * 576)) == ["a.png"]
        store.close()


@contextmanager
def _a_database(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty one, without a single table."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'old.db'}"
        return
    server = make_url(request.getfixturevalue("postgresql_url"))
    name = f"refund_desk_old_{uuid4().hex[:12]}"
    outside = create_engine(server, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    outside.dispose()


def _plain(row: object) -> tuple[str, ...]:
    """Quotes, spaces and the order of constraints are matters of taste."""
    kind, name, table, sql = row  # type: ignore[misc]  # a row is a tuple of four
    lines = (sql or "").replace('"', "").replace(f"{table}.", "").split()
    return kind, name, table, " ".join(lines).replace("( ", "(").replace(" )", ")")
