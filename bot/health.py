"""Whether the house lives, and whether it can serve: /health/live, /health/ready, and both in one at /health."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.botapi import Api, Refused, Unreachable
from bot.evidence import MEGA
from bot.web import in_thread
from storage.engine import DatabaseFailed
from storage.standing import Pile

Look = Callable[[], str | None]
"""What is wrong with one thing, in words that hold no secret; None where nothing is."""
LookAtDue = Callable[[datetime], Mapping[str, Pile]]
"""The work that is due, by its kind."""
PATIENCE = 3.0
"""Seconds within which a thing has to answer."""
SAME_FOR = 2.0
STUCK = timedelta(minutes=5)
"""Work whose time came so long ago, and that nobody has taken up, is stuck."""
TELEGRAM_SAME_FOR = 30.0

log = structlog.get_logger()


class Checked:
    """One thing that has to be well. Asked by one at a time, and no more often than is useful."""

    def __init__(self, name: str, look: Look, same_for: float = SAME_FOR, patience: float = PATIENCE) -> None:
        self._name, self._look, self._same_for, self._patience = name, look, same_for, patience
        self._asking: asyncio.Task[None] | None = None
        self._good_until = 0.0
        self._answer: str | None = None

    async def wrong(self) -> str | None:
        if self._asking is None and asyncio.get_running_loop().time() < self._good_until:
            return self._answer
        self._asking = self._asking or asyncio.create_task(self._ask())
        # Who stops waiting leaves the question open: a hundred who ask do not leave a hundred threads behind.
        done, _ = await asyncio.wait([self._asking], timeout=self._patience)
        return self._answer if done else f"{self._name}: no answer within {self._patience:g} seconds"

    async def _ask(self) -> None:
        try:
            self._answer = await in_thread(self._look)
        except Exception as error:
            log.exception("health could not be looked at", kind=self._name)
            self._answer = f"{self._name}: {type(error).__name__}"
        finally:
            self._asking = None
            self._good_until = asyncio.get_running_loop().time() + self._same_for


def routes(checks: Iterable[Checked]) -> list[BaseRoute]:
    kept = tuple(checks)

    async def wrong() -> list[str]:
        answers = await asyncio.gather(*(check.wrong() for check in kept))
        return [answer for answer in answers if answer is not None]

    async def live(request: Request) -> Response:
        return _told(200, {"live": True})

    async def ready(request: Request) -> Response:
        problems = await wrong()
        return _told(503 if problems else 200, {"ready": not problems, "wrong": problems})

    async def both(request: Request) -> Response:
        problems = await wrong()
        return _told(503 if problems else 200, {"live": True, "ready": not problems, "wrong": problems})

    return [Route("/health/live", live), Route("/health/ready", ready), Route("/health", both)]


def _told(status: int, what: Mapping[str, object]) -> Response:
    return JSONResponse(what, status, headers={"cache-control": "no-store"})


# ---- what has to be well


def checks(
    look: LookAtDue, folders: Mapping[str, Path], largest_megabytes: int, bots: Mapping[str, Api],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Checked]:  # fmt: skip
    """`folders`: that are written to; `largest_megabytes`: of one file of a customer; `bots`: both by their names."""
    return [
        Checked("database", lambda: of_work(look, clock())),
        *(Checked(name, partial(of_folder, path, largest_megabytes * MEGA, name)) for name, path in folders.items()),
        *(Checked(name, partial(of_telegram, name, api), TELEGRAM_SAME_FOR) for name, api in bots.items()),
    ]


def of_work(look: LookAtDue, now: datetime) -> str | None:
    """The database answers, and what is due in it is taken up."""
    try:
        due = look(now)
    except DatabaseFailed as error:
        return f"database: cannot be reached ({type(error).__name__})"
    stuck = {kind: now - pile.since for kind, pile in due.items() if pile.since and now - pile.since > STUCK}
    if not stuck:
        return None
    ages = ", ".join(f"{kind} for {age // timedelta(minutes=1)} minutes" for kind, age in stuck.items())
    return f"outbox: work waits that nobody takes up ({ages})"


def of_folder(data: Path, needed: int, name: str = "data folder") -> str | None:
    """A file can be written there, and one of a customer's would fit."""
    probe = data / f".probe-{os.getpid()}"
    try:
        try:
            probe.write_bytes(b"\0" * 4096)
        finally:
            probe.unlink(missing_ok=True)
        free = shutil.disk_usage(data).free
    except OSError as error:
        return f"{name}: cannot be written to ({error.strerror})"
    if free < needed:
        return f"{name}: the disk is full ({free // MEGA} MB left, {needed // MEGA} needed for one file)"
    return None


def of_telegram(name: str, api: Api) -> str | None:
    try:
        api.call("getMe", PATIENCE)
    except Unreachable:
        return f"{name}: Telegram cannot be reached"
    except Refused as refused:
        unknown = refused.code in (401, 404)
        return f"{name}: Telegram does not know the token" if unknown else f"{name}: Telegram refuses ({refused.code})"
    return None
