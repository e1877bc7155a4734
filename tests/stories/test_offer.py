"""An exchange or balance credit instead of money: taken, turned down, or left lying."""

import pytest
from msgspec.structs import replace

from flows.model import CaseState, Remedy
from tests.stories.telling import CARD, DROPPED, FIRST, HANDED_IN, INVALID, LATE, MEMBERSHIP, Story, Tell

S = CaseState


@pytest.fixture
def offered(tell: Tell) -> Story:
    """A case whose customer was offered an exchange."""
    story = tell(CARD)
    story.goes(*HANDED_IN)
    assert story.staff("offer", offer=Remedy.EXCHANGE, text="可以换一张新卡。") == ["news.offered"]
    return story


def test_an_offer_is_made_in_words_with_the_two_answers_to_press(offered: Story) -> None:
    assert (offered.state, offered.asks) == (S.OFFERED, "offer")
    assert [button for button, _ in offered.said[-1].buttons] == [f"offer_accept:{FIRST}", f"offer_decline:{FIRST}"]
    assert "11月23日 12:00" in offered.said[-1].text


@pytest.mark.parametrize("answer", ["接受", f"[offer_accept:{FIRST}]"])
def test_taken_it_is_to_be_carried_out_and_then_settled(offered: Story, answer: str) -> None:
    offered.goes((answer, ["offer.taken"]))
    assert offered.state is S.ACCEPTED
    assert offered.staff("settle", text="新卡已发到订单页。") == ["news.settled"]
    assert (offered.state, offered.case.offer, offered.provider.paid) == (S.SETTLED, Remedy.EXCHANGE, {})


@pytest.mark.parametrize("answer", ["好的", "嗯嗯好的谢谢"])
def test_a_bare_all_right_may_be_either_and_is_shown_the_two_answers_once_more(offered: Story, answer: str) -> None:
    offered.goes((answer, ["status.one"]))
    assert offered.state is S.OFFERED
    values = [button for button, _ in offered.said[-1].buttons]
    assert values[:2] == [f"offer_accept:{FIRST}", f"offer_decline:{FIRST}"]


@pytest.mark.parametrize("answer", ["不接受，我就要退款", "不要 我要钱", f"[offer_decline:{FIRST}]"])
def test_turned_down_it_goes_back_to_review_and_money_is_still_possible(offered: Story, answer: str) -> None:
    offered.goes((answer, ["offer.turned_down"]))
    assert offered.state is S.IN_REVIEW and offered.notices == ["staff.offer_turned_down"]
    assert offered.staff("approve") == ["news.approved", "news.refunded"]


def test_an_old_button_of_an_offer_does_nothing_once_it_was_answered(offered: Story) -> None:
    offered.goes(
        (f"[offer_decline:{FIRST}]", ["offer.turned_down"]),
        (f"[offer_accept:{FIRST}]", ["status.one"]),
    )
    assert offered.state is S.IN_REVIEW


@pytest.mark.parametrize("wish", ["我要余额", "可以，退余额", "余额吧"])
def test_whoever_wants_something_else_than_was_offered_has_not_taken_it(offered: Story, wish: str) -> None:
    offered.goes((wish, ["status.one"]))
    assert offered.state is S.OFFERED
    assert f"offer_accept:{FIRST}" in [button for button, _ in offered.said[-1].buttons]


@pytest.mark.parametrize("words", ["我接受", "退成余额吧"])
def test_of_two_offers_the_one_that_was_not_spoken_of_last_is_not_taken_for_the_other(tell: Tell, words: str) -> None:
    story = tell(CARD, MEMBERSHIP, LATE)
    for order, said in ((CARD, INVALID), (MEMBERSHIP, DROPPED)):
        story.goes((f"{order.order_no} {said}", ["evidence.ask"]), *HANDED_IN[1:])
        story.staff("offer", offer=Remedy.EXCHANGE if order is MEMBERSHIP else Remedy.CREDIT)
    story.hears(f"{LATE.order_no} 还没到账，我要退款")
    story.presses("yes")
    story.goes((words, ["status.many"]))
    assert [case.state for case in story.store.recall("u1").cases[1:]] == [S.OFFERED, S.OFFERED]


def test_another_offer_may_follow_the_one_that_was_turned_down(offered: Story) -> None:
    offered.goes((f"[offer_decline:{FIRST}]", ["offer.turned_down"]))
    assert offered.staff("offer", offer=Remedy.CREDIT) == ["news.offered"]
    offered.goes((f"[offer_accept:{FIRST}]", ["offer.taken"]))
    assert offered.case.offer is Remedy.CREDIT


def test_what_the_rules_offer_at_once_is_taken_in_words(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(("不想要了，无理由退款", ["offer.instead"]), ("可以换货", ["filed.accepted.exchange"]))
    assert (story.state, story.case.offer) == (S.ACCEPTED, Remedy.EXCHANGE)
    assert [event.trigger for event in story.case.events] == ["accept"]


def test_of_several_pieces_only_those_that_are_named_are_exchanged(tell: Tell) -> None:
    three = replace(CARD, quantity=3)
    story = tell(three)
    story.goes(("不想要了，无理由退款", ["offer.instead"]), ("可以换货，只换一张", ["filed.accepted.exchange"]))
    assert (story.case.quantity, story.case.refund.cash) == (1, 3000)
    assert story.store.about_orders([three.order_no])[three.order_no].ledger.granted == 1


@pytest.mark.parametrize("question", ["换的能保证能用吗", "多久换好", "什么意思"])
def test_a_question_about_an_offer_is_told_what_stands_with_the_answers_and_a_person(
    offered: Story, question: str
) -> None:
    offered.goes((question, ["other.with_case"]))
    buttons = [button for button, _ in offered.said[-1].buttons]
    assert buttons == [f"offer_accept:{FIRST}", f"offer_decline:{FIRST}", "human"]
    assert "没太明白" not in offered.said[-1].text and "11月23日 12:00" in offered.said[-1].text


def test_an_offer_does_not_stop_the_rest_of_the_talk(offered: Story) -> None:
    offered.goes(("审核要几个工作日？", ["policy.review_time"]), ("我的退款到哪一步了", ["status.one"]))
    assert offered.state is S.OFFERED
