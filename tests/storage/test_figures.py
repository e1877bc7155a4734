"""How the desk stands: what is late, the last seven days, and hours that are counted once."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy.event
from sqlalchemy import Engine

from flows.model import CaseState, Cents, Outcome, Refund
from storage.figures import Figures, Standing
from storage.nouns import Saving
from storage.store import Store
from tests.conftest import NOON, a_case, an_event, an_order

HOUR = timedelta(hours=1)


@pytest.fixture
def standing(store: Store) -> Standing:
    return Standing(store.database)


def stepped(store: Store, number: str, at: datetime, *targets: CaseState, due: datetime = NOON - HOUR) -> None:
    case = a_case(number, order=an_order(order_no=number), state=targets[-1], due_at=due)
    steps = tuple(an_event(number, at=at, to=state) for state in targets)
    known = store.about_orders([number])
    ledgers = tuple(record.ledger for record in known.values())
    store.save(Saving("u1", Outcome(cases=(case,), events=steps), at, "web", ledgers=ledgers))


def test_figures_count_the_week_and_not_what_was_before(store: Store, standing: Standing) -> None:
    stepped(store, "RF1", NOON - HOUR, CaseState.SUBMITTED)
    stepped(store, "RF2", NOON - 30 * HOUR, CaseState.SUBMITTED, CaseState.APPROVED, CaseState.REFUNDED)
    stepped(store, "RF3", NOON - HOUR, CaseState.SUBMITTED, CaseState.REJECTED)
    stepped(store, "RF4", NOON - timedelta(days=8), CaseState.SUBMITTED, CaseState.APPROVED, CaseState.REFUNDED)
    assert standing.figures(NOON) == Figures(1, 0, handed_in=3, approved=1, refused=1, paid_back=9000)


def test_what_is_due_by_tomorrow_is_due_soon(store: Store, standing: Standing) -> None:
    for n, due in enumerate((NOON - HOUR, NOON, NOON + 24 * HOUR, NOON + 25 * HOUR)):
        stepped(store, f"RF{n}", NOON - HOUR, CaseState.SUBMITTED, due=due)
    stepped(store, "RF9", NOON - HOUR, CaseState.APPROVED)
    figures = standing.figures(NOON)
    assert (figures.overdue, figures.due_soon) == (1, 2)


def test_an_empty_house_has_figures_too(standing: Standing) -> None:
    assert standing.figures(NOON) == Figures()


def test_what_happens_later_is_counted_and_what_gets_old_is_not(store: Store, standing: Standing) -> None:
    stepped(store, "RF1", NOON - 160 * HOUR, CaseState.SUBMITTED)
    assert standing.figures(NOON).handed_in == 1
    stepped(store, "RF2", NOON, CaseState.SUBMITTED)
    stepped(store, "RF3", NOON + 3 * HOUR, CaseState.SUBMITTED)
    assert standing.figures(NOON + 3 * HOUR).handed_in == 3
    assert standing.figures(NOON + 20 * HOUR).handed_in == 2
    assert standing.figures(NOON).handed_in == 3


def test_hours_that_are_over_are_asked_for_once(store: Store, standing: Standing) -> None:
    stepped(store, "RF1", NOON - 3 * HOUR, CaseState.APPROVED)
    since = list[int]()

    def note(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
        if "GROUP BY" in statement:
            values = parameters.values() if isinstance(parameters, dict) else parameters
            since.extend(values)  # type: ignore[arg-type]  # a tuple or a list of them

    sqlalchemy.event.listen(Engine, "before_cursor_execute", note)
    first, second = standing.figures(NOON), standing.figures(NOON + HOUR / 2)
    sqlalchemy.event.remove(Engine, "before_cursor_execute", note)
    assert first.approved == second.approved == 1
    assert since[1] - since[0] == 167 * 3600 * 1_000_000


def test_money_is_added_up_over_hours(store: Store, standing: Standing) -> None:
    for n in range(3):
        stepped(store, f"RF{n}", NOON - 20 * n * HOUR, CaseState.REFUNDED)
    assert standing.figures(NOON).paid_back == 3 * a_case(refund=Refund(Cents(9000))).refund.cash
