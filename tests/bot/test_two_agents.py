"""Two agents at one moment, each in a process of their own, over one order: it is paid once, on either database."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.app import App, build
from bot.config import Settings
from bot.handle import NotAllowed, StaffAction
from bot.outbox import Worker
from flows.model import CaseState, Goods, Outcome, Role
from storage.nouns import Saving
from tests.conftest import NOON, a_case, an_event, an_order
from tests.storage.test_saving import at_once
from tests.stories.telling import Provider

S = CaseState
THREE = an_order(order_no="KM3", quantity=3, amount_paid=1000, points=100, kind=Goods.MEMBERSHIP)
ROUNDS = range(5)


@pytest.fixture
def houses(url: str, tmp_path: Path) -> Iterator[tuple[App, App]]:
    """Two servers on one database: no lock of one process holds back the other."""
    one, two = (build(Settings(data=tmp_path, database={"url": url}, secret="x" * 32)) for _ in range(2))
    yield one, two
    one.close()
    two.close()


def opened(app: App, number: str, quantity: int, customer: str = "u1") -> str:
    """A case of the order that an agent may decide, however it came to be."""
    order = replace(THREE, buyer=customer)
    case = a_case(number, customer=customer, order=order, quantity=quantity, policy=app.rules.running.version)
    known = app.store.about_orders(["KM3"])["KM3"].ledger
    app.store.save(Saving(customer, Outcome(cases=(case,), events=(an_event(number),)), NOON, "web", ledgers=(known,)))
    return number


def decision(app: App, agent: str, number: str, do: str = "approve", text: str = "") -> Callable[[], None]:
    return lambda: app.house.decide(StaffAction(agent, Role.AGENT, do, number, text=text), NOON + timedelta(hours=1))


def paid(*apps: App) -> dict[str, int]:
    """What the provider is asked for by both servers' workers, at once."""
    provider = Provider()
    workers = [Worker(app.store, app.house, {}, provider, lambda *_: {}) for app in apps]
    works = [lambda worker=worker: worker.run_due(NOON + timedelta(hours=2), ("pay",)) for worker in workers]
    assert at_once(*works) == [None] * len(works)
    return provider.paid


def states(app: App, *numbers: str) -> list[CaseState]:
    return [case.state for number in numbers if (case := app.store.case(number))]


@pytest.mark.parametrize("n", ROUNDS)
def test_a_case_that_two_approve_is_paid_once(houses: tuple[App, App], n: int) -> None:
    number = opened(houses[0], f"RF{n}", 3)
    raised = at_once(decision(houses[0], "a1", number), decision(houses[1], "a2", number))
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "NotAllowed"]
    assert paid(*houses) == {f"pay:{number}": 1000}
    case = houses[0].store.case(number)
    assert case and case.state is S.REFUNDED
    assert [event.trigger for event in case.events].count("approve") == 1


@pytest.mark.parametrize("n", ROUNDS)
def test_a_case_that_one_approves_and_the_other_refuses_is_decided_once(houses: tuple[App, App], n: int) -> None:
    number = opened(houses[0], f"RF{n}", 3)
    raised = at_once(decision(houses[0], "a1", number), decision(houses[1], "a2", number, "reject", "看不清"))
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "NotAllowed"]
    [state] = states(houses[0], number)
    assert paid(*houses) == ({f"pay:{number}": 1000} if state is S.APPROVED else {})


@pytest.mark.parametrize("n", ROUNDS)
def test_of_two_cases_over_the_same_pieces_one_is_paid(houses: tuple[App, App], n: int) -> None:
    one, two = opened(houses[0], f"RF{n}a", 2, "u1"), opened(houses[0], f"RF{n}b", 2, "u2")
    raised = at_once(decision(houses[0], "a1", one), decision(houses[1], "a2", two))
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "NotAllowed"]
    assert list(paid(*houses).values()) == [666]
    assert sorted(states(houses[0], one, two)) == [S.REFUNDED, S.SUBMITTED]
    refused = next(error for error in raised if error)
    assert isinstance(refused, NotAllowed) and refused.code == "not_allowed" and str(refused)


@pytest.mark.parametrize("n", ROUNDS)
def test_two_cases_that_make_up_the_order_come_to_exactly_what_was_paid(houses: tuple[App, App], n: int) -> None:
    one, two = opened(houses[0], f"RF{n}a", 1, "u1"), opened(houses[0], f"RF{n}b", 2, "u2")
    assert at_once(decision(houses[0], "a1", one), decision(houses[1], "a2", two)) == [None, None]
    given = paid(*houses)
    assert sum(given.values()) == 1000 and len(given) == 2
    kept = [case for number in (one, two) if (case := houses[0].store.case(number))]
    assert [sum(case.refund.cash for case in kept), sum(case.refund.points for case in kept)] == [1000, 100]
