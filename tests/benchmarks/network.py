"""Telegram as far as a benchmark needs it: sessions of both libraries that answer at once instead of the network."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from telegram.request import BaseRequest, RequestData

from tests.benchmarks.dialogue import Json


class Telegram:
    """Hands out what customers write to whoever asks for updates, and knows when a customer was answered."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._written: list[Json] = []
        self._news = asyncio.Event()
        self._answered: dict[int, asyncio.Future[None]] = {}
        self._sent = 0

    async def write(self, update: Json) -> None:
        """A customer's message; comes back with the answer."""
        chat = update["message"]["chat"]["id"]
        self._answered[chat] = answered = asyncio.get_running_loop().create_future()
        self._written.append(update)
        self._news.set()
        await answered

    async def call(self, method: str, given: Json) -> object:
        self.loop = asyncio.get_running_loop()
        if method == "getUpdates":
            return await self._updates()
        if method == "getMe":
            return {"id": 4200000042, "is_bot": True, "first_name": "desk", "username": "desk_bot"}
        if method != "sendMessage":
            return True
        self._sent += 1
        chat = int(given["chat_id"])
        answered = self._answered.pop(chat, None)
        if answered is not None and not answered.done():
            answered.set_result(None)
        return {"message_id": self._sent, "date": 1, "chat": {"id": chat, "type": "private"}, "text": given["text"]}

    async def _updates(self) -> list[Json]:
        await self._news.wait()
        self._news.clear()
        taken, self._written = self._written[:100], self._written[100:]
        if self._written:
            self._news.set()
        return taken


telegram = Telegram()


class AiogramSession(BaseSession):
    """Instead of aiogram's session over HTTP."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        given = method.model_dump(warnings=False)
        result = await telegram.call(method.__api_method__, given)
        answer = json.dumps({"ok": True, "result": result})
        return self.check_response(bot=bot, method=method, status_code=200, content=answer).result

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""

    async def close(self) -> None: ...


class PtbRequest(BaseRequest):
    """Instead of python-telegram-bot's requests over HTTP."""

    def __init__(self, **_: Any) -> None:
        super().__init__()

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        given = request_data.parameters if request_data else {}
        result = await telegram.call(url.rpartition("/")[2], given)
        return 200, json.dumps({"ok": True, "result": result}).encode()
