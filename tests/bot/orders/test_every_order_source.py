"""What every order source promises, wherever its orders lie: one suite, run over each of them."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from bot.orders import OrderSource
from flows.model import Order
from storage.orders import OrderTable
from storage.store import Store
from tests.conftest import NOON, an_order

ORDERS = [
    an_order(order_no="KM202611201530012345", query_password="Ab12", contact="13800000000"),
    an_order(order_no="km-lower-7", ordered_at=NOON - timedelta(days=2)),
    an_order(order_no="KM3", ordered_at=NOON - timedelta(minutes=1)),
    an_order(order_no="KM4", buyer="u2"),
    an_order(order_no="KM5", buyer=None),
    an_order(order_no="KM-67", buyer=None),
    an_order(order_no="KM6-7", buyer=None),
]


def own_table(store: Store, orders: Sequence[Order]) -> OrderSource:
    table = OrderTable(store.database)
    table.put(orders)
    return table


SOURCES: dict[str, Callable[[Store, Sequence[Order]], OrderSource]] = {"own table": own_table}


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest, store: Store) -> OrderSource:
    return SOURCES[request.param](store, ORDERS)


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.order_no)
def test_an_order_is_found_whole_by_its_number(source: OrderSource, order: Order) -> None:
    assert source.find([order.order_no]) == {order.order_no: order}


def test_the_letters_of_a_number_may_be_written_small_or_large(source: OrderSource) -> None:
    asked = ["km202611201530012345", "KM-LOWER-7"]
    assert source.find(asked) == dict(zip(asked, ORDERS, strict=False))


@pytest.mark.parametrize(
    "wanted", ["", "KM", "KM2026112015300123456", "KM%", "' OR 1=1 --", "订单", "K" * 20_000, "KM\0", "--"]
)
def test_what_is_not_there_is_not_found(source: OrderSource, wanted: str) -> None:
    assert source.find([wanted, "KM3"]) == {"KM3": ORDERS[2]}


@pytest.mark.parametrize("wanted", ["KM-3", "k m 3", "KM 2026-1120-1530-012345"])
def test_dashes_and_spaces_are_as_people_write_them(source: OrderSource, wanted: str) -> None:
    assert source.find([wanted])[wanted].order_no in ("KM3", "KM202611201530012345")


def test_two_orders_that_differ_in_a_dash_alone_are_two(source: OrderSource) -> None:
    assert source.find(["KM-67", "km6-7", "KM67"]) == {"KM-67": ORDERS[-2], "km6-7": ORDERS[-1]}


def test_a_customers_orders_come_newest_first_and_nobody_elses_come_with_them(source: OrderSource) -> None:
    bought = source.of_customers(["u1", "u2"])
    assert [order.order_no for order in bought["u1"]] == ["KM3", "KM202611201530012345", "km-lower-7"]
    assert bought["u2"] == (ORDERS[3],)


@pytest.mark.parametrize("customer", ["", "nobody", "U1", "u1%", "None"])
def test_who_bought_nothing_has_no_orders(source: OrderSource, customer: str) -> None:
    assert source.of_customers([customer]) == {customer: ()}
