"""How things stand, on both databases: what is due and how old, what is open, overdue, and who waits for a person."""

from datetime import timedelta

from msgspec.structs import replace

from flows.model import CaseState, Ledger, Outcome, Talk, TalkState, Wake
from storage.nouns import Rendered, Saving
from storage.standing import MOST, OPEN, Pile, due_piles, standing
from storage.store import Store
from tests.conftest import NOON, a_case, an_order

MINUTE = timedelta(minutes=1)


def say(store: Store, chat: str, *texts: str, at: timedelta = timedelta(0)) -> None:
    said = tuple(Rendered("k", "{}", text) for text in texts)
    store.save(Saving(chat, Outcome(), NOON + at, "web", said=said))


def open_case(store: Store, number: str, state: CaseState, due: timedelta | None = None) -> None:
    order = an_order(order_no=f"KM{number}")
    case = a_case(number, order=order, state=state, due_at=NOON + due if due is not None else None)
    store.save(Saving("u1", Outcome(cases=(case,)), NOON, "web", ledgers=(Ledger(order.order_no),)))


def test_an_empty_house_has_nothing_due_and_nothing_open(store: Store) -> None:
    seen = standing(store.database, NOON)
    assert set(seen.due.values()) == {Pile()}
    assert seen.cases == {state: Pile() for state in OPEN}
    assert (seen.overdue, seen.waiting) == (0, 0)


def test_what_is_due_is_counted_by_kind_with_the_age_of_the_oldest(store: Store) -> None:
    say(store, "u1", "一")
    say(store, "u2", "甲", "乙", at=MINUTE)
    store.save(Saving("u1", Outcome(wakes=(Wake("w1", NOON + 9 * MINUTE, "remind", "u1"),)), NOON, "web"))
    seen = standing(store.database, NOON + 5 * MINUTE)
    assert seen.due["say"] == Pile(3, NOON)
    assert seen.due["wake"] == Pile(), "its time has not come"
    assert due_piles(store.database, NOON + 5 * MINUTE) == seen.due
    assert seen.due["pay"] == Pile()


def test_what_somebody_is_busy_with_is_due_and_not_left_lying(store: Store) -> None:
    say(store, "u1", "一")
    store.outbox.take(NOON, 1, lease=2 * MINUTE)
    assert standing(store.database, NOON + MINUTE).due["say"] == Pile(1, None)
    assert standing(store.database, NOON + 3 * MINUTE).due["say"] == Pile(1, NOON), "the lease has run out"


def test_what_waits_behind_something_that_was_put_off_is_not_left_lying(store: Store) -> None:
    say(store, "u1", "一", "二")
    [first, _] = store.outbox.take(NOON, 2, lease=MINUTE)
    store.outbox.later(first.key, NOON + 60 * MINUTE, "the channel is switched off")
    assert standing(store.database, NOON + 30 * MINUTE).due["say"] == Pile(1, None)


def test_what_is_done_is_not_counted(store: Store) -> None:
    say(store, "u1", "一")
    [due] = store.outbox.take(NOON, 1, lease=MINUTE)
    store.outbox.finish(due.key, NOON)
    assert standing(store.database, NOON).due["say"] == Pile()


def test_cases_are_counted_by_state_and_those_that_had_to_be_decided_are_overdue(store: Store) -> None:
    open_case(store, "RF2611200001", CaseState.SUBMITTED, MINUTE)
    open_case(store, "RF2611200002", CaseState.SUBMITTED, 9 * MINUTE)
    open_case(store, "RF2611200003", CaseState.OFFERED, MINUTE)
    open_case(store, "RF2611200004", CaseState.CLOSED)
    seen = standing(store.database, NOON + 5 * MINUTE)
    assert seen.cases[CaseState.SUBMITTED] == Pile(2, NOON)
    assert seen.cases[CaseState.OFFERED] == Pile(1, NOON)
    assert CaseState.CLOSED not in seen.cases
    assert seen.overdue == 1


def test_who_asked_for_a_person_and_has_none_yet_waits(store: Store) -> None:
    for chat, owner in (("u1", "agent:"), ("u2", "agent:小林"), ("u3", "bot")):
        talk = Talk(chat, TalkState.WITH_AGENT, owner=owner)
        store.save(Saving(chat, Outcome(talk=talk), NOON, "web"))
    assert standing(store.database, NOON).waiting == 1


def test_a_pile_is_looked_at_no_further_than_is_said(store: Store) -> None:
    many = tuple(Rendered("k", "{}", f"{n}") for n in range(MOST + 5))
    store.save(replace(Saving("u1", Outcome(), NOON, "web"), said=many))
    assert standing(store.database, NOON).due["say"] == Pile(MOST, NOON)
