"""What the store remembers of a chat, an order, a case and its staff."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows.model import Draft, Ledger, Outcome, RiskStep, Role, Talk, TalkState
from nlp.codes import Reason
from storage.nouns import AlreadyHeard, Rendered, Saving, Stale
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


# ---- several at once


def test_several_chats_are_recalled_together_each_as_if_it_were_alone(store: Store) -> None:
    for n, chat in enumerate(["u:1", "u2", "用户"]):
        case = a_case(f"RF{n}", customer=chat, order=an_order(order_no=f"KM{n}"))
        outcome = Outcome(Talk(chat, serial=n), (case,), (an_event(f"RF{n}"),), bind=(f"KM{n}", "KM9"))
        store.save(Saving(chat, outcome, NOON, "webchat", "m1", ledgers=(Ledger(f"KM{n}"),)))
    asked = {"u2": "m1", "nobody": "m1", "用户": None, "u:1": "m2", "a\0b": "m1"}
    assert store.recall_all(asked) == [store.recall(*each) for each in asked.items()]
    assert [known.heard for known in store.recall_all(asked)] == [True, False, False, False, False]
    assert store.recall_all({}) == []


def test_several_are_saved_together_each_as_if_it_were_alone(store: Store) -> None:
    said = (Rendered("k", "{}", "好"),)
    for n in range(2):
        store.save(*(a_word(chat, n, said) for chat in ("u1", "u2", "u3")))
    for chat in ("u1", "u2", "u3"):
        known = store.recall(chat, "m1")
        assert (known.talk, known.heard, known.bound) == (Talk(chat, serial=1, version=2), True, {"KM0", "KM1"})
    due = store.outbox.take(NOON, 10, timedelta(minutes=1), ("say",))
    assert [(row.key, row.chat) for row in due] == [
        (f"say:{chat}:m{n}:0", chat) for chat in ("u1", "u2", "u3") for n in range(2)
    ]


@pytest.mark.parametrize("broken", [
    lambda word: replace(word, message_id="m0"),
    lambda word: replace(word, outcome=replace(word.outcome, talk=Talk("u2", version=0))),
    lambda word: replace(word, outcome=replace(word.outcome, talk=Talk("u2", version=7))),
    lambda word: replace(word, finishes=("arrived:none",)),
])  # fmt: skip
def test_where_one_of_several_was_heard_or_changed_since_nothing_of_any_is_saved(
    store: Store, broken: Callable[[Saving], Saving]
) -> None:
    store.save(a_word("u1", 0), a_word("u2", 0))
    words = [a_word("u1", 1), broken(a_word("u2", 1)), a_word("u3", 0)]
    with pytest.raises((Stale, AlreadyHeard)):
        store.save(*words)
    assert [known.talk.version for known in store.recall_all({"u1": None, "u2": None, "u3": None})] == [1, 1, 0]
    assert not store.recall("u1", "m1").heard


def a_word(chat: str, n: int, said: tuple[Rendered, ...] = ()) -> Saving:
    outcome = Outcome(Talk(chat, serial=n, version=n), bind=(f"KM{n}",))
    return Saving(chat, outcome, NOON, "webchat", f"m{n}", said)
