"""The one place where everything is built and joined."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

import structlog
from msgspec import Struct

from bot import links, shop
from bot.channels import Channel, Messenger
from bot.config import CannotStart, Settings
from bot.evidence import Intake
from bot.handle import House
from bot.looking import Looking
from bot.outbox import Worker
from bot.payouts.by_hand import ByHand
from bot.reading import Reader
from bot.reading.process import ReaderProcess
from bot.rulebook import Rulebook
from bot.texts import Catalogue
from nlp.model import default as weights
from storage.engine import BadAddress, DatabaseFailed
from storage.files import BadStore, Bucket, Files, open_files
from storage.migrations import upgrade
from storage.orders import OrderTable
from storage.store import Store

log = structlog.get_logger()


class App(Struct, frozen=True):
    """The house with everything in it, as a command needs it."""

    settings: Settings
    store: Store
    files: Files | Bucket
    orders: OrderTable
    catalogue: Catalogue
    rules: Rulebook
    links: links.Links
    house: House
    reader: Reader

    def worker(
        self, channels: Mapping[str, Channel], messengers: Mapping[str, Messenger] = MappingProxyType({})
    ) -> Worker:
        """Carries out what is due, by these channels, and deals with what came in by these messengers."""
        by_hand = ByHand(self.store, lambda text: self.catalogue.say(self.settings.language, text))
        look = Looking(self.store, self.files, self.reader, self.settings.evidence)
        return Worker(self.store, self.house, channels, by_hand, look, messengers=messengers)

    def close(self) -> None:
        self.store.close()
        self.reader.close()


def build(settings: Settings, reader: Reader | None = None) -> App:
    """Raises CannotStart where a folder, a database or one of the shop's own files is not as it has to be."""
    running, lexicon = shop.rules(settings), shop.words(settings)
    if lexicon.faults:
        log.warning("lines of the file of words cannot be used", file=settings.words.file, problems=[*lexicon.faults])
    weights()  # now, and once: else the first customers wait while each thread reads them for itself
    store = open_store(settings)
    try:
        files = open_files(settings.evidence.store, settings.data / "evidence")
        if settings.evidence.store and isinstance(files, Files):
            files.folder.mkdir(parents=True, exist_ok=True)
    except BadStore as bad:
        raise CannotStart(f"evidence.store: {bad}") from None
    except OSError as error:
        raise CannotStart(f"evidence.store: {settings.evidence.store} cannot be made ({error.strerror})") from None
    orders, catalogue = OrderTable(store.database), Catalogue()
    rules = Rulebook(settings.rules.file, running, store.rule_books)
    signed, reader = links.Links(shop_secret(settings)), reader or ReaderProcess()
    house = House(
        store=store,
        orders=orders,
        rules=rules,
        catalogue=catalogue,
        lexicon=lexicon,
        intake=Intake(files, settings.evidence, reader),
        links=signed,
        settings=settings,
    )
    return App(settings, store, files, orders, catalogue, rules, signed, house, reader)


def open_store(settings: Settings) -> Store:
    """The database, at its newest schema."""
    folder_for(settings)
    with said_plainly():
        upgrade(settings.database_url)
        return Store(settings.database_url)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """On SQLite one process works off the queue at a time: it takes up at its start what another has in hand.

    Raises CannotStart where another one is at work. Servers on PostgreSQL wait for each other's leases instead.
    """
    if not settings.database_url.startswith("sqlite"):
        yield
        return
    folder_for(settings)
    with (settings.data / ".at-work").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"another refund desk is at work in {str(settings.data)!r}: stop it first; several need PostgreSQL"
            ) from None
        except OSError:
            pass  # a file system without locks
        yield


@contextmanager
def said_plainly() -> Iterator[None]:
    """What keeps a database from being used becomes one line, without the address and its password."""
    try:
        yield
    except BadAddress:
        raise CannotStart("database.url: expected an address such as postgresql://user:password@host/name") from None
    except ImportError as error:
        raise CannotStart(f"the database cannot be used: {error.name} is not installed") from None
    except DatabaseFailed as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
        raise CannotStart(f"the database cannot be used: {reason}") from None


def shop_secret(settings: Settings) -> bytes:
    try:
        return links.secret(settings.secret.get_secret_value(), settings.data)
    except OSError as error:
        raise CannotStart(_folder_problem(settings.data, error)) from None


def folder_for(settings: Settings) -> None:
    """The data folder is there and can be written to, or CannotStart says so."""
    probe = settings.data / ".probe"
    try:
        # What is in it are customers' contacts and pictures: nothing for the others who use the machine.
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.touch()
    except (OSError, ValueError) as error:
        raise CannotStart(_folder_problem(settings.data, error)) from None
    with suppress(OSError):
        probe.unlink()


def _folder_problem(folder: Path, error: OSError | ValueError) -> str:
    why = getattr(error, "strerror", None) or error
    return f"the data folder {str(folder)!r} cannot be written to ({why}); name another with REFUND_DESK_DATA"
