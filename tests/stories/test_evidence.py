"""Pictures and papers: asked for by the rules or by an agent, early, late, twice, or of the wrong kind."""

import pytest

from bot.channels import Upload
from flows.model import CaseState, Need
from tests.stories.telling import CARD, DROPPED, HANDED_IN, INVALID, MEMBERSHIP, REFUSAL, Story, Tell, picture

S = CaseState
WISH = "请补一张激活页面的完整截图。"


@pytest.fixture
def filed(tell: Tell) -> Story:
    story = tell(CARD)
    story.goes(*HANDED_IN)
    return story


def test_what_is_wanted_is_named_one_by_one_until_it_is_there(tell: Tell) -> None:
    story = tell(MEMBERSHIP)
    story.goes((DROPPED, ["evidence.ask"]))
    assert set(story.said[-1].expects) == {Need.FAULT_SCREEN, Need.ACTIVATION}
    story.goes(("(picture)", ["evidence.more"]))
    assert story.said[-1].expects == (Need.ACTIVATION,)
    story.goes(("(picture)", ["confirm.summary"]))


def test_a_picture_before_any_word_is_kept_for_the_claim(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(("(picture)", ["reason.ask"]), (INVALID, ["confirm.with_rule"]), ("[yes]", ["filed.submitted"]))
    assert [piece.need for piece in story.case.evidence] == [Need.ERROR_SCREEN]


def test_words_and_picture_in_one_message_leave_only_the_summary(tell: Tell) -> None:
    assert tell(CARD).hears(INVALID, picture()) == ["confirm.with_rule"]


def test_the_same_picture_twice_is_one_piece(tell: Tell) -> None:
    story = tell(MEMBERSHIP)
    story.hears(DROPPED, picture(7))
    assert story.hears("", picture(7)) == ["evidence.more"]
    talk = story.store.recall("u1").talk
    assert talk.draft and len(talk.draft.evidence) == 1


def test_what_is_no_picture_is_said_so_and_the_question_comes_again(tell: Tell) -> None:
    story = tell(CARD)
    story.goes((INVALID, ["evidence.ask"]))
    assert story.hears("", Upload("notes.txt", b"hello")) == ["evidence.not_a_picture", "evidence.only"]
    assert story.hears("", Upload("notes.txt", b"hello"), picture()) == ["evidence.not_a_picture", "confirm.summary"]


def test_pictures_may_be_taken_back_before_handing_in(tell: Tell) -> None:
    story = tell(CARD)
    story.goes(
        (INVALID, ["evidence.ask"]),
        ("(picture)", ["confirm.summary"]),
        ("[change]", ["confirm.change"]),
        ("[change:evidence]", ["evidence.only"]),
        ("没有了", ["confirm.summary"]),
        ("[yes]", ["filed.submitted"]),
    )
    assert story.case.evidence == () and story.case.missing == (Need.ERROR_SCREEN,)


def test_after_handing_in_a_picture_goes_to_the_case_and_the_agent_is_told(filed: Story) -> None:
    filed.goes(("(picture)", ["evidence.attached"]))
    assert filed.notices == ["staff.evidence_added"]
    assert (filed.state, filed.case.missing) == (S.SUBMITTED, ())


def test_more_may_be_announced_and_sent_piece_by_piece(filed: Story) -> None:
    filed.goes(
        ("我再补两张截图", ["evidence.send_more"]),
        ("(picture)", ["evidence.attached"]),
        ("(picture)", ["evidence.attached"]),
        ("没有了", ["evidence.thanks"]),
    )
    assert len(filed.case.evidence) == 2


@pytest.mark.parametrize("answer", ["(picture)", "激活页面我已经关掉了，现在打不开，只有刚才那张"])
def test_an_agents_question_stops_the_clock_and_the_answer_sets_it_going(filed: Story, answer: str) -> None:
    due = filed.case.due_at
    assert filed.staff("request_evidence", text=WISH) == ["news.more_wanted"]
    assert WISH.rstrip("。") in filed.said[-1].text and filed.asks == "evidence"
    filed.waits(days=2)
    filed.waits(hours=13)    # over the end of Sunday, which is no working day, into Monday
    filed.goes((answer, ["evidence.attached" if answer == "(picture)" else "evidence.noted"]))
    assert filed.state is S.IN_REVIEW and filed.case.due_at == due


def test_who_has_nothing_more_is_waited_for_no_longer(filed: Story) -> None:
    filed.staff("request_evidence", text=WISH)
    filed.goes(("没有截图了", ["evidence.thanks"]))
    assert (filed.state, filed.notices) == (S.IN_REVIEW, ["staff.evidence_added"])


def test_what_was_brought_is_not_asked_for_once_more(filed: Story) -> None:
    filed.staff("request_evidence", text=WISH)
    filed.goes(
        ("审核要几个工作日？", ["policy.review_time", "evidence.send_more"]),
        ("(picture)", ["evidence.attached"]),
        ("好了吗", ["status.one"]),
        ("谢谢", ["thanks.welcome"]),
    )


def test_a_picture_after_a_refusal_is_an_appeal(filed: Story) -> None:
    filed.staff("reject", text=REFUSAL)
    filed.goes(("(picture)", ["appeal.filed"]))
    assert filed.state is S.APPEALED


def test_a_voice_message_is_asked_for_in_writing(tell: Tell) -> None:
    story = tell(CARD)
    story.goes((INVALID, ["evidence.ask"]))
    assert story.hears(kind="voice") == ["heard.unsupported", "evidence.only"]
