"""Pages to hold against a claim, and the short names that rows of tests use."""

from datetime import timedelta
from typing import Any

import pytest

from flows.bench import Held
from flows.findings import hold
from flows.model import Order, OrderStatus, Says
from nlp.codes import Reason
from tests.conftest import NOON, an_order
from tests.nlp.pages import reads

R, Y, N, O = Reason, Says.SUPPORTS, Says.CONTRADICTS, Says.UNRELATED  # noqa: E741
UNSENT: dict[str, Any] = {"status": OrderStatus.UNDELIVERED, "delivered_at": None}
ORDER = an_order(ordered_at=NOON - timedelta(hours=2))
"""Ordered at 10:00 in Shanghai."""
PAGE = "订单详情\n{status}\n订单编号|{number}\n下单时间|2026-11-20 10:00\n实付款|¥{paid}\n{more}"


def page(status: str = "待发货", number: str = ORDER.order_no, paid: str = "90.00", more: str = "") -> str:
    return PAGE.format(status=status, number=number, paid=paid, more=more)


def held(text: str, reason: Reason, order: Order = ORDER, other: str | None = None) -> Held:
    return hold(reads(text), reason, order, other)


ERROR = "卡券兑换中心\n卡密\nTY**-****-****-K7P3\n该激活码已被使用\n{when}"
LISTING = "商品详情\n{product} 自动发货\n¥90.00\n已售 3000+\n立即购买"
Row = tuple[str, Reason, Says, str]


def every(rows: list[Row]) -> pytest.MarkDecorator:
    """Each row a test: a page, the reason of the claim, what it says of it, and the first finding."""
    return pytest.mark.parametrize("text, reason, says, code", rows, ids=map(str, range(len(rows))))


def says_so(text: str, reason: Reason, says: Says, code: str) -> None:
    found = held(text, reason)
    assert (found.says, found.findings[0].code) == (says, code)
