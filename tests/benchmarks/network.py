"""Telegram as far as a benchmark needs it: it hands out what was written, and answers at once."""

import asyncio
from collections.abc import Callable

from tests.benchmarks.dialogue import Json


class Telegram:
    """Hands out what customers write to whoever asks for updates, and knows when a customer was answered."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._written: list[Json] = []
        self._news = asyncio.Event()
        self._answered: dict[int, asyncio.Future[None]] = {}
        self.elsewhere: Callable[[int], None] = lambda chat: None
        """Told of an answer to somebody who wrote to another worker."""
        self._sent = 0

    async def write(self, update: Json) -> None:
        """A customer's message; comes back with the answer."""
        answered = self.answer_to(update)
        self._written.append(update)
        self._news.set()
        await answered

    def answer_to(self, update: Json) -> asyncio.Future[None]:
        """To be asked for before the message is handed over, in the loop that calls come by."""
        answered = asyncio.get_running_loop().create_future()
        self._answered[update["message"]["chat"]["id"]] = answered
        return answered

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
        if not self.arrives(chat):
            self.elsewhere(chat)
        return {"message_id": self._sent, "date": 1, "chat": {"id": chat, "type": "private"}, "text": given["text"]}

    def arrives(self, chat: int) -> bool:
        """Whether somebody waited for this answer here."""
        answered = self._answered.pop(chat, None)
        if answered is not None and not answered.done():
            answered.set_result(None)
        return answered is not None

    async def _updates(self) -> list[Json]:
        await self._news.wait()
        self._news.clear()
        taken, self._written = self._written[:100], self._written[100:]
        if self._written:
            self._news.set()
        return taken


telegram = Telegram()
