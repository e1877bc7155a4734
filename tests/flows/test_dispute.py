"""Where the customer disagrees or has to choose: offers, appeals, the basis of a refusal, the outside ways."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from flows.model import Case, CaseState, Decision, Draft, TalkState
from nlp.codes import Answer, Intent, Reason
from tests.conftest import NOON, a_case, an_event, an_order
from tests.flows.talking import CATALOGUE, Desk, facts, presses, reads

S, T = CaseState, TalkState
NUMBER = "RF2611200001"
REFUSAL = Decision("quality.in_window", "截图里的卡号不是这张卡。", "agent:a1", NOON)
JUST_OVER = NOON - timedelta(seconds=1)
APPEAL, BASIS = reads("我要申诉", Intent.APPEAL), reads("依据呢", Intent.ASK_BASIS)
OUTSIDE = reads("打12315", Intent.EXTERNAL_HELP)
MATERIAL = reads("卡号就是这张，我重新拍了一张", Intent.OTHER, substance=13)
PICTURE = replace(reads("", Intent.OTHER), files=("a.png",))


def case(state: CaseState, **given: Any) -> Case:
    rejected = an_event(by="agent:a1", trigger="reject", source=S.IN_REVIEW, to=S.REJECTED)
    times = {"until": NOON + timedelta(days=7), "due_at": NOON}
    known = {**times, "basis": "按规则", "reviewer": "a1", "offer": "exchange"}
    return a_case(state=state, events=(an_event(), rejected), **{**known, **given})


def desk(*cases: Case, **given: Any) -> Desk:
    return Desk(facts(cases=cases, **given))


# ---- an agent's offer


@pytest.mark.parametrize("answer, key, state", [
    (reads("接受", Intent.OTHER, answer=Answer.ACCEPT), "offer.taken", S.ACCEPTED),
    (presses(f"offer_accept:{NUMBER}"), "offer.taken", S.ACCEPTED),
    (reads("不要", Intent.OTHER, answer=Answer.DECLINE), "offer.turned_down", S.IN_REVIEW),
    (presses(f"offer_decline:{NUMBER}"), "offer.turned_down", S.IN_REVIEW),
])  # fmt: skip
def test_an_offer_is_taken_or_turned_down_and_staff_hear_of_it(answer: Any, key: str, state: CaseState) -> None:
    bench = desk(case(S.OFFERED))
    assert bench.hear(answer) == [key]
    assert (bench.case.state, bench.case.events[-1].by) == (state, "customer")
    assert [told.text.key for told in bench.last.tells] == [f"staff.{key.replace('.', '_')}"]


@pytest.mark.parametrize("state", [S.IN_REVIEW, S.ACCEPTED, S.CLOSED])
def test_an_offer_that_does_not_stand_cannot_be_taken(state: CaseState) -> None:
    bench = desk(case(state))
    assert bench.hear(presses(f"offer_accept:{NUMBER}")) == ["status.one"]
    assert bench.case.state is state


def test_of_two_offers_the_named_one_is_answered() -> None:
    first, second = case(S.OFFERED, number="RF1"), case(S.OFFERED, number="RF2", order=an_order(order_no="KM2"))
    bench = desk(second, first)
    bench.hear(presses("offer_accept:RF1"))
    assert {case.number: case.state for case in bench.facts.cases} == {"RF1": S.ACCEPTED, "RF2": S.OFFERED}


# ---- appeals


@pytest.mark.parametrize("material", [MATERIAL, PICTURE])
def test_a_bare_appeal_is_asked_for_something_new_and_then_filed(material: Any) -> None:
    bench = desk(case(S.REJECTED))
    assert bench.hear(APPEAL) == ["appeal.material"]
    assert bench.talk.state is T.ASK_APPEAL
    assert bench.hear(material) == ["appeal.filed"]
    assert (bench.case.state, bench.case.first_reviewer, bench.case.reviewer) == (S.APPEALED, "a1", None)
    assert bench.talk.state is T.IDLE


def test_an_appeal_that_brings_its_material_is_filed_at_once() -> None:
    bench = desk(case(S.REJECTED))
    assert bench.hear(replace(APPEAL, files=("a.png",))) == ["appeal.filed"]
    assert [piece.file for piece in bench.case.evidence] == ["a.png"]


# fmt: off
NO_APPEAL = [
    # the case                                  said
    (None,                                      "appeal.no_case"),
    (case(S.CLOSED, appealed=True, until=None), "appeal.used_up"),
    (case(S.CLOSED, until=None),                "appeal.too_late"),
    (case(S.IN_REVIEW),                         "appeal.not_decided"),
    (case(S.REJECTED, until=JUST_OVER),         "appeal.too_late"),    # before the clock has closed it
]
# fmt: on


@pytest.mark.parametrize("known, key", NO_APPEAL)
def test_what_cannot_be_appealed_is_told_why(known: Case | None, key: str) -> None:
    bench = desk(*([known] if known else []))
    assert bench.hear(APPEAL) == [key]
    assert not bench.last.events


def test_putting_an_appeal_off_says_until_when_it_can_still_be_made() -> None:
    bench = desk(case(S.REJECTED))
    bench.hear(APPEAL)
    assert bench.press("no") == ["appeal.put_off"]
    assert bench.last.says[0].text.values["until"] == bench.case.until


# ---- the basis


def test_the_basis_of_a_decision_is_its_rule_its_text_and_how_to_appeal() -> None:
    bench = desk(case(S.REJECTED, decision=REFUSAL))
    assert bench.hear(BASIS) == ["basis.decided"]
    said = CATALOGUE.say("zh-CN", bench.last.says[0].text)
    assert REFUSAL.text in said and "按规则" in said
    assert [button.value for button in bench.last.says[0].buttons] == [f"appeal:{NUMBER}"]


def test_after_the_last_refusal_the_basis_leads_to_the_outside_ways() -> None:
    bench = desk(case(S.CLOSED, decision=REFUSAL, until=None))
    assert bench.hear(BASIS) == ["basis.decided"]
    assert [button.value for button in bench.last.says[0].buttons] == ["outside"]


@pytest.mark.parametrize("known, key", [((), "basis.none"), ((case(S.SUBMITTED),), "basis.not_decided")])
def test_without_a_decision_there_is_no_basis_to_tell(known: tuple[Case, ...], key: str) -> None:
    assert desk(*known).hear(BASIS) == [key]


def test_the_basis_of_what_the_rules_just_said_is_the_rule_and_the_offer_comes_again() -> None:
    order = an_order()
    bench = Desk(facts(own=(order,)))
    bench.hear(reads("不要了", reason=Reason.CHANGE_OF_MIND, code_used=False))
    assert bench.hear(BASIS) == ["basis.rule", "offer.again"]


# ---- the outside ways


def test_the_outside_ways_are_told_without_condition_and_staff_hear_of_it() -> None:
    for known, record in (((), False), ((case(S.SUBMITTED),), True)):
        bench = desk(*known)
        assert bench.hear(OUTSIDE) == ["outside.ways"]
        said = CATALOGUE.say("zh-CN", bench.last.says[0].text)
        assert "12315" in said and (NUMBER in said) is record
        assert [told.text.key for told in bench.last.tells] == ["staff.outside"]


def test_in_the_middle_of_a_claim_the_question_comes_again_after_them() -> None:
    bench = Desk(facts(own=(an_order(),)))
    bench.hear(reads("激活失败", reason=Reason.INVALID_CODE))
    assert bench.hear(OUTSIDE) == ["outside.ways", "evidence.only"]
    assert bench.talk.draft and bench.talk.draft != Draft()
