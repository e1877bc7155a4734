"""How often somebody may do something: so many times within a window that slides, counted in memory that is bounded."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

KEPT = 2_000
"""So many are counted at once. Who comes back after so many others is counted anew."""


class _Count(NamedTuple):
    window: int
    times: int
    before: int  # in the window before it


class Rate:
    """So many times in `seconds`, each counted by themselves.

    What was done in the window before counts for as much of it as still lies within reach: in no such time is more let
    through than half as much again, and two numbers are all that is kept of anybody.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._lock = threading.Lock()
        self._counts: OrderedDict[tuple[str, ...], _Count] = OrderedDict()

    def allows(self, most: int, *whose: str) -> bool:
        """Whether they may once more, where `most` times are allowed. It is counted then."""
        window, passed = divmod(self._clock(), self._seconds)
        with self._lock:
            times, before = self._within(whose, int(window))
            allowed = times + before * (1 - passed / self._seconds) < most
            self._counts[whose] = _Count(int(window), times + allowed, before)
            self._counts.move_to_end(whose)
            if len(self._counts) > KEPT:
                self._counts.popitem(last=False)
        return allowed

    def _within(self, whose: tuple[str, ...], window: int) -> tuple[int, int]:
        known = self._counts.get(whose, _Count(window, 0, 0))
        if known.window == window:
            return known.times, known.before
        return 0, known.times if known.window == window - 1 else 0
