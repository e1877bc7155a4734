"""What the store remembers of a chat, an order, a case and its staff."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows.model import Draft, Ledger, Outcome, RiskStep, Role, Talk, TalkState
from nlp.codes import Reason
from storage.nouns import Saving
from storage.store import NameTaken, Store
from tests.conftest import NOON, a_case, an_event, an_order


def test_of_a_stranger_nothing_is_known(store: Store) -> None:
    known = store.recall("u1", "m1")
    assert known.talk == Talk("u1")
    assert (known.heard, known.cases, known.bound, known.high_risk, known.channel) == (
        False,
        (),
        frozenset(),
        False,
        None,
    )


def test_a_talk_comes_back_as_it_was_saved(store: Store) -> None:
    draft = Draft("KM1", reason=Reason.MALFUNCTION, words=("打不开",), asked=frozenset({"detail"}), told_at=NOON)
    talk = Talk("u1", TalkState.ASK_EVIDENCE, draft, serial=3, heard_at=NOON, tries=(NOON,))
    store.save(Saving("u1", Outcome(talk), NOON, channel="webchat", message_id="m1"))
    known = store.recall("u1", "m1")
    assert known.talk == replace(talk, version=1)
    assert (known.heard, known.channel) == (True, "webchat")


def test_a_case_comes_back_with_its_events_in_their_order(store: Store) -> None:
    first, second = an_event(), an_event(trigger="take", by="agent:a1", at=NOON + timedelta(hours=1))
    case = a_case(order=an_order(query_password=None), due_at=NOON + timedelta(days=3))
    store.save(
        Saving("u1", Outcome(cases=(case,), events=(first, second)), NOON, ledgers=(Ledger(case.order.order_no),))
    )
    kept = replace(case, events=(first, second), version=1)
    assert store.case(case.number) == kept
    assert store.recall("u1").cases == (kept,)
    assert store.case("RF0") is None


def test_cases_of_one_customer_come_newest_first_and_those_of_another_do_not_come(store: Store) -> None:
    for n, customer in enumerate(["u1", "u2", "u1"]):
        case = a_case(f"RF{n}", customer=customer, order=an_order(order_no=f"KM{n}"))
        now = NOON + timedelta(minutes=n)
        store.save(
            Saving(customer, Outcome(cases=(case,), events=(an_event(f"RF{n}"),)), now, ledgers=(Ledger(f"KM{n}"),))
        )
    known = store.recall("u1").cases
    assert [case.number for case in known] == ["RF2", "RF0"]
    assert [len(case.events) for case in known] == [1, 1]


def test_an_order_stays_bound_to_whom_it_was_shown_to_belong(store: Store) -> None:
    for message in ("m1", "m2"):
        store.save(Saving("u1", Outcome(bind=("KM1", "KM2")), NOON, message_id=message))
    assert store.recall("u1").bound == {"KM1", "KM2"}
    assert store.recall("u2").bound == frozenset()


def test_the_latest_step_decides_who_is_on_the_high_risk_list(store: Store) -> None:
    for restricted in (True, False, True):
        store.save(Saving("u1", Outcome(risk=RiskStep("u1", restricted, "agent:s1", "伪造凭证")), NOON))
    assert store.recall("u1").high_risk
    store.save(Saving("u1", Outcome(risk=RiskStep("u1", False, "agent:s1", "误会")), NOON))
    assert not store.recall("u1").high_risk


def test_of_every_order_asked_for_there_is_an_answer(store: Store) -> None:
    store.save(Saving("u1", Outcome(wrong_tries=("KM1", "KM1")), NOON))
    store.save(Saving("u2", Outcome(wrong_tries=("KM1",)), NOON + timedelta(hours=2)))
    records = store.about_orders(["KM1", "KM2", "KM1"])
    assert set(records) == {"KM1", "KM2"}
    assert records["KM1"].tries == (NOON, NOON, NOON + timedelta(hours=2))
    assert records["KM2"] == type(records["KM2"])(Ledger("KM2"))
    assert store.about_orders(["KM1"], since=NOON + timedelta(hours=1))["KM1"].tries == (NOON + timedelta(hours=2),)
    assert store.about_orders([]) == {}


def test_case_numbers_carry_the_day_in_shanghai_and_no_two_are_the_same(store: Store) -> None:
    evening = NOON.replace(hour=16)
    assert [store.next_case_number(at) for at in (NOON, NOON, evening)] == [
        "RF2611200001",
        "RF2611200002",
        "RF2611210001",
    ]


def test_events_are_told_from_any_point_on(store: Store) -> None:
    assert (store.last_event(), store.events_since(0)) == (0, [])
    store.save(Saving("u1", Outcome(events=(an_event(),)), NOON))
    seen = store.last_event()
    store.save(Saving("u1", Outcome(events=(an_event("RF2"), an_event("RF3"))), NOON))
    assert [event.case for _, event in store.events_since(seen)] == ["RF2", "RF3"]
    assert store.events_since(store.last_event()) == []


def test_whoever_watches_is_told_of_what_was_saved_and_not_of_what_was_refused(store: Store) -> None:
    told: list[int] = []
    store.watchers.append(lambda _: told.append(1))
    store.save(Saving("u1", Outcome(), NOON, message_id="m1"))
    with pytest.raises(Exception, match="m1"):
        store.save(Saving("u1", Outcome(), NOON, message_id="m1"))
    assert told == [1]


def test_a_staff_account_is_made_once(store: Store) -> None:
    store.add_staff("wang", Role.SUPERVISOR, "hash", NOON)
    with pytest.raises(NameTaken):
        store.add_staff("wang", Role.AGENT, "other", NOON)
    member = store.staff("wang")
    assert member is not None
    assert (member.role, member.password_hash) == (Role.SUPERVISOR, "hash")
    assert store.staff("li") is None


def test_a_telegram_user_is_one_account_and_an_account_one_telegram_user(store: Store) -> None:
    for name in ("小林", "小周"):
        store.add_staff(name, Role.AGENT, "x", NOON)
    assert store.staff_on_telegram(42) is None
    assert store.bind_staff("小林", 42)
    assert (store.staff_on_telegram(42), store.staff("小林")) == (store.staff("小林"), store.staff_on_telegram(42))
    assert store.bind_staff("小周", 42)
    bound = [member.telegram for name in ("小林", "小周") if (member := store.staff(name))]
    assert bound == [None, 42]
    assert store.bind_staff("小周", None)
    assert store.staff_on_telegram(42) is None
    assert not store.bind_staff("nobody", 42)
