"""What staff decide: in writing, by the right person, told to the customer, and never too much money."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from bot.texts import packaged
from flows.case import NotAllowed
from flows.model import GRANTED, Actor, Case, CaseState, Cents, Draft, Ledger, Outcome, Remedy, Role, Talk, TalkState
from flows.policy import load
from flows.review import ACTIONS, NEWS, Action, decide, quiet, talk_to
from flows.talk import step
from nlp.codes import Reason
from tests.conftest import NOON, a_case, an_event, an_order
from tests.flows.talking import facts, presses

S, T = CaseState, TalkState
A1, A2, BOSS = Actor(Role.AGENT, "a1"), Actor(Role.AGENT, "a2"), Actor(Role.SUPERVISOR, "s1")
WAITING = a_case(basis="按规则", due_at=NOON + timedelta(days=3), events=(an_event(),))
DRAFT = Draft(order_no="KM1", reason=Reason.MALFUNCTION)


def does(do: str, case: Case = WAITING, by: Actor = A1, talk: Talk | None = None, **more: Any) -> Outcome:
    given = {name: more.pop(name) for name in ("high_risk", "ledgers", "policy") if name in more}
    known = facts(cases=(case,), **given)
    return decide(case, talk or Talk("u1"), Action(do, by, **more), known, quiet(NOON))


def says(do: str, talk: Talk, by: Actor = A1, **more: Any) -> Outcome:
    return talk_to(talk, Action(do, by, **more), facts(), quiet(NOON))


def keys(outcome: Outcome) -> list[str]:
    return [said.text.key for said in outcome.says]


def refusal(attempt: Callable[[], Outcome]) -> str:
    with pytest.raises(NotAllowed) as refused:
        attempt()
    return refused.value.why


# ---- steps


# fmt: off
DECISIONS = [
    # does               with                         becomes              the customer hears
    ("take",             {},                          S.IN_REVIEW,         "news.taken"),
    ("approve",          {},                          S.APPROVED,          "news.approved"),
    ("reject",           {"text": "卡号不符"},        S.REJECTED,          "news.rejected"),
    ("offer",            {"offer": Remedy.EXCHANGE},  S.OFFERED,           "news.offered"),
    ("request_evidence", {"text": "请补图"},          S.AWAITING_CUSTOMER, "news.more_wanted"),
]
# fmt: on


@pytest.mark.parametrize("do, given, becomes, key", DECISIONS)
def test_a_decision_takes_the_case_and_is_told(do: str, given: dict[str, Any], becomes: CaseState, key: str) -> None:
    outcome = does(do, **given)
    case = outcome.cases[-1]
    assert (case.state, case.reviewer, keys(outcome)) == (becomes, "a1", [key])
    assert [event.trigger for event in outcome.events] == ["take", *([] if do == "take" else [do])]
    assert [told.text.key for told in outcome.tells] == ["staff.step"]


@pytest.mark.parametrize("do", ["reject", "request_evidence"])
def test_without_a_text_nothing_is_refused_or_asked_for(do: str) -> None:
    assert refusal(lambda: does(do, text="  ")) == "in_writing"


@pytest.mark.parametrize("offer", [None, Remedy.CANCEL])
def test_an_offer_names_an_exchange_or_credit(offer: Remedy | None) -> None:
    assert refusal(lambda: does("offer", offer=offer)) == "offer_named"


def test_every_step_that_staff_or_time_take_has_its_news_in_both_languages() -> None:
    unknown = [key for key in NEWS.values() for texts in packaged().values() if key not in texts]
    assert unknown == []


def test_the_customer_is_asked_at_once_only_where_nothing_else_is_being_asked() -> None:
    idle = does("request_evidence", text="请补图")
    busy = does("request_evidence", text="请补图", talk=Talk("u1", T.ASK_REASON, DRAFT))
    assert idle.talk and (idle.talk.state, idle.says[0].asks) == (T.ADD_EVIDENCE, "evidence")
    assert busy.talk and (busy.talk.state, busy.talk.draft, busy.says[0].asks) == (T.ASK_REASON, DRAFT, None)


def test_high_risk_customers_are_decided_upon_by_a_supervisor_alone() -> None:
    assert refusal(lambda: does("approve", high_risk=True)) == "may_decide"
    assert does("approve", by=BOSS, high_risk=True).cases[-1].state is S.APPROVED


def test_above_what_an_agent_may_give_a_supervisor_decides() -> None:
    strict = load('[limits]\nagent_approve = "50.00"')
    assert refusal(lambda: does("approve", policy=strict)) == "may_grant"
    assert does("approve", by=BOSS, policy=strict).pays


def test_the_second_look_is_another_persons() -> None:
    appealed = replace(WAITING, state=S.APPEALED, appealed=True, first_reviewer="a1")
    assert refusal(lambda: does("approve", appealed)) == "other_person"
    assert does("reject", appealed, A2, text="仍不符").cases[-1].state is S.CLOSED


# ---- the amount


def test_the_amount_is_that_of_the_day_of_the_decision() -> None:
    """Another piece was given back since it was handed in: the parts still add up."""
    order = an_order(quantity=3, amount_paid=10000, price=10000)
    case = replace(WAITING, order=order, quantity=1)
    for granted, cash in ((0, 3333), (1, 3333), (2, 3334)):
        outcome = does("approve", case, ledgers={order.order_no: Ledger(order.order_no, granted=granted)})
        assert [pay.refund.cash for pay in outcome.pays] == [cash]
    full = {order.order_no: Ledger(order.order_no, granted=3)}
    assert refusal(lambda: does("approve", case, ledgers=full)) == "not_given_back_before"


@settings(max_examples=100)
@given(
    quantity=some.integers(1, 7),
    paid=some.integers(0, 100_000),
    points=some.integers(0, 500),
    wishes=some.lists(some.tuples(some.integers(1, 7), some.sampled_from(["approve", "reject", "offer"])), max_size=12),
)
def test_whatever_is_decided_in_whatever_order_never_more_goes_back_than_was_paid(
    quantity: int, paid: int, points: int, wishes: list[tuple[int, str]]
) -> None:
    order = an_order(quantity=quantity, amount_paid=paid, price=paid, points=points)
    ledger, cash, back = Ledger(order.order_no), 0, 0
    for n, (pieces, do) in enumerate(wishes):
        case = replace(WAITING, number=f"RF{n}", order=order, quantity=pieces)
        try:
            outcome = does(do, case, ledgers={order.order_no: ledger}, text="理由", offer=Remedy.CREDIT)
        except NotAllowed:
            assert ledger.granted + pieces > quantity
            continue
        for pay in outcome.pays:
            cash, back = cash + pay.refund.cash, back + pay.refund.points
        granted = pieces if outcome.cases[-1].state in GRANTED else 0
        ledger = replace(ledger, granted=ledger.granted + granted)
    assert cash <= paid and back <= points and ledger.granted <= quantity
    if ledger.granted == quantity:
        assert (cash, back) == (paid, points)


# ---- the reason, and the high-risk list


def test_a_corrected_reason_is_judged_anew_as_of_the_day_it_was_handed_in() -> None:
    case = replace(WAITING, submitted_at=NOON - timedelta(minutes=30), rule="quality.in_window")
    outcome = does("correct_reason", case, reason=Reason.NOT_DELIVERED)
    corrected = outcome.cases[0]
    assert (corrected.reason, corrected.rule) == (Reason.NOT_DELIVERED, "not_delivered.in_window")
    assert keys(outcome) == ["news.reason_corrected"]
    assert outcome.events[0].why.startswith("invalid_code -> not_delivered") and outcome.events[0].by == "agent:a1"


def test_a_reason_can_be_corrected_only_while_it_is_under_review() -> None:
    paid = replace(WAITING, state=S.REFUNDED)
    assert refusal(lambda: does("correct_reason", paid, reason=Reason.MALFUNCTION)) == "state"
    assert refusal(lambda: does("correct_reason")) == "reason_named"


@pytest.mark.parametrize("do, restricted", [("restrict", True), ("lift", False)])
def test_only_a_supervisor_restricts_or_lifts_and_says_why(do: str, restricted: bool) -> None:
    step = does(do, by=BOSS, text="伪造的截图")
    assert step.risk and (step.risk.customer, step.risk.restricted, step.risk.why) == ("u1", restricted, "伪造的截图")
    assert step.says == () and step.notes
    assert refusal(lambda: does(do, text="伪造的截图")) == "may_decide"
    assert refusal(lambda: does(do, by=BOSS, text=" ")) == "in_writing"


# ---- the talk


def test_a_persons_words_are_said_as_theirs_and_nothing_empty_is_said() -> None:
    outcome = says("say", Talk("u1"), text="您好")
    assert (outcome.says[0].by, outcome.says[0].text.values) == ("agent:a1", {"name": "a1", "text": "您好"})
    assert refusal(lambda: says("say", Talk("u1"), text=" ")) == "in_writing"


def test_taking_over_remembers_the_open_question_and_giving_back_asks_it_again() -> None:
    talk = Talk("u1", T.ASK_ORDER, Draft(reason=Reason.MALFUNCTION))
    taken = says("take_over", talk).talk
    assert taken and (taken.owner, taken.state, taken.resume) == ("agent:a1", T.WITH_AGENT, T.ASK_ORDER)
    returned = says("hand_back", taken)
    assert keys(returned) == ["human.handed_back", "order.ask_knowing"]
    assert returned.talk and (returned.talk.owner, returned.talk.state) == ("bot", T.ASK_ORDER)


def test_every_word_and_the_taking_over_set_the_alarm_of_silence() -> None:
    taken = says("take_over", Talk("u1"))
    assert taken.talk
    spoken = says("say", taken.talk, text="您好")
    assert [wake.kind for wake in (*taken.wakes, *spoken.wakes)] == ["silence", "silence"]
    assert says("say", Talk("u1"), text="您好").wakes == (), "a word beside the bot takes nothing over"


def test_a_note_is_for_staff_alone() -> None:
    outcome = does("note", text="老客户")
    assert (outcome.says, [(note.text, note.by) for note in outcome.notes]) == ((), [("老客户", "agent:a1")])


def test_what_belongs_to_a_case_cannot_be_done_without_one() -> None:
    for do in set(ACTIONS) - {"say", "take_over", "hand_back", "note"}:
        assert refusal(lambda do=do: says(do, Talk("u1"), text="x")) == "state"    # type: ignore[misc]  # bound at once
    assert refusal(lambda: says("hand_back", Talk("u1"))) == "person_owns_the_talk"


# ---- several cases of one order


@settings(max_examples=150)
@given(
    paid=some.integers(0, 10**7), points=some.integers(0, 10**4),
    pieces=some.lists(some.integers(1, 7), min_size=1, max_size=6), data=some.data(),
)  # fmt: skip
def test_in_whatever_order_the_cases_of_an_order_are_decided_the_parts_are_the_whole(
    paid: int, points: int, pieces: list[int], data: some.DataObject
) -> None:
    """All are handed in first. Money, exchange or credit: it counts."""
    order = an_order(quantity=sum(pieces), amount_paid=Cents(paid), points=points)
    waiting = [
        a_case(f"RF{n}", order=order, quantity=quantity, state=S.IN_REVIEW, reviewer="a1", events=(an_event(f"RF{n}"),))
        for n, quantity in enumerate(pieces)
    ]
    granted, back, points_back = 0, 0, 0
    for case in data.draw(some.permutations(waiting)):
        ledgers = {order.order_no: Ledger(order.order_no, granted)}
        if data.draw(some.booleans()):
            known = facts(own=(order,), cases=(case,), ledgers=ledgers)
            done = decide(case, Talk("u1"), Action("approve", A1), known, quiet(NOON)).cases[-1]
        else:
            remedy = data.draw(some.sampled_from([Remedy.EXCHANGE, Remedy.CREDIT]))
            offered = replace(case, state=S.OFFERED, offer=remedy)
            known = facts(own=(order,), cases=(offered,), ledgers=ledgers)
            done = step(Talk("u1"), presses(f"offer_accept:{case.number}"), known).cases[-1]
        assert done.state in GRANTED
        back, points_back = back + done.refund.cash, points_back + done.refund.points
        granted += case.quantity
        assert back <= paid
    assert (granted, back, points_back) == (order.quantity, paid, points)


@pytest.mark.parametrize("offer", [Remedy.EXCHANGE, Remedy.CREDIT])
def test_an_offer_is_not_taken_once_the_pieces_went_back_by_another_case(offer: Remedy) -> None:
    order = an_order(quantity=2)
    case = a_case(order=order, quantity=2, state=S.OFFERED, offer=offer, events=(an_event(),))
    known = facts(own=(order,), cases=(case,), ledgers={order.order_no: Ledger(order.order_no, granted=1)})
    outcome = step(Talk("u1"), presses(f"offer_accept:{case.number}"), known)
    assert outcome.cases == () and [said.text.key for said in outcome.says] == ["case.not_now"]
