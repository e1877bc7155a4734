"""The platform's orders where it has no database of its own to be asked: one table, filled by import."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Integer, func, literal, select

from flows.model import Cents, Goods, Order, OrderStatus
from storage.engine import Database
from storage.many import among, rows_given
from storage.tables import EPOCH, When, Words, orders
from storage.visit import Ready

MOST = 100
"""How many of a customer's orders are looked at."""


class OrderTable:
    """An order source of our own: by number, however its letters are written, and by buyer."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def find(self, order_nos: Iterable[str]) -> dict[str, Order]:
        """Those that are there, by the numbers they are asked for by.

        A number is taken as it is written, or where there is none such, for the only one that differs in dashes and
        spaces alone.
        """
        wanted = {number: plain(number) for number in order_nos}
        if not wanted:
            return {}
        with self.database.visit() as visit:
            rows = visit.rows(_OF_NUMBERS, wanted=set(wanted.values()))
        alike: dict[str, list[Any]] = {}
        for row in rows:
            alike.setdefault(row.plain, []).append(row)
        found = {number: _meant(number, alike.get(letters, [])) for number, letters in wanted.items()}
        return {number: _noun(row) for number, row in found.items() if row is not None}

    def of_customers(self, customers: Iterable[str]) -> dict[str, tuple[Order, ...]]:
        """What each of these channel accounts bought, newest first."""
        buyers = [*customers]
        each = [{"n": n, "buyer": buyer} for n, buyer in enumerate(buyers)]
        with self.database.visit() as visit:
            rows = visit.rows(_OF_BUYERS, customers=each)
        bought: list[list[Order]] = [[] for _ in buyers]
        for row in rows:
            bought[row.n].append(_noun(row))
        return {buyer: tuple(theirs[:MOST]) for buyer, theirs in zip(buyers, bought, strict=True)}

    def put(self, given: Sequence[Order]) -> None:
        """New ones are added, known ones are brought up to date."""
        if not given:
            return
        adding = self.database.insert(orders)
        # The spelling stays: what was decided, and who was shown to own it, is kept under the number as it was written.
        keys = ("number", "order_no")
        fresh = {column.name: adding.excluded[column.name] for column in orders.c if column.name not in keys}
        with self.database.write() as connection:
            renewing = adding.on_conflict_do_update(index_elements=["number"], set_=fresh)
            connection.execute(renewing, [_row(order) for order in given])


_OF_NUMBERS = Ready(select(orders).where(among(orders.c.plain, "wanted")))
_ASKED = rows_given("customers", [Column("n", Integer), Column("buyer", Words)])
_OLDER = orders.alias("older")
_NEWEST_FIRST = orders.c.ordered_at.desc(), orders.c.number.desc()
# The time of the last that is looked at: who bought thousands is not gone through whole.
_LAST = (
    select(_OLDER.c.ordered_at)
    .where(_OLDER.c.buyer == _ASKED.c.buyer)
    .order_by(_OLDER.c.ordered_at.desc())
    .limit(1)
    .offset(MOST - 1)
)
_SINCE = func.coalesce(_LAST.scalar_subquery(), literal(EPOCH, When))
_BOUGHT = (orders.c.buyer == _ASKED.c.buyer) & (orders.c.ordered_at >= _SINCE)
_OF_BUYERS = Ready(select(_ASKED.c.n, orders).select_from(_ASKED.join(orders, _BOUGHT)).order_by(*_NEWEST_FIRST))
KEYS = ("number", "plain")
COLUMNS = [column.name for column in orders.c if column.name not in KEYS]


def plain(order_no: str) -> str:
    """Letters and digits alone, in upper case: dashes and spaces are written, or left out, as people please."""
    return "".join(sign for sign in order_no.upper() if sign.isalnum()) or order_no.upper()


def _meant(number: str, alike: Sequence[Any]) -> Any | None:
    exactly = next((row for row in alike if row.number == number.upper()), None)
    return exactly or (alike[0] if len(alike) == 1 else None)


def _row(order: Order) -> dict[str, Any]:
    keys = {"number": order.order_no.upper(), "plain": plain(order.order_no)}
    return keys | {name: getattr(order, name) for name in COLUMNS}


def _noun(row: Any) -> Order:
    values = {name: getattr(row, name) for name in COLUMNS}
    money = {name: Cents(values[name]) for name in ("price", "coupon", "points_value", "amount_paid")}
    return Order(**values | money | {"kind": Goods(row.kind), "status": OrderStatus(row.status)})
