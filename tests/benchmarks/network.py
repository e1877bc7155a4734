"""Telegram as far as a benchmark needs it: it hands out what was written, and answers at once."""

import asyncio

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
