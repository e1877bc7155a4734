"""The platform's orders where it has no database of its own to be asked: one table, filled by import."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from flows.model import Cents, Goods, Order, OrderStatus
from storage.engine import Database
from storage.tables import orders
from storage.visit import Ready

MOST = 100
"""How many of a customer's orders are looked at."""


class OrderTable:
    """An order source of our own: by number, however its letters are written, and by buyer."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def find(self, order_no: str) -> Order | None:
        """As it is written, or where that is no number, as the only one that differs in dashes and spaces alone."""
        with self.database.visit() as visit:
            rows = visit.rows(_OF_NUMBER, wanted=order_no.upper(), alike=plain(order_no))
        exactly = [row for row in rows if row.number == order_no.upper()]
        found = exactly or (rows if len(rows) == 1 else [])
        return _noun(found[0]) if found else None

    def of_customer(self, customer_id: str) -> tuple[Order, ...]:
        """What a channel account bought, newest first."""
        with self.database.visit() as visit:
            return tuple(map(_noun, visit.rows(_OF_BUYER, wanted=customer_id)))

    def put(self, given: Sequence[Order]) -> None:
        """New ones are added, known ones are brought up to date."""
        if not given:
            return
        adding = self.database.insert(orders)
        fresh = {column.name: adding.excluded[column.name] for column in orders.c if column.name != "number"}
        with self.database.write() as connection:
            renewing = adding.on_conflict_do_update(index_elements=["number"], set_=fresh)
            connection.execute(renewing, [_row(order) for order in given])


_OF_NUMBER = Ready(
    select(orders).where((orders.c.number == bindparam("wanted")) | (orders.c.plain == bindparam("alike")))
)
_BOUGHT = select(orders).where(orders.c.buyer == bindparam("wanted"))
_OF_BUYER = Ready(_BOUGHT.order_by(orders.c.ordered_at.desc(), orders.c.number.desc()).limit(MOST))
KEYS = ("number", "plain")
COLUMNS = [column.name for column in orders.c if column.name not in KEYS]


def plain(order_no: str) -> str:
    """Letters and digits alone, in upper case: dashes and spaces are written, or left out, as people please."""
    return "".join(sign for sign in order_no.upper() if sign.isalnum()) or order_no.upper()


def _row(order: Order) -> dict[str, Any]:
    keys = {"number": order.order_no.upper(), "plain": plain(order.order_no)}
    return keys | {name: getattr(order, name) for name in COLUMNS}


def _noun(row: Any) -> Order:
    values = {name: getattr(row, name) for name in COLUMNS}
    money = {name: Cents(values[name]) for name in ("price", "coupon", "points_value", "amount_paid")}
    return Order(**values | money | {"kind": Goods(row.kind), "status": OrderStatus(row.status)})
