"""The deadlines of a case follow from its events, and from the rules that it was judged by."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from flows.clock import wakes_of, with_deadlines
from flows.model import Case, CaseState, Cents, Event, Order, OrderStatus, Refund
from flows.policy import load
from nlp.codes import Reason
from tests.conftest import a_case

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


MONDAY = FRIDAY + timedelta(days=3)
AN_HOUR_ON = FRIDAY + timedelta(hours=1)
REFUSED = Event("RF2611200001", AN_HOUR_ON, "agent:a1", "reject", CaseState.IN_REVIEW, CaseState.REJECTED)
APPEALED = Event("RF2611200001", MONDAY, "customer", "appeal", CaseState.REJECTED, CaseState.APPEALED)


def test_an_appeal_begins_a_review_of_its_own() -> None:
    events = (SUBMITTED, REFUSED, APPEALED)
    case = with_deadlines(a_case("RF2611200001", state=CaseState.APPEALED), events, load())
    assert case.due_at == datetime(2026, 11, 26, 16, tzinfo=UTC)
    alarms = {wake.kind: wake.at for wake in wakes_of(case, events, load())}
    assert alarms == {"half_time": MONDAY + (case.due_at - MONDAY) / 2, "overdue": case.due_at}


def test_a_wait_counts_also_where_the_machines_clock_was_set_back_before_it() -> None:
    """Asked for more five seconds before the appeal by the clock, and after it in truth; answered on Wednesday."""
    review, waits = CaseState.IN_REVIEW, CaseState.AWAITING_CUSTOMER
    asked = Event("RF2611200001", MONDAY - timedelta(seconds=5), "agent:a2", "request_evidence", review, waits)
    supplied = Event("RF2611200001", MONDAY + timedelta(days=2), "customer", "supply", waits, review)
    case = with_deadlines(a_case(state=review), (SUBMITTED, REFUSED, APPEALED, asked, supplied), load())
    assert case.due_at == datetime(2026, 11, 27, 16, tzinfo=UTC), "Tuesday does not count"


states = some.sampled_from([CaseState.IN_REVIEW, CaseState.AWAITING_CUSTOMER, CaseState.OFFERED, CaseState.SUBMITTED])
steps = some.lists(some.tuples(states, some.integers(0, 4 * 86400)), max_size=8)


@settings(max_examples=150)
@given(steps)
def test_deadlines_follow_from_the_events_alone_however_often_they_are_reckoned(
    path: list[tuple[CaseState, int]],
) -> None:
    """Step by step as the case lives it, or all at once from its record: nothing drifts."""
    policy, lived, events = load(), a_case("RF2611200001"), (SUBMITTED,)
    lived = with_deadlines(lived, events, policy)
    for state, later in path:
        last = events[-1]
        at = last.at + timedelta(seconds=later)
        events = (*events, Event("RF2611200001", at, "agent:a1", "step", last.to, state))
        lived = with_deadlines(replace(lived, state=state), events, policy)
    told = with_deadlines(a_case("RF2611200001", state=lived.state), events, policy)
    assert (lived.due_at, lived.until, lived.submitted_at) == (told.due_at, told.until, told.submitted_at)
    first = [wake for wake in wakes_of(told, events, policy) if wake.kind == "overdue"]
    assert all(wake.at == told.due_at and str(int(wake.at.timestamp())) in wake.key for wake in first)
