"""The workbench of one turn: what it knows of a claim, and how an answer keeps its buttons."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from flows.model import CaseState, Draft, Goods, Ledger, OrderStatus, TalkState
from flows.turn import LASTING, button, button_id
from nlp.codes import Reason
from tests.conftest import NOON, a_case, an_event, an_order
from tests.flows.talking import a_turn, facts

OURS = an_order()
THEIRS = an_order(order_no="KM202611201530011111", buyer="somebody", contact="13900000000")
CLAIM = Draft(order_no=OURS.order_no, reason=Reason.INVALID_CODE)
Given = dict[str, Any]
UNDELIVERED: Given = {"status": OrderStatus.UNDELIVERED, "delivered_at": None}


# ---- what is known of the claim


def test_an_order_is_theirs_by_the_shops_record_by_an_earlier_proof_or_by_what_was_offered() -> None:
    known = facts(OURS, THEIRS)
    assert a_turn(known=known, draft=Draft(order_no=OURS.order_no)).theirs == OURS
    assert a_turn(known=known, draft=Draft(order_no=THEIRS.order_no)).theirs is None
    assert a_turn(known=known, draft=Draft(order_no=THEIRS.order_no, offered=("13900000000",))).theirs == THEIRS
    shown_before = replace(known, bound=frozenset({THEIRS.order_no}))
    assert a_turn(known=shown_before, draft=Draft(order_no=THEIRS.order_no)).theirs == THEIRS


def test_behind_a_closed_door_the_right_contact_proves_nothing_but_a_bound_order_stays_theirs() -> None:
    draft, tries = Draft(order_no=THEIRS.order_no, offered=("13900000000",)), (NOON,) * 5
    assert a_turn(known=facts(THEIRS), draft=draft, tries=tries).theirs is None
    assert a_turn(known=facts(THEIRS, bound=frozenset({THEIRS.order_no})), draft=draft, tries=tries).theirs == THEIRS


@pytest.mark.parametrize("mine, on_order, closed", [(4, 0, False), (5, 0, True), (0, 9, False), (0, 10, True)])
def test_the_door_closes_after_five_tries_of_one_or_ten_on_one_order(mine: int, on_order: int, closed: bool) -> None:
    turn = a_turn(known=facts(THEIRS, order_tries={THEIRS.order_no: (NOON,) * on_order}), tries=(NOON,) * mine)
    assert turn.door_closed(THEIRS.order_no) == (NOON + timedelta(hours=1) if closed else None)


def test_a_case_of_somebody_else_on_the_order_stands_in_the_way_too() -> None:
    elsewhere = {OURS.order_no: Ledger(OURS.order_no, open_case="RF0", open_customer="u2")}
    turn = a_turn(known=facts(OURS, ledgers=elsewhere), draft=CLAIM)
    assert turn.already_open() and turn.open_case is None


@pytest.mark.parametrize("state", [CaseState.REFUNDED, CaseState.CLOSED, CaseState.WITHDRAWN, CaseState.SETTLED])
def test_a_case_that_is_over_does_not_stand_in_the_way(state: CaseState) -> None:
    known = facts(OURS, cases=(a_case(state=state),), ledgers={OURS.order_no: Ledger(OURS.order_no)})
    assert not a_turn(known=known, draft=CLAIM).already_open()


def test_an_order_is_given_back_when_all_of_its_pieces_are() -> None:
    three = replace(OURS, quantity=3)
    for granted, all_of_it in ((2, False), (3, True)):
        known = facts(three, ledgers={three.order_no: Ledger(three.order_no, granted=granted)})
        assert a_turn(known=known, draft=CLAIM).given_back() is all_of_it


# fmt: off
USE = [
    #  goods             reason                  order               asked
    (Goods.CARD,       Reason.CHANGE_OF_MIND,  {},                 False),    # refused either way
    (Goods.CARD,       Reason.WRONG_PURCHASE,  {},                 True),
    (Goods.MEMBERSHIP, Reason.DUPLICATE_ORDER, {},                 True),
    (Goods.CARD,       Reason.INVALID_CODE,    {},                 False),
    (Goods.TOPUP,      Reason.WRONG_PURCHASE,  {},                 False),    # used as it is delivered
    (Goods.CARD,       Reason.WRONG_PURCHASE,  UNDELIVERED,        False),
]
# fmt: on


@pytest.mark.parametrize("kind, reason, given, asked", USE)
def test_use_is_asked_for_only_where_it_decides(kind: Goods, reason: Reason, given: Given, asked: bool) -> None:
    order = an_order(kind=kind, **given)
    draft = Draft(order_no=order.order_no, reason=reason)
    assert a_turn(known=facts(order), draft=draft).use_decides() is asked
    assert not a_turn(known=facts(order), draft=replace(draft, code_used=False)).use_decides()
    assert not a_turn(known=facts(order), draft=replace(draft, asked=frozenset({"used"}))).use_decides()


def test_without_the_order_the_rules_have_no_answer() -> None:
    with pytest.raises(AssertionError):
        a_turn(draft=Draft(reason=Reason.MALFUNCTION)).verdict()


def test_a_silent_order_source_is_no_word_on_an_order_that_is_known() -> None:
    assert a_turn(known=facts(orders_unknown=True), draft=CLAIM).orders_unknown()
    assert not a_turn(known=facts(OURS, orders_unknown=True), draft=CLAIM).orders_unknown()


# ---- making the answer


def test_a_question_is_counted_and_keeps_its_buttons_and_a_remark_does_neither() -> None:
    turn = a_turn(state=TalkState.CONFIRM, serial=7)
    turn.say("confirm.summary", button("yes"), asks="confirm")
    assert (turn.talk.serial, [choice.id for choice in turn.talk.choices]) == (8, ["8.yes"])
    turn.say("policy.window", button("human"))
    assert (turn.talk.serial, [choice.id for choice in turn.talk.choices]) == (8, ["8.yes"])
    assert [said.serial for said in turn.done.says] == [8, 8]


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_button_is_bound_to_no_question(name: str) -> None:
    assert button_id(button(f"{name}:RF1"), 9) == f"{name}:RF1"


def test_any_other_button_is_bound_to_its_question() -> None:
    assert button_id(button("yes"), 9) == "9.yes"


def test_an_empty_draft_is_none() -> None:
    turn = a_turn()
    assert turn.outcome().talk == turn.talk and turn.talk.draft is None
    turn.know(vague=True)
    assert turn.outcome().talk == replace(turn.talk, draft=Draft(vague=True))


def test_a_step_is_known_to_the_rest_of_the_turn() -> None:
    turn = a_turn(known=facts(cases=(a_case("RF2", order=THEIRS), a_case())))
    turn.has_moved(a_case(state=CaseState.WITHDRAWN), (an_event(),))
    assert {case.number: case.state for case in turn.facts.cases} == {"RF2": "submitted", "RF2611200001": "withdrawn"}
    assert turn.cases_in(CaseState.WITHDRAWN)[0].events == (an_event(),)


def test_a_wake_is_named_after_what_it_is_for() -> None:
    turn = a_turn()
    turn.wake("silence", NOON)
    turn.wake("silence", NOON + timedelta(minutes=1))
    assert len({wake.key for wake in turn.done.wakes}) == 2 and {wake.chat for wake in turn.done.wakes} == {"u1"}
