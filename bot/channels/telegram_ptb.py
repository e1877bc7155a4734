"""python-telegram-bot as a carrier, and `attach`, which puts the refund desk into an Application that already runs."""

import asyncio
import warnings
from collections.abc import Mapping
from typing import Any

from telegram import Bot, InputFile, InputMediaPhoto, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.ext import Application, ApplicationHandlerStop, ContextTypes, TypeHandler
from telegram.request import HTTPXRequest

from bot.botapi import TIMEOUT, Diverts, Files, LoopThread, Refused, Unreachable, divert

# The library would rather have its own methods called; here one way serves both carriers.
warnings.filterwarnings("ignore", message="Please use 'Bot\\.")
# Either kind of `retry_after` is understood here.
warnings.filterwarnings("ignore", message="Deprecated since version v22.2: In a future major version attribute `retry")
ATTACHED = "attach://"
FIRST = -1_000
"""The group of handlers that comes before those of the application itself."""
CODES: Mapping[type[TelegramError], int] = {
    Forbidden: 403,
    InvalidToken: 401,
    EndPointNotFound: 404,
    BadRequest: 400,
    ChatMigrated: 400,
    Conflict: 409,
}


class PtbCarrier:
    """One bot, by python-telegram-bot."""

    def __init__(self, token: str, api_url: str) -> None:
        self.bot_id = int(token.partition(":")[0])
        self._loop = LoopThread("telegram")
        base = api_url.rstrip("/")
        self._lines = calls, updates = _request(), _request()
        self._bot = Bot(token, f"{base}/bot", f"{base}/file/bot", request=calls, get_updates_request=updates)

    def call(self, method: str, within: float = TIMEOUT, files: Files | None = None, **given: object) -> Any:
        given = {name: value for name, value in given.items() if value is not None}
        if files and "media" in given:
            given["media"] = _album(given["media"], files)
        else:
            given |= {part: InputFile(data, filename=name) for part, (name, data) in (files or {}).items()}
        asked = self._bot.do_api_request(method, given, read_timeout=within, write_timeout=within)
        return self._run(asked, within)

    def download(self, file_id: str) -> bytes:
        return bytes(self._run(self._fetched(file_id), 60))

    async def _fetched(self, file_id: str) -> bytes:
        file = await self._bot.get_file(file_id, read_timeout=TIMEOUT)
        return bytes(await file.download_as_bytearray(read_timeout=TIMEOUT))

    def close(self) -> None:
        self._loop.close(self._hang_up())

    async def _hang_up(self) -> None:
        # Bot.shutdown() does nothing for a bot that was never initialized, which would ask who it is.
        await asyncio.gather(*(line.shutdown() for line in self._lines))

    def _run(self, asked: Any, timeout: float) -> Any:
        try:
            return self._loop.run(asked, timeout + 5)
        except RetryAfter as error:
            raise Refused(429, error.message, _seconds(error)) from None
        except TelegramError as error:
            code = CODES.get(type(error))
            if code is None:
                raise Unreachable(type(error).__name__) from None
            raise Refused(code, error.message) from None


def _album(media: Any, files: Files) -> list[InputMediaPhoto]:
    """The library looks into an album and wants it in its own nouns."""
    parts = [files[part["media"].removeprefix(ATTACHED)] for part in media]
    return [InputMediaPhoto(InputFile(data, filename=name, attach=True)) for name, data in parts]


def _request() -> HTTPXRequest:
    return HTTPXRequest(connection_pool_size=16, connect_timeout=TIMEOUT, pool_timeout=TIMEOUT)


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def attach(application: "Application[Any, Any, Any, Any, Any, Any]", desk: Diverts) -> None:
    """From now on the desk takes, before any other handler, what belongs to a refund, and nothing else."""

    async def first(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if await asyncio.to_thread(divert, desk, update.to_dict()):
            raise ApplicationHandlerStop

    application.add_handler(TypeHandler(Update, first), group=FIRST)
