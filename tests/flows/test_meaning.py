"""What a message means beside the question that was asked: the trigger that the table is walked with."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from flows.meaning import IN_STATE, meaning
from flows.model import CaseState, Choice, Draft, OrderStatus, TalkState, Text
from flows.turn import Facts, Heard
from nlp.codes import Answer as A
from nlp.codes import Intent, Part, Reason
from tests.conftest import NOON, a_case, an_order
from tests.flows.talking import a_turn, facts, presses, reads, says

T = TalkState
OURS = an_order()
KNOWN = facts(own=(OURS,))
CLAIM = Draft(order_no=OURS.order_no, reason=Reason.INVALID_CODE)
MAL, LOOSE = Reason.MALFUNCTION, "KM202611201530099999"
GUESS = Draft(guesses=(MAL,))
REFUSED = Draft(order_no=OURS.order_no, reason=Reason.CHANGE_OF_MIND)


def trigger(heard: Heard, known: Facts = KNOWN, **talk: object) -> str:
    return meaning(a_turn(heard, known, **talk))


def short(answer: A, **given: object) -> Heard:
    return reads("嗯", Intent.OTHER, answer=answer, confidence=0.0, **given)


def test_every_state_but_a_persons_has_a_reading_of_its_own() -> None:
    assert set(IN_STATE) == set(T) - {T.WITH_AGENT}


# fmt: off
ANSWERS = [
    # waits for          draft                  hears                                            trigger
    (T.CONFIRM,          CLAIM,                 short(A.YES),                                    "yes"),
    (T.CONFIRM,          CLAIM,                 short(A.NO),                                     "no"),
    (T.CONFIRM,          CLAIM,                 reads(substance=0),                              "yes"),
    (T.CONFIRM,          CLAIM,                 reads(reason=MAL, substance=9),                  "tell"),
    (T.CONFIRM,          CLAIM,                 short(A.YES, reason=MAL),                        "tell"),
    (T.ASK_EVIDENCE,     CLAIM,                 short(A.NO_MORE),                                "no_more"),
    (T.ASK_REASON,       GUESS,                 short(A.YES),                                    "yes"),
    (T.ASK_REASON,       GUESS,                 short(A.NO),                                     "no"),
    (T.ASK_REASON,       Draft(),               reads(reason=MAL),                               "tell"),
    (T.ASK_ORDER,        Draft(),               short(A.UNKNOWN),                                "unknown"),
    (T.ASK_ORDER,        Draft(),               reads("KM1", Intent.OTHER, candidates=("KM1",)), "tell"),
    (T.ASK_OWNERSHIP,    Draft(order_no="KM1"), reads("1", Intent.OTHER, contacts=("139",)),     "tell"),
    (T.ASK_OWNERSHIP,    Draft(order_no="KM1"), short(A.UNKNOWN),                                "unknown"),
    (T.OFFER_INSTEAD,    REFUSED,               short(A.IN_WRITING),                             "in_writing"),
    (T.OFFER_INSTEAD,    REFUSED,               short(A.DECLINE),                                "decline"),
    (T.OFFER_INSTEAD,    REFUSED,               short(A.ACCEPT, remedy="exchange"),              "accept"),
    (T.ADD_EVIDENCE,     None,                  short(A.NO_MORE),                                "no_more"),
    (T.ADD_EVIDENCE,     None,                  reads("激活页已经关了", substance=7),            "picture"),
    (T.ASK_APPEAL,       None,                  reads("我重新拍了一张清楚的", substance=9),      "material"),
    (T.ASK_APPEAL,       None,                  short(A.NO),                                     "no"),
    (T.CONFIRM_WITHDRAW, None,                  reads("撤销", Intent.WITHDRAW),                  "yes"),
    (T.CONFIRM_WITHDRAW, None,                  short(A.NO),                                     "no"),
    (T.IDLE,             None,                  reads(reason=MAL),                               "tell"),
    (T.IDLE,             None,                  short(A.YES),                                    "yes"),
    (T.IDLE,             None,                  reads("KM1", Intent.OTHER, candidates=(LOOSE,)), "number"),
]
# fmt: on


@pytest.mark.parametrize("state, draft, heard, expected", ANSWERS)
def test_a_short_answer_means_what_was_asked_for(state: T, draft: Draft | None, heard: Heard, expected: str) -> None:
    assert trigger(heard, state=state, draft=draft) == expected


@pytest.mark.parametrize("state", sorted(set(IN_STATE) - {T.CONFIRM_WITHDRAW, T.ASK_APPEAL}))
@pytest.mark.parametrize("intent", [Intent.HUMAN, Intent.POLICY, Intent.EXTERNAL_HELP])
def test_who_plainly_wants_something_else_gets_it_in_every_state(state: T, intent: Intent) -> None:
    assert trigger(reads("先说别的", intent), state=state, draft=CLAIM) == intent


@pytest.mark.parametrize("state", [T.ASK_REASON, T.ASK_DETAIL, T.ASK_EVIDENCE, T.CONFIRM, T.OFFER_INSTEAD])
def test_what_is_only_half_understood_is_taken_for_an_answer(state: T) -> None:
    assert trigger(reads("得赔我", Intent.THANKS, confidence=0.5, substance=3), state=state, draft=CLAIM) == "tell"
    assert trigger(reads("也许", Intent.STATUS, confidence=0.3, substance=2), state=state, draft=CLAIM) == "tell"


@pytest.mark.parametrize("said", ["等下再说", "算了再等等"])
def test_what_is_hardly_understood_hands_nothing_in(said: str) -> None:
    assert trigger(says(said), state=T.CONFIRM, draft=CLAIM) != "yes"
    for intent in (Intent.URGE, Intent.REFUND):
        heard = reads("再看看", intent, reason=CLAIM.reason, confidence=0.3, substance=3)
        assert trigger(heard, state=T.CONFIRM, draft=CLAIM) == "tell"


def test_nobody_is_taken_to_withdraw_on_a_guess() -> None:
    known = facts(own=(OURS,), cases=(a_case(),))
    assert trigger(reads("接下来呢", Intent.WITHDRAW, confidence=0.3), known) == "other"
    assert trigger(reads("我不想要了，撤", Intent.WITHDRAW, confidence=0.5), known) == "withdraw"


@pytest.mark.parametrize("asked", ["how long?", "多久", "什么时候到"])
def test_who_asks_only_how_long_is_answered_in_the_middle_of_a_claim(asked: str) -> None:
    assert trigger(says(asked), state=T.CONFIRM, draft=CLAIM) == Intent.POLICY


@pytest.mark.parametrize("asked", ["什么截图？", "截图怎么截", "which screenshot do you mean?"])
def test_who_asks_what_picture_is_meant_is_shown_one_of_this_claim(asked: str) -> None:
    assert trigger(says(asked), state=T.ASK_EVIDENCE, draft=CLAIM) == "example"


def test_who_speaks_of_pictures_and_sends_none_is_not_asked_for_them_a_third_time() -> None:
    asked = {"state": T.ASK_EVIDENCE, "draft": replace(CLAIM, asked=frozenset({"words_for_pictures"}))}
    assert trigger(reads("聊天记录都让我清了", Intent.ADD_EVIDENCE), **asked) == "no_more"


@pytest.mark.parametrize("answer", [A.BACK, A.CANCEL, A.RESTART])
def test_the_ways_back_and_out_work_all_through_a_claim(answer: A) -> None:
    for state in (T.ASK_ORDER, T.ASK_REASON, T.ASK_EVIDENCE, T.CONFIRM, T.OFFER_INSTEAD):
        assert trigger(short(answer), state=state, draft=CLAIM) == answer


@pytest.mark.parametrize("part", Part)
def test_what_is_put_right_is_told_anew(part: Part) -> None:
    assert trigger(reads("不对", wrong=part), state=T.CONFIRM, draft=CLAIM) == "tell"


# ---- buttons and digits


def test_a_button_of_the_last_question_is_good_and_any_older_one_is_stale() -> None:
    talk = {"state": T.CONFIRM, "draft": CLAIM, "serial": 8, "choices": (Choice("8.yes", "yes"),)}
    assert trigger(presses("8.yes"), **talk) == "yes"
    assert trigger(presses("7.yes"), **talk) == "stale"


@pytest.mark.parametrize("pressed", ["yes", "order:KM1", "", "9", "8.", "x' OR 1=1", "status"])
def test_what_no_question_showed_has_no_effect(pressed: str) -> None:
    assert trigger(presses(pressed), state=T.CONFIRM, draft=CLAIM) == ("status" if pressed == "status" else "stale")


@pytest.mark.parametrize("digit, expected", [(1, "yes"), (2, "change"), (3, "tell")])
def test_a_digit_picks_a_button_where_there_is_one_of_that_number(digit: int, expected: str) -> None:
    choices = (Choice("8.yes", "yes"), Choice("8.change", "change"))
    heard = reads(str(digit), Intent.OTHER, choice=digit, confidence=0.0)
    assert trigger(heard, state=T.CONFIRM, draft=CLAIM, choices=choices) == expected


def test_a_button_fills_in_what_it_names() -> None:
    turn = a_turn(presses("8.reason:malfunction"), KNOWN, state=T.ASK_REASON, draft=Draft(order_no=OURS.order_no),
                  choices=(Choice("8.reason:malfunction", "reason:malfunction"),))    # fmt: skip
    assert meaning(turn) == "tell" and turn.draft.reason is Reason.MALFUNCTION


# ---- other things than words


def test_while_a_person_has_the_talk_everything_is_theirs_but_the_way_back() -> None:
    assert trigger(reads(), state=T.WITH_AGENT) == "anything"
    assert trigger(presses("status"), state=T.WITH_AGENT) == "anything"
    assert trigger(presses("resume"), state=T.WITH_AGENT) == "resume"


def test_stickers_and_files_that_are_none_are_said_to_be() -> None:
    assert trigger(replace(reads("", Intent.OTHER), kind="sticker")) == "unsupported"
    assert trigger(replace(reads("", Intent.OTHER), unusable=(Text("evidence.broken"),))) == "unusable"


@pytest.mark.parametrize("state, expected", [(T.IDLE, "picture"), (T.ADD_EVIDENCE, "picture"), (T.ASK_REASON, "tell")])
def test_a_picture_alone_goes_where_it_belongs(state: T, expected: str) -> None:
    assert trigger(replace(reads("", Intent.OTHER), files=("a.png",)), state=state) == expected


def test_a_link_names_the_order_and_binds_it() -> None:
    turn = a_turn(replace(reads("", Intent.OTHER), started=True, linked=OURS.order_no), facts(OURS))
    assert meaning(turn) == "tell"
    assert (turn.draft.order_no, OURS.order_no in turn.done.bind) == (OURS.order_no, True)
    assert trigger(replace(reads("", Intent.OTHER), started=True)) == "greeting"


# ---- what nobody asked for


def test_a_yes_to_an_offer_that_stands_is_an_answer_and_a_vague_complaint_turns_it_down() -> None:
    offered = facts(own=(OURS,), cases=(a_case(state=CaseState.OFFERED),))
    assert trigger(short(A.ACCEPT), offered) == "accept"
    assert trigger(reads("我就要钱", confidence=0.3), offered) == "decline"


def test_words_that_are_hardly_a_complaint_belong_to_the_case_that_stands() -> None:
    known = facts(own=(OURS,), cases=(a_case(),))
    assert trigger(reads("还是那样", confidence=0.2), known) == "supplement"
    assert trigger(reads("还是那样", confidence=0.2), facts(own=(OURS,))) == "tell"


def test_waiting_for_what_nobody_has_claimed_yet_is_a_claim() -> None:
    late = replace(OURS, status=OrderStatus.UNDELIVERED, delivered_at=None, promised_at=NOON - timedelta(hours=1))
    heard = reads("怎么还没到账", Intent.PAYOUT_MISSING)
    assert trigger(heard, facts(own=(late,))) == "tell"
    assert trigger(heard, facts(own=(late,), cases=(a_case(),))) == "payout_missing"
