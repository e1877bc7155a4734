"""What every way back for the money promises, however it pays: one suite, run over each of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.payouts import Answer, Payout
from bot.payouts.by_hand import ByHand
from flows.model import Ledger, Outcome, Pay, Refund
from storage.nouns import Saving
from storage.store import Store
from tests.conftest import NOON, a_case, an_order

PAY = Pay("RF2611200001", an_order(), Refund(an_order().amount_paid, 100))
KEY = "pay:RF2611200001"


class Provider:
    """A provider in memory: pays a key once, refuses what is on its list, and may lose its answer on the way."""

    def __init__(self, refuses: bool = False, loses: int = 0) -> None:
        self.paid: dict[str, int] = {}
        self.asked: list[str] = []
        self.refuses, self.loses = refuses, loses
        self.breaks: list[Exception] = []

    def refund(self, key: str, pay: Pay, now: datetime) -> Answer:
        self.asked.append(key)
        if self.breaks:
            raise self.breaks.pop(0)
        if self.refuses:
            return Answer.FAILED
        self.paid.setdefault(key, pay.refund.cash)
        return self._answer()

    def look_up(self, key: str, pay: Pay) -> Answer | None:
        return self._answer() if key in self.paid else None

    def _answer(self) -> Answer:
        self.loses -= 1
        return Answer.UNKNOWN if self.loses >= 0 else Answer.DONE


def by_hand(store: Store) -> Payout:
    store.save(Saving("u1", Outcome(cases=(a_case(),)), NOON, ledgers=(Ledger(an_order().order_no),)))
    return ByHand(store, lambda text: text.key)


WAYS: dict[str, Callable[[Store], Payout]] = {"by hand": by_hand, "a provider": lambda store: Provider()}


@pytest.fixture(params=WAYS)
def payout(request: pytest.FixtureRequest, store: Store) -> Payout:
    return WAYS[request.param](store)


def test_what_was_never_asked_for_is_not_known(payout: Payout) -> None:
    assert payout.look_up(KEY, PAY) is None


def test_asked_twice_the_answer_is_the_same(payout: Payout) -> None:
    first = payout.refund(KEY, PAY, NOON)
    assert payout.refund(KEY, PAY, NOON + timedelta(hours=1)) is first
    assert first in (Answer.DONE, Answer.BY_HAND)


def test_asked_twice_it_is_carried_out_once(payout: Payout, store: Store) -> None:
    for _ in range(3):
        payout.refund(KEY, PAY, NOON)
    told = store.outbox.take(NOON, 10, timedelta(minutes=1))
    paid = payout.paid if isinstance(payout, Provider) else {due.key: 9000 for due in told}
    assert list(paid.values()) == [9000]


def test_a_payment_asked_for_is_looked_up_under_its_key(payout: Payout) -> None:
    asked = payout.refund(KEY, PAY, NOON)
    assert payout.look_up(KEY, PAY) in (asked, None)
    assert payout.look_up("pay:another", PAY) is None
