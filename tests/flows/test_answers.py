"""Answers to what was asked about a claim, and the way back to an earlier question."""

from flows.model import Need, TalkState
from nlp.codes import Answer, Intent, Reason
from tests.conftest import an_order
from tests.flows.talking import Desk, facts, reads

OURS = an_order()
INVALID = reads("激活失败", reason=Reason.INVALID_CODE)
HALF_SURE = reads("激活失败", reason=Reason.INVALID_CODE, confidence=0.3)
YES, NO, NOTHING, BACK = (
    reads("嗯", Intent.OTHER, answer=answer) for answer in (Answer.YES, Answer.NO, Answer.NO_MORE, Answer.BACK)
)


def asked(*messages: object) -> Desk:
    desk = Desk(facts(own=(OURS,)))
    desk.hear(*messages)  # type: ignore[arg-type]
    return desk


def test_a_guess_that_is_confirmed_is_as_good_as_said_and_one_that_is_denied_is_gone() -> None:
    desk = asked(HALF_SURE)
    assert desk.talk.state is TalkState.ASK_REASON
    assert desk.hear(YES) == ["evidence.ask"]
    assert desk.talk.draft and (desk.talk.draft.reason, desk.talk.draft.reason_sure) == (Reason.INVALID_CODE, True)
    desk = asked(HALF_SURE, NO)
    assert desk.talk.draft and (desk.talk.draft.reason, desk.talk.draft.guesses) == (None, ())


def test_a_type_that_is_chosen_shows_its_reasons() -> None:
    desk = asked(reads("退款", reason=None))
    desk.press("type:quality")
    reasons = [choice.value for choice in desk.talk.choices]
    assert reasons[0] == "reason:invalid_code" and all(value.startswith("reason:") for value in reasons)


def test_who_has_no_picture_goes_on_to_the_summary_and_may_come_back_to_the_pictures() -> None:
    desk = asked(INVALID)
    assert desk.hear(NOTHING) == ["confirm.summary"]
    assert desk.hear(BACK) == ["evidence.only"]
    assert desk.last.says[-1].expects == (Need.ERROR_SCREEN,)


def test_back_from_the_reason_is_the_order() -> None:
    desk = asked(INVALID, BACK)
    assert desk.talk.state is TalkState.ASK_REASON
    assert desk.hear(BACK) == ["order.which"]
    assert desk.talk.draft and desk.talk.draft.order_no is None


def test_back_goes_one_step_back_and_cancel_puts_it_all_away() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear("卡密激活提示无效码")
    assert desk.hear("返回") == ["reason.ask"]
    assert desk.hear("算了") == ["claim.dropped"]
    assert desk.talk.draft is None


def test_after_the_way_back_the_rules_answer_to_the_other_reason_is_told_as_well() -> None:
    desk = asked(INVALID)
    desk.hear(BACK)
    assert desk.hear(reads("用不了", reason=Reason.MALFUNCTION)) == ["evidence.ask"]
