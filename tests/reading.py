"""Readers for tests: one that sees nothing, one that sees what it is told, and one real process for a whole run."""

from functools import cache

from bot.reading import Seen
from bot.reading.decode import opened
from bot.reading.process import ReaderProcess


class Blind:
    """Decodes as the real one does, in this process, and reads nothing: pieces are taken as they come."""

    def check(self, data: bytes, kind: str, megapixels: int) -> None:
        opened(data, kind, megapixels)

    def read(self, data: bytes, kind: str, megapixels: int) -> Seen | None:
        return None

    def close(self) -> None:
        """There is no process to end."""


class Told(Blind):
    """Sees in a file what a test says is in it."""

    def __init__(self, seen: dict[bytes, Seen]) -> None:
        self.seen = seen

    def read(self, data: bytes, kind: str, megapixels: int) -> Seen | None:
        return self.seen.get(data)


@cache
def one_process() -> ReaderProcess:
    """Started once for all tests of a worker: loading the models takes longer than reading with them."""
    return ReaderProcess()
