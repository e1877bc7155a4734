"""What new rules would change: figures and rows against those that run, and answers to cases that are still open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from flows.model import Case, Verdict
from flows.policy import judge
from flows.rules import Lengths, Policy, Rule

NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that the new rules would answer otherwise."""

    case: str
    was: Verdict
    now: Verdict


def changed_figures(old: Policy, new: Policy) -> tuple[str, ...]:
    """Every figure and row that differs, as 「name: before -> after」."""
    before, after = dict(_figures(old)), dict(_figures(new))
    names = [*before, *(name for name in after if name not in before)]
    values = [(name, before.get(name, NOTHING), after.get(name, NOTHING)) for name in names]
    return tuple(f"{name}: {was} -> {now}" for name, was, now in values if was != now) + _moved(old, new)


def judged_otherwise(old: Policy, new: Policy, cases: Iterable[Case]) -> Iterator[Difference]:
    """The cases to which the rules would have said something else when they were handed in."""
    for case in cases:
        if case.submitted_at is not None:
            was, now = (_judged(policy, case, case.submitted_at) for policy in (old, new))
            if _said(was) != _said(now):
                yield Difference(case.number, was, now)


def _judged(policy: Policy, case: Case, at: datetime) -> Verdict:
    return judge(policy, case.order, case.reason, now=at, code_used=case.code_used, quantity=case.quantity)


def _said(verdict: Verdict) -> tuple[object, ...]:
    return verdict.eligible, verdict.rule, verdict.alternatives, verdict.needs


def _moved(old: Policy, new: Policy) -> tuple[str, ...]:
    before, after = [row.rule for row in old.rows], [row.rule for row in new.rows]
    both = set(before) & set(after)
    stays, comes = [name for name in before if name in both], [name for name in after if name in both]
    return () if stays == comes else ("order of the rows: " + ", ".join(after),)


def _figures(policy: Policy) -> Iterator[tuple[str, str]]:
    for section, figures in (("limits", policy.limits), ("clock", policy.clock)):
        yield from ((f"{section}.{each.name}", str(getattr(figures, each.name))) for each in fields(figures))
    yield from _lengths("promise", policy.promise)
    for name, window in policy.windows.items():
        yield from _lengths(f"windows.{name}", window)
    yield from ((f"evidence.{reason}", _list(needs)) for reason, needs in policy.needs.items())
    yield "products.never_without_cause", _list(policy.never_without_cause)
    yield "calendar.years", _list(policy.calendar.years)
    yield "calendar.days_off", _list(policy.calendar.days_off)
    yield "calendar.days_on", _list(policy.calendar.days_on)
    yield from ((f"row {row.rule}", _row(row)) for row in policy.rows)


def _lengths(name: str, lengths: Lengths) -> Iterator[tuple[str, str]]:
    yield f"{name}.default", _length(lengths.default)
    yield from ((f"{name}.{kind}", _length(length)) for kind, length in lengths.by_kind.items())
    yield from ((f"{name}.products.{words}", _length(length)) for words, length in lengths.by_product)


def _length(length: timedelta) -> str:
    """As a policy file writes it."""
    minutes = length // timedelta(minutes=1)
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"


def _row(row: Rule) -> str:
    window = f"within {row.within}" if row.within else f"after {row.after}" if row.after else NOTHING
    needs = "by_reason" if row.evidence is None else _list(row.evidence)
    asks = (_list(row.reasons), _list(row.when), window)
    return " | ".join((*asks, row.eligible, _list(row.alternatives), needs, row.title or NOTHING, row.words or NOTHING))


def _list(names: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, names))) or NOTHING
