"""A person instead of the bot: called, silent, taking over, giving back."""

import pytest

from bot.handle import NotAllowed
from flows.model import TalkState
from tests.stories.telling import CARD, HANDED_IN, INVALID, Story, Tell


@pytest.fixture
def called(tell: Tell) -> Story:
    """A customer who wants a person, in the middle of a claim."""
    story = tell(CARD)
    story.goes((INVALID, ["evidence.ask"]), ("转人工", ["human.called"]))
    return story


def test_staff_are_told_and_the_bot_falls_silent(called: Story) -> None:
    assert called.notices == ["staff.human_wanted"]
    called.goes(("在吗", []), ("我要退款", []), ("(picture)", []))
    assert called.notices == ["staff.wrote"]


def test_a_story_that_ends_in_calling_a_person_calls_one(tell: Tell) -> None:
    assert tell(CARD).hears("卡密激活不了，问了半天没用，别跟我机器人，转人工") == ["human.called"]


@pytest.mark.parametrize("said", ["继续自助退款", "不用人工了"])
def test_who_writes_that_he_goes_on_alone_need_not_find_the_button(called: Story, said: str) -> None:
    called.goes((said, ["human.resumed", "evidence.only"]))


def test_once_a_person_has_come_only_they_give_the_talk_back(called: Story) -> None:
    called.staff("take_over", "小林", chat="u1")
    called.goes(("不用人工了", []))


def test_a_persons_words_are_passed_on_and_giving_back_asks_the_open_question_again(called: Story) -> None:
    assert called.staff("take_over", "小林", chat="u1") == ["human.joined"]
    assert called.staff("say", "小林", chat="u1", text="您好，我来看一下。") == ["human.says"]
    assert "您好，我来看一下。" in called.said[-1].text and called.said[-1].who == "agent:小林"
    called.goes(("好的", []))
    assert called.staff("hand_back", "小林", chat="u1") == ["human.handed_back", "evidence.only"]
    called.goes(("(picture)", ["confirm.summary"]))


def test_where_nobody_comes_the_bot_is_back_after_thirty_minutes_and_says_so(called: Story) -> None:
    assert called.waits(minutes=29, seconds=59) == []
    assert called.waits(seconds=1) == ["human.silence_over", "evidence.only"]
    called.goes(("没有了", ["confirm.summary"]))


def test_every_word_of_the_person_keeps_the_bot_away_for_another_thirty_minutes(called: Story) -> None:
    called.waits(minutes=20)
    called.staff("say", chat="u1", text="稍等。")
    assert called.waits(minutes=29) == []
    assert called.waits(minutes=1) == ["human.silence_over", "evidence.only"]


def test_the_customer_may_go_on_with_the_bot_before_anyone_comes(called: Story) -> None:
    called.goes(("[resume]", ["human.resumed", "evidence.only"]))


def test_once_a_person_owns_the_talk_only_they_give_it_back(called: Story) -> None:
    called.staff("take_over", chat="u1")
    called.goes(("[resume]", []))
    assert called.store.recall("u1").talk.state is TalkState.WITH_AGENT


def test_pictures_that_come_meanwhile_are_kept_for_the_claim(called: Story) -> None:
    called.goes(("(picture)", []), ("[resume]", ["human.resumed", "confirm.summary"]))


def test_pictures_that_come_meanwhile_go_to_the_case_that_stands(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(*HANDED_IN, ("转人工", ["human.called"]), ("(picture)", []))
    assert len(story.case.evidence) == 1 and story.case.missing == ()


def test_a_person_may_take_over_without_being_called(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(("你好", ["greeting.hello"]))
    assert story.staff("take_over", chat="u1") == ["human.joined"]
    story.goes(("我要退款", []))


def test_what_nobody_owns_cannot_be_given_back(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(("你好", ["greeting.hello"]))
    with pytest.raises(NotAllowed):
        story.staff("hand_back", chat="u1")


def test_news_of_a_case_come_through_while_a_person_has_the_talk(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(*HANDED_IN, ("转人工", ["human.called"]))
    assert story.staff("approve") == ["news.approved", "news.refunded"]
    story.goes(("谢谢", []))
