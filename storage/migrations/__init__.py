"""The schema's history: one file a change, and `upgrade`, which takes a database from where it stands to the newest."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.engine import Database, DatabaseFailed

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
LOCK = 727_001
"""Any number that all our servers agree on: only one of them changes the schema at a time."""


class DatabaseIsNewerThanThisProgram(DatabaseFailed):
    """Somebody went back to an older program: it would not know what it reads, and leaves it alone."""


def upgrade(url: str) -> None:
    """Safe to call at every start: a database that is at its newest is left alone, and quickly."""
    database = Database(url)
    try:
        with database.read() as connection:
            version = version_of(connection)
        if version == newest():
            return
        if version is not None and version > newest():
            raise DatabaseIsNewerThanThisProgram(version)
        with database.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            migrate(connection)
    finally:
        database.close()


def newest() -> str:
    """A change is named by its file: 0001_first.py is revision 0001."""
    return max(path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def version_of(connection: Connection) -> str | None:
    """Where its schema stands; None where it has none of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def migrate(connection: Connection) -> None:
    """Inside a transaction that is open already: with it, or not at all."""
    # Only here: alembic takes longer to import than a start without it takes.
    from alembic import command

    command.upgrade(config(connection), "head")


def config(connection: Connection) -> "Config":
    from alembic.config import Config

    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return settings
