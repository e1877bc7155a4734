"""What time does by itself: to drafts, offers, requests and refusals that lie still, late reviews, silent people."""

import pytest

from bot.payouts import Answer
from flows.model import CaseState, Remedy, TalkState
from storage.search import Search, View
from tests.stories.telling import CARD, DROPPED, HANDED_IN, MEMBERSHIP, REFUSAL, Story, Tell

S = CaseState


@pytest.fixture
def drafting(tell: Tell) -> Story:
    story = tell(MEMBERSHIP)
    story.goes((DROPPED, ["evidence.ask"]))
    return story


@pytest.fixture
def filed(tell: Tell) -> Story:
    """Handed in on Friday at noon: due on Wednesday at midnight."""
    story = tell(CARD)
    story.goes(*HANDED_IN)
    return story


def test_a_draft_that_lies_still_is_brought_to_mind_once_after_thirty_minutes(drafting: Story) -> None:
    assert drafting.waits(minutes=29, seconds=59) == []
    assert drafting.waits(seconds=1) == ["claim.reminder", "evidence.only"]
    assert drafting.waits(hours=23) == []


def test_the_thirty_minutes_count_from_the_last_word(drafting: Story) -> None:
    drafting.waits(minutes=20)
    drafting.goes(("审核要几个工作日？", ["policy.review_time", "evidence.only"]))
    assert drafting.waits(minutes=29) == []
    assert drafting.waits(minutes=1) == ["claim.reminder", "evidence.only"]


def test_after_the_reminder_it_goes_on_where_it_was(drafting: Story) -> None:
    drafting.waits(minutes=30)
    assert not drafting.said[0].buttons, "the question that follows would make them stale at once"
    drafting.goes(("没有了", ["confirm.summary"]), ("提交", ["filed.submitted"]))


def test_a_day_after_the_last_word_the_draft_is_put_away_without_a_word(drafting: Story) -> None:
    drafting.waits(hours=24)
    assert drafting.store.recall("u1").talk.draft is not None
    assert drafting.waits(seconds=1) == []
    talk = drafting.store.recall("u1").talk
    assert (talk.draft, talk.state) == (None, TalkState.IDLE)
    drafting.goes((DROPPED, ["evidence.ask"]))


def test_nothing_is_said_of_a_draft_that_was_handed_in_meanwhile(filed: Story) -> None:
    assert filed.waits(hours=24, seconds=1) == []


def test_an_offer_is_brought_to_mind_a_day_before_it_lapses_and_then_goes_back_to_review(filed: Story) -> None:
    filed.staff("offer", offer=Remedy.EXCHANGE)
    assert filed.waits(hours=47, minutes=59) == []
    assert filed.waits(minutes=1) == ["remind.offered"]
    assert filed.waits(hours=24) == [] and filed.state is S.OFFERED
    assert filed.waits(seconds=1) == ["news.lapsed"]
    assert (filed.state, filed.case.events[-1].by) == (S.IN_REVIEW, "system")


def test_a_request_for_evidence_is_brought_to_mind_and_then_goes_back_to_review(filed: Story) -> None:
    filed.staff("request_evidence", text="请补一张完整截图。")
    assert filed.waits(hours=48) == ["remind.awaiting_customer"]
    assert filed.waits(hours=24, seconds=1) == ["news.lapsed"]
    assert filed.state is S.IN_REVIEW
    filed.goes(("(picture)", ["evidence.attached"]))


def test_what_was_answered_in_time_is_neither_brought_to_mind_nor_does_it_lapse(filed: Story) -> None:
    filed.staff("request_evidence", text="请补一张完整截图。")
    filed.goes(("(picture)", ["evidence.attached"]))
    filed.staff("approve")
    assert filed.waits(days=4) == [] and filed.state is S.REFUNDED


def test_a_second_request_has_its_own_time(filed: Story) -> None:
    filed.staff("request_evidence", text="请补一张完整截图。")
    filed.waits(hours=47)
    filed.goes(("(picture)", ["evidence.attached"]))
    filed.staff("request_evidence", text="再补一张带卡号尾号的。")
    assert filed.waits(hours=47, minutes=59) == []
    assert filed.waits(minutes=1) == ["remind.awaiting_customer"]


def test_once_the_answer_is_late_no_time_gone_by_is_promised(filed: Story) -> None:
    filed.waits(days=7)
    filed.goes(("都一周了，怎么还没人审", ["urge.passed_on"]))
    assert "已经过了" in filed.said[-1].text and "最迟" not in filed.said[-1].text


def test_a_refusal_is_closed_after_seven_days_with_the_outside_ways_named(filed: Story) -> None:
    filed.staff("reject", text=REFUSAL)
    filed.waits(days=7)
    assert filed.state is S.REJECTED
    assert filed.waits(seconds=1) == ["news.closed"]
    assert filed.state is S.CLOSED and "12315" in filed.said[-1].text


def test_a_refusal_that_was_appealed_is_not_closed(filed: Story) -> None:
    filed.staff("reject", text=REFUSAL)
    filed.goes(("我要申诉，卡号就是这张，我重新拍了一张清楚的", ["appeal.filed"]))
    assert "news.closed" not in filed.waits(days=8) and filed.state is S.APPEALED


def test_a_review_that_is_late_is_put_before_staff_and_the_customer_gets_a_word(filed: Story) -> None:
    assert filed.waits(days=3) == [] and filed.notices == ["staff.half_time"]
    assert filed.waits(days=2, hours=11, minutes=59) == []
    assert filed.waits(minutes=1) == ["news.overdue"] and filed.notices == ["staff.overdue"]
    assert filed.waits(days=9) == []


@pytest.mark.parametrize("taken_after", [{"hours": 1}, {"days": 4}])
def test_half_time_and_the_end_of_a_review_ring_once_whoever_took_it_in_between(
    filed: Story, taken_after: dict[str, float]
) -> None:
    half = filed.now + (filed.case.due_at - filed.now) / 2 if filed.case.due_at else filed.now
    filed.waits(**taken_after)
    told = list(filed.notices)
    filed.staff("take")
    said: list[str] = []
    for _ in range(7 * 24):
        said += filed.waits(hours=1)
        told += filed.notices
        assert "staff.half_time" not in told or filed.now >= half
    assert (said, told) == (["news.overdue"], ["staff.half_time", "staff.overdue"])


def test_a_review_that_waited_for_the_customer_is_brought_to_mind_half_way_of_what_is_left(filed: Story) -> None:
    filed.staff("request_evidence", text="请补一张完整截图。")
    filed.waits(hours=70)
    filed.goes(("(picture)", ["evidence.attached"]))
    began, due = filed.now, filed.case.due_at
    assert due
    filed.waits(seconds=((due - began) / 2).total_seconds() - 1)
    assert filed.notices == []
    filed.waits(seconds=1)
    assert filed.notices == ["staff.half_time"]


def test_a_refusal_that_can_still_be_appealed_is_brought_to_mind_a_day_before_it_cannot(filed: Story) -> None:
    filed.staff("reject", text=REFUSAL)
    assert filed.waits(days=5, hours=23, minutes=59) == []
    assert filed.waits(minutes=1) == ["remind.rejected"]
    assert "11月27日 12:00" in filed.said[0].text and [label for _, label in filed.said[0].buttons] == ["我要申诉"]
    assert filed.waits(days=1) == []


def test_a_late_review_is_before_a_supervisor_until_it_is_decided(filed: Story) -> None:
    search = Search(filed.store.database)

    def escalated() -> list[str]:
        return [case.number for case in search.queue(View.ESCALATED, "s1", filed.now)]

    filed.waits(days=5, hours=11)
    assert escalated() == []
    filed.waits(hours=1)
    assert escalated() == [filed.case.number] and search.counts("s1", filed.now)[View.ESCALATED] == 1
    filed.boss("reject", text=REFUSAL)
    assert escalated() == []


def test_a_review_that_was_decided_in_time_is_never_called_late(filed: Story) -> None:
    filed.staff("approve")
    assert filed.waits(days=9) == [] and filed.notices == []


def test_a_working_day_on_which_the_customer_was_waited_for_puts_the_review_off(filed: Story) -> None:
    due = filed.case.due_at
    filed.waits(days=3)    # Monday at noon
    filed.staff("request_evidence", text="请补一张完整截图。")
    filed.waits(hours=24)
    filed.goes(("(picture)", ["evidence.attached"]))
    assert due and filed.case.due_at and (filed.case.due_at - due).days == 1


def test_the_bot_is_back_when_a_person_was_silent_too_long(filed: Story) -> None:
    filed.goes(("转人工", ["human.called"]))
    filed.staff("take_over", chat="u1")
    assert filed.waits(minutes=30) == ["human.silence_over"]
    filed.goes(("你好", ["greeting.again"]))


def test_a_payment_that_stays_unknown_is_put_before_staff_after_a_day(filed: Story) -> None:
    filed.provider.answers = [Answer.UNKNOWN] * 1000
    filed.staff("approve")
    assert filed.waits(hours=23) == []
    filed.waits(hours=1)
    assert filed.state is S.PAYING and filed.notices == ["staff.payout_unknown"]


def test_a_payment_whose_answer_was_lost_is_looked_up_and_not_made_again(filed: Story) -> None:
    filed.provider.answers = [Answer.UNKNOWN]
    filed.staff("approve")
    assert filed.state is S.PAYING
    assert filed.waits(minutes=1) == ["news.refunded"]
    assert list(filed.provider.paid.values()) == [9000]


@pytest.mark.parametrize("words", ["提交", "好的", "没有图"])
def test_who_hands_in_what_was_put_away_hears_that_nothing_was_handed_in(tell: Tell, words: str) -> None:
    story = tell(CARD)
    story.goes(HANDED_IN[0], HANDED_IN[1])
    story.waits(hours=25)
    story.goes((words, ["claim.put_away"]))
    assert not story.store.recall("u1").cases
