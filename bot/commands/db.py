"""`refund-desk db move`: a platform that outgrows SQLite goes on with PostgreSQL, with all that it has."""

from bot.app import open_store, said_plainly
from bot.config import CannotStart, Settings
from storage import moving


def move(settings: Settings, to: str) -> None:
    """Says of each table what came over; whatever stands in the way leaves the target as it was."""
    open_store(settings).close()
    try:
        with said_plainly():
            moved = moving.move(settings.database_url, to, lambda table: print(table, flush=True))
    except moving.CannotMove as reason:
        raise CannotStart(f"nothing was moved: {reason}") from None
    print("everything came over" if moved else "everything had come over before; nothing was changed")
    print(
        "Set database.url to that address and start again. Pictures and documents stay in the folder"
        f" {settings.data}, and the old database beside them is not needed any more."
    )
