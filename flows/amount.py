"""Money in whole cents: exact reading and writing of yuan, and the share of an order that its pieces give back."""

import re
from functools import lru_cache

from flows.model import Cents, Order, Refund

_YUAN = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2}))?")


@lru_cache(maxsize=4096)
def cents(yuan: str) -> Cents:
    """「49.90」 as 4990: exactly, or not at all."""
    found = _YUAN.fullmatch(yuan)
    if found is None:
        raise ValueError("expected yuan like 49.90: digits, at most two places, no sign, no thousands mark")
    whole, places = found.groups("")
    return Cents(int(whole + places.ljust(2, "0")))


def yuan(amount: Cents) -> str:
    """4990 as 「49.90」."""
    return f"{amount // 100}.{amount % 100:02d}"


def refund_for(order: Order, quantity: int, granted: int) -> Refund:
    """What `quantity` pieces give back after `granted` pieces: the parts of any split add up to exactly the whole."""
    if quantity < 0 or granted < 0 or granted + quantity > order.quantity:
        raise ValueError(f"{quantity} pieces after {granted} are more than the {order.quantity} that were bought")
    upto = granted + quantity
    cash = share(order.amount_paid, upto, order.quantity) - share(order.amount_paid, granted, order.quantity)
    points = share(order.points, upto, order.quantity) - share(order.points, granted, order.quantity)
    return Refund(Cents(cash), points)


def share(whole: int, pieces: int, of: int) -> int:
    """The part of a sum that the first `pieces` stand for, rounded down."""
    return whole * pieces // of
