"""Group commit: what several write at the same moment goes to the disk in one transaction, and is waited for once."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from storage.visit import Visit

T = TypeVar("T")


class Together:
    """Whoever comes first does the work of all who came meanwhile; each still has its own success or failure."""

    def __init__(self, visit: Callable[[], AbstractContextManager[Visit]]) -> None:
        self._visit = visit
        self._turn = threading.Lock()
        self._waiting: deque[_Wish] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for the one who is writing."""
        return len(self._waiting)

    def write(self, work: Callable[[Visit], T]) -> T:
        """What it returns, once it is committed. What it raises undoes its own part alone. It runs in any thread."""
        wish = _Wish(work)
        self._waiting.append(wish)
        with self._turn:
            if not wish.done:
                self._carry_out([self._waiting.popleft() for _ in range(len(self._waiting))])
        if wish.error is not None:
            raise wish.error
        result: T = wish.result
        return result

    def _carry_out(self, wishes: list["_Wish"]) -> None:
        try:
            with self._visit() as visit:
                for wish in wishes:
                    wish.carry_out(visit, alone=len(wishes) == 1)
        except BaseException as error:
            for wish in wishes:
                wish.error = wish.error or error
            if not isinstance(error, Exception):
                raise
        finally:
            for wish in wishes:
                wish.done = True


class _Wish:
    """One caller's part of a transaction."""

    def __init__(self, work: Callable[[Visit], Any]) -> None:
        self.work = work
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None

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
