"""What the conversation takes from a message beside its wish."""

from decimal import Decimal

import pytest

from nlp.codes import Answer, Intent, Part, Reason
from nlp.read import read


@pytest.mark.parametrize(
    "text, answer",
    [
        ("对", Answer.YES),
        ("是的没错", Answer.YES),
        ("对，就这样", Answer.YES),
        ("嗯嗯", Answer.YES),
        ("OK", Answer.YES),
        ("好", Answer.YES),
        ("不对", Answer.NO),
        ("不是", Answer.NO),
        ("no", Answer.NO),
        ("不用了", Answer.NO),
        ("返回", Answer.BACK),
        ("上一步", Answer.BACK),
        ("取消", Answer.CANCEL),
        ("算了", Answer.CANCEL),
        ("重新来", Answer.RESTART),
        ("没有了", Answer.NO_MORE),
        ("就这些", Answer.NO_MORE),
        ("没图", Answer.NO_MORE),
        ("发完了", Answer.NO_MORE),
        ("skip", Answer.NO_MORE),
        ("不知道", Answer.UNKNOWN),
        ("忘了", Answer.UNKNOWN),
        ("接受", Answer.ACCEPT),
        ("可以换余额吧", Answer.ACCEPT),
        ("同意换", Answer.ACCEPT),
        ("不要我就要退款", Answer.DECLINE),
        ("还是要退款", Answer.DECLINE),
        ("不接受", Answer.DECLINE),
        ("要书面答复", Answer.IN_WRITING),
        ("给我书面回复", Answer.IN_WRITING),
        ("好吧那算了", Answer.CANCEL),
        ("行吧提交", Answer.NO_MORE),
        ("那好吧交吧", Answer.NO_MORE),
        ("莫得图", Answer.NO_MORE),
        ("聊天记录删了", Answer.NO_MORE),
        ("no screenshots", Answer.NO_MORE),
        ("I don't have a screenshot", Answer.NO_MORE),
        ("I have no screenshot", Answer.NO_MORE),
        ("nothing more", Answer.NO_MORE),
        ("no record", Answer.NO_MORE),
        ("👌", Answer.YES),
        ("👍🏻", Answer.YES),
        ("不要 我要钱", Answer.DECLINE),
        ("no thanks, I want cash", Answer.DECLINE),
        ("还我钱", Answer.DECLINE),
        ("明天发行吗", Answer.LATER),
        ("算了你继续", Answer.RESUME),
        ("你继续办吧", Answer.RESUME),
    ],
)
def test_a_short_answer_is_understood(text: str, answer: Answer) -> None:
    assert read(text).answer is answer


@pytest.mark.parametrize(
    "text", ["对方说码已经用过了，我不认", "昨天买的会员今天掉了，是你们的问题", "行不行", "是不是", "👎", ""]
)
def test_a_longer_text_is_no_short_answer(text: str) -> None:
    assert read(text).answer is None


@pytest.mark.parametrize(
    "text, part",
    [
        ("原因不对", Part.REASON),
        ("不对，订单号是KM202611201122334455", Part.ORDER),
        ("订单错了", Part.ORDER),
        ("图发错了", Part.EVIDENCE),
        ("好的", None),
    ],
)
def test_the_part_that_is_wrong_is_named(text: str, part: Part | None) -> None:
    assert read(text).wrong is part


@pytest.mark.parametrize(
    "text, choice", [("2", 2), ("选2", 2), ("第二个", 2), ("3号", 3), ("我买了2个", None), ("25块那个", None)]
)
def test_a_choice_is_a_number_that_stands_alone(text: str, choice: int | None) -> None:
    assert read(text).choice == choice


@pytest.mark.parametrize(
    "text, used",
    [
        ("没用过", False),
        ("还没激活", False),
        ("卡密没动，没兑换", False),
        ("已经用了", True),
        ("激活过了", True),
        ("提示已使用", None),
        ("输入后提示已被使用，我没用过", False),
        ("退款", None),
    ],
)
def test_what_a_screen_says_of_the_use_is_not_the_customers_word(text: str, used: bool | None) -> None:
    assert read(text).code_used is used


def test_an_order_described_by_day_product_and_price_is_taken() -> None:
    reading = read("昨天买的腾讯视频，25块那个")
    assert (reading.day, reading.terms, reading.amount) == (1, ("腾讯视频",), Decimal(25))


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "😂😂", "\x00\x01", "\ud800", "？？？", "a" * 20_000, "等了很久" * 5_000, "🀄" * 9_000]
)
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    assert read(text).intent in Intent


def test_a_story_longer_than_is_read_ends_in_its_wish() -> None:
    assert read("等了很久都没有到账。" * 900 + "转人工").intent in Intent


def test_a_bare_number_wishes_for_nothing() -> None:
    phone, order = read("13800138000"), read("KM202611201122334455")
    assert (phone.intent, phone.contacts) == (Intent.OTHER, ("13800138000",))
    assert (order.intent, order.order_nos) == (Intent.OTHER, ("KM202611201122334455",))


def test_a_refusal_that_is_told_more_about_has_substance() -> None:
    assert read("凭什么拒绝，我要申诉").substance <= 1
    assert read("我要申诉，代练已经五天没上号了").substance > 5


def test_a_plain_complaint_is_read_with_what_it_rests_on() -> None:
    reading = read("买的点卡激活提示无效码，我要退款")
    assert (reading.intent, reading.reason, reading.vague) == (Intent.REFUND, Reason.INVALID_CODE, False)
    assert reading.matched
    assert all(piece in reading.text for piece in reading.matched)


def test_an_english_message_is_known_as_english() -> None:
    assert read("I never got my code, refund please").language == "en"
    assert read("tk").language == "zh-CN"
