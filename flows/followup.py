"""What is said and done once a case stands: status, urging, money not come, more evidence, withdrawing, the rules."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from flows.clock import UNDER_REVIEW
from flows.described import described
from flows.evidence import add, assign, beside, missing
from flows.model import CUSTOMER, LAST, Button, Case, CaseState, Draft, Goods, Note, Says, TalkState, Text, Value, Yuan
from flows.policy import span
from flows.progress import advance
from flows.turn import Turn, button
from flows.wording import about, arrival, paid_with
from nlp.codes import Topic

S = CaseState
WITHDRAWABLE = (S.SUBMITTED, S.IN_REVIEW, S.AWAITING_CUSTOMER, S.OFFERED, S.APPEALED)
IN_OUR_HANDS = (S.SUBMITTED, S.IN_REVIEW, S.APPEALED)
MONEY_GRANTED = (S.APPROVED, S.PAYING, S.PAYOUT_FAILED, S.REFUNDED)
MOST_LISTED = 3
ABOUT_ONE_CASE = (TalkState.CONFIRM_WITHDRAW, TalkState.ASK_APPEAL, TalkState.ADD_EVIDENCE)
TELLS_SOMETHING = 4
"""Characters beyond the bare wish from which a message counts as new material."""


def spoken_of(turn: Turn, *states: CaseState) -> Case | None:
    """The case that is meant, in one of the states: named by number or order, else last spoken of, else the newest.

    Where one is named, or a question was asked about one, no other is ever taken for it: cases never mix.
    """
    cases = turn.cases_in(*states) if states else turn.facts.cases
    if names_a_case(turn):
        return next((case for case in cases if _is_named(turn, case)), None)
    focus = next((case for case in cases if case.number == turn.talk.case), None)
    if turn.talk.state in ABOUT_ONE_CASE and turn.talk.case:
        return focus
    cases = _described(turn, cases)
    return focus if focus in cases else next(iter(cases), None)


def names_a_case(turn: Turn) -> bool:
    """Whether a case number stands in the message or on the button, or the number of an order that has a case."""
    pressed = turn.argument.startswith("RF")
    return pressed or bool(turn.reading.case_nos) or any(_is_named(turn, case) for case in turn.facts.cases)


def _described(turn: Turn, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Of several, those whose order is described: 「爱奇艺那个不退了」. All of them where nothing tells them apart."""
    orders = described(turn.reading, tuple(case.order for case in cases), turn.now)
    return tuple(case for case in cases if case.order in orders)


def several_meant(turn: Turn, *states: CaseState) -> tuple[Case, ...]:
    """The cases in these states among which nothing that was said or pressed decides."""
    cases = turn.cases_in(*states)
    if names_a_case(turn):
        return ()
    meant = _described(turn, cases)
    return meant if len(meant) > 1 else ()


def _order_nos(turn: Turn) -> tuple[str, ...]:
    orders = turn.facts.orders
    named = (*turn.reading.order_nos, *pictured_orders(turn))
    return tuple(orders[number].order_no if number in orders else number for number in named)


def pictured_orders(turn: Turn) -> tuple[str, ...]:
    """Orders on the pictures of this message, of those that are known."""
    readings = filter(None, (turn.facts.pictures.get(file) for file in turn.heard.files))
    shown = (one.number.text for picture in readings for one in picture.orders if one.number)
    return tuple(number for number in shown if number in turn.facts.orders)


def _is_named(turn: Turn, case: Case) -> bool:
    return case.number in (turn.argument, *turn.reading.case_nos) or case.order.order_no in _order_nos(turn)


# ---- where it stands


def status(turn: Turn) -> None:
    cases = turn.facts.cases
    open_ones = tuple(case for case in cases if case.state not in LAST)
    named = tuple(case for case in cases if _is_named(turn, case))
    shown = named or open_ones or cases[:1]
    if turn.reading.case_nos and not named:
        # The same words for one that is not there and one that is somebody else's.
        turn.say("status.not_found", number=turn.reading.case_nos[0])
    if not shown:
        _none_yet(turn)
    elif len(shown) == 1:
        tell_status(turn, shown[0])
    else:
        lines = tuple(Text("status.line", about(case)) for case in shown[:MOST_LISTED])
        buttons = (
            button(f"status:{case.number}", "button.status_of", number=case.number) for case in shown[:MOST_LISTED]
        )
        turn.say("status.many", *buttons, lines=lines, count=len(shown))


def _none_yet(turn: Turn) -> None:
    if turn.drafting():
        turn.say("status.draft")
        turn.then("repeat")
    else:
        turn.say("status.none", button("refund"))


def tell_status(turn: Turn, case: Case) -> None:
    turn.remember(case=case.number)
    turn.say(
        "status.one",
        *_buttons(case),
        case=case.number,
        timeline=_timeline(case),
        next=what_is_next(case, turn.now),
        **about(case),
    )


def _timeline(case: Case) -> Value:
    return tuple(Text("status.step", {"at": event.at, "state": Text(f"state.{event.to}")}) for event in case.events)


def what_is_next(case: Case, now: datetime) -> Text:
    """What happens next, and when: the sentence that every status ends with. Nothing is promised for a time gone by."""
    if case.due_at and now > case.due_at and case.state in IN_OUR_HANDS:
        return Text("next.overdue", {"due": case.due_at})
    offer = Text(f"remedy.{case.offer}") if case.offer else ""
    values: dict[str, Any] = {
        "asked": case.asked,
        "offer": offer,
        "number": case.number,
        "paid_with": paid_with(case.order, case.refund),
    }
    values |= {"due": case.due_at} if case.due_at else {}
    values |= {"until": case.until} if case.until else {}
    return Text(f"next.{case.state}", values)


def _buttons(case: Case) -> Iterable[Button]:
    if case.state is S.OFFERED:
        yield button(f"offer_accept:{case.number}", f"button.accept.{case.offer}")
        yield button(f"offer_decline:{case.number}", "button.offer_decline")
    if case.state in UNDER_REVIEW:
        yield button(f"add:{case.number}", "button.add")
    if case.state in WITHDRAWABLE and case.state is not S.OFFERED:
        yield button(f"urge:{case.number}", "button.urge")
        yield button(f"withdraw:{case.number}", "button.withdraw")
    if case.state is S.REJECTED:
        yield button(f"appeal:{case.number}", "button.appeal")


# ---- urging, and money that has not come


def urge(turn: Turn) -> None:
    case = spoken_of(turn, *UNDER_REVIEW)
    if case is None:
        status(turn)
        return
    turn.remember(case=case.number)
    waiting = case.state in (S.AWAITING_CUSTOMER, S.OFFERED)
    turn.say(
        "urge.waits_for_you" if waiting else "urge.passed_on",
        *_buttons(case),
        case=case.number,
        next=what_is_next(case, turn.now),
        **about(case),
    )
    if not waiting:
        turn.tell("staff.urged", case.number, due=case.due_at or turn.now, **about(case))


def payout_missing(turn: Turn) -> None:
    case = spoken_of(turn, *MONEY_GRANTED)
    if case is None:
        status(turn)
        return
    turn.remember(case=case.number)
    sent = case.state is S.REFUNDED
    turn.say(
        "payout.sent" if sent else "payout.on_its_way",
        button("human"),
        case=case.number,
        at=case.events[-1].at,
        arrival=arrival(case.order, case.refund),
        **about(case),
    )
    turn.tell("staff.payout_missing", case.number, **about(case))


# ---- more evidence


def case_takes_evidence(turn: Turn) -> Case | None:
    waiting = spoken_of(turn, S.AWAITING_CUSTOMER)
    named = spoken_of(turn, *UNDER_REVIEW)
    if named and _is_named(turn, named):
        return named
    return waiting or (None if refused_last(turn) else named)


def refused_last(turn: Turn) -> bool:
    """The case last spoken of was refused: what comes now is about that one, and no other takes it for its own."""
    return any(case.number == turn.talk.case for case in turn.cases_in(S.REJECTED))


def ask_more(turn: Turn) -> None:
    case = case_takes_evidence(turn)
    assert case, "guarded by the table"
    turn.remember(case=case.number)
    asked = case.asked if case.state is S.AWAITING_CUSTOMER else ""
    turn.say(
        "evidence.send_more", asks="evidence", expects=case.missing, case=case.number, number=case.number, asked=asked
    )


def attach(turn: Turn) -> None:
    """Pictures and words for a case that stands; a case that waits for them goes back to review."""
    case = case_takes_evidence(turn)
    assert case, "guarded by the table"
    before = {piece.file for piece in case.evidence}
    case = supply(turn, case)
    turn.remember(case=case.number)
    against = [piece for piece in case.evidence if piece.verdict is Says.CONTRADICTS and piece.file not in before]
    found = against[0].findings[0].detail if against and against[0].findings else None
    key = "evidence.attached" if turn.heard.files else "evidence.noted"
    turn.say(
        "evidence.attached_but" if found else key,
        button(f"status:{case.number}", "button.status"),
        case=case.number,
        count=len(case.evidence),
        next=what_is_next(case, turn.now),
        finding=found or "",
        **about(case),
    )
    turn.tell("staff.evidence_added", case.number, count=len(turn.heard.files), **about(case))


def supply(turn: Turn, case: Case) -> Case:
    """What this message brings goes to the case; one that waits for it goes back to review."""
    case = take_in(turn, case)
    if case.state is S.AWAITING_CUSTOMER:
        outcome = advance(case, "supply", CUSTOMER, at=turn.now, policy=turn.rules_of(case))
        case = outcome.cases[-1]
        turn.done = turn.done.also(events=outcome.events, wakes=outcome.wakes)
        turn.has_moved(case, outcome.events)
    turn.done = turn.done.also(cases=(case,))
    return case


def take_in(turn: Turn, case: Case) -> Case:
    """The case with what this message brings: files for what was missing, words to the record."""
    evidence = add(turn.heard.files, case.evidence, turn.now, turn.facts.doubts)[len(case.evidence) :]
    held = beside(evidence, turn.facts.pictures, case.reason, case.order, case.other_order_no)
    new = assign(held, case.missing)
    text = turn.reading.text.strip()
    if text:
        turn.done = turn.done.also(notes=(Note(text, "customer", case.number),))
    return replace(
        case,
        evidence=(*case.evidence, *new),
        missing=missing(case.missing, new),
        words="\n".join(filter(None, (case.words, text))),
    )


def later(turn: Turn) -> None:
    """「等会儿发」: it is waited for."""
    case = case_takes_evidence(turn)
    if case and case.until:
        turn.say("evidence.later", case=case.number, until=case.until)
    else:
        turn.say("evidence.whenever")


def no_more_for_case(turn: Turn) -> None:
    """Who has nothing more has answered: a case that waits for it goes back to review, and its clock with it."""
    case = case_takes_evidence(turn)
    if case and case.state is S.AWAITING_CUSTOMER:
        supply(turn, case)
        turn.tell("staff.evidence_added", case.number, count=0, **about(case))
    turn.say("evidence.thanks", button("status"))


# ---- withdrawing


def which_to_withdraw(turn: Turn) -> None:
    cases = several_meant(turn, *WITHDRAWABLE)[:MOST_LISTED]
    buttons = (button(f"withdraw:{case.number}", "button.case", order=case.order.product) for case in cases)
    turn.say("withdraw.which", *buttons, button("status"))


def ask_withdraw(turn: Turn) -> None:
    case = spoken_of(turn, *WITHDRAWABLE)
    assert case, "guarded by the table"
    turn.remember(case=case.number)
    turn.say(
        "withdraw.sure",
        button("yes", "button.withdraw_yes"),
        button("no", "button.withdraw_no"),
        asks="confirm",
        case=case.number,
        **about(case),
    )


def withdraw(turn: Turn) -> None:
    case = spoken_of(turn, *WITHDRAWABLE)
    assert case, "guarded by the table"
    outcome = advance(case, "withdraw", CUSTOMER, at=turn.now, policy=turn.rules_of(case), why=turn.words)
    turn.done = turn.done.also(cases=outcome.cases, events=outcome.events, wakes=outcome.wakes)
    turn.has_moved(outcome.cases[-1], outcome.events)
    turn.remember(case=case.number)
    turn.say("withdraw.done", button("refund"), case=case.number, **about(case))
    turn.tell("staff.withdrawn", case.number, **about(case))


def withdrawn_last(turn: Turn) -> Case | None:
    """The case last spoken of, where it was withdrawn: who is sorry for it means that one."""
    return next((case for case in turn.cases_in(S.WITHDRAWN) if case.number == turn.talk.case), None)


def apply_again(turn: Turn) -> None:
    """What was withdrawn stays so; what was told of it is kept, up to the summary that they have to agree to."""
    case = withdrawn_last(turn)
    assert case, "guarded by the table"
    turn.draft = Draft(
        order_no=case.order.order_no,
        other_order_no=case.other_order_no,
        quantity=case.quantity if case.quantity < case.order.quantity else None,
        reason=case.reason,
        reason_sure=True,
    )
    turn.say("withdraw.again", case=case.number, **about(case))
    turn.then("tell")


def nothing_to_withdraw(turn: Turn) -> None:
    turn.say("withdraw.none", button("status"))


def keep_case(turn: Turn) -> None:
    turn.say("withdraw.kept", button("status"))


# ---- the rules


def answer_policy(turn: Turn) -> None:
    """A question about the rules, answered from their figures; then the pending question comes again."""
    about_theirs = turn.reading.topic in (Topic.GENERAL, Topic.HOW_LONG) and not turn.drafting()
    if about_theirs and spoken_of(turn, *UNDER_REVIEW):
        status(turn)  # 「要多久啊」 of somebody whose case is under review
        return
    turn.say(
        f"policy.{turn.reading.topic}",
        *(() if turn.drafting() else (button("refund"), button("human"))),
        **figures(turn),
    )
    if turn.drafting():
        turn.then("repeat")


def figures(turn: Turn) -> dict[str, Any]:
    policy = turn.policy
    windows = policy.windows
    return {
        "review_days": policy.clock.review_days,
        "appeal_days": policy.clock.appeal_days,
        "claim_window": span(windows["not_delivered"].default),
        "card_window": span(windows["quality"].by_kind.get(Goods.CARD, windows["quality"].default)),
        "quality_window": span(windows["quality"].default),
        "auto_approve": Yuan(policy.limits.auto_approve),
    }
