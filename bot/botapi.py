"""The Bot API as the house uses it: a call goes out as JSON and comes back as JSON, whichever library carries it."""

import asyncio
import threading
import time
from asyncio import CancelledError
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import structlog

from bot.channels import SendLater, Undeliverable

Json: TypeAlias = dict[str, Any]
T = TypeVar("T")
TRIES_TO_KEEP = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between one try and the next, while somebody else's bot waits."""
TIMEOUT = 15.0
"""Seconds that a call may take; with a file, or where Telegram is asked to wait for news, longer."""
GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot can't initiate", "user not found")
AWAY, BROKEN_TOKEN = 5.0, 60.0
"""Seconds before the next try where Telegram is not reachable, and where it does not know the token."""

log = structlog.get_logger()


class Refused(Exception):
    """Telegram has answered, and said no."""

    def __init__(self, code: int, description: str, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {description}")
        self.code, self.description, self.retry_after = code, description, retry_after

    def says(self, *words: str) -> bool:
        return any(word in self.description.lower() for word in words)


class Unreachable(Exception):
    """No answer: nobody knows whether it was done."""


class Api(Protocol):
    """One bot's way to Telegram. Called from any thread; raises Refused or Unreachable."""

    @property
    def bot_id(self) -> int: ...

    def call(self, method: str, within: float = TIMEOUT, files: "Files | None" = None, **given: object) -> Any:
        """The result as JSON. What is None is left out; `files` go as parts of the name that `attach://` uses."""
        ...

    def download(self, file_id: str) -> bytes: ...

    def close(self) -> None:
        """Whatever is still waited for ends in Unreachable."""
        ...


class Diverts(Protocol):
    """The refund desk, as far as somebody else's bot needs it that hands over what belongs to a refund."""

    def wants(self, update: Json) -> bool: ...

    def keep(self, updates: list[Json]) -> None:
        """On disk when it comes back."""
        ...


def divert(desk: Diverts, update: Json, stand: Callable[[float], None] = time.sleep) -> bool:
    """Whether the desk has taken it. One that is out of order takes nothing: the bot goes on with its own handlers.

    The bot's library has acknowledged the update already, so what cannot be kept is tried again. Raises what the
    database raises where it stays away.
    """
    try:
        if not desk.wants(update):
            return False
    except Exception:
        log.exception("nobody knows whether an update belongs to the refund desk")
        return False
    for wait in TRIES_TO_KEEP:
        try:
            desk.keep([update])
            return True
        except Exception:
            log.exception("an update could not be kept", seconds=wait)
            stand(wait)
    desk.keep([update])
    return True


Files: TypeAlias = Mapping[str, tuple[str, bytes]]
"""Part name to (file name, content)."""


def trouble(error: Refused | Unreachable) -> SendLater | Undeliverable:
    """What an outbox makes of it: try again later, or never."""
    if isinstance(error, Unreachable):
        return SendLater(AWAY, str(error))
    if error.retry_after is not None:
        return SendLater(error.retry_after, str(error))
    if error.code in (401, 404):
        return SendLater(BROKEN_TOKEN, str(error))
    if error.code == 403 or error.says(*GONE):
        return Undeliverable(error.description)
    return SendLater(AWAY, str(error)) if error.code >= 500 or error.code == 409 else Undeliverable(error.description)


class _Waiting(Generic[T]):
    """A thread waits here for what a loop does; `asyncio.run_coroutine_threadsafe` costs several times as much."""

    def __init__(self, work: Coroutine[Any, Any, T]) -> None:
        self._work = work
        self._task: asyncio.Task[T] | None = None
        self._done = threading.Lock()
        self._done.acquire()

    def begin(self) -> None:
        """In the loop, as all but `result`."""
        self._task = asyncio.get_running_loop().create_task(self._work)
        self._task.add_done_callback(lambda _: self._done.release())

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def result(self, timeout: float) -> T:
        """Raises TimeoutError, or what it raised. To be called once."""
        if not self._done.acquire(timeout=timeout):
            raise TimeoutError
        assert self._task is not None
        return self._task.result()


class LoopThread:
    """An event loop in a thread of its own, so that what is written with async can be called from any thread."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()
        self._waited_for: set[_Waiting[Any]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def run(self, work: Coroutine[Any, Any, T], timeout: float) -> T:
        """Its result. Raises Unreachable after so many seconds, or where the loop is closed meanwhile."""
        waiting = _Waiting(work)
        with self._lock:
            if self._closed:
                work.close()
                raise Unreachable("closed")
            self._waited_for.add(waiting)
            self._loop.call_soon_threadsafe(waiting.begin)
        try:
            return waiting.result(timeout)
        except CancelledError as error:
            raise Unreachable(type(error).__name__) from None
        except TimeoutError as error:
            self._loop.call_soon_threadsafe(waiting.cancel)
            raise Unreachable(type(error).__name__) from None
        finally:
            self._waited_for.discard(waiting)

    def close(self, last: Coroutine[Any, Any, object]) -> None:
        """Ends what is waited for, does this last thing and is gone."""
        with self._lock:
            closed, self._closed = self._closed, True
            open_ones = tuple(self._waited_for)
        if closed:
            last.close()
            return
        for waiting in open_ones:
            self._loop.call_soon_threadsafe(waiting.cancel)
        try:
            # What goes wrong with a connection that is given up concerns nobody any more.
            with suppress(Exception):
                asyncio.run_coroutine_threadsafe(_end(last), self._loop).result(5)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop.close()


async def _end(last: Coroutine[Any, Any, object]) -> None:
    """What was cancelled ends first, then the connections; the loop turns a few times more until they say so."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await last
    for _ in range(5):
        await asyncio.sleep(0)
