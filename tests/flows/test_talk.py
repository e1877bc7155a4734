"""The conversation: every state has an answer to everything, and what it asks for it takes."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.texts import Catalogue
from flows.model import CaseState, Choice, Draft, Evidence, Goods, OrderStatus, Talk, TalkState, Text
from flows.talk import TALK, step
from flows.turn import Heard
from nlp.codes import Answer, Intent, Part, Reason
from nlp.reading import Reading
from tests.conftest import NOON, a_case, an_event, an_order
from tests.flows.talking import CATALOGUE, Desk, facts, presses, says

OURS = an_order(order_no="KM202611201530012345")
LATE = an_order(
    order_no="KM202611201530019999",
    status=OrderStatus.UNDELIVERED,
    delivered_at=None,
    promised_at=NOON - timedelta(hours=1),
)
FILED = replace(
    a_case(),
    order=an_order(order_no="KM202611190000000001"),
    due_at=NOON + timedelta(days=3),
    until=NOON + timedelta(days=1),
    basis="rule",
    events=(an_event(),),
)
DRAFTS = {
    "nothing": None,
    "an order": Draft(order_no=OURS.order_no),
    "a stranger's order": Draft(order_no="KM202611201530011111", reason=Reason.MALFUNCTION),
    "half a claim": Draft(order_no=OURS.order_no, guesses=(Reason.MALFUNCTION,), vague=True),
    "a whole claim": Draft(
        order_no=OURS.order_no, reason=Reason.INVALID_CODE, evidence=(Evidence("a.png", NOON),), evidence_done=True
    ),
    "a refused claim": Draft(order_no=OURS.order_no, reason=Reason.CHANGE_OF_MIND),
    "a claim that decides itself": Draft(order_no=LATE.order_no, reason=Reason.NOT_DELIVERED),
}
CASES = {
    "no case": (),
    **{
        state: (
            replace(
                FILED,
                state=state,
                offer="exchange" if state in (CaseState.OFFERED, CaseState.ACCEPTED, CaseState.SETTLED) else None,
            ),
        )
        for state in CaseState
        if state is not CaseState.DRAFT
    },
}
KINDS = {
    **{f"intent {intent}": lambda intent=intent: _heard(Reading("说点什么", intent, confidence=0.9)) for intent in Intent},
    **{f"unsure {intent}": lambda intent=intent: _heard(Reading("说点什么", intent, confidence=0.3)) for intent in Intent},
    **{f"answer {answer}": lambda answer=answer: _heard(Reading("嗯", Intent.OTHER, answer=answer)) for answer in Answer},
    **{f"reason {reason}": lambda reason=reason: _heard(Reading("不行", Intent.REFUND, reason, confidence=0.9)) for reason in Reason},
    **{f"wrong {part}": lambda part=part: _heard(Reading("不对", Intent.REFUND, wrong=part)) for part in Part},
    "a number": lambda: _heard(Reading("KM1", Intent.OTHER, order_nos=(OURS.order_no,))),
    "a stranger's number": lambda: _heard(Reading("KM1", Intent.OTHER, order_nos=("KM202611201530011111",))),
    "a contact": lambda: _heard(Reading("138", Intent.OTHER, contacts=("13800138000",), words=("13800138000",))),
    "a choice": lambda: _heard(Reading("2", Intent.OTHER, choice=2)),
    "nothing": lambda: _heard(Reading("", Intent.OTHER)),
    "a picture": lambda: _heard(Reading("", Intent.OTHER), files=("b.png",)),
    "a picture with a caption": lambda: _heard(Reading("没用过", Intent.REFUND, Reason.MALFUNCTION, confidence=0.9), files=("b.png",)),
    "ten pictures": lambda: _heard(Reading("", Intent.OTHER), files=tuple(f"{n}.png" for n in range(10))),
    "a picture that is none": lambda: _heard(Reading("", Intent.OTHER), unusable=(Text("evidence.not_a_picture"),)),
    "a sticker": lambda: _heard(Reading("", Intent.OTHER), kind="sticker"),
    "a start": lambda: _heard(Reading("", Intent.OTHER), started=True),
    "a link": lambda: _heard(Reading("", Intent.OTHER), started=True, linked=OURS.order_no),
    "an old button": lambda: presses("1.yes"),
    "a made-up button": lambda: presses("x' OR 1=1"),
    **{
        f"button {name}": lambda name=name: presses(f"7.{name}")
        for name in (
            "yes", "no", "no_more", "change", "change:order", "change:reason", "change:evidence", "reason:malfunction", "reason:none",
            "type:quality", "type:user_error", "type:not_delivered", "used:yes", "used:no", "accept:exchange", "accept:credit",
            "accept:cancel", "decline", "written", "cancel", "go_on", "unknown", "retry", "order:other", f"order:{OURS.order_no}",
        )
    },
    **{
        f"button {name}": lambda name=name: presses(name)
        for name in (
            "refund", "status", "human", "outside", "resume", "status:RF2611200001", "add:RF2611200001", "appeal:RF2611200001",
            "urge:RF2611200001", "withdraw:RF2611200001", "offer_accept:RF2611200001", "offer_decline:RF2611200001", "status:RF0",
        )
    },
}  # fmt: skip


def _heard(reading: Reading, **given: object) -> Heard:
    return replace(Heard(reading, NOON, "m1"), **given)  # type: ignore[arg-type]  # the names are checked by replace


@pytest.mark.parametrize("state", TalkState)
@pytest.mark.parametrize("drafted", DRAFTS)
def test_every_state_has_an_answer_to_everything(state: TalkState, drafted: str) -> None:
    """No customer is met with silence or an exception, whatever is said in whatever state; but for a person's talk, it is answered in both languages."""
    for cased, cases in CASES.items():
        known = facts(OURS, LATE, own=(OURS, LATE), cases=cases, bound=frozenset({OURS.order_no}))
        owner = "agent:" if state is TalkState.WITH_AGENT else "bot"
        for said, heard in KINDS.items():
            message = heard()
            choices = (
                (Choice(message.button, message.button.partition(".")[2]),)
                if (message.button or "").startswith("7.")
                else ()
            )
            talk = Talk(
                "u1", state, DRAFTS[drafted], owner=owner, serial=7, choices=choices, heard_at=NOON, agent_at=NOON
            )
            outcome = step(talk, message, known)
            where = f"{said} in {state} with {drafted} and {cased}"
            assert outcome.talk is not None, where
            resumes = message.button == "resume" or message.reading.answer is Answer.RESUME
            if state is TalkState.WITH_AGENT and not resumes:
                assert not outcome.says and outcome.talk.state is state, where
            else:
                assert outcome.says, where
            for sentence in outcome.says:
                for language in ("zh-CN", "en"):
                    assert CATALOGUE.say(language, sentence.text), f"{where}: {sentence.text.key}"
                assert len(sentence.buttons) <= 4, where


def test_every_trigger_that_a_message_can_have_is_in_the_table() -> None:
    assert set(Intent) - {Intent.REFUND} <= set(TALK.triggers)
    assert set(Answer) <= set(TALK.triggers)


def test_a_story_in_one_message_leaves_only_the_summary() -> None:
    late = replace(LATE, buyer=None, contact="13800138000")
    desk = Desk(facts(late))
    assert desk.hear(f"流量包过了说好的时间还没到，订单{late.order_no}，手机13800138000，退了吧") == [
        "confirm.with_rule"
    ]
    assert desk.press("yes") == ["filed.approved"]
    assert desk.case.state is CaseState.APPROVED and desk.case.reason is Reason.NOT_DELIVERED


def test_a_clear_complaint_after_a_deep_link_is_handed_in_with_two_more_messages() -> None:
    desk = Desk(facts(replace(OURS, buyer=None)))
    desk.hear(replace(says(""), started=True, linked=OURS.order_no))
    assert desk.hear("卡密激活提示无效码") == ["evidence.ask"]
    assert desk.hear(replace(says(""), files=("error.png",))) == ["confirm.summary"]
    assert desk.press("yes") == ["filed.submitted"]


def test_a_number_that_is_not_there_and_a_contact_that_does_not_fit_get_the_same_answer() -> None:
    theirs = replace(OURS, buyer="somebody", contact="13900000000")
    there, not_there = Desk(facts(theirs)), Desk(facts())
    for text in (f"激活失败 {theirs.order_no}", "13811112222", "13811112222"):
        assert there.hear(text) == not_there.hear(text)
        assert [said.text.values for said in there.last.says] == [said.text.values for said in not_there.last.says]


def test_five_wrong_tries_close_the_door_for_an_hour_and_no_longer() -> None:
    desk = Desk(facts(replace(OURS, buyer="somebody", contact="13900000000")))
    desk.hear(f"激活失败 {OURS.order_no}")
    said = [desk.hear(f"1381111222{n}") for n in range(5)]
    assert said == [["ownership.mismatch"]] * 4 + [["ownership.locked"]]
    assert desk.hear(f"{OURS.order_no} 13900000000") == ["ownership.locked"]
    desk.wait(hours=1)
    assert desk.hear(f"{OURS.order_no} 13900000000 激活失败") == ["evidence.ask"]


def test_guesses_before_the_order_is_named_count_as_well() -> None:
    desk = Desk(facts(replace(OURS, buyer="somebody", contact="13900000000")))
    assert desk.hear("13811112222 激活失败", OURS.order_no) == ["ownership.mismatch"]
    assert len(desk.talk.tries) == 1


def test_the_order_is_found_by_what_is_said_of_it_among_their_own() -> None:
    video = an_order(
        order_no="A1",
        product="腾讯视频VIP 月卡",
        amount_paid=2500,
        price=2500,
        kind=Goods.MEMBERSHIP,
        ordered_at=NOON - timedelta(days=1),
        delivered_at=NOON - timedelta(days=1),
    )
    music = replace(video, order_no="A2", product="QQ音乐 月卡", amount_paid=1500, price=1500)
    desk = Desk(facts(own=(video, music)))
    assert desk.hear("昨天买的腾讯视频，25块那个，会员突然掉了") == ["evidence.ask"]
    assert desk.talk.draft and desk.talk.draft.order_no == "A1"


def test_a_side_question_is_answered_and_the_pending_question_comes_again() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear("卡密激活提示无效码")
    assert desk.hear("审核要几个工作日？") == ["policy.review_time", "evidence.only"]
    assert desk.asks == "evidence"


def test_a_reason_that_was_read_wrong_is_put_right_in_words() -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear("卡密激活提示无效码", "没有了")
    assert desk.hear("原因不对，是功能异常") == ["evidence.ask"]
    assert desk.talk.draft and desk.talk.draft.reason is Reason.MALFUNCTION


def test_what_the_rules_refuse_is_refused_in_writing_only_where_that_is_asked_for() -> None:
    desk = Desk(facts(own=(OURS,)))
    assert desk.hear("不想要了，能退吗") == ["offer.instead"]
    assert not desk.facts.cases
    assert desk.hear("给我书面答复") == ["filed.refused"]
    assert desk.case.state is CaseState.REJECTED
    assert desk.case.decision and desk.case.decision.by == "system" and OURS.order_no in desk.case.decision.text


@pytest.mark.parametrize("remedy", ["exchange", "credit"])
def test_an_alternative_of_the_rules_may_be_taken_at_once(remedy: str) -> None:
    desk = Desk(facts(own=(OURS,)))
    desk.hear("不想要了，能退吗")
    assert desk.press(f"accept:{remedy}") == [f"filed.accepted.{remedy}"]
    assert (desk.case.state, desk.case.offer) == (CaseState.ACCEPTED, remedy)


def test_cancelling_an_order_that_is_not_due_yet_gives_the_money_back() -> None:
    early = replace(LATE, promised_at=NOON + timedelta(hours=1))
    desk = Desk(facts(own=(early,)))
    assert desk.hear("怎么还没发货，退款") == ["offer.cancel"]
    assert desk.press("accept:cancel") == ["filed.approved"]
    assert desk.case.reason is Reason.CHANGE_OF_MIND


def test_of_a_duplicate_the_later_order_is_the_cases_and_the_earlier_is_named() -> None:
    first = replace(OURS, order_no="KM202611201530000001", ordered_at=NOON - timedelta(minutes=9))
    second = replace(OURS, order_no="KM202611201530000002", ordered_at=NOON - timedelta(minutes=8))
    desk = Desk(facts(own=(second, first)))
    desk.hear(f"手滑付了两次，{first.order_no} 和 {second.order_no}，都没用过")
    assert desk.asks == "offer"
    desk.press("decline")
    desk.press("yes")
    assert (desk.case.order.order_no, desk.case.other_order_no) == (second.order_no, first.order_no)


def test_a_draft_is_kept_for_a_day_and_then_the_next_message_begins_anew_with_the_order_known() -> None:
    theirs = replace(OURS, buyer=None, contact="13800138000", kind=Goods.MEMBERSHIP)
    desk = Desk(facts(theirs))
    desk.hear(f"会员掉了 {theirs.order_no} 13800138000")
    desk.wait(hours=24, seconds=1)
    desk.facts = replace(desk.facts, own=(theirs,))
    assert desk.hear("我要退款") == ["reason.ask"] or desk.asks in ("detail", "reason")
    assert desk.talk.draft and desk.talk.draft.order_no == theirs.order_no and desk.talk.draft.reason is None


def test_when_a_person_is_called_the_house_is_silent() -> None:
    desk = Desk(facts(own=(OURS,)))
    assert desk.hear("我要退款", "别跟我机器人,转人工") == ["human.called"]
    assert desk.hear("在吗") == []
    assert desk.last.tells


def test_cancelling_is_taken_at_its_word_where_the_rules_offer_it() -> None:
    early = replace(LATE, promised_at=NOON + timedelta(hours=1))
    desk = Desk(facts(own=(early,)))
    desk.hear("怎么还没发货，退款")
    assert desk.hear("那取消吧") == ["filed.approved"]


def test_the_catalogue_knows_every_sentence_in_both_languages() -> None:
    assert set(Catalogue().languages) >= {"zh-CN", "en"}
