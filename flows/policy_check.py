"""Where rules contradict themselves: a case that no row fits, a row that is never reached, a reminder after the end."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

from msgspec.structs import replace

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


def contradictions(policy: Policy, touched: Iterable[str]) -> Iterator[tuple[tuple[Path, ...], str]]:
    """What is wrong, each with the values at odds. `touched`: the rows that any file names, kept or taken out."""
    yield from _figures(policy)
    yield from _rows(policy, touched)


def _figures(policy: Policy) -> Iterator[tuple[tuple[Path, ...], str]]:
    clock = policy.clock
    lapses = {"offer_hours": clock.offer_hours, "evidence_hours": clock.evidence_hours,
              "appeal_days": clock.appeal_days * 24}  # fmt: skip
    for name, hours in lapses.items():
        if clock.reminder_hours >= hours:
            at_odds = ("clock", name), ("clock", "reminder_hours")
            yield at_odds, f"{name}: over before its reminder, which goes out {clock.reminder_hours} hours ahead"
    if clock.draft_reminder_minutes >= clock.draft_hours * 60:
        at_odds = ("clock", "draft_hours"), ("clock", "draft_reminder_minutes")
        yield at_odds, "draft_hours: a draft is put away before its reminder"
    if both := policy.calendar.days_off & policy.calendar.days_on:
        at_odds = ("calendar", "days_off"), ("calendar", "days_on")
        yield at_odds, f"{min(both)} is both a day off and a working day"
    for year in sorted(policy.calendar.years - {day.year for day in policy.calendar.days_off}):
        at_odds = ("calendar", "years"), ("calendar", "days_off")
        yield at_odds, f"years: {year} is said to stand here in full, and days_off names no day of it"


def _rows(policy: Policy, touched: Iterable[str]) -> Iterator[tuple[tuple[Path, ...], str]]:
    kept = {row.rule for row in policy.rows}
    reached: set[str] = set()
    covered: dict[str, set[str]] = {name: set() for name in kept}
    holes: dict[Reason, Claim] = {}
    for reason, claim, fitting in _fitting(policy):
        if not fitting:
            holes.setdefault(reason, claim)
        for name in fitting[1:]:
            covered[name].add(fitting[0])
        reached.update(fitting[:1])
    taken_out_first = tuple(("rows", name) for name in sorted(touched, key=lambda name: name in kept))
    for reason, claim in holes.items():
        yield taken_out_first, f"no row for {reason}: {_described(claim)}"
    for name in (row.rule for row in policy.rows if row.rule not in reached):
        above = tuple(("rows", taker) for taker in sorted(covered[name]))
        yield (("rows", name), *above), f"row {name}: can never be reached{_by(covered[name])}"


def _fitting(policy: Policy) -> Iterator[tuple[Reason, Claim, list[str]]]:
    """Every situation for each reason, with the rows that fit it."""
    probed = replace(policy, never_without_cause=(*policy.never_without_cause, LISTED))
    claims = tuple(situations(probed))
    for reason in Reason:
        for claim in claims:
            yield reason, claim, [row.rule for row in probed.by_reason[reason] if row.fits(claim)]


def _by(takers: Iterable[str]) -> str:
    return f": every case it fits is taken above it by {', '.join(sorted(takers))}" if takers else ", no case fits it"


def situations(policy: Policy) -> Iterator[Claim]:
    """Every way in which an order can stand to the rows: all conditions, each window at its last second and past it."""
    named = {words for lengths in (*policy.windows.values(), policy.promise) for words, _ in lengths.by_product}
    named.update(policy.never_without_cause)
    goods = [*product([ANY], Goods), *((words, Goods.TOPUP) for words in sorted(named))]
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
    done = replace(order, status=OrderStatus.DELIVERED, delivered_at=DELIVERED)
    for granted in (0, 1):
        yield Claim(policy, replace(done, delivered_at=None), DELIVERED, granted=granted)
        for window, past in product(policy.windows.values(), (timedelta(0), SECOND)):
            yield Claim(policy, done, DELIVERED + window.of(order) + past, granted=granted)


def _described(claim: Claim) -> str:
    holds = [name for name, condition in CONDITIONS.items() if condition(claim)]
    if claim.order.delivered_at is not None:
        holds += [("within " if claim.age_is_within(name) else "past ") + name for name in claim.policy.windows]
    return ", ".join(holds)
