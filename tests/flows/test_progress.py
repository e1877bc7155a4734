"""A step with all that follows from it: deadlines, wakes, the payout, the decision, the events."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from flows.case import NotAllowed
from flows.model import CUSTOMER, SYSTEM, Actor, Case, CaseState, Decision, Event, Pay, Remedy, Role, WayOn
from flows.progress import advance, follow
from tests.conftest import NOON, a_case, an_event
from tests.flows.talking import POLICY

S = CaseState
A1, A2 = Actor(Role.AGENT, "a1"), Actor(Role.AGENT, "a2")
DUE = NOON + timedelta(days=5, hours=12)    # Friday noon: the end of Wednesday


def in_review(**given: object) -> Case:
    taken = an_event(by="agent:a1", trigger="take", source=S.SUBMITTED, to=S.IN_REVIEW)
    plain = {"state": S.IN_REVIEW, "reviewer": "a1", "basis": "按规则", "events": (an_event(), taken)}
    return a_case(**plain | given)


def step(case: Case, trigger: str, by: Actor = A1, why: str = "理由") -> tuple[Case, Event]:
    outcome = advance(case, trigger, by, at=NOON, policy=POLICY, why=why)
    return outcome.cases[0], outcome.events[0]


def test_handing_in_starts_the_review_clock_and_sets_its_alarms() -> None:
    outcome = advance(a_case(state=S.DRAFT), "submit", CUSTOMER, at=NOON, policy=POLICY)
    case = outcome.cases[0]
    assert (case.state, case.submitted_at, case.due_at, case.until) == (S.SUBMITTED, NOON, DUE, None)
    assert {wake.kind: wake.at for wake in outcome.wakes} == {"half_time": NOON + (DUE - NOON) / 2, "overdue": DUE}
    assert outcome.pays == ()


# fmt: off
LAPSES = [
    #  step                until                       reminded
    ("offer",            NOON + timedelta(hours=72), NOON + timedelta(hours=48)),
    ("request_evidence", NOON + timedelta(hours=72), NOON + timedelta(hours=48)),
    ("reject",           NOON + timedelta(days=7),   NOON + timedelta(days=6)),
]
# fmt: on


@pytest.mark.parametrize("trigger, until, reminded", LAPSES)
def test_a_state_lapses_a_second_after_its_time(trigger: str, until: datetime, reminded: datetime) -> None:
    outcome = advance(in_review(offer=Remedy.CREDIT), trigger, A1, at=NOON, policy=POLICY, why="请补图")
    alarms = {wake.kind: wake.at for wake in outcome.wakes}
    assert outcome.cases[0].until == until
    assert (alarms["lapse"], alarms.get("remind")) == (until + timedelta(seconds=1), reminded)


def test_only_an_approval_asks_for_money_and_for_the_cases_own_sum() -> None:
    case = in_review()
    outcome = advance(case, "approve", A1, at=NOON, policy=POLICY)
    assert outcome.pays == (Pay(case.number, case.order, case.refund),)
    for trigger in ("reject", "offer", "request_evidence"):
        assert advance(in_review(offer=Remedy.CREDIT), trigger, A1, at=NOON, policy=POLICY, why="x").pays == ()


@pytest.mark.parametrize("trigger, state", [("approve", S.APPROVED), ("reject", S.REJECTED)])
def test_a_decision_is_kept_in_the_words_it_was_made_in(trigger: str, state: CaseState) -> None:
    case, event = step(in_review(rule="quality.in_window"), trigger, why="卡号不符")
    assert case.decision and (case.decision.rule, case.decision.text) == ("quality.in_window", "卡号不符")
    assert (case.decision.by, case.decision.at, event.why, case.state) == ("agent:a1", NOON, "卡号不符", state)


def test_the_systems_refusal_is_in_the_words_of_the_rules() -> None:
    refused, _ = step(a_case(state=S.DRAFT, basis="按规则不能退。"), "reject", SYSTEM, why="按规则不能退。")
    assert refused.decision and (refused.decision.by, refused.decision.text) == ("system", "按规则不能退。")


def test_an_appeal_goes_to_nobody_and_remembers_who_decided() -> None:
    rejected = an_event(trigger="reject", source=S.IN_REVIEW, to=S.REJECTED)
    case = a_case(state=S.REJECTED, reviewer="a1", until=NOON, events=(an_event(), rejected))
    appealed, _ = step(case, "appeal", CUSTOMER)
    assert (appealed.reviewer, appealed.first_reviewer, appealed.appealed) == (None, "a1", True)
    assert appealed.due_at == DUE, "a review of its own"
    with pytest.raises(NotAllowed):
        step(appealed, "take", A1)
    assert step(appealed, "take", A2)[0].reviewer == "a2"


def test_a_payment_that_stays_unknown_is_looked_at_after_a_day() -> None:
    outcome = advance(a_case(state=S.APPROVED, events=(an_event(),)), "pay", SYSTEM, at=NOON, policy=POLICY)
    assert [(wake.kind, wake.at) for wake in outcome.wakes] == [("unpaid", NOON + timedelta(hours=24))]
    assert outcome.pays == (), "it was asked for when it was approved"


def test_several_steps_in_a_row_are_one_outcome_with_every_event() -> None:
    first = advance(a_case(state=S.SUBMITTED, events=(an_event(),)), "take", A1, at=NOON, policy=POLICY)
    outcome = follow(first, ("approve", A1), at=NOON, policy=POLICY)
    assert [event.trigger for event in outcome.events] == ["take", "approve"]
    assert (len(outcome.cases), outcome.cases[0].state, len(outcome.pays)) == (1, S.APPROVED, 1)
    assert outcome.cases[0].events == (an_event(),), "the new ones stand beside it, to be added by whoever saves"


def test_a_step_that_is_not_allowed_changes_nothing() -> None:
    case = in_review()
    with pytest.raises(NotAllowed):
        advance(case, "reject", A1, at=NOON, policy=POLICY, why="  ")
    assert case == in_review()


def test_the_same_alarm_has_the_same_name_so_that_it_can_be_set_only_once() -> None:
    once, again = (advance(in_review(), "request_evidence", A1, at=NOON, policy=POLICY, why="请补图") for _ in range(2))
    assert once.wakes == again.wakes and len({wake.key for wake in once.wakes}) == len(once.wakes)


BASIS = "依据《质量问题申请时限》：……"


@pytest.mark.parametrize(("rule", "text", "basis", "way", "until"), [
    ("", "看不清", BASIS, WayOn.APPEAL, NOON), (" ", "看不清", BASIS, WayOn.APPEAL, NOON),
    ("quality.in_window", "", BASIS, WayOn.APPEAL, NOON), ("quality.in_window", "看不清", " ", WayOn.APPEAL, NOON),
    ("quality.in_window", "看不清", BASIS, WayOn.APPEAL, None),
    ("quality.in_window", "看不清", BASIS, WayOn.OUTSIDE, NOON),
])  # fmt: skip
def test_a_refusal_without_rule_facts_reason_or_way_on_cannot_be_built(
    rule: str, text: str, basis: str, way: WayOn, until: datetime | None
) -> None:
    with pytest.raises(ValueError, match=r"a refusal|an appeal"):
        Decision(rule, text, "agent:a1", NOON, basis, way, until)


@pytest.mark.parametrize("lacking", [{"rule": ""}, {"text": ""}, {"basis": ""}, {"way": None}, {"until": None}])
def test_a_refusal_does_not_lose_any_of_them(lacking: dict[str, Any]) -> None:
    refusal = Decision("quality.in_window", "看不清", "agent:a1", NOON, BASIS, WayOn.APPEAL, NOON)
    with pytest.raises(ValueError, match=r"a refusal|an appeal"):
        replace(refusal, **lacking)


@pytest.mark.parametrize(("appealed", "way", "until"), [
    (False, WayOn.APPEAL, NOON + timedelta(days=7)), (True, WayOn.OUTSIDE, None),
])  # fmt: skip
def test_a_refusal_carries_its_rule_its_facts_and_its_way_on(
    appealed: bool, way: WayOn, until: datetime | None
) -> None:
    case = in_review(appealed=appealed, first_reviewer="a2", basis=BASIS)
    decision = advance(case, "reject", A1, at=NOON, policy=POLICY, why="看不清").cases[0].decision
    assert decision == Decision(case.rule, "看不清", "agent:a1", NOON, BASIS, way, until)


def test_a_case_without_its_rule_is_not_refused() -> None:
    with pytest.raises(ValueError, match="a refusal names its rule"):
        advance(in_review(rule=""), "reject", A1, at=NOON, policy=POLICY, why="看不清")
