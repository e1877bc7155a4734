"""A time that has come: it does what it was set for, or nothing where the world has moved on."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows.alarm import OF_CASE, OF_TALK, ring
from flows.clock import mark_of, wakes_of
from flows.model import Case, CaseState, Draft, Outcome, Remedy, Talk, TalkState, Wake
from flows.review import quiet
from flows.talk import Turn
from nlp.codes import Reason
from tests.conftest import NOON, a_case, an_event, an_order
from tests.flows.talking import POLICY, facts

S, T = CaseState, TalkState
OURS = an_order()
DRAFT = Draft(order_no=OURS.order_no, reason=Reason.INVALID_CODE)
DRAFTING = Talk("u1", T.ASK_EVIDENCE, DRAFT, heard_at=NOON)
WAITING = a_case(state=S.OFFERED, offer=Remedy.EXCHANGE, until=NOON + timedelta(hours=72), events=(an_event(),))
IN_REVIEW = a_case(due_at=NOON + timedelta(days=5), events=(an_event(),))


def rings(kind: str, talk: Talk, **later: float) -> Outcome | None:
    now = NOON + timedelta(**later)
    return ring(Turn(talk, quiet(now), facts(own=(OURS,))), Wake(f"{kind}:u1", now, kind, "u1"))


def rings_of(case: Case, kind: str, set_for: Case | None = None) -> Outcome | None:
    """An alarm that was set for the case as it was then, of the case as it is now."""
    now = case.until + timedelta(seconds=1) if case.until else NOON
    wake = Wake("x", now, kind, "u1", case.number, mark_of(set_for or case, kind))
    return ring(Turn(Talk("u1"), quiet(now), facts(cases=(case,))), wake)


def keys(outcome: Outcome | None) -> list[str]:
    return [said.text.key for said in outcome.says] if outcome else []


def notices(outcome: Outcome | None) -> list[str]:
    return [told.text.key for told in outcome.tells] if outcome else []


def test_every_alarm_that_is_set_can_ring() -> None:
    states = [replace(IN_REVIEW, state=state, until=NOON + timedelta(days=7)) for state in S]
    set_by_cases = {wake.kind for case in states for wake in wakes_of(case, case.events, POLICY)}
    assert set_by_cases == set(OF_CASE)
    assert set(OF_TALK) == {"draft", "draft_end", "silence"}


# ---- the talk


def test_a_draft_is_brought_to_mind_after_thirty_minutes_with_its_question_and_its_end_is_set() -> None:
    outcome = rings("draft", DRAFTING, minutes=30)
    assert keys(outcome) == ["claim.reminder", "evidence.ask"]
    assert outcome and [wake.kind for wake in outcome.wakes] == ["draft_end"]
    assert outcome.wakes[0].at == NOON + timedelta(hours=24, seconds=1)


def test_too_early_it_is_only_set_anew_from_the_last_word() -> None:
    talk = replace(DRAFTING, heard_at=NOON + timedelta(minutes=20))
    outcome = rings("draft", talk, minutes=30)
    assert outcome and keys(outcome) == [] and [wake.at for wake in outcome.wakes] == [NOON + timedelta(minutes=50)]


@pytest.mark.parametrize("talk", [Talk("u1"), replace(DRAFTING, state=T.WITH_AGENT)], ids=["no draft", "a person's"])
@pytest.mark.parametrize("kind", ["draft", "draft_end"])
def test_without_a_draft_or_while_a_person_has_the_talk_nothing_is_said(talk: Talk, kind: str) -> None:
    assert rings(kind, talk, hours=25) is None


def test_what_was_put_off_is_not_pressed_for_but_ends_all_the_same() -> None:
    outcome = rings("draft", replace(DRAFTING, state=T.IDLE), minutes=30)
    assert outcome and keys(outcome) == [] and [wake.kind for wake in outcome.wakes] == ["draft_end"]


@pytest.mark.parametrize("later, kept", [({"hours": 24}, True), ({"hours": 24, "seconds": 1}, False)])
def test_a_draft_is_kept_for_a_day_to_the_second(later: dict[str, float], kept: bool) -> None:
    outcome = rings("draft_end", DRAFTING, **later)
    assert outcome and outcome.talk and (outcome.talk.draft is not None) is kept and outcome.says == ()


@pytest.mark.parametrize("owner, minutes, back", [
    ("agent:", 30, True), ("agent:a1", 30, True), ("agent:a1", 29, False), ("bot", 99, False),
])  # fmt: skip
def test_the_bot_comes_back_after_a_persons_silence_and_no_sooner(owner: str, minutes: int, back: bool) -> None:
    talk = Talk("u1", T.WITH_AGENT, DRAFT, owner=owner, resume=T.ASK_EVIDENCE, agent_at=NOON, heard_at=NOON)
    outcome = rings("silence", talk, minutes=minutes)
    assert keys(outcome) == (["human.silence_over", "evidence.ask"] if back else [])
    assert outcome is None or (outcome.talk and outcome.talk.owner == "bot")


# ---- the case


# fmt: off
LAPSES = [
    # state                becomes       the customer hears
    (S.OFFERED,           S.IN_REVIEW,  ["news.lapsed"]),
    (S.AWAITING_CUSTOMER, S.IN_REVIEW,  ["news.lapsed"]),
    (S.REJECTED,          S.CLOSED,     ["news.closed"]),
]
# fmt: on


@pytest.mark.parametrize("state, becomes, said", LAPSES)
def test_a_state_that_lapses_goes_on_by_the_system(state: CaseState, becomes: CaseState, said: list[str]) -> None:
    outcome = rings_of(replace(WAITING, state=state), "lapse")
    assert outcome and (outcome.cases[0].state, outcome.events[0].by, keys(outcome)) == (becomes, "system", said)


def test_an_alarm_of_a_state_that_is_over_or_came_again_does_nothing() -> None:
    later = replace(WAITING, until=NOON + timedelta(days=9))
    assert rings_of(replace(WAITING, state=S.ACCEPTED, until=None), "lapse", set_for=WAITING) is None
    assert rings_of(later, "lapse", set_for=WAITING) is None
    assert rings_of(later, "remind", set_for=WAITING) is None


def test_an_alarm_of_a_case_that_is_not_there_does_nothing() -> None:
    assert ring(Turn(Talk("u1"), quiet(NOON), facts()), Wake("x", NOON, "lapse", "u1", "RF0", "")) is None


@pytest.mark.parametrize("state", [S.OFFERED, S.AWAITING_CUSTOMER])
def test_a_reminder_says_until_when_and_brings_the_buttons_again(state: CaseState) -> None:
    outcome = rings_of(replace(WAITING, state=state, asked="请补图"), "remind")
    assert outcome and keys(outcome) == [f"remind.{state}"]
    assert outcome.says[0].text.values["until"] == WAITING.until and outcome.says[0].buttons


def test_half_way_staff_are_told_and_the_customer_is_not() -> None:
    outcome = rings_of(IN_REVIEW, "half_time")
    assert (keys(outcome), notices(outcome)) == ([], ["staff.half_time"])


@pytest.mark.parametrize("state", [S.SUBMITTED, S.IN_REVIEW])
def test_a_late_review_is_told_to_both_whoever_has_it_by_now(state: CaseState) -> None:
    outcome = rings_of(replace(IN_REVIEW, state=state), "overdue", set_for=IN_REVIEW)
    assert (keys(outcome), notices(outcome)) == (["news.overdue"], ["staff.overdue"])


@pytest.mark.parametrize("state", [S.REFUNDED, S.REJECTED, S.AWAITING_CUSTOMER, S.OFFERED, S.WITHDRAWN])
def test_what_was_decided_or_waits_for_the_customer_is_not_late(state: CaseState) -> None:
    assert rings_of(replace(IN_REVIEW, state=state), "overdue", set_for=IN_REVIEW) is None


def test_a_payment_that_stays_unknown_is_put_before_staff() -> None:
    paying = a_case(state=S.PAYING, events=(an_event(),))
    assert notices(rings_of(paying, "unpaid")) == ["staff.payout_unknown"]
    assert rings_of(replace(paying, state=S.REFUNDED), "unpaid", set_for=paying) is None
