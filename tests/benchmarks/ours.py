"""The refund desk as a contestant: everything that `serve` builds for Telegram, with a network that answers at once."""

import asyncio
import time
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Any

import bot.telegram
from bot import app
from bot.channels import STAFF
from bot.channels.board import Board
from bot.config import Settings
from bot.settling import settle
from flows.model import CaseState
from storage.pace import Wait
from tests.benchmarks.dialogue import FIRST_CHAT, TOKEN, Feed, orders
from tests.benchmarks.network import telegram


class Unhurried:
    """Telegram's limits lifted: what is measured is ours, not what Telegram allows."""

    def __init__(self, *_: object) -> None: ...

    def claim(self, *_: object) -> Wait:
        return Wait(timedelta(0), timedelta(0))


class Desk:
    """Updates are polled, kept, heard, answered by the outbox and sent, by the real threads, all of it durable."""

    def __init__(self, carrier: str, folder: Path, customers: int) -> None:
        stub_the_network(carrier)
        bot.telegram.Pace = Unhurried
        self.customers = customers
        settings = Settings(data=folder, telegram={"token": TOKEN, "carrier": carrier, "receive": "polling"})
        self.app = app.build(settings)
        self.app.orders.put(orders(customers))
        self.telegram = bot.telegram.build(self.app, "secret")
        channels = {STAFF: Board(), **self.telegram.channels}
        self.worker = self.app.worker(channels, self.telegram.messengers)
        self.worker.start()
        self.telegram.start()
        settle()

    feed: Feed = staticmethod(telegram.write)

    def run(self, driven: Any) -> Any:
        """The customers live in the carrier's own loop: the network's side of it costs no thread of its own."""
        while telegram.loop is None:
            time.sleep(0.01)
        running: Future[Any] = asyncio.run_coroutine_threadsafe(driven, telegram.loop)
        return running.result()

    def close(self) -> None:
        """Raises AssertionError where a customer was not served: speed without effect is none."""
        self.telegram.stop()
        self.worker.stop()
        self.telegram.close()
        for n in range(self.customers):
            cases = self.app.store.recall(str(FIRST_CHAT + n)).cases
            assert [case.state for case in cases] == [CaseState.SUBMITTED], f"customer {n}: {cases}"
        self.app.close()


def stub_the_network(carrier: str) -> None:
    if carrier == "aiogram":
        from bot.channels import telegram_aiogram
        from tests.benchmarks.session_aiogram import AiogramSession

        telegram_aiogram.AiohttpSession = AiogramSession
    else:
        from bot.channels import telegram_ptb
        from tests.benchmarks.session_ptb import PtbRequest

        telegram_ptb.HTTPXRequest = PtbRequest
