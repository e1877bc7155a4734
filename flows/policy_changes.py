"""What new rules would change: figures and rows against those that run, and answers to cases that are still open."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import fields

from flows.clock import with_deadlines
from flows.model import Case, Role
from flows.policy import judge
from flows.rules import Lengths, Policy, Rule
from flows.workdays import SHANGHAI

NOTHING = "-"


class Standing(Struct, frozen=True):
    """A case that is not over, the rules that it keeps, and the pieces of its order that other cases gave back."""

    case: Case
    rules: Policy
    granted: int = 0


def changed_figures(old: Policy, new: Policy) -> tuple[str, ...]:
    """Every figure and row that differs, as 「name: before -> after」."""
    before, after = dict(_figures(old)), dict(_figures(new))
    names = [*before, *(name for name in after if name not in before)]
    values = [(name, before.get(name, NOTHING), after.get(name, NOTHING)) for name in names]
    return tuple(f"{name}: {was} -> {now}" for name, was, now in values if was != now) + _moved(old, new)


def judged_otherwise(new: Policy, standing: Iterable[Standing]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The cases that would stand otherwise by the new rules, each with what would differ, as 「before -> after」."""
    for each in standing:
        told = zip(_told(each, each.rules), _told(each, new), strict=True)
        changes = tuple(f"{was} -> {now}" for was, now in told if was != now)
        if changes:
            yield each.case.number, changes


def _told(standing: Standing, policy: Policy) -> tuple[str, ...]:
    """What rules say of a case, as of the moment at which it was handed in: answer, deadlines, who decides."""
    case, at = standing.case, standing.case.submitted_at
    if at is None or not case.events:
        return ()
    verdict = judge(
        policy, case.order, case.reason, now=at, code_used=case.code_used, quantity=case.quantity,
        granted=standing.granted,
    )  # fmt: skip
    timed = with_deadlines(case, case.events, policy)
    agents = policy.limits.may_decide(Role.AGENT, verdict.refund.cash)
    return (
        f"{verdict.eligible} by {verdict.rule}",
        f"instead: {_list(verdict.alternatives)}",
        f"evidence: {_list(verdict.needs)}",
        f"due {_moment(timed.due_at)}",
        f"open until {_moment(timed.until)}",
        "an agent decides" if agents else "a supervisor decides",
    )


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else NOTHING


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
