"""The ledger of an order: what was given back, what is open, and that two decisions never both count."""

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from flows.model import GRANTED, LAST, Case, CaseState, Ledger, Outcome
from storage.ledgers import NOT_OPEN
from storage.nouns import Overdrawn, Saving, Stale
from storage.store import Store
from tests.conftest import NOON, a_case, an_order
from tests.storage.test_saving import at_once

S = CaseState
FOUR = an_order(order_no="KM4", quantity=4)


def step(store: Store, case: Case, state: CaseState) -> Case:
    """The case in its new state, saved by someone who has just looked at the ledger."""
    save(store, replace(case, state=state), ledger(store, case.order.order_no))
    stored = store.case(case.number)
    assert stored is not None
    return stored


def save(store: Store, case: Case, read: Ledger) -> None:
    store.save(Saving(case.customer, Outcome(cases=(case,)), NOON, ledgers=(read,)))


def ledger(store: Store, order_no: str = "KM4") -> Ledger:
    return store.about_orders([order_no])[order_no].ledger


def test_a_case_is_open_from_being_handed_in_until_nothing_can_follow() -> None:
    assert set(NOT_OPEN) == {state.value for state in LAST} | {"draft"}
    assert S.REJECTED.value not in NOT_OPEN


@pytest.mark.parametrize(
    "path, granted",
    [
        (
            [S.SUBMITTED, S.IN_REVIEW, S.APPROVED, S.PAYING, S.PAYOUT_FAILED, S.PAYING, S.REFUNDED],
            [0, 0, 3, 3, 3, 3, 3],
        ),
        ([S.SUBMITTED, S.IN_REVIEW, S.OFFERED, S.ACCEPTED, S.SETTLED], [0, 0, 0, 3, 3]),
        ([S.ACCEPTED, S.SETTLED], [3, 3]),
        ([S.REJECTED, S.APPEALED, S.IN_REVIEW, S.CLOSED], [0, 0, 0, 0]),
        ([S.SUBMITTED, S.WITHDRAWN], [0, 0]),
    ],
)
def test_the_ledger_follows_a_case_through_its_life(store: Store, path: list[CaseState], granted: list[int]) -> None:
    case = a_case(order=FOUR, quantity=3)
    for state, pieces in zip(path, granted, strict=True):
        case = step(store, case, state)
        kept = ledger(store)
        assert kept.granted == pieces == (3 if state in GRANTED else 0)
        assert (kept.open_case, kept.open_customer) == ((None, None) if state in LAST else (case.number, "u1"))


def test_a_step_that_changes_nothing_of_the_order_leaves_its_ledger_as_it_is(store: Store) -> None:
    case = step(store, a_case(order=FOUR), S.SUBMITTED)
    before = ledger(store)
    store.save(Saving("u1", Outcome(cases=(replace(case, state=S.IN_REVIEW),)), NOON))
    assert ledger(store) == before


def test_whoever_grants_must_have_looked_at_the_ledger(store: Store) -> None:
    with pytest.raises(ValueError, match="without its ledger"):
        store.save(Saving("u1", Outcome(cases=(a_case(order=FOUR),)), NOON))


def test_whoever_looked_before_another_decision_looks_again(store: Store) -> None:
    one, two = step(store, a_case("RF1", order=FOUR), S.IN_REVIEW), step(store, a_case("RF2", order=FOUR), S.IN_REVIEW)
    looked = ledger(store)
    save(store, replace(one, state=S.APPROVED), looked)
    with pytest.raises(Stale):
        save(store, replace(two, state=S.APPROVED), looked)
    save(store, replace(two, state=S.APPROVED), ledger(store))
    assert ledger(store).granted == 2


def test_more_than_was_bought_is_never_given_back_whoever_decides(store: Store) -> None:
    step(store, a_case("RF1", order=FOUR, quantity=3), S.APPROVED)
    with pytest.raises(Overdrawn):
        step(store, a_case("RF2", order=FOUR, quantity=2), S.APPROVED)
    assert ledger(store).granted == 3
    assert store.case("RF2") is None


def test_the_database_itself_refuses_more_than_was_bought(store: Store) -> None:
    step(store, a_case(order=FOUR), S.APPROVED)
    with pytest.raises(IntegrityError, match="never_more_than_bought"), store.database.write() as connection:
        connection.execute(text("UPDATE ledgers SET granted = 5"))


def test_where_two_cases_of_an_order_are_open_the_other_one_remains(store: Store) -> None:
    one, two = step(store, a_case("RF1", order=FOUR), S.SUBMITTED), step(store, a_case("RF2", order=FOUR), S.SUBMITTED)
    assert ledger(store).open_case == "RF2"
    step(store, two, S.WITHDRAWN)
    assert ledger(store).open_case == "RF1"
    step(store, one, S.WITHDRAWN)
    assert ledger(store).open_case is None


def grant(store: Store, case: Case) -> None:
    """As the house does it: look, decide by what is left, save, and look again where someone was faster."""
    looked = ledger(store, case.order.order_no)
    if looked.granted + case.quantity > case.order.quantity:
        return
    try:
        save(store, replace(case, state=S.APPROVED), looked)
    except Stale:
        grant(store, case)


@pytest.mark.parametrize("n", range(8))
def test_two_agents_who_grant_at_the_same_moment_never_give_back_more_than_was_bought(store: Store, n: int) -> None:
    one, two = (step(store, a_case(f"RF{n}{who}", order=FOUR, quantity=3), S.IN_REVIEW) for who in "ab")
    assert at_once(lambda: grant(store, one), lambda: grant(store, two)) == [None, None]
    states = [stored.state for case in (one, two) if (stored := store.case(case.number))]
    assert sorted(states) == [S.APPROVED, S.IN_REVIEW]
    assert ledger(store).granted == 3


@pytest.mark.parametrize("n", range(4))
def test_two_customers_who_hand_in_one_order_at_the_same_moment_are_told_apart(store: Store, n: int) -> None:
    looked = ledger(store)
    one, two = (a_case(f"RF{n}{who}", customer=who, order=FOUR) for who in "ab")
    raised = at_once(lambda: save(store, one, looked), lambda: save(store, two, looked))
    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "Stale"]
