"""aiogram as a carrier, and `attach`, which puts the refund desk into a Dispatcher that already runs."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods.base import Response, TelegramMethod
from aiogram.types import BufferedInputFile, TelegramObject, Update
from aiohttp import ClientError

from bot.botapi import TIMEOUT, Diverts, Files, Json, LoopThread, Refused, Unreachable, divert

CODES: Mapping[type[TelegramAPIError], int] = {
    TelegramBadRequest: 400,
    TelegramMigrateToChat: 400,
    TelegramUnauthorizedError: 401,
    TelegramForbiddenError: 403,
    TelegramNotFound: 404,
    TelegramConflictError: 409,
    TelegramEntityTooLarge: 413,
}
ATTACHED = "attach://"
_ANSWER = Response[Any]
"""Kept, because pydantic forgets it after each call and makes it anew, which costs more than the rest of the call."""


class AiogramCarrier:
    """One bot, by aiogram."""

    def __init__(self, token: str, api_url: str) -> None:
        self.bot_id = int(token.partition(":")[0])
        self._loop = LoopThread("telegram")
        session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
        self._bot = Bot(token, session=session)

    def call(self, method: str, within: float = TIMEOUT, files: Files | None = None, **given: object) -> Any:
        wanted = {name: value for name, value in given.items() if value is not None}
        asked = _method(method)(**(_with_files(wanted, files) if files else wanted))
        return self._run(self._bot(asked, request_timeout=int(within)), within)

    def download(self, file_id: str) -> bytes:
        return bytes(self._run(self._fetched(file_id), 60))

    async def _fetched(self, file_id: str) -> bytes:
        content = await self._bot.download(file_id, timeout=int(TIMEOUT))
        return content.read() if content else b""

    def close(self) -> None:
        self._loop.close(self._bot.session.close())

    def _run(self, asked: Any, timeout: float) -> Any:
        try:
            return self._loop.run(asked, timeout + 5)
        except TelegramRetryAfter as error:
            raise Refused(429, error.message, error.retry_after) from None
        except TelegramAPIError as error:
            code = CODES.get(type(error))
            if code is None:
                raise Unreachable(type(error).__name__) from None
            raise Refused(code, error.message) from None
        except (OSError, ClientError) as error:  # a download that broke off
            raise Unreachable(type(error).__name__) from None


@cache
def _method(name: str) -> type[TelegramMethod[Any]]:
    """Any method of the Bot API: what goes out and what comes back stays JSON."""
    return type(name, (TelegramMethod[Any],), {"__returning__": Any, "__api_method__": name, "__module__": __name__})


def _with_files(value: Any, files: Files) -> Any:
    """The same with each `attach://PART`, or a value that is a part's name of its own, replaced by the file."""
    if isinstance(value, dict):
        return {name: _with_files(inner, files) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_files(inner, files) for inner in value]
    part = value.removeprefix(ATTACHED) if isinstance(value, str) and value.startswith(ATTACHED) else None
    if part is not None and part in files:
        name, data = files[part]
        return BufferedInputFile(data, name)
    return value


def as_json(thing: TelegramObject) -> Json:
    """What Telegram sent, as it sent it."""
    return thing.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)


def attach(dispatcher: Dispatcher, desk: Diverts) -> None:
    """From now on the desk takes, before any other handler, what belongs to a refund, and nothing else."""

    async def first(
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject, data: dict[str, Any]
    ) -> Any:
        assert isinstance(event, Update)
        if await asyncio.to_thread(divert, desk, as_json(event)):
            return None
        return await handler(event, data)

    dispatcher.update.outer_middleware(first)
