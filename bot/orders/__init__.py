"""Where orders come from: what every source promises, one file a kind of source, and the shape of an order as JSON."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from flows.model import Order


class OrdersUnavailable(Exception):
    """The source does not answer now. That is no word on whether an order is there."""


class OrderSource(Protocol):
    """The shop's record, read and never written. Either method may raise OrdersUnavailable."""

    def find(self, order_nos: Iterable[str]) -> Mapping[str, Order]:
        """Those that are there, by the numbers they are asked for by, however their letters are written."""
        ...

    def of_customers(self, customers: Iterable[str]) -> Mapping[str, tuple[Order, ...]]:
        """What each of these channel accounts bought, newest first."""
        ...
