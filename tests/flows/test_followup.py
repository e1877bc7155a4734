"""What is said and done once a case stands: status, urging, money, more evidence, withdrawing, the rules."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from flows.followup import spoken_of
from flows.model import Case, CaseState, Need, Text, Value
from nlp.codes import Answer, Intent, Topic
from tests.conftest import NOON, a_case, an_event, an_order
from tests.flows.talking import CATALOGUE, Desk, a_turn, facts, reads

S = CaseState
NUMBER = "RF2611200001"
OTHER = an_order(order_no="KM202611201530022222", product="腾讯视频VIP 月卡")
PICTURE = replace(reads("", Intent.OTHER), files=("a.png",))


def case(state: CaseState = S.SUBMITTED, **given: Any) -> Case:
    times = {"due_at": NOON + timedelta(days=3), "until": NOON + timedelta(days=1)}
    known = {**times, "asked": "请补图", "offer": "exchange"}
    return a_case(state=state, events=(an_event(),), basis="按规则", **{**known, **given})


def desk(*cases: Case) -> Desk:
    return Desk(facts(cases=cases))


def wish(intent: Intent, **given: Any) -> Any:
    return reads("说点什么", intent, **given)


# ---- which case is meant


def test_the_case_that_is_named_goes_before_the_one_last_spoken_of_and_that_before_the_newest() -> None:
    newest, focus, named = case(number="RF3"), case(number="RF2"), case(number="RF1", order=OTHER)
    known = facts(OTHER, cases=(newest, focus, named))
    assert spoken_of(a_turn(wish(Intent.STATUS), known)) == newest
    assert spoken_of(a_turn(wish(Intent.STATUS), known, case="RF2")) == focus
    assert spoken_of(a_turn(wish(Intent.STATUS, case_nos=("RF1",)), known, case="RF2")) == named
    assert spoken_of(a_turn(wish(Intent.STATUS, order_nos=(OTHER.order_no,)), known, case="RF2")) == named


def test_only_a_case_in_one_of_the_states_is_meant() -> None:
    known = facts(cases=(case(), case(S.REJECTED, number="RF0")))
    assert spoken_of(a_turn(wish(Intent.APPEAL), known), S.REJECTED) == known.cases[1]
    assert spoken_of(a_turn(wish(Intent.APPEAL), known), S.OFFERED) is None


# ---- status


@pytest.mark.parametrize("state", [state for state in S if state is not S.DRAFT])
def test_every_state_has_a_status_that_says_what_comes_next_in_both_languages(state: CaseState) -> None:
    bench = desk(case(state))
    assert bench.hear(wish(Intent.STATUS)) == ["status.one"]
    said = bench.last.says[0].text
    following = said.values["next"]
    assert isinstance(following, Text)
    for language in CATALOGUE.languages:
        assert NUMBER in CATALOGUE.say(language, said) and CATALOGUE.say(language, following)


# fmt: off
BUTTONS = [
    (S.SUBMITTED,         ["add", "urge", "withdraw"]),
    (S.AWAITING_CUSTOMER, ["add", "urge", "withdraw"]),
    (S.OFFERED,           ["offer_accept", "offer_decline", "add"]),
    (S.REJECTED,          ["appeal"]),
    (S.REFUNDED,          []),
    (S.CLOSED,            []),
]
# fmt: on


@pytest.mark.parametrize("state, buttons", BUTTONS)
def test_the_status_offers_what_can_be_done_in_that_state(state: CaseState, buttons: list[str]) -> None:
    bench = desk(case(state))
    bench.hear(wish(Intent.STATUS))
    assert [button.value.partition(":")[0] for button in bench.last.says[0].buttons] == buttons
    assert all(button.lasting for button in bench.last.says[0].buttons)


def test_of_several_open_cases_all_are_named_and_a_closed_one_only_where_it_is_asked_for() -> None:
    bench = desk(case(), case(number="RF2", order=OTHER), case(S.CLOSED, number="RF3", order=an_order(order_no="KM3")))
    assert bench.hear(wish(Intent.STATUS)) == ["status.many"]
    assert bench.last.says[0].text.values["count"] == 2
    assert bench.hear(wish(Intent.STATUS, case_nos=("RF3",))) == ["status.one"]


def test_of_a_number_that_is_none_of_theirs_they_hear_so_and_nothing_else_before_what_they_have() -> None:
    asked = wish(Intent.STATUS, case_nos=("RF2611209999",))
    assert desk(case()).hear(asked) == ["status.not_found", "status.one"]
    assert desk().hear(asked) == ["status.not_found", "status.none"]
    assert desk(case()).hear(wish(Intent.STATUS, case_nos=(NUMBER,))) == ["status.one"]


# ---- urging, and money


@pytest.mark.parametrize("state, key, told", [
    (S.SUBMITTED, "urge.passed_on", ["staff.urged"]),
    (S.APPEALED, "urge.passed_on", ["staff.urged"]),
    (S.OFFERED, "urge.waits_for_you", []),
    (S.AWAITING_CUSTOMER, "urge.waits_for_you", []),
    (S.REFUNDED, "status.one", []),
])  # fmt: skip
def test_urging_is_passed_on_where_staff_are_waited_for(state: CaseState, key: str, told: list[str]) -> None:
    bench = desk(case(state))
    assert bench.hear(wish(Intent.URGE)) == [key]
    assert [notice.text.key for notice in bench.last.tells] == told


@pytest.mark.parametrize("state, key", [
    (S.REFUNDED, "payout.sent"), (S.PAYING, "payout.on_its_way"), (S.APPROVED, "payout.on_its_way"),
    (S.PAYOUT_FAILED, "payout.on_its_way"), (S.SUBMITTED, "status.one"), (S.REJECTED, "status.one"),
])  # fmt: skip
def test_money_that_has_not_come_is_looked_after_once_it_was_granted(state: CaseState, key: str) -> None:
    bench = desk(case(state))
    assert bench.hear(wish(Intent.PAYOUT_MISSING)) == [key]
    assert bool(bench.last.tells) == key.startswith("payout")


@pytest.mark.parametrize("way", ["alipay", "QQ钱包", ""])
def test_who_asks_for_money_hears_how_long_it_takes_whatever_it_was_paid_with(way: str) -> None:
    bench = desk(case(S.REFUNDED, order=an_order(paid_with=way)))
    assert bench.hear(wish(Intent.PAYOUT_MISSING)) == ["payout.sent"]
    assert CATALOGUE.say("zh-CN", bench.last.says[0].text)


# ---- more evidence


def test_what_is_sent_after_handing_in_fills_what_was_missing() -> None:
    bench = desk(case(missing=(Need.ERROR_SCREEN,)))
    assert bench.hear(PICTURE) == ["evidence.attached"]
    assert (bench.case.missing, bench.case.evidence[0].need) == ((), Need.ERROR_SCREEN)
    assert bench.hear(PICTURE) == ["evidence.attached"] and len(bench.case.evidence) == 1


def test_a_case_that_waits_goes_back_to_review_and_one_that_does_not_stays() -> None:
    for before, after in ((S.AWAITING_CUSTOMER, S.IN_REVIEW), (S.SUBMITTED, S.SUBMITTED), (S.IN_REVIEW, S.IN_REVIEW)):
        bench = desk(case(before))
        bench.hear(PICTURE)
        assert bench.case.state is after


def test_of_several_cases_the_one_that_waits_gets_it_unless_another_is_named() -> None:
    waiting, other = case(S.AWAITING_CUSTOMER, number="RF1"), case(number="RF2", order=OTHER)
    unnamed, named = desk(other, waiting), desk(other, waiting)
    unnamed.hear(PICTURE)
    named.hear(replace(wish(Intent.ADD_EVIDENCE, case_nos=("RF2",)), files=("a.png",)))
    assert [len(case.evidence) for case in sorted(unnamed.facts.cases, key=lambda case: case.number)] == [1, 0]
    assert [len(case.evidence) for case in sorted(named.facts.cases, key=lambda case: case.number)] == [0, 1]


def test_words_that_come_with_it_are_on_the_cases_record() -> None:
    bench = desk(case(S.AWAITING_CUSTOMER, words="激活失败"))
    bench.hear(replace(reads("这是激活页", Intent.ADD_EVIDENCE), files=("a.png",)))
    assert bench.case.words == "激活失败\n这是激活页"
    assert [(note.text, note.case) for note in bench.last.notes] == [("这是激活页", NUMBER)]


# ---- withdrawing


@pytest.mark.parametrize("state", [S.SUBMITTED, S.IN_REVIEW, S.AWAITING_CUSTOMER, S.OFFERED, S.APPEALED])
def test_what_is_not_decided_may_be_withdrawn(state: CaseState) -> None:
    bench = desk(case(state))
    assert bench.hear(wish(Intent.WITHDRAW)) == ["withdraw.done"]
    assert (bench.case.state, bench.case.events[-1].by) == (S.WITHDRAWN, "customer")


@pytest.mark.parametrize("state", [S.ACCEPTED, S.APPROVED, S.PAYING, S.REFUNDED, S.REJECTED, S.CLOSED, S.WITHDRAWN])
def test_what_is_decided_may_not(state: CaseState) -> None:
    bench = desk(case(state))
    assert bench.hear(wish(Intent.WITHDRAW)) == ["withdraw.none"]
    assert bench.case.state is state and not bench.last.events


def test_where_it_was_not_said_plainly_it_is_asked_once_more() -> None:
    bench = desk(case())
    assert bench.hear(wish(Intent.WITHDRAW, confidence=0.6)) == ["withdraw.sure"]
    assert bench.hear(reads("不是", Intent.OTHER, answer=Answer.NO)) == ["withdraw.kept"]
    assert bench.case.state is S.SUBMITTED


# ---- the rules


@pytest.mark.parametrize("topic", Topic)
@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_every_question_about_the_rules_is_answered_from_their_figures(topic: Topic, language: str) -> None:
    bench = desk()
    assert bench.hear(wish(Intent.POLICY, topic=topic)) == [f"policy.{topic}"]
    values: dict[str, Value] = dict(bench.last.says[0].text.values)
    assert CATALOGUE.say(language, bench.last.says[0].text) and values["review_days"] == 3
