"""One lock a chat, kept only while somebody holds it or waits: one customer's messages go one after the other."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager


class Locks:
    """One lock a chat, kept while somebody holds or waits for it."""

    def __init__(self) -> None:
        self._all = threading.Lock()
        self._held: dict[str, tuple[threading.Lock, int]] = {}

    def of(self, chat: str) -> AbstractContextManager[None]:
        return _Held(self, chat)

    @contextmanager
    def if_all_free(self, chats: Iterable[str]) -> Iterator[bool]:
        """Whether nobody is busy with any of them; then all are held. Nobody waits here: several would for one chat."""
        wanted = set(chats)
        with self._all:
            free = self._held.keys().isdisjoint(wanted)
            if free:
                self._held |= {chat: (_locked(), 1) for chat in wanted}
        try:
            yield free
        finally:
            if free:
                for chat in wanted:
                    self.leave(chat)

    def held(self) -> tuple[str, ...]:
        """The chats that somebody is busy with."""
        return tuple(self._held)

    def enter(self, chat: str) -> None:
        with self._all:
            lock, waiting = self._held.get(chat, (threading.Lock(), 0))
            self._held[chat] = (lock, waiting + 1)
        lock.acquire()

    def leave(self, chat: str) -> None:
        with self._all:
            lock, waiting = self._held.pop(chat)
            if waiting > 1:
                self._held[chat] = (lock, waiting - 1)
        lock.release()


def _locked() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


class _Held(AbstractContextManager[None]):
    def __init__(self, locks: Locks, chat: str) -> None:
        self._locks, self._chat = locks, chat

    def __enter__(self) -> None:
        self._locks.enter(self._chat)

    def __exit__(self, *_: object) -> None:
        self._locks.leave(self._chat)
