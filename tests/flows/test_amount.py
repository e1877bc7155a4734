"""Whole cents: read exactly, written exactly, split without a remainder."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.amount import cents, refund_for, share, yuan
from flows.model import Cents, Order, OrderStatus, Refund


def an_order(paid: int, quantity: int = 1, points: int = 0) -> Order:
    return Order("KM1", "Q币", Cents(paid), OrderStatus.UNDELIVERED, datetime(2026, 11, 20, tzinfo=UTC),
                 quantity=quantity, points=points)  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), [
    ("49.90", 4990), ("49.9", 4990), ("49", 4900), ("0.01", 1), ("0", 0), ("007.50", 750),
    ("9999999999.99", 999999999999),
])  # fmt: skip
def test_yuan_are_read_to_the_cent(text, amount):
    assert cents(text) == amount


@pytest.mark.parametrize("text", [
    "12,5", "-1.00", "+1.00", "NaN", "Infinity", "1e3", "1.005", "", " 1.00", "1.00 ", "1.", ".5", "１.00", "1_000",
    "¥1", "1.00\n", "10000000000.00", "٣",
])  # fmt: skip
def test_anything_else_is_not_an_amount(text):
    with pytest.raises(ValueError, match=r"like 49\.90"):
        cents(text)


@given(st.integers(0, 10**12 - 1))
def test_what_is_written_reads_the_same(amount):
    assert cents(yuan(Cents(amount))) == amount


def test_three_pieces_of_ten_yuan_give_back_333_333_334():
    order = an_order(1000, quantity=3)
    assert [refund_for(order, 1, granted).cash for granted in range(3)] == [333, 333, 334]


def test_points_come_back_as_points_and_add_up_too():
    order = an_order(100, quantity=3, points=100)
    assert [refund_for(order, 1, granted).points for granted in range(3)] == [33, 33, 34]


def test_a_coupon_is_not_paid_out():
    order = an_order(4490)
    assert refund_for(order, 1, 0) == Refund(Cents(4490))


@settings(max_examples=200)
@given(
    paid=st.integers(0, 10**9),
    points=st.integers(0, 10**6),
    steps=st.lists(st.integers(1, 50), min_size=1, max_size=12),
)
def test_whatever_the_steps_the_parts_add_up_to_exactly_the_whole(paid, points, steps):
    order = an_order(paid, quantity=sum(steps), points=points)
    parts, granted = [], 0
    for pieces in steps:
        parts.append(refund_for(order, pieces, granted))
        granted += pieces
        assert 0 <= sum(part.cash for part in parts) <= paid
    assert (sum(part.cash for part in parts), sum(part.points for part in parts)) == (paid, points)


@settings(max_examples=100)
@given(paid=st.integers(0, 10**9), quantity=st.integers(1, 500), data=st.data())
def test_one_step_gives_what_two_steps_give(paid, quantity, data):
    first = data.draw(st.integers(0, quantity))
    second = data.draw(st.integers(0, quantity - first))
    order = an_order(paid, quantity)
    in_two = refund_for(order, first, 0).cash + refund_for(order, second, first).cash
    assert refund_for(order, first + second, 0).cash == in_two


@pytest.mark.parametrize(("pieces", "granted"), [(4, 0), (1, 3), (2, 2), (-1, 1), (1, -1)])
def test_more_pieces_than_were_bought_is_an_error(pieces, granted):
    with pytest.raises(ValueError, match="bought"):
        refund_for(an_order(1000, quantity=3), pieces, granted)


def test_a_share_is_rounded_down():
    assert share(999, 1, 2) == 499
