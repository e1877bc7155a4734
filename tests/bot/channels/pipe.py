"""A `talk` process as a program at its pipe sees it, with an order that is late and lines that are easily written."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from bot import app
from bot.channels import STAFF
from bot.channels.stdio import NAME, Clock, LineTalk, Paper
from bot.config import Settings
from flows.model import Cents, Goods, Order, OrderStatus

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
LATE = "KM202611201530012345"


def order(order_no: str, **given: Any) -> Order:
    plain: dict[str, Any] = {"product": "移动流量包 10G", "amount_paid": Cents(2880), "status": OrderStatus.UNDELIVERED}
    plain |= {"ordered_at": NOON - timedelta(hours=3), "promised_at": NOON - timedelta(hours=2), "kind": Goods.TOPUP}
    return Order(order_no, **plain | {"price": Cents(2880), "contact": "13800138000"} | given)


class Desk:
    """A `talk` process, as a program at its pipe would see it."""

    def __init__(self, folder: Path, stands_at: datetime | None = NOON, **settings: Any) -> None:
        self.app = app.build(Settings(data=folder, **settings))
        self.clock = Clock(stands_at)
        said, told = Paper(NAME), Paper(STAFF)
        worker = self.app.worker({NAME: said, STAFF: told})
        self.lines = LineTalk(self.app.house, self.app.store, worker.run_due, said, told, self.clock, 20_000_000)

    def put(self, *orders: Order) -> "Desk":
        self.app.orders.put(orders)
        return self

    def __call__(self, *lines: dict[str, Any] | bytes) -> list[dict[str, Any]]:
        """What is printed for these lines, as one run of the program."""
        raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        out = StringIO()
        self.lines.run(BytesIO(b"\n".join(raw) + b"\n"), out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    def handed_in(self) -> str:
        """A case of an agent's review: a card whose code is refused."""
        self.put(order(LATE, buyer="u1", kind=Goods.CARD, status=OrderStatus.DELIVERED, delivered_at=NOON))
        self(says(f"{LATE} 激活提示无效码，要退款"), says("输进去就说卡密无效"), says("没有了"), says("确认提交"))
        return self.cases()[0]["case"]

    def cases(self, customer: str = "u1") -> list[dict[str, Any]]:
        return [answer["case"] for answer in self({"show": "cases", "customer": customer}) if "case" in answer]


def says(text: str, **more: Any) -> dict[str, Any]:
    return {"customer": "u1", "text": text} | more


def kinds(answers: list[dict[str, Any]]) -> list[str]:
    return [next(iter(one)) if "to" not in one else "notice" if one["to"] == STAFF else "reply" for one in answers]


def errors(answers: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(one["error"]["line"], one["error"]["code"]) for one in answers if "error" in one]
