"""Showing that an order is theirs: what counts as proof, and the doors that close after too many wrong tries."""

import hmac
import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from flows.model import Order


def is_theirs(order: Order, chat: str, bound: Collection[str]) -> bool:
    """Without asking: the shop's record names their channel account, or it was shown before."""
    return order.order_no in bound or (bool(order.buyer) and order.buyer == chat)


def fits(order: Order, offered: Iterable[str]) -> bool:
    """Whether one of the words offered is the contact or the query password given at checkout."""
    secrets = [_plain(order.contact)] if order.contact else []
    said = list(offered)
    return any(_same(_plain(word), secret) for word in said for secret in secrets) or any(
        _same(word, order.query_password) for word in said if order.query_password
    )


def _plain(contact: str) -> str:
    """A phone as its digits without the country code, anything else in lower case."""
    digits = re.sub(r"[\s()+-]", "", contact)
    if digits.isascii() and digits.isdigit():
        return digits[-11:] if len(digits) in (13, 15) and digits.lstrip("0").startswith("86") else digits
    return contact.strip().lower()


def _same(word: str, secret: str) -> bool:
    return hmac.compare_digest(word.encode(), secret.encode())


def closed_until(tries: Collection[datetime], limit: int, hours: int, now: datetime) -> datetime | None:
    """Until when a door is closed: `hours` from the wrong try that reached the limit. None while it is open.

    Tries of more than a day ago are forgotten; after a closed door the count begins anew
    (domain, showing that an order is theirs).
    """
    until, count = None, 0
    for tried in sorted(tries):
        if now - tried > timedelta(days=1):
            continue
        count += 1
        if count >= limit:
            until, count = tried + timedelta(hours=hours), 0
    return until if until and now < until else None
