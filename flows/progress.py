"""One step of a case with all that follows from it: its deadlines, who is woken, whether money goes back."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from flows.amount import refund_for
from flows.case import NotAllowed, move
from flows.clock import wakes_of, with_deadlines
from flows.model import Actor, Case, CaseState, Decision, Event, Ledger, Outcome, Pay, Role, WayOn
from flows.policy import Policy

S = CaseState


def advance(
    case: Case,
    trigger: str,
    by: Actor,
    *,
    at: datetime,
    policy: Policy,
    why: str = "",
    high_risk: bool = False,
    record_decides: bool = False,
) -> Outcome:
    """The case after the step, its event, its wakes, and the payout where money is to go back. Raises `NotAllowed`."""
    moved, event = move(
        case,
        trigger,
        by,
        at=at,
        why=why,
        high_risk=high_risk,
        record_decides=record_decides,
        within_limit=policy.limits.may_decide(by.role, case.refund.cash),
    )
    events = (*case.events, event)
    moved = _with_decision(with_deadlines(_for_appeal(moved, case), events, policy), event, by)
    asked_again = event.source is S.PAYOUT_FAILED and by.role is not Role.SYSTEM
    wanted = moved.state is S.APPROVED or (moved.state is S.PAYING and asked_again)
    pays = (Pay(moved.number, moved.order, moved.refund),) if wanted else ()
    return Outcome(cases=(moved,), events=(event,), wakes=tuple(wakes_of(moved, events, policy)), pays=pays)


def amount_of_today(case: Case, ledgers: Mapping[str, Ledger], trigger: str) -> Case:
    """Other cases of the order may have been decided since: the parts still add up, and nothing is given back twice."""
    ledger = ledgers.get(case.order.order_no)
    granted = ledger.granted if ledger else 0
    if granted + case.quantity > case.order.quantity:
        raise NotAllowed(case, trigger, "not_given_back_before")
    return replace(case, refund=refund_for(case.order, case.quantity, granted))


def _for_appeal(case: Case, before: Case) -> Case:
    """An appeal goes to another person, so nobody has it, and who decided before is remembered."""
    if case.state is not S.APPEALED:
        return case
    return replace(case, appealed=True, first_reviewer=before.reviewer, reviewer=None)


def _with_decision(case: Case, event: Event, by: Actor) -> Case:
    text = case.basis if by.role is Role.SYSTEM else event.why or case.basis
    if event.trigger == "approve":
        return replace(case, decision=Decision(case.rule, text, str(by), event.at))
    if event.trigger != "reject":
        return case
    way = WayOn.APPEAL if case.state is S.REJECTED else WayOn.OUTSIDE
    return replace(case, decision=Decision(case.rule, text, str(by), event.at, case.basis, way, case.until))


def follow(
    first: Outcome, *more: tuple[str, Actor], at: datetime, policy: Policy, why: str = "", **conditions: bool
) -> Outcome:
    """Further steps of the same case on top of a first one: all of it is one outcome."""
    outcome = first
    for trigger, by in more:
        case = outcome.cases[-1]
        known = replace(case, events=(*case.events, *outcome.events))
        step = advance(known, trigger, by, at=at, policy=policy, why=why, **conditions)
        latest = replace(step.cases[-1], events=case.events)
        outcome = replace(outcome, cases=(latest,)).also(events=step.events, wakes=step.wakes, pays=step.pays)
    return outcome
