"""Each of the eight reasons to its right end, from the first word to the money or the refusal."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.channels import Incoming
from flows.model import CaseState, Need, Order, OrderStatus, Remedy
from nlp.codes import Reason
from tests.conftest import NOON
from tests.stories.telling import (
    CARD,
    DROPPED,
    FIRST,
    HANDED_IN,
    INVALID,
    LATE,
    MEMBERSHIP,
    SERVICE,
    TWIN,
    WAITING,
    Tell,
    ago,
    picture,
)

S = CaseState
NO_USE = "不想要了，无理由退款"
WRONG = "我拍错了，买成别的区了，我要退款"


def test_goods_that_are_late_are_paid_back_at_once_by_the_record_alone(tell: Tell) -> None:
    story = tell(LATE)
    story.goes(
        ("充值一直没到账，我要退款", ["confirm.with_rule"]),
        ("[yes]", ["filed.approved", "news.refunded"]),
    )
    assert [event.by for event in story.case.events] == ["customer", "system", "system", "system"]
    assert (story.state, story.case.reason) == (S.REFUNDED, Reason.NOT_DELIVERED)
    assert story.provider.paid == {f"pay:{FIRST}": 9000}


def test_pieces_named_before_the_order_is_known_are_all_that_goes_back(tell: Tell) -> None:
    three = replace(LATE, quantity=3)
    story = tell(three, MEMBERSHIP)
    story.goes(
        ("一直没到账，我要退款，只退一份，另外两份还要", ["order.which"]),
        (f"[order:{three.order_no}]", ["confirm.with_rule"]),
        ("[yes]", ["filed.approved", "news.refunded"]),
    )
    assert (story.case.quantity, story.provider.paid) == (1, {f"pay:{FIRST}": 3000})


def test_an_order_that_is_imported_again_in_other_letters_is_not_paid_back_again(tell: Tell) -> None:
    story = tell(LATE)
    story.goes(("充值一直没到账，我要退款", ["confirm.with_rule"]), ("[yes]", ["filed.approved", "news.refunded"]))
    story.app.orders.put([replace(LATE, order_no=LATE.order_no.lower())])
    story.goes((f"{LATE.order_no} 充值一直没到账，我要退款", ["payout.sent"]))
    assert story.provider.paid == {f"pay:{FIRST}": 9000}


def test_a_threat_beside_it_does_not_drown_the_complaint(tell: Tell) -> None:
    story = tell(LATE)
    story.goes((f"{LATE.order_no} 充值不到账，今天不退我就去12315投诉你们", ["confirm.with_rule"]))


def test_of_a_closed_order_the_answer_is_said_at_once(tell: Tell) -> None:
    story = tell(replace(LATE, status=OrderStatus.CLOSED))
    story.goes(("红包没到", ["offer.nothing"]))


@pytest.mark.parametrize("objection", ["我付的是60，不是这个数", "金额不对吧我付了60"])
def test_who_names_another_sum_hears_what_is_on_record(tell: Tell, objection: str) -> None:
    story = tell(LATE)
    story.goes(
        ("充值一直没到账，我要退款", ["confirm.with_rule"]),
        (objection, ["confirm.another_sum", "confirm.summary"]),
        ("提交", ["filed.approved", "news.refunded"]),
    )
    assert story.case.reason is Reason.NOT_DELIVERED


@pytest.mark.parametrize("words", ["啊刚到了", "已经到账了", "it just arrived"])
def test_what_arrives_before_it_is_handed_in_is_not_handed_in_unasked(tell: Tell, words: str) -> None:
    story = tell(LATE)
    story.goes(("充值一直没到账，我要退款", ["confirm.with_rule"]), (words, ["claim.arrived"]))
    story.goes(("[go_on]", ["confirm.summary"]), (words, ["claim.arrived"]), ("[cancel]", ["claim.dropped"]))
    assert story.store.recall("u1").talk.draft is None and not story.store.recall("u1").cases


@pytest.mark.parametrize("words", ["那退余额也行", "余额也行", "我是微信付的", "I paid with WeChat"])
def test_who_names_another_way_back_at_the_summary_hears_where_the_money_goes(tell: Tell, words: str) -> None:
    story = tell(LATE)
    story.goes(("充值一直没到账，我要退款", ["confirm.with_rule"]), (words, ["confirm.way", "confirm.summary"]))
    assert "支付宝" in story.said[0].text or "Alipay" in story.said[0].text


def test_what_the_rules_offer_may_still_be_taken_at_the_summary(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(
        (WRONG, ["detail.used"]),
        ("[used:no]", ["offer.instead_of_review"]),
        ("[decline]", ["confirm.summary"]),
        ("那退余额也行", ["filed.accepted.credit"]),
    )
    assert story.case.offer is Remedy.CREDIT


def test_goods_that_are_not_due_yet_can_be_cancelled(tell: Tell) -> None:
    story = tell(WAITING)
    story.goes(("还没发货，我要退款", ["offer.cancel"]), ("[accept:cancel]", ["filed.approved", "news.refunded"]))
    assert (story.state, story.case.reason) == (S.REFUNDED, Reason.CHANGE_OF_MIND)


@pytest.mark.parametrize("wish", ["我要余额", "可以，退余额"])
def test_whoever_wants_what_is_not_open_has_not_cancelled_the_order(tell: Tell, wish: str) -> None:
    story = tell(WAITING)
    story.goes(("还没发货，我要退款", ["offer.cancel"]), (wish, ["offer.again"]))
    assert not story.store.recall("u1").cases


def test_a_service_that_has_begun_is_not_offered_to_be_cancelled_as_that_would_be_refused(tell: Tell) -> None:
    story = tell(replace(SERVICE, promised_at=ago(-5)))
    story.goes((f"{SERVICE.order_no} 还没发货，什么都没收到，我要退款", ["offer.nothing"]))
    assert not any("取消" in text for text in (story.said[-1].text, *(label for _, label in story.said[-1].buttons)))
    story.goes(("那就取消订单", ["offer.again"]))
    assert not story.store.recall("u1").cases


def test_shown_as_delivered_and_nothing_received_goes_to_an_agent_within_the_hour(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(
        ("显示已发货，但是我什么都没收到，我要退款", ["evidence.ask"]),
        ("(picture)", ["confirm.summary"]),
        ("[yes]", ["filed.submitted"]),
    )
    assert (story.state, story.case.reason) == (S.SUBMITTED, Reason.NOT_DELIVERED)
    assert [piece.need for piece in story.case.evidence] == [Need.ORDER_PAGE]


def test_a_picture_sent_within_the_hour_counts_though_it_is_read_after_it(tell: Tell) -> None:
    story = tell(CARD)
    sent = Incoming("webchat", "u1", "last", "显示已发货，但是我什么都没收到，我要退款", (picture(9),))
    story.house.hear(sent, story.now)
    story.now += timedelta(seconds=2)
    assert story._news() == ["confirm.with_rule"]
    story.goes(("[yes]", ["filed.submitted"]))


def test_a_second_past_the_hour_the_same_words_are_refused_by_the_rules(tell: Tell) -> None:
    story = tell(CARD)
    story.now += timedelta(seconds=1)
    assert story.hears("显示已发货，但是我什么都没收到，我要退款") == ["offer.nothing"]


UNLIKE = "商品页写的面值100元，收到的卡只有50元，与描述不符，我要退款"
REVIEWED: dict[str, tuple[Order, str, Reason, int]] = {
    "invalid code": (CARD, INVALID, Reason.INVALID_CODE, 1),
    "malfunction": (MEMBERSHIP, DROPPED, Reason.MALFUNCTION, 2),
    "not as described": (CARD, UNLIKE, Reason.NOT_AS_DESCRIBED, 2),
    "a service that failed": (SERVICE, "代练两天了段位一点没动，没达到约定，我要退款", Reason.SERVICE_FAILED, 2),
}


@pytest.mark.parametrize("order, words, reason, pictures", REVIEWED.values(), ids=REVIEWED)
def test_a_quality_claim_asks_for_its_evidence_and_an_agent_decides(
    tell: Tell, order: Order, words: str, reason: Reason, pictures: int
) -> None:  # fmt: skip
    story = tell(order)
    story.goes(
        (words, ["evidence.ask"]),
        *[("(picture)", ["evidence.more"])] * (pictures - 1),
        ("(picture)", ["confirm.summary"]),
        ("[yes]", ["filed.submitted"]),
    )
    assert (story.case.reason, len(story.case.evidence), story.case.missing) == (reason, pictures, ())
    assert story.staff("approve") == ["news.approved", "news.refunded"]
    assert (story.state, story.provider.paid) == (S.REFUNDED, {f"pay:{FIRST}": 9000})


def test_who_has_no_picture_may_hand_in_without_and_the_agent_sees_what_is_missing(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(*HANDED_IN)
    assert story.case.missing == (Need.ERROR_SCREEN,)


def test_bought_by_mistake_and_delivered_is_negotiated_and_an_exchange_ends_it(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(
        (WRONG, ["detail.used"]),
        ("[used:no]", ["offer.instead_of_review"]),
        ("[accept:exchange]", ["filed.accepted.exchange"]),
    )
    assert story.state is S.ACCEPTED
    assert story.staff("settle") == ["news.settled"]
    assert (story.state, story.case.offer, story.provider.paid) == (S.SETTLED, Remedy.EXCHANGE, {})


def test_bought_by_mistake_may_still_ask_for_the_money_and_an_agent_decides(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(
        (WRONG, ["detail.used"]),
        ("没用过", ["offer.instead_of_review"]),
        ("[decline]", ["confirm.summary"]),
        ("[yes]", ["filed.submitted"]),
    )
    assert (story.state, story.case.reason, story.case.code_used) == (S.SUBMITTED, Reason.WRONG_PURCHASE, False)


def test_bought_by_mistake_and_used_is_refused_with_the_way_to_a_written_answer(tell: Tell) -> None:
    story = tell(CARD)
    story.goes((WRONG, ["detail.used"]), ("[used:yes]", ["offer.nothing"]), ("给我书面答复", ["filed.refused"]))
    assert (story.state, story.case.decision and story.case.decision.by) == (S.REJECTED, "system")


def test_of_two_orders_the_later_is_given_back_and_the_earlier_is_kept(tell: Tell) -> None:
    story = tell(MEMBERSHIP, TWIN)
    story.goes(
        (f"重复下单付了两次，{MEMBERSHIP.order_no} 和 {TWIN.order_no}，都没用过", ["offer.instead_of_review"]),
        ("[decline]", ["confirm.summary"]),
        ("[yes]", ["filed.submitted"]),
    )
    assert (story.case.order.order_no, story.case.other_order_no) == (TWIN.order_no, MEMBERSHIP.order_no)
    assert story.staff("approve") == ["news.approved", "news.refunded"]


@pytest.mark.parametrize("words", ["已经用了", "用过了", "我用了"])
def test_who_says_of_what_he_no_longer_wants_that_it_was_used_has_no_other_reason(tell: Tell, words: str) -> None:
    story = tell(CARD)
    story.goes(("不想要了，无理由退款", ["offer.instead"]), (words, ["offer.again"]), ("要书面答复", ["filed.refused"]))
    assert (story.case.reason, story.case.code_used) == (Reason.CHANGE_OF_MIND, True)


def test_no_longer_wanted_after_delivery_is_refused_with_the_alternatives(tell: Tell) -> None:
    story = tell(CARD)
    story.goes((NO_USE, ["offer.instead"]), ("[accept:credit]", ["filed.accepted.credit"]))
    assert story.staff("settle") == ["news.settled"]
    assert (story.state, story.case.reason, story.case.offer) == (S.SETTLED, Reason.CHANGE_OF_MIND, Remedy.CREDIT)


def test_no_longer_wanted_before_delivery_is_paid_back(tell: Tell) -> None:
    story = tell(WAITING)
    story.goes((NO_USE, ["confirm.with_rule"]), ("[yes]", ["filed.approved", "news.refunded"]))
    assert story.state is S.REFUNDED


def test_a_complaint_that_says_nothing_is_asked_for_the_detail_that_decides_it(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(
        ("商品不好，要求退款", ["detail.vague"]),
        ("[type:quality]", ["reason.of_type"]),
        ("[reason:invalid_code]", ["evidence.ask"]),
    )


def test_above_the_owners_limit_the_record_does_not_pay_by_itself(tell: Tell) -> None:
    story = tell(replace(LATE, amount_paid=10001, price=10001))
    story.goes(("充值一直没到账，我要退款", ["confirm.with_rule"]), ("[yes]", ["filed.submitted"]))
    assert (story.state, story.provider.paid) == (S.SUBMITTED, {})


def test_for_a_customer_on_the_high_risk_list_nothing_is_decided_by_itself(tell: Tell) -> None:
    story = tell(LATE, CARD)
    story.goes((f"{CARD.order_no} {INVALID}", ["evidence.ask"]), *HANDED_IN[1:])
    story.boss("restrict", text="伪造的截图")
    story.goes((f"{LATE.order_no} 充值一直没到账，我要退款", ["confirm.with_rule"]), ("[yes]", ["filed.submitted"]))
    assert (story.state, story.case.rule) == (S.SUBMITTED, "order.by_hand")


def test_the_review_is_due_at_the_end_of_the_third_working_day(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(*HANDED_IN)
    friday_noon_to_wednesday_midnight = timedelta(days=5, hours=12)
    assert story.case.due_at == NOON + friday_noon_to_wednesday_midnight
    assert "11月25日 24:00" in story.said[-1].text
