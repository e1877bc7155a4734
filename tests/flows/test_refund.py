"""The rows of a new claim: what is asked, what the rules answer, and what stands when it is handed in."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows.model import CaseState, Goods, Ledger, OrderStatus, Remedy, Text
from flows.refund import BY_TYPE, LIKELY_OF
from nlp.codes import Intent, Reason, ReasonType
from tests.conftest import NOON, a_case, an_event, an_order
from tests.flows.talking import CATALOGUE, Desk, facts, reads

OURS = an_order(query_password="Zx81yz", contact="13800138000")
MEMBERSHIP = an_order(order_no="KM202611201530022222", product="腾讯视频VIP 月卡", kind=Goods.MEMBERSHIP)
NOT_YET = {"status": OrderStatus.UNDELIVERED, "delivered_at": None}
LATE = an_order(kind=Goods.TOPUP, promised_at=NOON - timedelta(hours=1), **NOT_YET)
INVALID = reads("激活失败", reason=Reason.INVALID_CODE)
NO_WISH = reads("不要了", reason=Reason.CHANGE_OF_MIND, code_used=False)
MISSING = reads("没到账", reason=Reason.NOT_DELIVERED)


def test_every_reason_is_on_a_button_of_its_type_and_every_kind_of_goods_has_a_likely_one() -> None:
    assert {reason: kind for kind, reasons in BY_TYPE.items() for reason in reasons} == {r: r.type for r in Reason}
    assert set(BY_TYPE) == set(ReasonType) and set(LIKELY_OF) == set(Goods)


# ---- which order


def test_their_own_orders_are_shown_to_choose_from_those_with_an_open_case_left_out() -> None:
    many = tuple(replace(OURS, order_no=f"KM20261120153000000{n}") for n in range(5))
    desk = Desk(facts(own=many, cases=(a_case(order=many[0]),)))
    assert desk.hear(INVALID) == ["order.which"]
    shown = [choice.value for choice in desk.talk.choices]
    assert shown == [*(f"order:{order.order_no}" for order in many[1:4]), "order:other"]


def test_who_does_not_choose_is_asked_in_other_words_with_a_way_to_a_person() -> None:
    desk = Desk(facts(own=(OURS, MEMBERSHIP)))
    assert desk.hear("退钱", "听不懂吗") == ["order.which_again"]
    assert [button.value for button in desk.last.says[-1].buttons][-2:] == ["order:other", "human"]


def test_who_has_no_order_here_is_asked_for_the_number_and_then_told_where_it_stands() -> None:
    desk = Desk(facts())
    assert desk.hear(INVALID) == ["order.ask_knowing"]
    assert desk.hear(reads("不知道", Intent.OTHER, answer="unknown")) == ["order.where"]
    assert desk.asks == "order"


def test_who_sends_a_picture_instead_of_the_number_hears_that_it_is_kept() -> None:
    desk = Desk(facts())
    desk.hear(INVALID)
    assert desk.hear(replace(reads("", Intent.OTHER), files=("a.png",))) == ["order.where_kept"]
    assert desk.asks == "order" and desk.talk.draft and [piece.file for piece in desk.talk.draft.evidence] == ["a.png"]


def test_where_the_order_source_is_silent_it_is_said_and_nothing_is_lost() -> None:
    desk = Desk(facts(OURS, orders_unknown=True))
    desk.facts = replace(desk.facts, orders={}, own=())
    assert desk.hear(reads("激活失败", reason=Reason.INVALID_CODE, order_nos=(OURS.order_no,))) == ["order.unknown"]
    desk.facts = facts(OURS)
    assert desk.press("retry") == ["evidence.ask"]
    assert desk.talk.draft and desk.talk.draft.reason is Reason.INVALID_CODE


# ---- the rules' answer


def test_the_rules_answer_is_said_as_soon_as_order_and_reason_are_known_and_only_once() -> None:
    desk = Desk(facts(own=(OURS,)))
    assert desk.hear(INVALID) == ["evidence.ask"]
    said = desk.last.says[0].text
    rule = said.values["rule"]
    assert isinstance(rule, Text) and CATALOGUE.say("zh-CN", rule) in CATALOGUE.say("zh-CN", said)
    assert desk.hear(reads("先说别的", Intent.POLICY)) == ["policy.general", "evidence.only"]


@pytest.mark.parametrize("offer", [Remedy.EXCHANGE, Remedy.CREDIT])
def test_an_alternative_that_is_taken_begins_the_case_as_accepted(offer: Remedy) -> None:
    desk = Desk(facts(own=(OURS,)))
    assert desk.hear(NO_WISH) == ["offer.instead"]
    assert desk.press(f"accept:{offer}") == [f"filed.accepted.{offer}"]
    assert (desk.case.state, desk.case.offer, desk.last.pays) == (CaseState.ACCEPTED, offer, ())


def test_a_refused_claim_makes_no_case_by_itself() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(NO_WISH)
    assert desk.press("decline") == ["offer.declined"]
    assert not desk.facts.cases


@pytest.mark.parametrize("said", ["不行，我就要退款", "我要钱"])
def test_who_insists_on_the_money_is_not_told_that_it_is_left_at_that(said: str) -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(NO_WISH)
    assert desk.hear(said) == ["offer.insisted"]
    assert [button.value for button in desk.last.says[0].buttons] == ["written", "human"]


def test_who_lets_it_be_after_the_refusal_is_asked_nothing_more() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(NO_WISH)
    assert desk.hear("我要钱", "算了") == ["claim.dropped"]


def test_that_it_was_not_used_turns_no_offer_down() -> None:
    desk = Desk(facts(own=(OURS,)))
    assert desk.hear("不想要了，无理由退款") == ["offer.instead"]
    assert desk.hear("没用过") == ["offer.again"]
    assert desk.talk.draft and desk.talk.draft.code_used is False


def test_a_written_refusal_names_rule_and_facts_and_can_be_appealed() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(NO_WISH)
    assert desk.press("written") == ["filed.refused"]
    decision = desk.case.decision
    assert decision and decision.rule == "change_of_mind.delivered" and OURS.order_no in decision.text
    assert desk.case.until == NOON + timedelta(days=7)
    assert [button.value for button in desk.last.says[0].buttons] == [f"appeal:{desk.case.number}"]


# ---- handing in


@pytest.mark.parametrize("paid, high_risk, state", [
    (10000, False, CaseState.APPROVED),
    (10001, False, CaseState.SUBMITTED),
    (10000, True, CaseState.SUBMITTED),
])  # fmt: skip
def test_the_record_alone_decides_up_to_the_owners_limit_and_never_for_a_high_risk_customer(
    paid: int, high_risk: bool, state: CaseState
) -> None:
    desk = Desk(facts(own=(replace(LATE, amount_paid=paid, price=paid),), high_risk=high_risk))
    desk.hear(MISSING)
    desk.press("yes")
    assert desk.case.state is state
    assert [pay.refund.cash for pay in desk.last.pays] == ([paid] if state is CaseState.APPROVED else [])


def test_a_case_holds_what_it_was_judged_by_and_no_password() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(replace(INVALID, files=("a.png",)))
    desk.press("yes")
    case = desk.case
    assert (case.customer, case.rule, case.words, case.missing) == ("u1", "quality.in_window", "激活失败", ())
    assert case.policy == desk.facts.policy.version and OURS.order_no in case.basis
    assert case.order == replace(OURS, query_password=None)


def test_of_several_pieces_only_those_asked_for_are_the_cases() -> None:
    three = replace(OURS, quantity=3, amount_paid=10000, price=10000)
    desk = Desk(facts(own=(three,), ledgers={three.order_no: Ledger(three.order_no, granted=1)}))
    desk.hear(reads("退一张", reason=Reason.INVALID_CODE, quantity=1), reads("没了", Intent.OTHER, answer="no_more"))
    desk.press("yes")
    assert (desk.case.quantity, desk.case.refund.cash) == (1, 3333)


def test_what_was_given_back_before_is_not_claimed_again() -> None:
    desk = Desk(facts(own=(OURS,), ledgers={OURS.order_no: Ledger(OURS.order_no, granted=1)}))
    assert desk.hear(INVALID) == ["claim.given_back"]
    assert desk.talk.draft is None


def test_a_case_of_somebody_else_on_the_order_is_said_without_a_word_of_it() -> None:
    elsewhere = {OURS.order_no: Ledger(OURS.order_no, open_case="RF2611200077", open_customer="u2")}
    desk = Desk(facts(own=(OURS,), ledgers=elsewhere))
    assert desk.hear(INVALID) == ["claim.open_elsewhere"]
    assert "RF2611200077" not in CATALOGUE.say("zh-CN", desk.last.says[0].text)


@pytest.mark.parametrize("state, key", [
    (CaseState.SUBMITTED, "claim.already_open"),
    (CaseState.APPROVED, "payout.on_its_way"),
    (CaseState.REJECTED, "basis.not_decided"),
])  # fmt: skip
def test_the_same_order_again_leads_to_the_case_that_stands(state: CaseState, key: str) -> None:
    case = a_case(state=state, order=OURS, until=NOON + timedelta(days=1), due_at=NOON, events=(an_event(),))
    desk = Desk(facts(own=(OURS,), cases=(case,)))
    assert desk.hear(reads("退款", order_nos=(OURS.order_no,))) == [key]


def test_putting_off_keeps_the_claim_and_dropping_does_not() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(replace(INVALID, files=("a.png",)))
    assert desk.press("no") == ["claim.put_off"] and desk.talk.draft is not None
    assert desk.press("go_on") == ["confirm.summary"]
    assert desk.hear(reads("算了", Intent.OTHER, answer="cancel")) == ["claim.dropped"] and desk.talk.draft is None


def test_a_second_number_that_is_not_theirs_does_not_stop_the_claim() -> None:
    desk = Desk(facts(own=(MEMBERSHIP,)))
    doubled = reads("重复下单，都没用过", reason=Reason.DUPLICATE_ORDER, code_used=False)
    assert desk.hear(doubled) == ["detail.other_order"]
    strange = reads("KM9", Intent.OTHER, order_nos=("KM202611201530099999",))
    assert desk.hear(strange) == ["detail.other_mismatch"]
    assert desk.press("unknown") == ["offer.instead_of_review"]
    desk.press("decline")
    desk.press("yes")
    assert (desk.case.order.order_no, desk.case.other_order_no) == (MEMBERSHIP.order_no, None)


def test_starting_again_keeps_the_order_that_was_shown_to_be_theirs_and_nothing_else() -> None:
    strange = reads("激活失败", reason=Reason.INVALID_CODE, order_nos=("KM202611201530099999",))
    again = reads("重新来", Intent.OTHER, answer="restart")
    ours, not_shown = Desk(facts(own=(OURS,))), Desk(facts())
    ours.hear(INVALID)
    not_shown.hear(strange)
    assert (ours.hear(again), not_shown.hear(again)) == (["reason.ask"], ["order.ask"])
    assert ours.talk.draft and (ours.talk.draft.order_no, ours.talk.draft.reason) == (OURS.order_no, None)
