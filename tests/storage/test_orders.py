"""Our own orders table keeps an order whole, to the cent, and brings it up to date."""

from datetime import timedelta

from msgspec.structs import replace

from flows.model import Cents, Goods, Order, OrderStatus
from storage.orders import MOST, OrderTable
from storage.store import Store
from tests.conftest import NOON, an_order

FULL = Order(
    "km-1a", "王者荣耀代练", Cents(4390), OrderStatus.UNDELIVERED, NOON, Goods.SERVICE, "钻石到星耀", 3,
    Cents(4990), Cents(500), 100, Cents(100), "wechat", "T1", NOON, NOON, NOON, "u1", "13800000000", "pass",
)  # fmt: skip


def test_an_order_comes_back_as_it_was_put(store: Store) -> None:
    table = OrderTable(store.database)
    bare = Order("KM2", "点卡", Cents(1), OrderStatus.CLOSED, NOON)
    table.put([FULL, bare])
    assert table.find(["km-1a"])["km-1a"] == FULL
    assert table.find(["KM2"])["KM2"] == bare


def test_an_order_put_again_is_brought_up_to_date(store: Store) -> None:
    table = OrderTable(store.database)
    delivered = replace(FULL, status=OrderStatus.DELIVERED, coupon=Cents(0), contact=None)
    table.put([FULL])
    table.put([delivered])
    assert table.find(["km-1a"])["km-1a"] == delivered


def test_an_order_that_comes_again_in_other_letters_stays_the_one_that_was_decided_upon(store: Store) -> None:
    table = OrderTable(store.database)
    table.put([FULL])
    table.put([replace(FULL, order_no="KM-1A", status=OrderStatus.CLOSED)])
    assert table.find(["KM-1A"])["KM-1A"] == replace(FULL, status=OrderStatus.CLOSED)


def test_the_later_of_two_rows_for_one_order_counts(store: Store) -> None:
    table = OrderTable(store.database)
    table.put([FULL, replace(FULL, quantity=9)])
    assert table.find(["km-1a"])["km-1a"].quantity == 9


def test_of_a_buyer_with_many_orders_the_newest_are_looked_at(store: Store) -> None:
    table = OrderTable(store.database)
    table.put([an_order(order_no=f"N{n}", ordered_at=NOON + timedelta(minutes=n)) for n in range(MOST + 5)])
    found = table.of_customers(["u1"])["u1"]
    assert len(found) == MOST
    assert found[0].order_no == f"N{MOST + 4}"


def test_putting_nothing_is_nothing(store: Store) -> None:
    OrderTable(store.database).put([])
    assert OrderTable(store.database).of_customers(["u1"]) == {"u1": ()}


def test_several_customers_each_have_their_own_newest_first(store: Store) -> None:
    table = OrderTable(store.database)
    table.put([an_order(order_no=f"N{n}", buyer=f"u{n % 2}", ordered_at=NOON + timedelta(minutes=n)) for n in range(6)])
    found = table.of_customers(["u1", "nobody", "u0", "u'1"])
    assert {buyer: [order.order_no for order in theirs] for buyer, theirs in found.items()} == {
        "u1": ["N5", "N3", "N1"], "nobody": [], "u0": ["N4", "N2", "N0"], "u'1": [],
    }  # fmt: skip
