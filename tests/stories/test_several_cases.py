"""Several orders of one customer, side by side: they never mix."""

import pytest
from msgspec.structs import replace

from bot.handle import NotAllowed
from flows.model import Case, CaseState, Remedy
from tests.stories.telling import (
    CARD,
    DROPPED,
    FIRST,
    HANDED_IN,
    INVALID,
    LATE,
    MEMBERSHIP,
    REFUSAL,
    WAITING,
    Story,
    Tell,
    ago,
)

S = CaseState
SECOND = "RF2611200002"


@pytest.fixture
def two(tell: Tell) -> Story:
    """A card that is refused by the shop it was bought for, and a membership that was lost."""
    story = tell(CARD, MEMBERSHIP)
    story.goes(
        (f"{CARD.order_no} {INVALID}", ["evidence.ask"]),
        *HANDED_IN[1:],
        (f"{MEMBERSHIP.order_no} {DROPPED}", ["evidence.ask"]),
        *HANDED_IN[1:],
    )
    return story


def of(story: Story, number: str) -> Case:
    return next(case for case in story.store.recall("u1").cases if case.number == number)


def test_where_several_orders_are_theirs_it_asks_which(tell: Tell) -> None:
    story = tell(CARD, MEMBERSHIP)
    story.goes((INVALID, ["order.which"]), (f"[order:{CARD.order_no}]", ["evidence.ask"]))


@pytest.mark.parametrize("answer", ["1", "第一个", CARD.order_no, CARD.order_no.lower()])
def test_which_one_may_be_said_in_any_way(tell: Tell, answer: str) -> None:
    story = tell(CARD, MEMBERSHIP)
    story.goes((INVALID, ["order.which"]), (answer, ["evidence.ask"]))
    talk = story.store.recall("u1").talk
    assert talk.draft and talk.draft.order_no == CARD.order_no


def test_an_order_with_an_open_case_is_not_asked_about_again(tell: Tell) -> None:
    story = tell(CARD, MEMBERSHIP, replace(MEMBERSHIP, order_no="KM202611201530010009"))
    story.goes((f"{CARD.order_no} {INVALID}", ["evidence.ask"]), *HANDED_IN[1:], (DROPPED, ["order.which"]))
    assert f"order:{CARD.order_no}" not in [choice.value for choice in story.store.recall("u1").talk.choices]


def test_each_order_has_a_case_of_its_own(two: Story) -> None:
    assert of(two, FIRST).order.order_no == CARD.order_no
    assert of(two, SECOND).order.order_no == MEMBERSHIP.order_no


def test_of_two_orders_in_one_message_the_second_is_gone_on_with_once_the_first_is_handed_in(tell: Tell) -> None:
    story = tell(LATE, WAITING)
    story.goes((f"{LATE.order_no} {WAITING.order_no} 都没到账", ["confirm.with_rule"]))
    assert WAITING.order_no not in story.said[-1].text
    story.goes(("提交", ["filed.approved", "claim.other_waits", "news.refunded"]))
    assert WAITING.order_no in story.said[1].text and story.case.other_order_no is None
    story.goes(("[go_on]", ["offer.cancel"]))


@pytest.mark.parametrize(
    "answer, key", [("好的", "reason.guess"), ("继续", "reason.guess"), ("不用了", "claim.dropped")]
)
def test_whether_to_go_on_with_the_second_may_be_answered_in_words(tell: Tell, answer: str, key: str) -> None:
    story = tell(LATE, WAITING)
    story.goes(
        (f"{LATE.order_no} {WAITING.order_no} 都没到账", ["confirm.with_rule"]),
        ("提交", ["filed.approved", "claim.other_waits", "news.refunded"]),
        (answer, [key]),
    )


def test_a_second_order_that_is_not_wanted_back_is_let_go(tell: Tell) -> None:
    story = tell(LATE, WAITING)
    story.goes(
        (f"{LATE.order_no} {WAITING.order_no} 都没到账", ["confirm.with_rule"]),
        ("提交", ["filed.approved", "claim.other_waits", "news.refunded"]),
        ("[cancel]", ["claim.dropped"]),
    )
    assert story.store.recall("u1").talk.draft is None


def test_asked_after_an_order_that_no_case_is_about_the_status_of_another_is_no_answer(two: Story) -> None:
    number = "KM202611201530010077"
    two.goes((f"{number} 到哪一步了", ["ownership.ask"]))
    assert FIRST not in two.said[-1].text


def test_the_status_of_several_names_them_all_and_of_a_named_one_only_that(two: Story) -> None:
    two.goes(("我的退款到哪一步了", ["status.many"]))
    assert FIRST in two.said[-1].text and SECOND in two.said[-1].text
    for named, other in ((FIRST, SECOND), (SECOND, FIRST)):
        two.goes((f"{named} 到哪一步了", ["status.one"]))
        assert named in two.said[-1].text and other not in two.said[-1].text


def test_a_picture_goes_to_the_case_last_spoken_of(two: Story) -> None:
    two.goes((f"[status:{FIRST}]", ["status.one"]), ("(picture)", ["evidence.attached"]))
    assert (len(of(two, FIRST).evidence), len(of(two, SECOND).evidence)) == (1, 0)


def test_a_picture_announced_for_a_claim_goes_to_that_claim_and_to_no_case(tell: Tell) -> None:
    story = tell(CARD, MEMBERSHIP)
    story.goes(
        (f"{CARD.order_no} {INVALID}", ["evidence.ask"]),
        *HANDED_IN[1:],
        (f"{MEMBERSHIP.order_no} {DROPPED}", ["evidence.ask"]),
        ("等会发", ["claim.put_off"]),
        ("(picture)", ["evidence.more"]),
    )
    assert story.case.evidence == ()


def test_a_case_that_waits_for_a_picture_gets_it(two: Story) -> None:
    two.staff("request_evidence", case=FIRST, text="请补一张截图。")
    two.goes(("(picture)", ["evidence.attached"]))
    assert (of(two, FIRST).state, of(two, SECOND).state) == (S.IN_REVIEW, S.SUBMITTED)


def test_withdrawing_one_leaves_the_other(two: Story) -> None:
    two.goes((f"[withdraw:{FIRST}]", ["withdraw.sure"]), ("[yes]", ["withdraw.done"]))
    assert (of(two, FIRST).state, of(two, SECOND).state) == (S.WITHDRAWN, S.SUBMITTED)


def test_in_words_it_is_asked_which_one_is_meant_before_anything_is_withdrawn(two: Story) -> None:
    two.goes(("我要撤销申请", ["withdraw.which"]))
    assert (of(two, FIRST).state, of(two, SECOND).state) == (S.SUBMITTED, S.SUBMITTED)


@pytest.mark.parametrize("step", [{"do": "reject", "text": REFUSAL}, {"do": "approve"}])
def test_whoever_gives_up_right_after_news_of_one_case_does_not_lose_the_other_unasked(
    two: Story, step: dict[str, str]
) -> None:
    two.staff(case=FIRST, **step)
    two.goes(("那算了，不退了", ["withdraw.sure"]))
    assert two.said[-1].case == SECOND and of(two, SECOND).state is S.SUBMITTED
    two.goes(("[yes]", ["withdraw.done"]))
    assert of(two, SECOND).state is S.WITHDRAWN


@pytest.mark.parametrize("material", ["(picture)", "卡号就是这张，我重新拍了一张清楚的"])
@pytest.mark.parametrize("step", [{"do": "take"}, {"do": "request_evidence", "text": "请补一张截图。"}])
def test_news_of_one_case_does_not_take_away_the_appeal_that_another_waits_for(
    two: Story, material: str, step: dict[str, str]
) -> None:
    two.staff("reject", case=FIRST, text=REFUSAL)
    two.goes((f"[appeal:{FIRST}]", ["appeal.material"]))
    two.staff(case=SECOND, **step)
    two.goes((material, ["appeal.filed"]))
    assert (of(two, FIRST).state, len(of(two, SECOND).evidence)) == (S.APPEALED, 0)


@pytest.mark.parametrize(("material", "answers"), [
    ("(picture)", ["appeal.filed"]),
    ("卡号就是这张，你们看错了", ["appeal.material"]),
    ("我再补两张截图", ["appeal.material"]),
])  # fmt: skip
def test_what_is_sent_right_after_a_refusal_is_about_the_refused_case(
    two: Story, material: str, answers: list[str]
) -> None:
    two.staff("reject", case=FIRST, text=REFUSAL)
    before = of(two, SECOND)
    two.goes((material, answers))
    assert two.said[-1].case == FIRST and of(two, SECOND) == before


def test_a_case_that_was_asked_for_a_picture_gets_it_also_after_another_one_was_refused(two: Story) -> None:
    two.staff("request_evidence", case=SECOND, text="请补一张截图。")
    two.staff("reject", case=FIRST, text=REFUSAL)
    two.goes(("(picture)", ["evidence.attached"]))
    assert (of(two, FIRST).state, of(two, SECOND).state) == (S.REJECTED, S.IN_REVIEW)


def test_of_two_cases_that_wait_for_a_picture_the_one_that_asked_last_gets_it(two: Story) -> None:
    for number in (SECOND, FIRST):
        two.staff("request_evidence", case=number, text="请补一张截图。")
    two.goes(("(picture)", ["evidence.attached"]))
    assert (of(two, FIRST).state, of(two, SECOND).state) == (S.IN_REVIEW, S.AWAITING_CUSTOMER)


def test_news_of_one_case_does_not_take_the_picture_that_another_was_to_get(two: Story) -> None:
    two.goes((f"[add:{FIRST}]", ["evidence.send_more"]))
    two.staff("take", case=SECOND)
    two.goes(("(picture)", ["evidence.attached"]))
    assert (len(of(two, FIRST).evidence), len(of(two, SECOND).evidence)) == (1, 0)


OVER = replace(MEMBERSHIP, order_no="KM202611201530010009", product="爱奇艺月卡", delivered_at=ago(24 * 9))
"""Bought so long ago that the rules refuse what is claimed of it."""


@pytest.mark.parametrize("answer", ["好的", "接受"])
def test_a_yes_to_the_refusal_of_one_order_does_not_take_what_another_was_offered(tell: Tell, answer: str) -> None:
    story = tell(CARD, OVER)
    story.goes((f"{CARD.order_no} {INVALID}", ["evidence.ask"]), *HANDED_IN[1:])
    story.staff("offer", offer=Remedy.CREDIT)
    story.goes((f"{OVER.order_no} {DROPPED}", ["offer.nothing"]), (answer, ["offer.again"]))
    assert of(story, FIRST).state is S.OFFERED
    story.goes((f"{FIRST} 接受", ["offer.taken"]))


@pytest.mark.parametrize("words", ["我要申诉", "我要申诉，商品页写的是可以用一年，现在才几天"])
def test_an_appeal_against_what_the_rules_just_said_does_not_use_up_that_of_another_case(
    tell: Tell, words: str
) -> None:
    story = tell(CARD, OVER)
    story.goes((f"{CARD.order_no} {INVALID}", ["evidence.ask"]), *HANDED_IN[1:])
    story.staff("reject", text=REFUSAL)
    story.goes((f"{OVER.order_no} {DROPPED}", ["offer.nothing"]), (words, ["filed.refused"]))
    assert (of(story, FIRST).state, story.case.order.order_no) == (S.REJECTED, OVER.order_no)


def test_a_case_that_is_named_is_appealed_also_while_another_claim_is_refused(tell: Tell) -> None:
    story = tell(CARD, OVER)
    story.goes((f"{CARD.order_no} {INVALID}", ["evidence.ask"]), *HANDED_IN[1:])
    story.staff("reject", text=REFUSAL)
    story.goes((f"{OVER.order_no} {DROPPED}", ["offer.nothing"]), (f"[appeal:{FIRST}]", ["appeal.material"]))


def test_of_two_refusals_neither_is_appealed_unasked_where_another_case_was_spoken_of_last(tell: Tell) -> None:
    story = tell(CARD, MEMBERSHIP, LATE)
    for order, said in ((CARD, INVALID), (MEMBERSHIP, DROPPED)):
        story.goes((f"{order.order_no} {said}", ["evidence.ask"]), *HANDED_IN[1:])
        story.staff("reject", text=REFUSAL)
    story.hears(f"{LATE.order_no} 还没到账，我要退款")
    story.presses("yes")
    story.goes(("我要申诉，卡号就是这张，我重新拍了一张清楚的", ["appeal.material"]))
    assert [case.state for case in story.store.recall("u1").cases[1:]] == [S.REJECTED, S.REJECTED]
    assert MEMBERSHIP.product in story.said[-1].text
    story.goes((f"[appeal:{FIRST}]", ["appeal.material"]), ("卡号就是这张，我重新拍了一张清楚的", ["appeal.filed"]))
    assert of(story, FIRST).state is S.APPEALED


def test_two_decisions_pay_two_orders_each_once(two: Story) -> None:
    two.staff("approve", case=FIRST)
    two.staff("approve", case=SECOND)
    assert two.provider.paid == {f"pay:{FIRST}": 9000, f"pay:{SECOND}": 9000}
    with pytest.raises(NotAllowed):
        two.staff("approve", case=FIRST)


def test_pieces_of_one_order_that_are_given_back_in_steps_add_up_to_what_was_paid(tell: Tell) -> None:
    three = replace(CARD, quantity=3, amount_paid=10000, price=10000)
    story = tell(three)
    back = []
    for wish in (f"{three.order_no} {INVALID}，只退一张", f"{three.order_no} {INVALID}，剩下两张都要退"):
        story.goes((wish, ["evidence.ask"]), *HANDED_IN[1:])
        story.staff("approve", case=story.case.number)
        back.append(story.case.refund.cash)
    assert back == [3333, 6667] and sum(story.provider.paid.values()) == 10000


def test_an_order_that_the_shop_cut_below_what_went_back_is_answered_as_given_back(tell: Tell) -> None:
    three = replace(CARD, quantity=3)
    story = tell(three)
    story.goes((f"{three.order_no} {INVALID}，只退两张", ["evidence.ask"]), *HANDED_IN[1:])
    story.staff("approve")
    story.app.orders.put([replace(three, quantity=1)])
    story.goes((f"{three.order_no} {INVALID}", ["payout.sent"]))
    assert list(story.provider.paid.values()) == [6000]
