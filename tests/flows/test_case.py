"""The life of a case: only what LIFE lists happens, by whom it lists, under its conditions."""

from datetime import timedelta
from itertools import product

import pytest
from msgspec.structs import replace

from flows.case import LIFE, NotAllowed, move, staff_steps
from flows.model import CUSTOMER, LAST, SYSTEM, Actor, CaseState, Role
from tests.conftest import NOON, a_case

S = CaseState
A1, A2, BOSS = Actor(Role.AGENT, "a1"), Actor(Role.AGENT, "a2"), Actor(Role.SUPERVISOR, "s1")
WHO = {Role.CUSTOMER: CUSTOMER, Role.SYSTEM: SYSTEM, Role.AGENT: A1, Role.SUPERVISOR: BOSS}
UNLISTED = [
    (state, trigger, role)
    for state, trigger, role in product(S, LIFE.triggers, Role)
    if not any(role in row.roles for row in LIFE.listed(state, trigger))
]


@pytest.mark.parametrize("state, trigger, role", UNLISTED)
def test_what_is_not_listed_is_refused(state: S, trigger: str, role: Role) -> None:
    with pytest.raises(NotAllowed):
        move(a_case(state=state), trigger, WHO[role], at=NOON, why="because", record_decides=True)


def test_states_that_nothing_follows_are_the_last_ones() -> None:
    assert {state for state in S if not any(state in row.froms for row in LIFE.rows)} == LAST


def test_every_step_is_recorded_with_who_when_from_to_and_why() -> None:
    case, event = move(a_case(state=S.IN_REVIEW), "reject", A1, at=NOON, why=" the code works ")
    assert case.state is S.REJECTED and case.reviewer == "a1"
    assert (event.by, event.at, event.source, event.to, event.why) == (
        "agent:a1",
        NOON,
        S.IN_REVIEW,
        S.REJECTED,
        "the code works",
    )


@pytest.mark.parametrize("trigger", ["reject", "request_evidence"])
@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_refusal_or_a_request_without_a_text_is_no_step(trigger: str, text: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        move(a_case(state=S.IN_REVIEW), trigger, A1, at=NOON, why=text)
    assert refused.value.why == "in_writing"


@pytest.mark.parametrize("trigger", ["approve", "reject", "offer", "request_evidence"])
def test_the_second_reviewer_is_another_person(trigger: str) -> None:
    again = a_case(state=S.IN_REVIEW, appealed=True, first_reviewer="a1")
    with pytest.raises(NotAllowed) as refused:
        move(again, trigger, A1, at=NOON, why="text")
    assert refused.value.why in ("other_person", "first_look")
    assert move(again, trigger, A2, at=NOON, why="text")[0].state is not S.IN_REVIEW


def test_where_the_first_decision_was_the_systems_any_agent_may_look_again() -> None:
    assert (
        move(a_case(state=S.APPEALED, appealed=True, first_reviewer=None), "take", A1, at=NOON)[0].state is S.IN_REVIEW
    )


def test_a_refusal_after_an_appeal_is_the_last_one() -> None:
    again = a_case(state=S.IN_REVIEW, appealed=True, first_reviewer="a1")
    assert move(again, "reject", A2, at=NOON, why="still")[0].state is S.CLOSED


@pytest.mark.parametrize("trigger", ["approve", "reject", "offer"])
def test_of_a_high_risk_customer_only_a_supervisor_decides(trigger: str) -> None:
    case = a_case(state=S.IN_REVIEW)
    with pytest.raises(NotAllowed) as refused:
        move(case, trigger, A1, at=NOON, why="text", high_risk=True)
    assert refused.value.why == "may_decide"
    assert move(case, trigger, BOSS, at=NOON, why="text", high_risk=True)[0].state is not S.IN_REVIEW


def test_an_appeal_is_in_time_up_to_the_last_second() -> None:
    refused = a_case(state=S.REJECTED, until=NOON)
    assert move(refused, "appeal", CUSTOMER, at=NOON, why="new")[0].state is S.APPEALED
    with pytest.raises(NotAllowed):
        move(refused, "appeal", CUSTOMER, at=NOON + timedelta(seconds=1), why="new")


def test_the_house_approves_only_where_the_record_decides() -> None:
    with pytest.raises(NotAllowed):
        move(a_case(), "approve", SYSTEM, at=NOON)
    assert move(a_case(), "approve", SYSTEM, at=NOON, record_decides=True)[0].state is S.APPROVED


def test_an_amount_above_what_an_agent_may_give_waits_for_a_supervisor() -> None:
    with pytest.raises(NotAllowed) as refused:
        move(a_case(state=S.IN_REVIEW), "approve", A1, at=NOON, within_limit=False)
    assert refused.value.why == "may_grant"


def test_staff_see_the_steps_that_life_allows_and_no_other() -> None:
    steps = lambda state, who, **more: set(staff_steps(replace(a_case(state=state), **more), who, at=NOON))  # noqa: E731  # a table of cases
    assert steps(S.SUBMITTED, A1) == {"take", "approve", "reject", "offer", "request_evidence"}
    assert steps(S.IN_REVIEW, A1) == {"approve", "reject", "offer", "request_evidence"}
    assert steps(S.ACCEPTED, A1) == {"settle"}
    assert steps(S.APPROVED, A1) == {"paid"}
    assert steps(S.APPEALED, A1, appealed=True, first_reviewer="a1") == set()
    assert steps(S.REFUNDED, BOSS) == set()
