"""How money goes back: one file a way. What a way promises, and what it can answer."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from flows.model import Pay


class Answer(StrEnum):
    """What is known of a payment after it was asked for."""

    DONE = "done"
    FAILED = "failed"  # refused for good; asked for again only by a person's word
    UNKNOWN = "unknown"  # it may have been paid: it is looked up under the same key, never asked for under another
    BY_HAND = "by_hand"  # a person pays and marks it; the case waits as it is


class Payout(Protocol):
    """A way back for the money. The same key is paid once, however often it is asked for."""

    def refund(self, key: str, pay: Pay, now: datetime) -> Answer: ...

    def look_up(self, key: str, pay: Pay) -> Answer | None:
        """What became of a payment. None where this key was never asked for."""
        ...
