"""The read-only questions: what a customer sees, the desk's queue, talks, record and figures."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from flows.model import Case, CaseState, Event, Note, Outcome, RiskStep, Talk
from storage import figures
from storage.nouns import Line, Rendered, Saving
from storage.search import PAGE, PAGES, Search, View
from storage.store import Store
from tests.conftest import NOON, a_case, an_event, an_order

HOUR = timedelta(hours=1)


@pytest.fixture
def search(store: Store) -> Search:
    return Search(store.database)


def save(store: Store, outcome: Outcome | None = None, chat: str = "u1", now: datetime = NOON, **more: Any) -> None:
    outcome = outcome or Outcome()
    known = store.about_orders(case.order.order_no for case in outcome.cases)
    ledgers = tuple(record.ledger for record in known.values())
    store.save(Saving(chat, outcome, now, "web", ledgers=ledgers, **more))


def has_cases(store: Store, *cases: Case) -> None:
    for n, case in enumerate(cases):
        order = replace(case.order, order_no=f"{case.order.order_no}-{n}")
        save(store, Outcome(cases=(replace(case, order=order),)), case.customer, NOON + n * HOUR)


def heard(store: Store, text: str, message_id: str, chat: str = "u1", **more: Any) -> None:
    save(store, chat=chat, message_id=message_id, incoming=Line("customer", text, **more))


def test_a_customer_reads_what_was_said_and_nothing_that_is_for_staff(store: Store, search: Search) -> None:
    told = Rendered("staff.x", "{}", "客户要人工")
    said = Rendered("greeting", "{}", "您好", (("1.yes", "是"),))
    note = Note("像是老客户", "agent:a1")
    save(store, Outcome(notes=(note,)), message_id="m1", incoming=Line("customer", "在吗"), said=(said,), told=(told,))
    assert [(line.who, line.text) for line in search.said("u1")] == [("customer", "在吗"), ("bot", "您好")]
    everything = [(line.who, line.text, line.internal) for line in search.transcript("u1")]
    assert ("agent:a1", "像是老客户", True) in everything
    assert ("system", "客户要人工", True) in everything


def test_what_was_read_already_is_not_read_again(store: Store, search: Search) -> None:
    for n in range(3):
        heard(store, f"第{n}句", f"m{n}")
    first, *later = search.said("u1")
    assert search.said("u1", first.id) == tuple(later)
    assert search.said("u1", later[-1].id) == ()


def test_nobody_reads_the_talk_of_another(store: Store, search: Search) -> None:
    heard(store, "我的", "m1", "u1")
    heard(store, "别人的", "m1", "u2")
    assert [line.text for line in search.said("u1")] == ["我的"]


def test_a_line_knows_the_id_that_the_customers_page_gave_it(store: Store, search: Search) -> None:
    heard(store, "在吗", "page-made-1")
    save(store, said=(Rendered("greeting", "{}", "您好"),))
    assert [line.message_id for line in search.said("u1")] == ["page-made-1", None]


def test_a_file_belongs_to_the_chat_that_sent_it_under_its_whole_name(store: Store, search: Search) -> None:
    name = "a" * 64 + ".png"
    heard(store, "", "m1", files=(name,))
    assert search.has_file("u1", name)
    assert not search.has_file("u2", name)
    assert not search.has_file("u1", "a" * 64)
    assert not search.has_file("u1", "%")


def test_the_queue_shows_what_is_due_first(store: Store, search: Search) -> None:
    has_cases(
        store,
        a_case("RF1", due_at=NOON + 5 * HOUR),
        a_case("RF2", due_at=NOON + HOUR),
        a_case("RF3", state=CaseState.APPROVED),
        a_case("RF4", due_at=NOON - HOUR, state=CaseState.IN_REVIEW),
    )
    assert [case.number for case in search.queue(View.OPEN, "a1", NOON)] == ["RF4", "RF2", "RF1", "RF3"]


@pytest.mark.parametrize(
    "view, numbers",
    [
        (View.OPEN, {"RF1", "RF2", "RF3", "RF5", "RF7"}),
        (View.MINE, {"RF2", "RF4"}),
        (View.APPEALS, {"RF3", "RF5"}),
        (View.WAITING, {"RF4"}),
        (View.ALL, {"RF1", "RF2", "RF3", "RF4", "RF5", "RF6", "RF7"}),
    ],
)
def test_each_view_shows_its_cases_and_counts_them(store: Store, search: Search, view: View, numbers: set[str]) -> None:
    has_cases(
        store,
        a_case("RF1"),
        a_case("RF2", state=CaseState.IN_REVIEW, reviewer="a1"),
        a_case("RF3", state=CaseState.APPEALED, appealed=True, words='"appealed":true'),
        a_case("RF4", state=CaseState.AWAITING_CUSTOMER, reviewer="a1", words='"appealed":true'),
        a_case("RF5", state=CaseState.IN_REVIEW, appealed=True, reviewer="b2"),
        a_case("RF6", state=CaseState.REFUNDED, reviewer="a1"),
        a_case("RF7", state=CaseState.IN_REVIEW, words='{"appealed":true}'),
    )
    assert {case.number for case in search.queue(view, "a1", NOON)} == numbers
    assert search.counts("a1", NOON)[view] == len(numbers)


def test_a_long_queue_comes_in_pages(store: Store, search: Search) -> None:
    cases = tuple(a_case(f"RF{n:03}", order=an_order(order_no=f"KM{n:03}")) for n in range(PAGE + 1))
    save(store, Outcome(cases=cases))
    assert len(search.queue(View.OPEN, "a1", NOON)) == PAGE
    assert len(search.queue(View.OPEN, "a1", NOON, page=1)) == 1
    assert search.queue(View.OPEN, "a1", NOON, page=PAGES) == ()


def test_a_long_list_is_counted_so_far_and_no_further(
    store: Store, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = tuple(a_case(f"RF{n:03}", order=an_order(order_no=f"KM{n:03}")) for n in range(4))
    save(store, Outcome(cases=cases))
    monkeypatch.setattr(figures, "MOST", 3)
    assert search.counts("a1", NOON)[View.OPEN] == 3


def test_all_that_is_not_over_is_gone_through_once(
    store: Store, search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.search.CHUNK", 2)
    states = [CaseState.SUBMITTED] * 3 + [CaseState.REFUNDED] * 3 + [CaseState.REJECTED]
    has_cases(store, *(a_case(f"RF{n}", state=state) for n, state in enumerate(states)))
    assert [case.number for case in search.not_over()] == ["RF0", "RF1", "RF2", "RF6"]


def test_where_nothing_is_due_the_customers_time_counts_and_then_age(store: Store, search: Search) -> None:
    has_cases(
        store,
        a_case("RF1", state=CaseState.OFFERED),
        a_case("RF2", state=CaseState.OFFERED, until=NOON + 2 * HOUR),
        a_case("RF3", state=CaseState.OFFERED, until=NOON + HOUR),
        a_case("RF4", state=CaseState.OFFERED, due_at=NOON + 9 * HOUR),
        a_case("RF5", state=CaseState.OFFERED),
    )
    assert [case.number for case in search.queue(View.WAITING, "a1", NOON)] == ["RF4", "RF3", "RF2", "RF1", "RF5"]


def test_a_case_is_found_by_its_number_and_by_its_orders(store: Store, search: Search) -> None:
    save(store, Outcome(cases=(a_case("RF1"),)))
    assert [case.number for case in search.find(" rf1 ")] == ["RF1"]
    assert [case.number for case in search.find("km202611201530012345")] == ["RF1"]
    assert search.find("KM2") == ()
    assert search.find("%") == ()


def test_talks_that_wait_for_a_person_come_before_those_that_have_one(store: Store, search: Search) -> None:
    def talk(chat: str, owner: str, minutes: int) -> None:
        said = Talk(chat, owner=owner, heard_at=NOON - timedelta(minutes=minutes))
        save(store, Outcome(talk=said), chat, message_id="m1", incoming=Line("customer", f"{chat}说的"))

    talk("u1", "agent:a1", 60)
    talk("u2", "agent:", 1)
    talk("u3", "agent:", 9)
    talk("u4", "bot", 2)
    assert [(row.chat, row.last_words, row.channel) for row in search.talks()] == [
        ("u3", "u3说的", "web"),
        ("u2", "u2说的", "web"),
        ("u1", "u1说的", "web"),
    ]
    assert search.waiting() == 2


def test_an_empty_house_counts_nothing(search: Search) -> None:
    assert set(search.counts("a1", NOON).values()) == {0}
    assert search.waiting() == 0


def test_the_mark_moves_with_what_happens_to_that_talk_alone(store: Store, search: Search) -> None:
    save(store, Outcome(cases=(a_case("RF1"),), talk=Talk("u1")))
    seen, all_seen = search.mark("u1", "RF1"), search.newest()
    heard(store, "别的客户", "m1", "u2")
    assert search.mark("u1", "RF1") == seen
    assert search.newest() != all_seen
    heard(store, "又来了", "m2", "u1")
    assert search.mark("u1", "RF1") != seen


@pytest.mark.parametrize(
    "change",
    [
        Outcome(talk=Talk("u1", owner="agent:a1", version=1)),
        Outcome(risk=RiskStep("u1", True, "agent:s1", "伪造截图")),
        Outcome(cases=(a_case("RF1", version=1, reviewer="a1"),)),
        Outcome(notes=(Note("看过了", "agent:a1", "RF1"),)),
    ],
)
def test_the_mark_moves_with_every_kind_of_change(store: Store, search: Search, change: Outcome) -> None:
    save(store, Outcome(cases=(a_case("RF1"),), talk=Talk("u1")))
    seen = search.mark("u1", "RF1")
    save(store, change)
    assert search.mark("u1", "RF1") != seen


def test_steps_onto_the_high_risk_list_are_told_latest_first(store: Store, search: Search) -> None:
    save(store, Outcome(risk=RiskStep("u1", True, "agent:s1", "伪造截图")))
    save(store, Outcome(risk=RiskStep("u1", False, "agent:s1", "误会")), now=NOON + HOUR)
    assert [(at, step.restricted, step.why) for at, step in search.risk_steps("u1")] == [
        (NOON + HOUR, False, "误会"),
        (NOON, True, "伪造截图"),
    ]
    assert search.risk_steps("u2") == ()


def test_an_event_is_no_part_of_a_queue_row(store: Store, search: Search) -> None:
    step: Event = an_event("RF1")
    save(store, Outcome(cases=(a_case("RF1"),), events=(step,)))
    assert search.queue(View.ALL, "a1", NOON)[0].events == ()
