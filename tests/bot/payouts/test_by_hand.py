"""Paying by hand: staff are told once, in words they can act on, and the case waits as it is."""

from datetime import timedelta

from bot.payouts import Answer
from bot.payouts.by_hand import ByHand
from bot.texts import Catalogue
from flows.model import CaseState, Ledger, Outcome, Pay, Refund
from storage.nouns import Rendered, Saving
from storage.store import Store
from tests.conftest import NOON, a_case, an_order


def told(store: Store, points: int = 0, language: str = "zh-CN") -> list[str]:
    """What staff read after a payment was asked for three times."""
    case = a_case(state=CaseState.APPROVED)
    store.save(Saving("u1", Outcome(cases=(case,)), NOON, ledgers=(Ledger(case.order.order_no),)))
    payout = ByHand(store, lambda text: Catalogue().say(language, text))
    pay = Pay(case.number, an_order(), Refund(an_order().amount_paid, points))
    assert {payout.refund(f"pay:{case.number}", pay, NOON + timedelta(hours=n)) for n in range(3)} == {Answer.BY_HAND}
    due = store.outbox.take(NOON + timedelta(days=1), 10, timedelta(minutes=1))
    assert {row.kind for row in due} == {"tell"}
    return [row.task.text for row in due if isinstance(row.task, Rendered)]


def test_staff_are_told_once_what_to_pay_for_which_order_and_how(store: Store) -> None:
    [text] = told(store)
    assert all(part in text for part in ("RF2611200001", "90.00", "KM202611201530012345", "支付宝"))
    assert "积分" not in text


def test_points_are_named_where_some_go_back(store: Store) -> None:
    [text] = told(store, points=100)
    assert "100 积分" in text


def test_staff_who_read_english_read_english(store: Store) -> None:
    [text] = told(store, points=100, language="en")
    assert "90.00" in text
    assert "100 points" in text


def test_the_case_stays_approved_until_somebody_marks_it(store: Store) -> None:
    told(store)
    case = store.case("RF2611200001")
    assert case is not None
    assert case.state is CaseState.APPROVED
