"""How updates reach a bot: fetched by asking Telegram over and over, or posted to us by Telegram or another program."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.botapi import Api, Json, Refused, Unreachable, trouble
from bot.channels import SendLater
from bot.updates import ALLOWED_UPDATES
from bot.web import in_thread

SECRET_HEADER = "x-telegram-bot-api-secret-token"
LONGEST_UPDATE = 1_000_000
POLL = 8
"""Seconds that Telegram holds a question for updates open."""
LEASE = timedelta(seconds=20)
"""So long whoever asked last is the one who asks: longer than a question takes."""
NOT_OURS = 2.0
"""Seconds until it is looked again whether another process still asks."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0

T = TypeVar("T")
log = structlog.get_logger()


class Bot(Protocol):
    """A bot as far as updates are brought to it."""

    @property
    def name(self) -> str: ...

    @property
    def api(self) -> Api: ...

    def keep(self, updates: list[Json]) -> None: ...

    def introduce(self) -> None: ...


class Turns(Protocol):
    """Of several processes only one asks: Telegram answers nobody else."""

    def hold(self, name: str, now: datetime, span: timedelta) -> bool: ...

    def release(self, name: str) -> None: ...


class Intake:
    """Introduces a bot to Telegram in a thread of its own, and fetches its updates where they are not posted."""

    def __init__(
        self, bot: Bot, receive: str, webhook: Mapping[str, Any], turns: Turns,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """`receive`: polling, webhook or forwarded; `webhook`: what Telegram is told of where to post."""
        self._bot, self._receive, self._webhook, self._turns, self._clock = bot, receive, webhook, turns, clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=bot.name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No further question is asked."""
        self._stopping.set()

    def close(self) -> None:
        """The question that is open is given up; what was not told to be kept comes again after the next start."""
        self._stopping.set()
        self._bot.api.close()
        if self._thread.is_alive():
            self._thread.join()
        with suppress(Exception):  # the database may be away: the lease runs out by itself
            self._turns.release(self._bot.name)

    def _run(self) -> None:
        """Whoever has the turn introduces the bot and asks on, until it stops or dies and another has the turn."""
        while not self._stopping.is_set():
            if self._until_done(self._has_turn):
                self._until_done(self._introduce)
                if self._receive != "polling":
                    return
                self._ask_on()
            self._stopping.wait(NOT_OURS)

    def _ask_on(self) -> None:
        offset: int | None = None
        while not self._stopping.is_set() and self._until_done(self._has_turn):
            offset = self._until_done(partial(self._fetch, offset))

    def _has_turn(self) -> bool:
        return self._turns.hold(self._bot.name, self._clock(), LEASE)

    def _introduce(self) -> None:
        if self._receive == "webhook":
            self._bot.api.call("setWebhook", **self._webhook, allowed_updates=list(ALLOWED_UPDATES))
        elif self._receive == "polling":
            self._bot.api.call("deleteWebhook")
        else:
            return  # the menu is that of the program that hands over
        try:
            self._bot.introduce()
        except Refused as refused:
            # A bot without its menu works as well.
            log.warning("the menu of commands was refused", channel=self._bot.name, error=str(refused))

    def _fetch(self, offset: int | None) -> int | None:
        """One question. Asking from `offset` on tells Telegram that all before it is kept: so it is, by then."""
        asked: dict[str, Any] = {"timeout": POLL, "offset": offset, "allowed_updates": list(ALLOWED_UPDATES)}
        updates = self._bot.api.call("getUpdates", POLL + 10, **asked)
        if not updates:
            # After a quiet week Telegram may count anew, from anywhere: nothing is left that an offset could confirm.
            return None
        self._until_done(lambda: self._bot.keep(updates))
        return max(int(update["update_id"]) for update in updates) + 1

    def _until_done(self, work: Callable[[], T]) -> T | None:
        """Again with growing waits, whatever is away: Telegram, the network, the database."""
        wait = FIRST_WAIT
        while not self._stopping.is_set():
            try:
                return work()
            except (Refused, Unreachable) as error:
                again = trouble(error)
                pause = max(again.seconds if isinstance(again, SendLater) else LONGEST_WAIT, wait)
                if not self._stopping.is_set():
                    log.warning("telegram cannot be asked", channel=self._bot.name, error=_why(error), seconds=pause)
            except Exception:
                pause = wait
                log.exception("an update could not be kept", channel=self._bot.name)
            self._stopping.wait(pause)
            wait = min(wait * 2, LONGEST_WAIT)
        return None


def _why(error: Refused | Unreachable) -> str:
    if isinstance(error, Refused) and error.code == 409:
        return "409: another program fetches the updates of this bot; a token can have one consumer only"
    if isinstance(error, Refused) and error.code in (401, 404):
        return f"{error.code}: Telegram does not know this token"
    return str(error) or type(error).__name__


def secret_for(configured: str, shop_secret: str) -> str:
    """What whoever posts updates has to show: the configured one, else one made from the shop's secret."""
    return configured or hmac.digest(shop_secret.encode(), b"refund-desk telegram", hashlib.sha256).hex()


def routes(bots: Mapping[str, Bot], secret: str) -> list[BaseRoute]:
    """POST /telegram/<name>: an update is on disk before it is acknowledged. The name of a bot is its id."""

    async def take(request: Request) -> Response:
        shown = request.headers.get(SECRET_HEADER, "")
        bot = bots.get(request.path_params["name"])
        if bot is None or not hmac.compare_digest(shown.encode(), secret.encode()):
            return PlainTextResponse("404", 404)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_UPDATE:
                return PlainTextResponse("an update is smaller", 413)
        try:
            # Half a sign, where another program has cut a text, could not be kept by any database.
            update = json.loads(json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace"))
        except ValueError:
            return PlainTextResponse("expected an update as JSON", 400)
        if not isinstance(update, dict):
            return PlainTextResponse("expected an update as JSON", 400)
        try:
            await in_thread(bot.keep, [update])
        except Exception:
            # Not acknowledged: it is posted again.
            log.exception("an update could not be kept", channel=bot.name)
            return PlainTextResponse("later", 503)
        return PlainTextResponse("ok")

    return [Route("/telegram/{name}", take, methods=["POST"])] if bots else []
