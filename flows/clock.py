"""The deadlines of a case, as its events make them: by when it is decided, when a state lapses, and whom that wakes."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from flows.model import Case, CaseState, Event, Wake
from flows.policy import Policy
from flows.workdays import due_at

S = CaseState
WAITS_FOR_CUSTOMER = (S.AWAITING_CUSTOMER, S.OFFERED)
WAITS_FOR_US = (S.SUBMITTED, S.IN_REVIEW, S.APPEALED)
UNDER_REVIEW = (*WAITS_FOR_US, *WAITS_FOR_CUSTOMER)
STARTS = ("submit", "appeal")
"""Steps with which a review begins."""
OF_REVIEW = ("half_time", "overdue")
A_SECOND = timedelta(seconds=1)
"""Times are inclusive: a state lapses after its last second."""


def with_deadlines(case: Case, events: Sequence[Event], policy: Policy) -> Case:
    """The case with `submitted_at`, `due_at` and `until` as its events (the newest last) make them."""
    last = events[-1]
    review = present_review(events)
    days, calendar = policy.clock.review_days, policy.calendar
    due = due_at(review[0].at, pauses(review), days, calendar) if review else None
    submitted = next((event.at for event in events if event.source is S.DRAFT), None)
    return replace(
        case,
        submitted_at=submitted,
        due_at=due if case.state in UNDER_REVIEW else case.due_at,
        until=_until(case.state, last.at, policy),
    )


def present_review(events: Sequence[Event]) -> Sequence[Event]:
    """The steps since the last review began, by their order: a machine's clock may have been set back in between."""
    starts = [n for n, event in enumerate(events) if event.trigger in STARTS]
    return events[starts[-1] :] if starts else ()


def pauses(events: Sequence[Event]) -> list[tuple[datetime, datetime | None]]:
    """The spans in which the case waited for the customer; the last one may still be open."""
    spans: list[tuple[datetime, datetime | None]] = []
    for event in events:
        if spans and spans[-1][1] is None and event.source in WAITS_FOR_CUSTOMER:
            spans[-1] = (spans[-1][0], event.at)
        if event.to in WAITS_FOR_CUSTOMER:
            spans.append((event.at, None))
    return spans


def _until(state: CaseState, at: datetime, policy: Policy) -> datetime | None:
    if state is S.REJECTED:
        return at + timedelta(days=policy.clock.appeal_days)
    hours = {S.AWAITING_CUSTOMER: policy.clock.evidence_hours, S.OFFERED: policy.clock.offer_hours}.get(state)
    return at + timedelta(hours=hours) if hours else None


def wakes_of(case: Case, events: Sequence[Event], policy: Policy) -> Iterator[Wake]:
    """Who is to be woken, and when, for a case that its newest event, the last, has just brought to its state."""
    if case.until:
        yield _wake(case, "lapse", case.until + A_SECOND)
        yield _wake(case, "remind", case.until - timedelta(hours=policy.clock.reminder_hours))
    if case.due_at and case.state in WAITS_FOR_US:
        began = _running_since(events)
        yield _wake(case, "half_time", began + (case.due_at - began) / 2)
        yield _wake(case, "overdue", case.due_at)
    if case.state is S.PAYING:
        yield _wake(case, "unpaid", events[-1].at + timedelta(hours=policy.clock.payout_unknown_hours))


def _running_since(events: Sequence[Event]) -> datetime:
    """When the clock of the present review began, or began again after the customer was waited for."""
    return [event.at for event in events if event.trigger in STARTS or event.source in WAITS_FOR_CUSTOMER][-1]


def _wake(case: Case, kind: str, at: datetime) -> Wake:
    """The mark says what must still be so when the time has come: else the world has moved on.

    A review is one, whoever has it: its alarms are set anew at every step of it, and ring once.
    """
    state = "review" if kind in OF_REVIEW else case.state
    key = f"{kind}:{case.number}:{state}:{int(at.timestamp())}"
    return Wake(key, at, kind, case.customer, case.number, mark_of(case, kind))


def mark_of(case: Case, kind: str) -> str:
    of_review = kind in OF_REVIEW
    moment = case.due_at if of_review else case.until
    state = "review" if of_review and case.state in WAITS_FOR_US else case.state.value
    return f"{state}@{moment.isoformat() if moment else ''}"
