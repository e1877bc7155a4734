"""What is wished: the clause that decides, what it rests on, and how sure it is."""

import pytest

from nlp.codes import Intent, Reason
from nlp.read import read


@pytest.mark.parametrize(
    "text, reason",
    [
        ("昨晚付的钱，卡到现在还没发给我", Reason.NOT_DELIVERED),
        ("输进去说这串码早被别人用了", Reason.INVALID_CODE),
        ("会员用了一星期就掉了", Reason.MALFUNCTION),
        ("页面写年卡，开出来只有一个月", Reason.NOT_AS_DESCRIBED),
        ("代练三天没上号，进度一点没动", Reason.SERVICE_FAILED),
        ("手滑选成安卓区了，我是苹果", Reason.WRONG_PURCHASE),
        ("网卡了一下，同样的东西付了两次", Reason.DUPLICATE_ORDER),
        ("没用过，不想要了", Reason.CHANGE_OF_MIND),
    ],
)
def test_each_reason_is_known_by_a_plain_complaint(text: str, reason: Reason) -> None:
    reading = read(text)
    assert (reading.intent, reading.reason, reading.vague) == (Intent.REFUND, reason, False)
    assert reading.confidence >= 0.6
    assert reading.matched


def test_a_story_that_ends_in_a_call_for_a_person_is_that_call() -> None:
    assert read("卡密一直提示错误，我说了三遍，给我转人工吧").intent is Intent.HUMAN


def test_a_service_that_is_complained_of_is_no_missing_delivery() -> None:
    assert read("代充的钱付了两天，一直没到账").reason is Reason.SERVICE_FAILED


def test_a_complaint_that_decides_nothing_is_vague() -> None:
    reading = read("你们这个商品有问题，退款")
    assert (reading.intent, reading.reason, reading.vague) == (Intent.REFUND, None, True)


def test_what_else_it_may_be_is_named_likeliest_first() -> None:
    others = read("码输进去没反应，会员也没到").alternatives
    assert [other.confidence for other in others] == sorted((other.confidence for other in others), reverse=True)


def test_a_question_about_the_rules_names_the_reason_that_may_stand_behind_it() -> None:
    reading = read("买错了能退吗")
    assert reading.intent is Intent.POLICY
    assert Reason.WRONG_PURCHASE in [other.reason for other in reading.alternatives]


@pytest.mark.parametrize(
    "text, reason",
    [
        ("充值不到账，今天不退我就去12315投诉你们", Reason.NOT_DELIVERED),
        ("代练打一半跑了，再不退钱法院见", Reason.SERVICE_FAILED),
    ],
)
def test_a_threat_names_the_complaint_that_stands_beside_it(text: str, reason: Reason) -> None:
    reading = read(text)
    assert reading.intent is Intent.EXTERNAL_HELP
    assert [other.reason for other in reading.alternatives] == [reason]


def test_the_number_of_a_hotline_says_where_one_turns_to() -> None:
    assert read("12315").intent is Intent.EXTERNAL_HELP


@pytest.mark.parametrize("text", ["KM202611201530012345", "13800138000", "？？？", "😂"])
def test_numbers_and_signs_alone_wish_for_nothing(text: str) -> None:
    assert read(text).intent is Intent.OTHER
