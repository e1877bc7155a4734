"""Several processes behind one port: each serves everything, and one that dies is replaced."""

import multiprocessing
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Any

import structlog

PATIENCE = 30.0
"""Seconds in which a process has to finish what it has in hand."""
BREATH = 1.0
"""Seconds between a death and the next try, so that what dies at once does not spin."""

log = structlog.get_logger()


class Crew:
    """So many processes that do the same work. They share nothing but what is handed to them and the database."""

    def __init__(self, count: int, work: Callable[..., None], *given: Any) -> None:
        """`work` gets what it is given, and its own number. All have to be picklable: processes begin anew."""
        self._make = multiprocessing.get_context("spawn").Process
        self._work, self._given = work, given
        self._members = [self._begin(number) for number in range(count)]

    def _begin(self, number: int) -> SpawnProcess:
        member = self._make(target=self._work, args=(*self._given, number), name="worker")
        member.start()
        return member

    def keep_up(self) -> None:
        """Until Ctrl-C or SIGTERM; then each finishes what it has in hand."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            while True:
                wait([member.sentinel for member in self._members])
                time.sleep(BREATH)
                self._replace_the_dead()
        except KeyboardInterrupt:
            self._dismiss()

    def _replace_the_dead(self) -> None:
        for number, member in enumerate(self._members):
            if not member.is_alive():
                log.error("a worker died and is replaced", worker=member.pid, error=str(member.exitcode))
                self._members[number] = self._begin(number)

    def _dismiss(self) -> None:
        for member in self._members:
            member.terminate()
        deadline = time.monotonic() + PATIENCE
        for member in self._members:
            member.join(max(0.0, deadline - time.monotonic()))
            if member.is_alive():
                member.kill()
