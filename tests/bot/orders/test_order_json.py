"""An order as JSON: taken exactly, refused by the field's name, written back the same."""

from datetime import UTC, datetime

import pytest

from bot.orders.order_json import BadOrder, from_cells, order_json, parse_order
from flows.model import Goods, Order, OrderStatus

LEAST = {"order_no": "KM202611201530012345", "product": "腾讯视频月卡", "amount_paid": "43.90", "status": "undelivered",
         "ordered_at": "2026-11-20T15:30:01+08:00"}  # fmt: skip
FULL = LEAST | {
    "kind": "membership", "description": "31 天", "quantity": 2, "price": "49.90", "coupon": "5.00", "points": 100,
    "points_value": "1.00", "paid_with": "alipay", "trade_no": "2026112022001400001234567890", "status": "delivered",
    "promised_at": "2026-11-20T17:30:00+08:00", "delivered_at": "2026-11-20T15:40:00+08:00", "service_started_at": None,
    "buyer": "u1", "contact": "13800138000", "query_password": "k7w",
}  # fmt: skip


def test_five_fields_are_enough():
    order = parse_order(LEAST)
    assert order == Order("KM202611201530012345", "腾讯视频月卡", 4390, OrderStatus.UNDELIVERED,
                          datetime(2026, 11, 20, 7, 30, 1, tzinfo=UTC), price=4390)  # fmt: skip


def test_every_field_of_the_contract_is_taken():
    order = parse_order(FULL)
    assert (order.kind, order.quantity, order.points) == (Goods.MEMBERSHIP, 2, 100)
    assert (order.price, order.coupon, order.points_value, order.amount_paid) == (4990, 500, 100, 4390)
    assert order.delivered_at == datetime(2026, 11, 20, 7, 40, tzinfo=UTC)
    assert (order.buyer, order.contact, order.query_password) == ("u1", "13800138000", "k7w")


def test_what_is_written_is_what_was_read():
    assert {name: value for name, value in order_json(parse_order(FULL)).items() if name in FULL} == FULL
    assert parse_order(order_json(parse_order(LEAST))) == parse_order(LEAST)


def test_a_missing_price_is_the_sum():
    order = parse_order({name: value for name, value in FULL.items() if name != "price"})
    assert order.price == 4990


def test_a_price_is_held_against_the_sum_only_where_all_parts_are_known():
    with pytest.raises(BadOrder, match=r"price: expected coupon \+ points_value \+ amount_paid = 49.90, found '50.00'"):
        parse_order(FULL | {"price": "50.00"})
    assert parse_order(LEAST | {"price": "50.00"}).price == 5000


def test_unknown_keys_and_nulls_are_passed_over():
    assert parse_order(LEAST | {"colour": "red", "kind": None, "coupon": None, "quantity": None}) == parse_order(LEAST)


@pytest.mark.parametrize("name", LEAST)
def test_what_must_be_there_is_named_when_it_is_missing(name):
    for broken in ({key: value for key, value in LEAST.items() if key != name}, LEAST | {name: None}):
        with pytest.raises(BadOrder, match=f"^{name}: expected a value, it is missing"):
            parse_order(broken)


@pytest.mark.parametrize(("name", "value"), [
    ("amount_paid", "12,5"), ("amount_paid", "-1.00"), ("amount_paid", "NaN"), ("amount_paid", 43.9),
    ("amount_paid", True), ("coupon", "1e2"), ("points_value", ""), ("points", -1), ("points", "100"),
    ("points", 1.5), ("points", True), ("quantity", 0), ("quantity", -2), ("quantity", 10**12),
    ("status", "lost"), ("status", []), ("kind", "gift"), ("kind", 3),
    ("ordered_at", "2026-11-20T15:30:01"), ("ordered_at", "2026-11-20"), ("ordered_at", "yesterday"),
    ("ordered_at", 1795000000),
    ("ordered_at", "0001-01-01T00:00:00+08:00"), ("delivered_at", "2026-02-30T00:00:00+08:00"), ("promised_at", ""),
    ("order_no", ""), ("order_no", "  "), ("order_no", 42), ("product", "a\0b"), ("product", "\ud83d"),
    ("product", "长" * 5000), ("buyer", 5), ("contact", 13800138000), ("query_password", ["k"]),
])  # fmt: skip
def test_a_field_that_cannot_be_used_is_named(name, value):
    with pytest.raises(BadOrder, match=f"^{name}: expected "):
        parse_order(LEAST | {name: value})


@pytest.mark.parametrize("raw", [None, [], "KM1", 5])
def test_what_is_no_object_is_no_order(raw):
    with pytest.raises(BadOrder, match="expected an object"):
        parse_order(raw)


def test_a_secret_is_not_repeated_in_a_message():
    with pytest.raises(BadOrder) as bad:
        parse_order(LEAST | {"query_password": {"k7w": 1}})
    assert "k7w" not in str(bad.value)


@pytest.mark.parametrize("same", ["2026-11-20T07:30:01Z", "2026-11-20T07:30:01+00:00", "2026-11-19T21:30:01-10:00",
                                  "20261120T153001+0800", "2026-11-20 15:30:01+08:00"])  # fmt: skip
def test_one_moment_is_one_moment_in_every_notation(same):
    assert parse_order(LEAST | {"ordered_at": same}) == parse_order(LEAST)


def test_a_row_of_cells_has_the_same_shape():
    cells = {name: str(value) for name, value in FULL.items() if value is not None}
    cells |= {"service_started_at": "  ", "extra": ""}
    assert parse_order(from_cells(cells)) == parse_order(FULL)


def test_a_count_that_is_none_stays_text_and_is_refused():
    with pytest.raises(BadOrder, match=r"^quantity: expected a whole number"):
        parse_order(from_cells({name: str(value) for name, value in LEAST.items()} | {"quantity": "two"}))
