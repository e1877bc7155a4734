"""A person is wanted: the bot calls one, keeps silent, keeps what comes, and comes back."""

from datetime import timedelta

from msgspec.structs import replace

from flows.model import CaseState, Draft, Need, TalkState, Text
from flows.person import WAITING
from nlp.codes import Intent, Reason
from tests.conftest import NOON, a_case, an_order
from tests.flows.talking import Desk, facts, presses, reads

T = TalkState
OURS = an_order()
INVALID = reads("激活失败", reason=Reason.INVALID_CODE)
HUMAN = reads("转人工", Intent.HUMAN)
PICTURE = replace(reads("", Intent.OTHER), files=("a.png",))


def calling(desk: Desk) -> Desk:
    assert desk.hear(HUMAN) == ["human.called"]
    return desk


def test_calling_says_so_tells_staff_and_sets_the_alarm_for_nobody_coming() -> None:
    desk = calling(Desk(facts(own=(OURS,))))
    assert (desk.talk.owner, desk.talk.state, desk.talk.agent_at) == (WAITING, T.WITH_AGENT, NOON)
    assert [told.text.key for told in desk.last.tells] == ["staff.human_wanted"]
    assert [(wake.kind, wake.at) for wake in desk.last.wakes] == [("silence", NOON + timedelta(minutes=30))]


def test_what_was_asked_before_is_remembered_and_comes_again() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(INVALID)
    assert calling(desk).talk.resume is T.ASK_EVIDENCE
    assert desk.press("resume") == ["human.resumed", "evidence.only"]
    assert (desk.talk.owner, desk.talk.resume) == ("bot", None)


def test_with_nothing_pending_the_bot_comes_back_with_a_greeting() -> None:
    desk = calling(Desk(facts()))
    assert desk.press("resume") == ["human.resumed", "greeting.hello"]


def test_whatever_comes_meanwhile_is_passed_to_staff_and_answered_by_nobody() -> None:
    desk = calling(Desk(facts(own=(OURS,))))
    for message in (INVALID, HUMAN, PICTURE, presses("status"), replace(INVALID, kind="sticker")):
        assert desk.hear(message) == []
        assert [told.text.key for told in desk.last.tells] == ["staff.wrote"]
    assert desk.talk.state is T.WITH_AGENT


def test_staff_are_told_what_came_and_nothing_where_only_the_chat_was_opened() -> None:
    desk = calling(Desk(facts(own=(OURS,))))
    for message, told in (
        (INVALID, "激活失败"),
        (PICTURE, Text("staff.wrote_with_files", {"text": "", "count": 1})),
        (replace(PICTURE, files=(), unusable=(Text("file.too_large"),)), Text("staff.sent_unreadable")),
        (replace(PICTURE, files=(), kind="voice"), Text("staff.sent_unreadable")),
        (presses("status"), Text("staff.pressed")),
    ):
        desk.hear(message)
        assert [tell.text.values["what"] for tell in desk.last.tells] == [told]
    assert desk.hear(replace(PICTURE, files=(), started=True)) == []
    assert desk.last.tells == ()


def test_a_picture_that_comes_meanwhile_is_kept_and_taken_for_what_was_asked() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(INVALID)
    calling(desk).hear(PICTURE)
    assert desk.talk.draft and [piece.need for piece in desk.talk.draft.evidence] == [Need.ERROR_SCREEN]


def test_a_picture_that_comes_meanwhile_goes_to_the_case_that_stands() -> None:
    desk = calling(Desk(facts(cases=(a_case(missing=(Need.ERROR_SCREEN,)),))))
    desk.hear(PICTURE)
    assert (desk.case.missing, desk.case.state, desk.talk.draft) == ((), CaseState.SUBMITTED, None)


def test_once_a_person_has_come_the_customer_cannot_send_them_away() -> None:
    desk = calling(Desk(facts(own=(OURS,))))
    desk.talk = replace(desk.talk, owner="agent:a1")
    assert desk.press("resume") == [] and desk.talk.state is T.WITH_AGENT


def test_a_draft_does_not_go_stale_while_a_person_has_the_talk() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(INVALID)
    calling(desk).wait(hours=30)
    desk.hear(PICTURE)
    assert desk.talk.draft and desk.talk.draft != Draft() and desk.talk.draft.reason is Reason.INVALID_CODE
