"""An empty database becomes what tables.py says, a finished one is left alone, and two servers may start together."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from storage.engine import Database
from storage.migrations import DatabaseIsNewerThanThisProgram, config, newest, upgrade
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


def _plain(row: object) -> tuple[str, ...]:
    """Quotes, spaces and the order of constraints are matters of taste."""
    kind, name, table, sql = row  # type: ignore[misc]  # a row is a tuple of four
    lines = (sql or "").replace('"', "").replace(f"{table}.", "").split()
    return kind, name, table, " ".join(lines).replace("( ", "(").replace(" )", ")")
