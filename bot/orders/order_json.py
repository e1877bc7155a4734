"""The contract's ORDER, as JSON, to the noun `Order` and back: checked exactly, every message names the field."""

import re
from collections.abc import Mapping
from datetime import datetime

from bot.fields import BadField, code, moment, money, must, name_of, short_name, short_text, text, whole
from flows.amount import yuan
from flows.model import Cents, Goods, Order, OrderStatus
from flows.workdays import SHANGHAI

NUMBERS = ("quantity", "points")
WRITTEN_OUT = ("order_no", "trade_no", "buyer", "contact", "query_password")
SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d{2,3}")
"""What spreadsheets make of a long number: several orders become one, and no contact fits any more."""


class BadOrder(ValueError):
    """An order that cannot be used: the message names the field and what is expected."""


def parse_order(raw: Mapping[str, object]) -> Order:
    """Only order_no, product, amount_paid, status and ordered_at must be there; unknown keys are ignored."""
    if not isinstance(raw, Mapping):
        raise BadOrder("expected an object with order_no, product, amount_paid, status, ordered_at")
    try:
        return _order(raw)
    except BadField as bad:
        raise BadOrder(str(bad)) from None


def _order(raw: Mapping[str, object]) -> Order:
    paid = must(money(raw, "amount_paid"), "amount_paid")
    coupon, points_value = money(raw, "coupon"), money(raw, "points_value")
    return Order(
        order_no=short_name(raw, "order_no"),
        product=name_of(raw, "product"),
        amount_paid=paid,
        status=must(code(raw, "status", OrderStatus), "status"),
        ordered_at=must(moment(raw, "ordered_at"), "ordered_at"),
        kind=code(raw, "kind", Goods) or Goods.TOPUP,
        description=text(raw, "description") or "",
        quantity=whole(raw, "quantity", least=1) or 1,
        price=_price(money(raw, "price"), paid, coupon, points_value),
        coupon=coupon or Cents(0),
        points=whole(raw, "points") or 0,
        points_value=points_value or Cents(0),
        paid_with=text(raw, "paid_with") or "",
        trade_no=text(raw, "trade_no"),
        promised_at=moment(raw, "promised_at"),
        delivered_at=moment(raw, "delivered_at"),
        service_started_at=moment(raw, "service_started_at"),
        buyer=short_text(raw, "buyer"),
        contact=text(raw, "contact"),
        query_password=text(raw, "query_password"),
    )


def _price(price: Cents | None, paid: Cents, coupon: Cents | None, points_value: Cents | None) -> Cents:
    total = Cents(paid + (coupon or 0) + (points_value or 0))
    if price is None:
        return total
    if coupon is not None and points_value is not None and price != total:
        raise BadField("price", f"coupon + points_value + amount_paid = {yuan(total)}", yuan(price))
    return price


def from_cells(row: Mapping[str, str]) -> dict[str, object]:
    """A row of a CSV file in the shape of the JSON: an empty cell is a missing one, counts are numbers."""
    cells = {name: cell.strip() for name, cell in row.items() if cell and cell.strip()}
    for name in WRITTEN_OUT:
        if SHORTENED.fullmatch(cells.get(name, "")):
            raise BadOrder(f"{name}: expected every digit, a spreadsheet has shortened it; make that column text there")
    return {name: _number(cell) if name in NUMBERS else cell for name, cell in cells.items()}


def _number(cell: str) -> object:
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 12 else cell


def order_json(order: Order) -> dict[str, object]:
    """The same order as the contract writes it: times in Asia/Shanghai, money as text with two places."""
    return {
        "order_no": order.order_no, "product": order.product, "kind": order.kind.value,
        "description": order.description, "quantity": order.quantity,
        "price": yuan(order.price), "coupon": yuan(order.coupon),
        "points": order.points, "points_value": yuan(order.points_value), "amount_paid": yuan(order.amount_paid),
        "paid_with": order.paid_with, "trade_no": order.trade_no, "status": order.status.value,
        "ordered_at": _iso(order.ordered_at), "promised_at": _iso(order.promised_at),
        "delivered_at": _iso(order.delivered_at), "service_started_at": _iso(order.service_started_at),
        "buyer": order.buyer, "contact": order.contact, "query_password": order.query_password,
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(SHANGHAI).isoformat()
