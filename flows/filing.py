"""Handing in: a claim becomes a case, judged by the rules as they are now, and the customer hears number and date."""

from typing import Any

from msgspec.structs import replace

from flows.amount import refund_for
from flows.case import NotAllowed
from flows.model import (
    CUSTOMER,
    SYSTEM,
    Button,
    Case,
    CaseState,
    Draft,
    Eligible,
    Order,
    Outcome,
    Remedy,
    Role,
    Says,
    Text,
)
from flows.progress import advance, follow
from flows.turn import Turn, button
from flows.wording import about, as_written, refused
from nlp.codes import Reason


def file_claim(turn: Turn) -> None:
    """Hands in; where the record alone decides, under the owner's limit, money is granted at once.

    A picture that contradicts decides nothing (domain, rule 10): an agent looks at it before money goes.
    """
    verdict, case = turn.verdict(), new_case(turn)
    outcome = advance(case, "submit", CUSTOMER, at=turn.now, policy=turn.policy)
    # What went back of this order before counts as well: the limit is not passed by piece by piece.
    so_far = refund_for(case.order, turn.granted + case.quantity, 0).cash
    at_once = verdict.eligible is Eligible.YES and turn.policy.limits.may_decide(Role.SYSTEM, so_far)
    in_doubt = any(piece.verdict is Says.CONTRADICTS for piece in case.evidence)
    if at_once and not in_doubt and not turn.facts.high_risk:
        outcome = follow(outcome, ("approve", SYSTEM), at=turn.now, policy=turn.policy, record_decides=True)
        _filed(turn, outcome, "filed.approved")
    else:
        _filed(turn, outcome, "filed.submitted", button(f"status:{case.number}", "button.status"))


def new_case(turn: Turn) -> Case:
    """The claim as a case, judged by the rules of this moment."""
    order, draft, verdict = turn.theirs, turn.draft, turn.verdict()
    assert order and draft.reason
    return Case(
        number=turn.facts.numbers(),
        customer=turn.talk.chat,
        order=_without_secrets(order),
        reason=draft.reason,
        state=CaseState.DRAFT,
        refund=verdict.refund,
        quantity=turn.pieces or order.quantity - turn.granted,
        other_order_no=turn.twin.order_no if turn.twin else None,
        code_used=draft.code_used,
        words="\n".join(draft.words),
        rule=verdict.rule,
        policy=turn.policy.version,
        basis=turn.facts.render(verdict.explanation),
        evidence=draft.evidence,
        missing=turn.missing,
    )


def _without_secrets(order: Order) -> Order:
    return replace(order, query_password=None)


def _filed(turn: Turn, outcome: Outcome, key: str, *buttons: Button) -> None:
    case = outcome.cases[-1]
    turn.done = turn.done.also(cases=(case,), events=outcome.events, wakes=outcome.wakes, pays=outcome.pays)
    turn.has_moved(case, outcome.events)
    turn.remember(case=case.number)
    handed_in, turn.draft = turn.draft, Draft()
    values: dict[str, Any] = {"rule": case.basis, **about(case)}
    values |= {"due": case.due_at} if case.due_at else {}
    values |= refused(case.decision) if case.decision and case.decision.refuses else {}
    turn.say(key, *buttons, case=case.number, **values)
    turn.tell(f"staff.{key}", case.number, **values)
    _go_on_with_other(turn, handed_in)


def _go_on_with_other(turn: Turn, handed_in: Draft) -> None:
    """A second order that was named beside the first is not forgotten: most likely the same is wrong with it."""
    number, reason = handed_in.other_order_no, handed_in.reason
    if number is None or reason is None or reason is Reason.DUPLICATE_ORDER:
        return
    turn.draft = Draft(order_no=number, guesses=(reason,), words=handed_in.words, asked=frozenset({"other_waits"}))
    turn.say("claim.other_waits", button("go_on", "button.other_waits"), button("cancel"), order_no=as_written(number))


def accept_remedy(turn: Turn, remedy: Remedy) -> None:
    """An alternative of the rules, taken at once. Cancelling an undelivered order is a claim of its own."""
    if remedy is Remedy.CANCEL:
        turn.know(reason=Reason.CHANGE_OF_MIND)
        file_claim(turn)
        return
    if turn.facts.high_risk:  # nothing is granted to them but by a supervisor
        file_claim(turn)
        turn.tell("staff.wants_instead", turn.talk.case, number=turn.talk.case or "", remedy=Text(f"remedy.{remedy}"))
        return
    case = replace(new_case(turn), offer=remedy)
    _filed(turn, advance(case, "accept", CUSTOMER, at=turn.now, policy=turn.policy), f"filed.accepted.{remedy}")


def answer_in_writing(turn: Turn) -> None:
    case = new_case(turn)
    outcome = advance(case, "reject", SYSTEM, at=turn.now, policy=turn.policy, why=case.basis)
    number = outcome.cases[0].number
    _filed(turn, outcome, "filed.refused", button(f"appeal:{number}", "button.appeal"))


def deny(turn: Turn, error: NotAllowed) -> None:
    """A wish about a case that its state does not allow: said with where the case stands."""
    assert error.case, "only steps of a case are denied to a customer"
    turn.say(
        "case.not_now",
        button(f"status:{error.case.number}", "button.status"),
        case=error.case.number,
        **about(error.case),
    )
