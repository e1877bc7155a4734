"""Finding one of a customer's own orders by what they say of it: the product, the sum, the day."""

import re
from datetime import datetime
from decimal import Decimal

from flows.model import Order
from flows.workdays import SHANGHAI
from nlp.reading import Reading

ON_EVERY_LABEL = frozenset(
    {"会员", "充值", "激活", "个月", "直充", "卡密", "官方", "自动", "发货", "账号", "订单", "商品", "退款"}
)


def described(reading: Reading, own: tuple[Order, ...], now: datetime) -> tuple[Order, ...]:
    """The orders that everything said fits, the best first. All of them where nothing said tells them apart."""
    today = now.astimezone(SHANGHAI).toordinal()
    scored = [(_score(reading, order, today), order) for order in own]
    best = max((score for score, _ in scored), default=0)
    if best == 0:
        return own
    return tuple(order for score, order in scored if score == best)


def _score(reading: Reading, order: Order, today: int) -> int:
    return (
        3 * _names(reading.text, order.product)
        + 4 * _costs(reading.amount, order)
        + 2 * _on_day(reading.day, order, today)
    )


def _names(text: str, product: str) -> int:
    """How many pieces of the product's name the text holds: pairs of Chinese characters, words of letters or digits."""
    said = text.lower()
    pairs = {run[i : i + 2] for run in re.findall(r"[\u4e00-\u9fff]{2,}", product) for i in range(len(run) - 1)}
    words = {word for word in re.findall(r"[a-z]+|\d+", product.lower()) if len(word) > 1}
    return sum(piece in said for piece in (pairs - ON_EVERY_LABEL) | words)


def _costs(amount: Decimal | None, order: Order) -> bool:
    if amount is None:
        return False
    cents = int(amount * 100)
    whole = amount == amount.to_integral_value()
    return cents in (order.amount_paid, order.price) or (
        whole and any(c // 100 == cents // 100 for c in (order.amount_paid, order.price))
    )


def _on_day(day: int | None, order: Order, today: int) -> bool:
    return day is not None and today - order.ordered_at.astimezone(SHANGHAI).toordinal() == day
