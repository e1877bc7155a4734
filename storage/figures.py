"""How the desk stands: what is late, and what became of the cases of the last seven days."""

import threading
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    ScalarSelect,
    bindparam,
    func,
    literal_column,
    select,
    type_coerce,
)

from flows.model import CaseState
from storage.engine import Database
from storage.tables import COUNTED, DECIDING, EPOCH, MICROSECOND, When, cases, events, one_of

MOST = 1000
"""So far is counted. How much more there is of a long list is of no use to anybody, and asking would take longer
the longer the list is."""
HOUR = timedelta(hours=1)
WEEK = 7 * 24


class Figures(Struct, frozen=True):
    """How the desk stands."""

    overdue: int = 0  # MOST where there are as many or more
    due_soon: int = 0  # within a day; the same
    handed_in: int = 0  # in the last seven days
    approved: int = 0
    refused: int = 0
    paid_back: int = 0  # cents


class Reached(Struct, frozen=True):
    """So many cases came to a state within an hour, for so much money."""

    cases: int
    cash: int  # cents


Hours = dict[int, dict[str, Reached]]
"""What was reached in each hour since 1970, by the state."""


class Standing:
    """Counts the hours that are over once: events are only ever added, and none is added to what is long past."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._hours: Hours = {}
        self._known = range(0)

    def figures(self, now: datetime) -> Figures:
        with self._database.read() as connection:
            late = connection.execute(_LATE, {"now": now, "soon": now + timedelta(days=1)}).one()
        reached: dict[str, list[Reached]] = defaultdict(list)
        for hour in self._week(now).values():
            for state, what in hour.items():
                reached[state].append(what)

        def cases_in(state: CaseState) -> int:
            return sum(what.cases for what in reached[state])

        return Figures(
            late.overdue, late.due_soon, cases_in(CaseState.SUBMITTED), cases_in(CaseState.APPROVED),
            cases_in(CaseState.REJECTED), sum(what.cash for what in reached[CaseState.REFUNDED]),
        )  # fmt: skip

    def _week(self, now: datetime) -> Hours:
        """The hour that runs and the seven days before it. An hour is over when nothing that is being saved can
        belong to it any more."""
        first, over = _hour(now) - WEEK, _hour(now - HOUR)
        with self._lock:
            known, kept = self._known, self._hours
        start = known.stop if first in known else first
        with self._database.read() as connection:
            rows = connection.execute(_STEPS, {"since": EPOCH + start * HOUR}).all()
        hours = {hour: what for hour, what in kept.items() if first <= hour < start} | _by_hour(rows)
        with self._lock:
            self._known = range(first, over)
            self._hours = {hour: what for hour, what in hours.items() if hour in self._known}
        return hours


def up_to_most(which: ColumnElement[bool], *order: ColumnElement[Any]) -> ScalarSelect[int]:
    """How many cases are such, but no further than `MOST`; `order` is that of the index that knows them."""
    some = select(literal_column("1", Integer)).select_from(cases).where(which).order_by(*order).limit(MOST)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


_DUE, _NOW, _SOON = cases.c.due_at, bindparam("now", type_=When), bindparam("soon", type_=When)
_LATE = select(
    up_to_most(DECIDING & (_DUE < _NOW), _DUE).label("overdue"),
    up_to_most(DECIDING & (_DUE >= _NOW) & (_DUE <= _SOON), _DUE).label("due_soon"),
)
_HOUR_OF = type_coerce(events.c.at, BigInteger) // literal_column(str(HOUR // MICROSECOND), BigInteger)
_PAID = (cases.c.number == events.c.case_no) & one_of(events.c.target, CaseState.REFUNDED)
_STEPS = (
    select(
        _HOUR_OF.label("hour"),
        events.c.target,
        func.count(events.c.case_no.distinct()).label("cases"),
        func.sum(cases.c.cash).label("cash"),
    )
    .select_from(events.outerjoin(cases, _PAID))
    .where(COUNTED, events.c.at >= bindparam("since", type_=When))
    .group_by(_HOUR_OF, events.c.target)
)


def _by_hour(rows: Iterable[Row[Any]]) -> Hours:
    hours: Hours = defaultdict(dict)
    for row in rows:
        hours[row.hour][row.target] = Reached(row.cases, int(row.cash or 0))
    return hours


def _hour(moment: datetime) -> int:
    return (moment - EPOCH) // HOUR
