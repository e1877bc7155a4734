"""Which forms a case and a talk offer, to whom, and with which texts to begin with."""

from datetime import timedelta

import pytest

from bot.desk.actions import Form, case_forms, talk_forms
from bot.texts import Catalogue
from flows.model import Actor, Case, CaseState, Evidence, Need, Role, Talk, Text
from tests.conftest import NOON, a_case

AGENT, SUPERVISOR = Actor(Role.AGENT, "a1"), Actor(Role.SUPERVISOR, "s1")


def say(key: str, **values: object) -> str:
    return Catalogue().say("zh-CN", Text(key, values))  # type: ignore[arg-type]  # plain values only


def write(key: str, **values: object) -> str:
    return Catalogue().say("en", Text(key, values))  # type: ignore[arg-type]  # plain values only


def offered(case: Case, actor: Actor = AGENT, high_risk: bool = False) -> list[str]:
    return [form.do for form in case_forms(case, actor, now=NOON, high_risk=high_risk, say=say, write=say)]


def the_form(do: str, case: Case) -> Form:
    return next(
        form for form in case_forms(case, AGENT, now=NOON, high_risk=False, say=say, write=say) if form.do == do
    )


# fmt: off
OFFERED = [
    (CaseState.SUBMITTED,         ["take", "request_evidence", "offer", "approve", "reject", "correct_reason", "note"]),
    (CaseState.IN_REVIEW,         ["request_evidence", "offer", "approve", "reject", "correct_reason", "note"]),
    (CaseState.AWAITING_CUSTOMER, ["take", "correct_reason", "note"]),
    (CaseState.OFFERED,           ["correct_reason", "note"]),
    (CaseState.ACCEPTED,          ["settle", "note"]),
    (CaseState.APPROVED,          ["paid", "note"]),
    (CaseState.PAYING,            ["paid", "note"]),
    (CaseState.PAYOUT_FAILED,     ["pay", "note"]),
    (CaseState.REFUNDED,          ["note"]),
    (CaseState.REJECTED,          ["note"]),
    (CaseState.CLOSED,            ["note"]),
    (CaseState.WITHDRAWN,         ["note"]),
]
# fmt: on


@pytest.mark.parametrize("state, steps", OFFERED)
def test_a_case_offers_what_life_allows_in_its_state(state: CaseState, steps: list[str]) -> None:
    assert offered(a_case(state=state)) == steps


def test_a_second_look_is_for_another_person() -> None:
    appealed = a_case(state=CaseState.APPEALED, appealed=True, first_reviewer="a1")
    assert "approve" not in offered(appealed) and "take" not in offered(appealed)
    assert {"take", "approve", "reject"} <= set(offered(appealed, Actor(Role.AGENT, "b2")))


def test_a_customer_on_the_list_is_decided_upon_by_a_supervisor() -> None:
    case = a_case(state=CaseState.IN_REVIEW)
    assert "approve" not in offered(case, high_risk=True)
    assert {"approve", "lift"} <= set(offered(case, SUPERVISOR, high_risk=True))
    assert "restrict" in offered(case, SUPERVISOR)


def test_only_a_supervisor_restricts_and_lifts() -> None:
    case = a_case(state=CaseState.REFUNDED)
    assert offered(case) == offered(case, high_risk=True) == ["note"]
    assert offered(case, SUPERVISOR) == ["note", "restrict"]
    assert offered(case, SUPERVISOR, high_risk=True) == ["note", "lift"]


@pytest.mark.parametrize("owner, do", [("bot", "take_over"), ("agent:", "take_over"), ("agent:a1", "hand_back")])
def test_a_talk_is_taken_over_or_handed_back(owner: str, do: str) -> None:
    assert [form.do for form in talk_forms(Talk("u1", owner=owner), AGENT)] == [do]


def test_a_refusal_begins_with_the_facts_of_the_case() -> None:
    seen = a_case(state=CaseState.IN_REVIEW, evidence=(Evidence("a.png", NOON),))
    form = the_form("reject", seen)
    assert form.must_say and form.text == form.templates[0].text
    for template in form.templates:
        assert seen.order.order_no in template.text and "激活失败" in template.text and "1 份" in template.text


def test_a_refusal_for_want_of_evidence_names_what_is_missing() -> None:
    form = the_form("reject", a_case(state=CaseState.IN_REVIEW, missing=(Need.LISTING, Need.RECEIVED)))
    assert "商品宣传页截图、实际收到的内容" in form.text


def test_what_a_customer_reads_is_in_the_customers_language() -> None:
    case = a_case(state=CaseState.IN_REVIEW)
    forms = case_forms(case, AGENT, now=NOON, high_risk=False, say=say, write=write)
    form = next(form for form in forms if form.do == "request_evidence")
    assert form.templates[0].label == "订单页截图"
    assert form.templates[0].text.startswith("Please add one more picture: “order page”")


def test_asking_for_evidence_begins_with_what_is_missing() -> None:
    case = a_case(state=CaseState.IN_REVIEW, missing=(Need.ERROR_SCREEN,), due_at=NOON + timedelta(days=3))
    form = the_form("request_evidence", case)
    assert form.templates[0].label == "激活报错截图"
    assert case.order.product in form.templates[0].text


def test_the_reason_is_corrected_to_another_one() -> None:
    case = a_case(state=CaseState.IN_REVIEW)
    form = the_form("correct_reason", case)
    assert len(form.choices) == 7
    assert case.reason.value not in dict(form.choices)
