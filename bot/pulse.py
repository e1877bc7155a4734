"""The pulse of the pages: who has one open learns within a moment that something new was saved, by whatever process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager

import anyio.to_thread
import structlog

log = structlog.get_logger()


class Pulse:
    """Asks the database for its newest mark while pages are open, and rings when it moved.

    A page takes the bell before it looks at the data, and waits for that bell afterwards: what is saved in between
    rings too.
    """

    def __init__(self, newest: Callable[[], Hashable], every: float = 1.0) -> None:
        self._newest = newest
        self._every = every
        self._bell = asyncio.Event()
        self._poked = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting = 0

    def poke(self) -> None:
        """Something was saved here just now: look at once. May be called from any thread, running or not."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._poked.set)

    def bell(self) -> asyncio.Event:
        return self._bell

    async def wait(self, bell: asyncio.Event) -> None:
        self._waiting += 1
        try:
            await bell.wait()
        finally:
            self._waiting -= 1

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beats as long as this is open: the web server's life."""
        self._loop = asyncio.get_running_loop()
        self._bell, self._poked = asyncio.Event(), asyncio.Event()
        watch = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            self._loop = None
            watch.cancel()
            await asyncio.wait([watch])

    async def _watch(self) -> None:
        seen: Hashable = None
        failing = False
        while True:
            await self._rest()
            if not self._waiting:
                continue
            try:
                newest = await anyio.to_thread.run_sync(self._newest)
                failing = False
            except Exception:
                # The database is away for a moment: the pages outlive it, and it is said once.
                if not failing:
                    log.exception("what is new could not be asked for")
                failing = True
                continue
            if newest != seen:
                seen = newest
                rung, self._bell = self._bell, asyncio.Event()
                rung.set()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._poked.wait(), self._every)
        except TimeoutError:
            return
        self._poked.clear()
