"""One lock a chat, kept only while somebody holds it or waits: one customer's messages go one after the other."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager


class Locks:
    """One lock a chat, kept while somebody holds or waits for it."""

    def __init__(self) -> None:
        self._all = threading.Lock()
        self._held: dict[str, tuple[threading.Lock, int]] = {}

    def of(self, chat: str) -> AbstractContextManager[None]:
        return _Held(self, chat)

    @contextmanager
    def of_all(self, chats: Iterable[str]) -> Iterator[None]:
        """Always in the same order: two who want some of the same never wait for each other."""
        with ExitStack() as held:
            for chat in sorted(set(chats)):
                held.enter_context(self.of(chat))
            yield

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


class _Held(AbstractContextManager[None]):
    def __init__(self, locks: Locks, chat: str) -> None:
        self._locks, self._chat = locks, chat

    def __enter__(self) -> None:
        self._locks.enter(self._chat)

    def __exit__(self, *_: object) -> None:
        self._locks.leave(self._chat)
