"""The scripted refund of eight turns that every contestant serves, and the crowd of customers who live through it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.model import Cents, Goods, Order, OrderStatus

Json = dict[str, Any]
Feed = Callable[[Json], Awaitable[None]]
"""Takes an update, and comes back when it is answered and what was answered is on disk."""
TOKEN = "4200000042:" + "b" * 35
FIRST_CHAT = 1_000
NOW = datetime.now(UTC)
TURNS = (
    "/start",
    "我昨天买的点卡激活提示无效码，我要退款",
    "订单号{order_no}",
    "{contact}",
    "没有截图",
    "提交",
    "我的退款到哪一步了",
    "好的谢谢",
)
# start · complaint with its reason · order · ownership · no evidence · confirm · status · thanks


def order_no(n: int) -> str:
    return f"KM20261120100000{n:04d}"


def contact(n: int) -> str:
    return f"138{n:08d}"


def orders(customers: int) -> list[Order]:
    """One for each, of a stranger until its contact was named."""
    return [
        Order(
            order_no=order_no(n), product="Steam 充值卡 50元", amount_paid=Cents(4990), status=OrderStatus.DELIVERED,
            ordered_at=NOW - timedelta(hours=2), kind=Goods.CARD, price=Cents(4990), paid_with="alipay",
            delivered_at=NOW - timedelta(hours=1), contact=contact(n),
        )
        for n in range(customers)
    ]  # fmt: skip


def update(n: int, turn: int) -> Json:
    """As Telegram sends it."""
    person = {"id": FIRST_CHAT + n, "is_bot": False, "first_name": "客户", "language_code": "zh-hans"}
    text = TURNS[turn].format(order_no=order_no(n), contact=contact(n))
    message: Json = {
        "message_id": 2 * turn + 1, "date": int(NOW.timestamp()) + turn, "from": person,
        "chat": {"id": FIRST_CHAT + n, "type": "private", "first_name": "客户"}, "text": text,
    }  # fmt: skip
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return {"update_id": 1_000_000 + n * len(TURNS) + turn, "message": message}


async def crowd(feed: Feed, customers: int, at_once: int, first: int = 0) -> list[float]:
    """So many live at a time, each writes on once answered. Returns each wait in seconds."""
    waits: list[float] = []
    waiting = iter(range(first, first + customers))

    async def next_ones() -> None:
        for n in waiting:
            for turn in range(len(TURNS)):
                began = time.perf_counter()
                await feed(update(n, turn))
                waits.append(time.perf_counter() - began)

    await asyncio.gather(*(next_ones() for _ in range(at_once)))
    return waits


async def stream(feed: Feed, customers: int, per_second: float) -> list[float]:
    """All live side by side, and a message of somebody comes at every beat, whether the ones before are answered yet.

    Returns each wait in seconds, counted from the beat.
    """
    waits: list[float] = []
    began = time.perf_counter()

    async def one(n: int) -> None:
        for turn in range(len(TURNS)):
            beat = began + (turn * customers + n) / per_second
            await asyncio.sleep(beat - time.perf_counter())
            await feed(update(n, turn))
            waits.append(time.perf_counter() - beat)

    await asyncio.gather(*(one(n) for n in range(customers)))
    return waits
