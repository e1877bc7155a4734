"""All of a visit is saved or nothing of it, once, and by one of two who did it at the same time."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from flows.model import Ledger, Note, Outcome, Pay, Refund, Talk, TalkState, Wake
from storage.nouns import AlreadyHeard, Line, Piece, Rendered, Saving, Stale
from storage.store import Store
from storage.tables import cases, chats, events, evidence, heard, messages, outbox, talks
from tests.conftest import NOON, a_case, an_event, an_order

ORDER_NO = an_order().order_no


def rows(store: Store, table: Table) -> list[Any]:
    with store.database.read() as connection:
        return list(connection.execute(select(table)))


def a_visit(message: str = "m1", **given: Any) -> Saving:
    """A claim handed in: every table gets something."""
    outcome = Outcome(
        Talk("u1"), (a_case(),), (an_event(),), wakes=(Wake("lapse:1", NOON + timedelta(days=1), "lapse", "u1"),),
        notes=(Note("像是本人", "agent:a1", "RF2611200001"),),
    )  # fmt: skip
    plain: dict[str, Any] = {
        "channel": "webchat",
        "message_id": message,
        "said": (Rendered("handed_in", '{"case": "RF2611200001"}', "已提交", (("1:status", "查进度"),)),),
        "told": (Rendered("staff.new", "{}", "新退款单", case="RF2611200001"),),
        "incoming": Line("customer", "确认", files=("a.png",), pressed="1:yes"),
        "ledgers": (Ledger(ORDER_NO),),
        "pieces": (Piece("a.png", 12, "image/png"),),
    }
    return Saving("u1", outcome, NOON, **plain | given)


def test_a_message_that_was_heard_before_has_no_second_effect(store: Store) -> None:
    store.save(a_visit())
    before = [len(rows(store, table)) for table in (heard, messages, events, outbox, cases)]
    with pytest.raises(AlreadyHeard):
        store.save(a_visit())
    assert [len(rows(store, table)) for table in (heard, messages, events, outbox, cases)] == before == [1, 4, 1, 3, 1]


def test_the_same_message_id_from_two_customers_is_two_messages(store: Store) -> None:
    for chat in ("u1", "u2"):
        store.save(Saving(chat, Outcome(Talk(chat)), NOON, message_id="1"))
    assert len(rows(store, heard)) == 2


def test_whatever_a_chat_and_a_message_are_called_no_sentence_is_taken_for_another(store: Store) -> None:
    named = [("a", "b:c"), ("a:b", "c"), ("a%3Ab", "c"), ("a", "b%3Ac"), ("", "a:b:c")]
    for chat, message in named:
        said = (Rendered("k", "{}", f"{chat} {message}"),)
        store.save(Saving(chat, Outcome(), NOON, "webchat", message, said=said))
    sent = [due.task.text for due in store.outbox.take(NOON, 10, timedelta(minutes=1))]
    assert sorted(sent) == sorted(f"{chat} {message}" for chat, message in named)


@pytest.mark.parametrize("stale", ["talk", "case", "ledger"])
def test_what_is_refused_leaves_nothing_behind(store: Store, stale: str) -> None:
    store.save(a_visit())
    counted = (heard, chats, talks, cases, events, messages, outbox, evidence)
    before = [len(rows(store, table)) for table in counted]
    other = an_order(order_no="KM2")
    talk, case = store.recall("u1").talk, a_case("RF2", order=other)
    outcomes = {
        "talk": Outcome(Talk("u1"), (case,), (an_event("RF2"),)),
        "case": Outcome(talk, (a_case(), case), (an_event("RF2"),)),
        "ledger": Outcome(talk, (case,), (an_event("RF2"),)),
    }
    version = 7 if stale == "ledger" else 0
    ledgers = (Ledger("KM2", version=version), Ledger(ORDER_NO, version=1))
    pieces = (Piece("b.png", 1, "image/png"),)
    with pytest.raises(Stale):
        store.save(Saving("u1", outcomes[stale], NOON, "webchat", "m2", ledgers=ledgers, pieces=pieces))
    assert [len(rows(store, table)) for table in counted] == before


def test_the_record_tells_who_said_what_in_its_order(store: Store) -> None:
    store.save(a_visit())
    lines = [(row.who, row.text, row.internal) for row in rows(store, messages)]
    assert lines == [
        ("customer", "确认", False),
        ("agent:a1", "像是本人", True),
        ("bot", "已提交", False),
        ("system", "新退款单", True),
    ]
    heard_line, _, said, _ = rows(store, messages)
    assert (json.loads(heard_line.files), heard_line.pressed, heard_line.sent_as) == (["a.png"], "1:yes", "hear:u1:m1")
    assert (said.text_key, json.loads(said.text_values), json.loads(said.buttons)) == (
        "handed_in", {"case": "RF2611200001"}, [["1:status", "查进度"]],
    )  # fmt: skip
    assert said.sent_as in {row.key for row in rows(store, outbox)}


def test_what_people_write_is_kept_whatever_it_is(store: Store) -> None:
    for n, text in enumerate(["a\0b", "half \ud83d", "'; DROP TABLE talks; --", "<b>", "好" * 20_000]):
        store.save(Saving("u\0", Outcome(), NOON, message_id=f"{n}", incoming=Line("customer", text)))
    kept = [row.text for row in rows(store, messages)]
    assert kept == ["a\ufffdb", "half ?", "'; DROP TABLE talks; --", "<b>", "好" * 20_000]
    assert store.recall("u\0", "3").heard


def test_a_wake_of_the_same_key_exists_once_and_a_payment_may_be_asked_again(store: Store) -> None:
    pay = Pay("RF1", an_order(), Refund(an_order().amount_paid))
    for _ in range(2):
        store.save(Saving("u1", Outcome(wakes=(Wake("w1", NOON, "lapse"),), pays=(pay,)), NOON))
        for due in store.outbox.take(NOON, 10, timedelta(minutes=1)):
            store.outbox.finish(due.key, NOON)
    store.save(Saving("u1", Outcome(wakes=(Wake("w1", NOON, "lapse"),), pays=(pay,)), NOON))
    again = store.outbox.take(NOON, 10, timedelta(minutes=1))
    assert [(due.key, due.attempts) for due in again] == [("pay:RF1", 1)]
    assert len(rows(store, outbox)) == 2


def at_once(*jobs: Callable[[], None]) -> list[BaseException | None]:
    """Runs them in threads that begin together; returns what each one raised."""
    gate = threading.Barrier(len(jobs))
    raised: list[BaseException | None] = [None] * len(jobs)

    def run(n: int, job: Callable[[], None]) -> None:
        gate.wait()
        try:
            job()
        except BaseException as error:
            raised[n] = error

    threads = [threading.Thread(target=run, args=(n, job)) for n, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_one_message_delivered_by_two_at_once_is_heard_once(store: Store) -> None:
    for n in range(10):
        visit = Saving("u1", Outcome(), NOON, message_id=f"{n}", incoming=Line("customer", "在吗"))
        raised = at_once(lambda visit=visit: store.save(visit), lambda visit=visit: store.save(visit))
        assert sorted(type(error).__name__ for error in raised) == ["AlreadyHeard", "NoneType"]
    assert len(rows(store, messages)) == 10


def test_of_two_messages_decided_at_once_one_looks_again(store: Store) -> None:
    for n in range(10):
        talk = store.recall("u1").talk

        def visit(message: str, talk: Talk = talk) -> Callable[[], None]:
            return lambda: store.save(Saving("u1", Outcome(talk), NOON, message_id=message))

        raised = at_once(visit(f"a{n}"), visit(f"b{n}"))
        assert sorted(type(error).__name__ for error in raised) == ["NoneType", "Stale"]
    assert store.recall("u1").talk.version == 10


def test_many_customers_write_at_once_and_none_is_refused(store: Store) -> None:
    def customer(chat: str) -> Callable[[], None]:
        def writes() -> None:
            for n in range(5):
                talk = store.recall(chat).talk
                store.save(Saving(chat, Outcome(talk), NOON, "webchat", f"{n}", incoming=Line("customer", "在吗")))
        return writes

    assert at_once(*(customer(f"u{n}") for n in range(8))) == [None] * 8
    assert {row.version for row in rows(store, talks)} == {5}


def test_a_new_state_is_written_over_the_old_one(store: Store) -> None:
    store.save(Saving("u1", Outcome(Talk("u1")), NOON))
    talk = store.recall("u1").talk
    store.save(Saving("u1", Outcome(Talk("u1", TalkState.CONFIRM, owner="agent:a1", version=talk.version)), NOON))
    [row] = rows(store, talks)
    assert (row.state, row.owner, row.version) == ("confirm", "agent:a1", 2)
