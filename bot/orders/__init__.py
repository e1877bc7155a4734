"""Where orders come from: what every source promises, one file a kind of source, and the shape of an order as JSON."""

from typing import Protocol

from flows.model import Order


class OrdersUnavailable(Exception):
    """The source does not answer now. That is no word on whether an order is there."""


class OrderSource(Protocol):
    """The shop's record, read and never written. Either method may raise OrdersUnavailable."""

    def find(self, order_no: str) -> Order | None:
        """By its number, however its letters are written."""
        ...

    def of_customer(self, customer_id: str) -> tuple[Order, ...]:
        """What a channel account bought, newest first."""
        ...
