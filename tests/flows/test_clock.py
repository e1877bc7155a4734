"""The deadlines of a case follow from its events, and from the rules that it was judged by."""

from datetime import UTC, datetime

from flows.clock import with_deadlines
from flows.model import Case, CaseState, Cents, Event, Order, OrderStatus, Refund
from flows.policy import load
from nlp.codes import Reason

FRIDAY = datetime(2026, 11, 20, 7, tzinfo=UTC)
SUBMITTED = Event("RF2611200001", FRIDAY, "customer", "submit", CaseState.DRAFT, CaseState.SUBMITTED)


def due(shop: str) -> datetime | None:
    order = Order("KM1", "Q币", Cents(100), OrderStatus.UNDELIVERED, FRIDAY)
    case = Case("RF2611200001", "u1", order, Reason.NOT_DELIVERED, CaseState.SUBMITTED, Refund(Cents(100)))
    return with_deadlines(case, [SUBMITTED], load(shop)).due_at


def test_a_review_is_due_by_the_days_and_the_calendar_of_the_shop():
    assert due("") == datetime(2026, 11, 25, 16, tzinfo=UTC)
    assert due("[clock]\nreview_days = 1") == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert due("[calendar]\ndays_off = [2026-11-24]") == datetime(2026, 11, 26, 16, tzinfo=UTC)
    assert due("[calendar]\ndays_on = [2026-11-21]") == datetime(2026, 11, 24, 16, tzinfo=UTC)
