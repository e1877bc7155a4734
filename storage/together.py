"""Doing together what several want at the same moment: whoever comes first does it for all who came meanwhile."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from storage.visit import Visit

T = TypeVar("T")


class Together(Generic[T]):
    """What comes while one is at it is done next, in one go: it fails together, too."""

    def __init__(self, do_all: Callable[[Sequence[T]], None]) -> None:
        self._do_all = do_all
        self._turn = threading.Lock()
        self._waiting: deque[_Wish[T]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for the one who is at it."""
        return len(self._waiting)

    def do(self, what: T) -> None:
        """Comes back when it is done, or raises what stood in its way. It is done in any thread."""
        wish = _Wish(what)
        self._waiting.append(wish)
        with self._turn:
            if not wish.done:
                self._carry_out([self._waiting.popleft() for _ in range(len(self._waiting))])
        if wish.error is not None:
            raise wish.error

    def _carry_out(self, wishes: "Sequence[_Wish[T]]") -> None:
        try:
            self._do_all([wish.what for wish in wishes])
        except BaseException as error:
            for wish in wishes:
                wish.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            for wish in wishes:
                wish.done = True


class _Wish(Generic[T]):
    def __init__(self, what: T) -> None:
        self.what = what
        self.done = False
        self.error: BaseException | None = None


class GroupCommit:
    """Goes to the disk in one transaction, and is waited for once. Each still has its own success or failure."""

    def __init__(self, visit: Callable[[], AbstractContextManager[Visit]]) -> None:
        self._visit = visit
        self._together = Together(self._carry_out)

    @property
    def waiting(self) -> int:
        return self._together.waiting

    def write(self, work: Callable[[Visit], T]) -> T:
        """What it returns, once it is committed. What it raises undoes its own part alone."""
        part = _Part(work)
        self._together.do(part)
        if part.error is not None:
            raise part.error
        result: T = part.result
        return result

    def _carry_out(self, parts: Sequence["_Part"]) -> None:
        with self._visit() as visit:
            for part in parts:
                part.carry_out(visit, alone=len(parts) == 1)


class _Part:
    """One caller's part of a transaction."""

    def __init__(self, work: Callable[[Visit], Any]) -> None:
        self.work = work
        self.result: Any = None
        self.error: Exception | None = None

    def carry_out(self, visit: Visit, *, alone: bool) -> None:
        if alone:
            self.result = self.work(visit)
            return
        visit.say("SAVEPOINT part")
        try:
            self.result = self.work(visit)
        except Exception as error:
            visit.say("ROLLBACK TO part")
            self.error = error
        visit.say("RELEASE part")
