"""Where rules contradict themselves: a case that no row fits, a row that is never reached, a reminder after the end."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

from flows.model import Cents, Goods, Order, OrderStatus
from flows.policy_sheet import Path
from flows.rules import CONDITIONS, Claim, Policy
from nlp.codes import Reason

SECOND = timedelta(seconds=1)
ORDERED = datetime(2026, 1, 5, tzinfo=UTC)
DELIVERED = ORDERED + timedelta(hours=1)
ANY = "-"
LISTED = "\x01"
"""A product that is never refunded without cause, for a shop that has none yet."""


def contradictions(policy: Policy, touched: Mapping[str, int]) -> Iterator[tuple[Path, str]]:
    """What is wrong, each with the path of the value to blame. `touched` tells which file last named a row."""
    yield from _figures(policy)
    yield from _rows(policy, touched)


def _figures(policy: Policy) -> Iterator[tuple[Path, str]]:
    clock = policy.clock
    lapses = {"offer_hours": clock.offer_hours, "evidence_hours": clock.evidence_hours,
              "appeal_days": clock.appeal_days * 24}  # fmt: skip
    for name, hours in lapses.items():
        if clock.reminder_hours >= hours:
            yield ("clock", name), f"{name}: over before the reminder, {clock.reminder_hours} hours ahead of its end"
    if clock.draft_reminder_minutes >= clock.draft_hours * 60:
        yield ("clock", "draft_reminder_minutes"), "draft_reminder_minutes: the draft is put away before its reminder"
    if both := policy.calendar.days_off & policy.calendar.days_on:
        yield ("calendar", "days_on"), f"{min(both)} is both a day off and a working day"


def _rows(policy: Policy, touched: Mapping[str, int]) -> Iterator[tuple[Path, str]]:
    probed = replace(policy, never_without_cause=(*policy.never_without_cause, LISTED))
    claims = tuple(situations(probed))
    reached: set[str] = set()
    for reason in Reason:
        rows = probed.by_reason[reason]
        for claim in claims:
            row = next((row for row in rows if row.fits(claim)), None)
            if row is None:
                yield _to_blame(policy, touched), f"no row for {reason} where the order is {_described(claim)}"
                break
            reached.add(row.rule)
    for row in policy.rows:
        if row.rule not in reached:
            yield ("rows", row.rule), f"row {row.rule}: can never be reached, rows above it take every case it fits"


def situations(policy: Policy) -> Iterator[Claim]:
    """Every way in which an order can stand to the rows: all conditions, each window at its last second and past it."""
    named = {words for lengths in (*policy.windows.values(), policy.promise) for words, _ in lengths.by_product}
    goods = [*product([ANY, LISTED], Goods), *((words, Goods.TOPUP) for words in sorted(named))]
    for (words, kind), begun, used in product(goods, (None, DELIVERED), (None, False, True)):
        order = Order(ANY, words, Cents(100), OrderStatus.CLOSED, ORDERED, kind=kind, service_started_at=begun)
        yield Claim(policy, order, DELIVERED, used)
        yield from (claim for each in (_undelivered(policy, order), _delivered(policy, order))
                    for claim in (replace(one, code_used=used) for one in each))  # fmt: skip


def _undelivered(policy: Policy, order: Order) -> Iterator[Claim]:
    promised = policy.promised_at(order)
    for now, delivered, granted in product((promised, promised + SECOND), (None, DELIVERED), (0, 1)):
        waiting = replace(order, status=OrderStatus.UNDELIVERED, delivered_at=delivered)
        yield Claim(policy, waiting, now, granted=granted)


def _delivered(policy: Policy, order: Order) -> Iterator[Claim]:
    for granted in (0, 1):
        yield Claim(policy, replace(order, status=OrderStatus.DELIVERED), DELIVERED, granted=granted)
    for window in policy.windows.values():
        for past in (timedelta(0), SECOND):
            order = replace(order, status=OrderStatus.DELIVERED, delivered_at=DELIVERED)
            yield Claim(policy, order, DELIVERED + window.of(order) + past)


def _described(claim: Claim) -> str:
    holds = [name for name, condition in CONDITIONS.items() if condition(claim)]
    if claim.order.delivered_at is not None:
        holds += [("within " if claim.age_is_within(name) else "past ") + name for name in claim.policy.windows]
    return ", ".join(holds)


def _to_blame(policy: Policy, touched: Mapping[str, int]) -> Path:
    """A row that the last file took out, or else says something of: it made the hole."""
    last, kept = max(touched.values(), default=0), {row.rule for row in policy.rows}
    names = [name for name, file in touched.items() if file == last]
    return next((("rows", name) for name in (*(name for name in names if name not in kept), *names)), ("rows",))
