"""A customer's own order is found by what they say of it: product, sum, day."""

from datetime import timedelta
from decimal import Decimal

import pytest

from flows.described import described
from flows.model import Cents, Order
from nlp.codes import Intent
from nlp.reading import Reading
from tests.conftest import NOON, an_order

VIDEO = an_order(order_no="V", product="腾讯视频VIP 月卡", amount_paid=Cents(2500), price=Cents(2500))
MUSIC = an_order(order_no="M", product="网易云音乐 黑胶VIP", amount_paid=Cents(1800), price=Cents(1800))
STEAM = an_order(
    order_no="S",
    product="Steam 充值卡 100元",
    amount_paid=Cents(9350),
    price=Cents(9350),
    ordered_at=NOON - timedelta(days=1),
)
OWN = (VIDEO, MUSIC, STEAM)


def found(text: str, own: tuple[Order, ...] = OWN, amount: str | None = None, day: int | None = None) -> list[str]:
    reading = Reading(text, Intent.REFUND, amount=Decimal(amount) if amount else None, day=day)
    return [order.order_no for order in described(reading, own, NOON)]


@pytest.mark.parametrize(
    "text, number",
    [("腾讯视频那个用不了", "V"), ("买的网易云音乐", "M"), ("steam卡激活不了", "S"), ("STEAM 100的那张", "S")],
)
def test_by_a_piece_of_the_products_name(text: str, number: str) -> None:
    assert found(text) == [number]


def test_by_the_sum_exact_or_without_its_cents() -> None:
    assert found("那一单", amount="18") == ["M"] and found("那一单", amount="93.50") == found(
        "那一单", amount="93"
    ) == ["S"]


def test_by_the_day_as_shanghai_counts_it() -> None:
    assert found("昨天买的", day=1) == ["S"] and found("今天买的", day=0) == ["V", "M"]


def test_what_is_said_together_counts_together() -> None:
    assert found("今天买的VIP，25块那个", amount="25", day=0) == ["V"]


def test_where_nothing_tells_them_apart_it_may_be_any() -> None:
    assert found("用不了") == ["V", "M", "S"] and found("会员充值不了") == ["V", "M", "S"] and found("x", own=()) == []


def test_two_of_the_same_are_both_named() -> None:
    twin = an_order(order_no="V2", product=VIDEO.product, amount_paid=Cents(2500), price=Cents(2500))
    assert found("腾讯视频付了两次", own=(*OWN, twin)) == ["V", "V2"]
