"""Handing in: what the case holds, and what happens at once."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows.model import CaseState, Cents, Need, OrderStatus
from flows.policy import load
from nlp.codes import Reason
from tests.conftest import NOON, an_order
from tests.flows.talking import POLICY, Desk, facts, says

OURS = an_order()
LATE = an_order(
    order_no="KM202611201530019999",
    status=OrderStatus.UNDELIVERED,
    delivered_at=None,
    promised_at=NOON - timedelta(hours=1),
)


def test_a_case_keeps_what_was_told_and_the_rule_it_was_judged_by() -> None:
    desk = Desk(facts(own=(replace(OURS, query_password="hades9"),)))
    desk.hear("卡密激活提示无效码", replace(says(""), files=("a.png",)))
    desk.press("yes")
    case = desk.case
    assert case.state is CaseState.SUBMITTED and case.reason is Reason.INVALID_CODE
    assert (case.words, case.policy, case.rule) == ("卡密激活提示无效码", POLICY.version, "quality.in_window")
    assert OURS.order_no in case.basis
    assert case.order.query_password is None
    assert [piece.need for piece in case.evidence] == [Need.ERROR_SCREEN] and case.missing == ()
    assert case.due_at and case.due_at > NOON


def test_what_was_not_handed_in_is_written_down_for_the_agent() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear("卡密激活提示无效码", "没有了")
    desk.press("yes")
    assert desk.case.missing == (Need.ERROR_SCREEN,)


@pytest.mark.parametrize("cents, state", [(10000, CaseState.APPROVED), (10001, CaseState.SUBMITTED)])
def test_the_house_decides_at_once_up_to_the_owners_limit(cents: int, state: CaseState) -> None:
    desk = Desk(facts(own=(replace(LATE, amount_paid=Cents(cents), price=Cents(cents)),)))
    desk.hear("过了说好的时间还没发货，退款")
    desk.press("yes")
    assert desk.case.state is state
    assert bool(desk.last.pays) is (state is CaseState.APPROVED)


@pytest.mark.parametrize("cents", [0, 100])
def test_a_limit_of_nothing_leaves_every_order_to_an_agent_also_one_that_points_paid_for(cents: int) -> None:
    never = load('[limits]\nauto_approve = "0.00"\n')
    order = replace(LATE, amount_paid=Cents(cents), points=5000, points_value=Cents(5000), price=Cents(5000 + cents))
    desk = Desk(facts(own=(order,), policy=never))
    desk.hear("过了说好的时间还没发货，退款")
    desk.press("yes")
    assert (desk.case.state, desk.last.pays) == (CaseState.SUBMITTED, ())


def test_of_a_high_risk_customer_nothing_is_decided_at_once() -> None:
    desk = Desk(facts(own=(LATE,), high_risk=True))
    desk.hear("过了说好的时间还没发货，退款", "没有了")
    desk.press("yes")
    assert desk.case.state is CaseState.SUBMITTED


def test_a_window_that_closes_while_they_are_still_telling_stays_open_to_them() -> None:
    just = replace(OURS, delivered_at=NOON - timedelta(minutes=58))
    desk = Desk(facts(own=(just,)))
    desk.hear("显示已发货，我没收到")
    desk.wait(minutes=5)
    desk.hear("没有了")
    assert desk.press("yes") == ["filed.submitted"]
