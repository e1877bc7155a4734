"""What is asked once a case stands: how far it is, hurry up, where the money is, never mind."""

from typing import Any

import pytest

from bot.payouts import Answer
from flows.model import CaseState, Remedy
from tests.stories.telling import CARD, FIRST, HANDED_IN, INVALID, REFUSAL, Story, Tell

S = CaseState
STATUS, URGE, MISSING = "我的退款到哪一步了", "都三天了怎么还没人审，催一下", "退款成功了，钱怎么还没到账"


@pytest.fixture
def filed(tell: Tell) -> Story:
    story = tell(CARD)
    story.goes(*HANDED_IN)
    return story


def test_before_anything_was_handed_in_there_is_nothing_to_tell(tell: Tell) -> None:
    story = tell(CARD)
    story.goes((STATUS, ["status.none"]), ("我要撤销申请", ["withdraw.none"]))


@pytest.mark.parametrize("words", ["提交", "好的", "确认", "ok"])
def test_who_hands_in_once_more_hears_that_it_is_in_and_what_is_next(filed: Story, words: str) -> None:
    filed.goes((words, ["thanks.is_in"]))
    assert FIRST in filed.said[-1].text and "11月25日 24:00" in filed.said[-1].text


def test_in_the_middle_of_a_claim_it_says_so_and_asks_again(tell: Tell) -> None:
    story = tell(CARD)
    story.goes((INVALID, ["evidence.ask"]), (STATUS, ["status.draft", "evidence.only"]))


def test_the_status_names_the_case_its_state_and_what_comes_next_and_when(filed: Story) -> None:
    filed.goes((STATUS, ["status.one"]))
    assert all(word in filed.said[-1].text for word in (FIRST, "已提交", "11月25日 24:00"))


def test_urging_is_passed_on_to_staff(filed: Story) -> None:
    filed.goes((URGE, ["urge.passed_on"]))
    assert filed.notices == ["staff.urged"]


def test_urging_what_waits_for_the_customer_says_what_they_are_asked_for(filed: Story) -> None:
    filed.staff("request_evidence", text="请补一张激活页面的完整截图。")
    filed.goes((URGE, ["urge.waits_for_you", "evidence.send_more"]))
    assert "激活页面的完整截图" in filed.said[0].text and filed.notices == []


@pytest.mark.parametrize("asked", ["补什么？", "要补什么", "需要什么截图", "what should I send?"])
def test_asking_what_is_wanted_brings_nothing_and_is_told_it(filed: Story, asked: str) -> None:
    filed.staff("request_evidence", text="请补一张激活页面的完整截图。")
    filed.goes((asked, ["evidence.send_more"]))
    assert filed.state is S.AWAITING_CUSTOMER and "激活页面的完整截图" in filed.said[0].text


def test_who_is_asked_for_more_and_gives_up_is_asked_whether_to_withdraw(filed: Story) -> None:
    filed.staff("request_evidence", text="请补一张激活页面的完整截图。")
    filed.goes(("算了不退了", ["withdraw.sure"]), ("确定", ["withdraw.done"]))
    assert filed.state is S.WITHDRAWN


@pytest.mark.parametrize("wait", ["等一下发", "等下再说"])
def test_who_is_asked_for_more_and_will_send_it_later_is_waited_for(filed: Story, wait: str) -> None:
    filed.staff("request_evidence", text="请补一张激活页面的完整截图。")
    filed.goes((wait, ["evidence.later"]))
    assert filed.state is S.AWAITING_CUSTOMER


def test_money_that_was_sent_and_has_not_come_is_looked_after(filed: Story) -> None:
    filed.staff("approve")
    filed.goes((MISSING, ["payout.sent"]))
    assert filed.notices == ["staff.payout_missing"]


def test_money_that_is_still_on_its_way_is_said_to_be(filed: Story) -> None:
    filed.provider.answers = [Answer.UNKNOWN]
    assert filed.staff("approve") == ["news.approved", "news.paying"]
    filed.goes((MISSING, ["payout.on_its_way"]))


def test_money_that_nobody_has_granted_yet_is_a_question_of_status(filed: Story) -> None:
    filed.goes((MISSING, ["status.one"]))


@pytest.mark.parametrize("step", [{}, {"do": "take"}, {"do": "offer", "offer": Remedy.CREDIT}])
def test_a_case_may_be_withdrawn_before_it_is_decided(filed: Story, step: dict[str, Any]) -> None:
    if step:
        filed.staff(**step)
    filed.goes(("我要撤销申请", ["withdraw.done"]))
    assert (filed.state, filed.notices) == (S.WITHDRAWN, ["staff.withdrawn"])


def test_by_the_button_it_is_asked_once_more(filed: Story) -> None:
    withdraw = f"[withdraw:{FIRST}]"
    filed.goes((withdraw, ["withdraw.sure"]), ("[no]", ["withdraw.kept"]), (withdraw, ["withdraw.sure"]))
    assert filed.state is S.SUBMITTED
    filed.goes(("[yes]", ["withdraw.done"]))
    assert filed.state is S.WITHDRAWN


def test_what_is_decided_cannot_be_withdrawn(filed: Story) -> None:
    filed.staff("approve")
    filed.goes(("我要撤销申请", ["withdraw.none"]))
    assert filed.state is S.REFUNDED


def test_after_withdrawing_the_same_order_may_be_claimed_again(filed: Story) -> None:
    filed.goes(("我要撤销申请", ["withdraw.done"]), *HANDED_IN)
    assert filed.case.number != FIRST and filed.state is S.SUBMITTED


@pytest.mark.parametrize("sorry", ["别撤", "算了不撤了", "我又想退了", "don't withdraw it"])
def test_who_is_sorry_to_have_withdrawn_applies_again_with_what_was_told(filed: Story, sorry: str) -> None:
    filed.goes(("我要撤销申请", ["withdraw.done"]), (sorry, ["withdraw.again", "evidence.ask"]), *HANDED_IN[1:])
    assert filed.case.number != FIRST and filed.state is S.SUBMITTED


@pytest.mark.parametrize("words", ["别撤", "先别撤销", "不撤了"])
def test_who_wants_nothing_withdrawn_keeps_it(filed: Story, words: str) -> None:
    filed.goes((words, ["withdraw.kept"]), (f"[withdraw:{FIRST}]", ["withdraw.sure"]), (words, ["withdraw.kept"]))
    assert filed.state is S.SUBMITTED


def test_the_same_order_has_one_open_case_and_more_words_go_to_it(filed: Story) -> None:
    filed.goes((INVALID, ["evidence.noted"]))
    assert [case.number for case in filed.store.recall("u1").cases] == [FIRST]


def test_what_was_given_back_is_not_given_back_again(filed: Story) -> None:
    filed.staff("approve")
    filed.goes((f"{CARD.order_no} {INVALID}", ["payout.sent"]))
    assert filed.provider.paid == {f"pay:{FIRST}": 9000}


def test_questions_about_the_rules_are_answered_with_their_figures(filed: Story) -> None:
    filed.goes(("审核要几个工作日？", ["policy.review_time"]))
    assert "3" in filed.said[-1].text


def test_asked_for_the_basis_before_a_decision_it_says_that_there_is_none_yet(filed: Story) -> None:
    filed.goes(("凭什么拒绝，给我个依据", ["basis.not_decided"]))
    filed.staff("reject", text=REFUSAL)
    filed.goes(("凭什么拒绝，给我个依据", ["basis.decided"]))


def test_a_payout_that_failed_is_put_before_staff_and_the_customer_is_told(filed: Story) -> None:
    filed.provider.answers = [Answer.FAILED]
    assert filed.staff("approve") == ["news.approved", "news.payout_failed"]
    assert filed.state is S.PAYOUT_FAILED and filed.notices == ["staff.step", "staff.step"]
    filed.goes((STATUS, ["status.one"]))
