"""What must never be mixed up, passed by or done twice, whoever tries."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows.case import NotAllowed
from flows.clock import wakes_of, with_deadlines
from flows.model import Actor, CaseState, Cents, OrderStatus, Role
from flows.progress import advance
from flows.review import Action, decide, quiet
from nlp.codes import Reason
from tests.conftest import NOON, a_case, an_event, an_order
from tests.flows.talking import POLICY, Desk, facts, says

S = CaseState
A1 = Actor(Role.AGENT, "a1")
OURS = an_order()
OTHER = an_order(order_no="KM202611190000000002", product="爱奇艺黄金会员")
FIRST = replace(a_case("RF2611200001"), order=OURS, events=(an_event("RF2611200001"),))
SECOND = replace(a_case("RF2611200002"), order=OTHER, events=(an_event("RF2611200002"),))


def test_a_case_that_is_named_is_never_taken_for_another() -> None:
    paid = replace(FIRST, state=S.REFUNDED)
    for said in ("RF2611200001 撤销申请，不退了", "RF2611209999 撤销申请"):
        desk = Desk(facts(own=(OURS, OTHER), cases=(SECOND, paid)))
        desk.hear(said)
        assert all(case.state is not S.WITHDRAWN for case in desk.facts.cases)


def test_an_old_button_takes_no_other_cases_offer() -> None:
    offered = replace(SECOND, state=S.OFFERED, offer="exchange")
    desk = Desk(facts(own=(OURS, OTHER), cases=(offered, replace(FIRST, state=S.IN_REVIEW))))
    desk.press("offer_accept:RF2611200001")
    assert desk.facts.cases[0].state is S.OFFERED


def test_two_deadlines_of_one_moment_both_ring() -> None:
    asked = with_deadlines(replace(FIRST, state=S.AWAITING_CUSTOMER), FIRST.events, POLICY)
    offered = with_deadlines(replace(FIRST, state=S.OFFERED), FIRST.events, POLICY)
    keys = [{wake.key for wake in wakes_of(case, FIRST.events, POLICY)} for case in (asked, offered)]
    assert keys[0] and keys[1] and not keys[0] & keys[1]


def test_a_part_of_one_order_is_no_part_of_the_next() -> None:
    three = an_order(order_no="KM202611201530000003", quantity=3)
    desk = Desk(facts(own=(three, OURS)))
    desk.hear(f"{three.order_no} 卡密激活失败，只退两张")
    assert desk.talk.draft and desk.talk.draft.quantity == 2
    desk.hear(f"不对，订单号是 {OURS.order_no}", "没有了")
    desk.press("yes")
    assert (desk.case.order.order_no, desk.case.quantity, desk.case.refund.cash) == (OURS.order_no, 1, OURS.amount_paid)


@pytest.mark.parametrize("guesses", [3, 8])
def test_guesses_sent_before_the_order_count_one_by_one(guesses: int) -> None:
    theirs = replace(OURS, buyer="somebody", contact="right@example.com")
    desk = Desk(facts(theirs))
    desk.hear(" ".join(f"guess{n}@example.com" for n in range(guesses)) + " 激活失败", theirs.order_no)
    assert len(desk.talk.tries) == 3


def test_an_order_of_their_own_does_not_open_the_door_to_another() -> None:
    theirs = replace(OTHER, buyer="somebody", contact="13900000000")
    desk = Desk(facts(theirs, own=(OURS,)))
    desk.hear(f"激活失败 {theirs.order_no}", "13811112221", "13811112222", OURS.order_no)
    assert len(desk.talk.tries) == 2


def test_how_an_order_is_spelt_on_record_is_not_told() -> None:
    known, unknown = an_order(order_no="km-2026112015-30012345", buyer="somebody"), "KM202611201530012345"
    heard = says(f"激活失败 {unknown}")
    told = [Desk(facts(**given)) for given in ({"orders": {unknown: known}}, {})]
    for desk in told:
        desk.hear(heard)
    assert told[0].last.says[0].text == told[1].last.says[0].text


def test_an_alternative_is_granted_to_nobody_on_the_list_but_by_a_supervisor() -> None:
    desk = Desk(facts(own=(OURS,), high_risk=True))
    desk.hear("不想要了，能退吗")
    desk.press("accept:credit")
    assert desk.case.state is S.SUBMITTED
    with pytest.raises(NotAllowed):
        advance(replace(FIRST, state=S.ACCEPTED), "settle", A1, at=NOON, policy=POLICY, high_risk=True)


def test_the_first_reviewer_does_not_rewrite_what_is_appealed() -> None:
    appealed = replace(FIRST, state=S.APPEALED, appealed=True, first_reviewer="a1")
    known = facts(own=(OURS,), cases=(appealed,))
    wish = Action("correct_reason", A1, "text", reason=Reason.MALFUNCTION)
    with pytest.raises(NotAllowed):
        decide(appealed, Desk(known).talk, wish, known, quiet(NOON))


def test_the_limit_is_not_passed_by_piece_by_piece() -> None:
    late = an_order(quantity=2, amount_paid=Cents(15000), price=Cents(15000), status=OrderStatus.UNDELIVERED,
                    delivered_at=None, promised_at=NOON - timedelta(hours=1))  # fmt: skip
    desk = Desk(facts(own=(late,)))
    desk.facts = replace(desk.facts, ledgers={late.order_no: replace(desk.facts.ledgers[late.order_no], granted=1)})
    desk.hear("过了说好的时间还没发货，退款")
    desk.press("yes")
    assert desk.case.refund.cash == 7500 and desk.case.state is S.SUBMITTED


def test_a_payment_that_failed_is_asked_for_again_by_the_word_of_staff_alone() -> None:
    failed = replace(FIRST, state=S.PAYOUT_FAILED)
    assert advance(failed, "pay", A1, at=NOON, policy=POLICY).pays
    assert not advance(replace(FIRST, state=S.PAYING), "fail", Actor(Role.SYSTEM), at=NOON, policy=POLICY).pays
