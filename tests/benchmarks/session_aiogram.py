"""aiogram's session, with the benchmark's own Telegram behind it instead of the network."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod

from tests.benchmarks.network import telegram


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
