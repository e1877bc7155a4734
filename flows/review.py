"""What staff can decide and do with a case, and what the customer is told for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from flows.case import STAFF_STEPS, TAKES_FIRST, NotAllowed
from flows.clock import UNDER_REVIEW
from flows.evidence import assign, beside, missing
from flows.followup import what_is_next
from flows.model import (
    Actor,
    Button,
    Case,
    CaseState,
    Event,
    Note,
    Outcome,
    Remedy,
    RiskStep,
    Role,
    Say,
    Talk,
    TalkState,
    Text,
)
from flows.person import watch_for_silence
from flows.policy import judge
from flows.progress import advance, amount_of_today, follow
from flows.talk import Turn, resume
from flows.turn import Facts, Heard, button
from flows.wording import about, reason_text, refused
from nlp.codes import Intent, Reason
from nlp.reading import Reading

S = CaseState
CORRECTABLE = UNDER_REVIEW


class Action(Struct, frozen=True):
    """What somebody of the staff does with a case."""

    do: str
    by: Actor
    text: str = ""
    offer: Remedy | None = None
    reason: Reason | None = None
    files: tuple[str, ...] = ()  # kept pictures and documents that go to the customer


def decide(case: Case, talk: Talk, action: Action, facts: Facts, heard: Heard) -> Outcome:
    """One action of staff with a case: what it changes, what the customer and the others hear. Raises `NotAllowed`."""
    turn = Turn(talk, heard, facts)
    if action.do in OF_TALK:
        OF_TALK[action.do](turn, action, case.number)
    else:
        OF_CASE.get(action.do, _step)(turn, case, action)
    return turn.outcome()


def talk_to(talk: Talk, action: Action, facts: Facts, heard: Heard) -> Outcome:
    """One action of staff in a talk that has no case yet. Raises `NotAllowed`."""
    turn = Turn(talk, heard, facts)
    if action.do not in OF_TALK:
        raise NotAllowed(None, action.do, "state")
    OF_TALK[action.do](turn, action, None)
    return turn.outcome()


def quiet(now: datetime) -> Heard:
    """Nothing was heard: somebody else acts, or time has passed."""
    return Heard(Reading(text="", intent=Intent.OTHER), now)


# ---- steps of LIFE


def _step(turn: Turn, case: Case, action: Action) -> None:
    prepared = _prepared(turn, case, action)
    first = _taken(turn, prepared, action)
    one = {"at": turn.now, "policy": turn.rules_of(case), "why": action.text, "high_risk": turn.facts.high_risk}
    if first is None:
        outcome = advance(prepared, action.do, action.by, **one)  # type: ignore[arg-type]  # the keywords are those of advance
    else:
        outcome = follow(first, (action.do, action.by), **one)  # type: ignore[arg-type]  # the keywords are those of follow
    done = outcome.cases[-1]
    turn.done = turn.done.also(cases=(done,), events=outcome.events, wakes=outcome.wakes, pays=outcome.pays)
    news(turn, done, outcome.events, action.by)


def _taken(turn: Turn, case: Case, action: Action) -> Outcome | None:
    """Approve, refuse, offer and asking for more take the case where nobody has it (domain, a case's life)."""
    if action.do not in TAKES_FIRST or case.state not in (S.SUBMITTED, S.APPEALED):
        return None
    return advance(case, "take", action.by, at=turn.now, policy=turn.rules_of(case), high_risk=turn.facts.high_risk)


def _prepared(turn: Turn, case: Case, action: Action) -> Case:
    """What has to stand in the case before the step: the offer, what is asked for, the amount as of today."""
    if action.do == "offer":
        if action.offer not in (Remedy.EXCHANGE, Remedy.CREDIT):
            raise NotAllowed(case, action.do, "offer_named")
        return replace(case, offer=action.offer)
    if action.do == "request_evidence":
        return replace(case, asked=action.text.strip())
    grants = action.do == "approve" and case.state in (S.SUBMITTED, S.IN_REVIEW, S.APPEALED)
    return amount_of_today(case, turn.facts.ledgers, action.do) if grants else case


# ---- news

NEWS: dict[tuple[str, CaseState], str] = {
    ("take", S.IN_REVIEW): "news.taken",
    ("request_evidence", S.AWAITING_CUSTOMER): "news.more_wanted",
    ("offer", S.OFFERED): "news.offered",
    ("approve", S.APPROVED): "news.approved",
    ("reject", S.REJECTED): "news.rejected",
    ("reject", S.CLOSED): "news.refused_for_good",
    ("settle", S.SETTLED): "news.settled",
    ("pay", S.PAYING): "news.paying",
    ("paid", S.REFUNDED): "news.refunded",
    ("fail", S.PAYOUT_FAILED): "news.payout_failed",
    ("lapse", S.IN_REVIEW): "news.lapsed",
    ("lapse", S.CLOSED): "news.closed",
}
"""What the customer is told by itself at a step; of several at once, the last."""


def news(turn: Turn, case: Case, events: tuple[Event, ...], by: Actor) -> None:
    """Tells the customer of the step, and asks at once where something is wanted of them and nothing else is asked."""
    last = events[-1]
    key = NEWS[(last.trigger, last.to)]
    # What was asked about another case waits on, as its answer must not go to this one; of two that ask for pictures,
    # the later is answered.
    asked_of_it = turn.state in (TalkState.ADD_EVIDENCE, TalkState.ASK_APPEAL) and turn.talk.case == case.number
    asks_too = turn.state is TalkState.ADD_EVIDENCE and case.state is S.AWAITING_CUSTOMER
    idle = (turn.state is TalkState.IDLE or asked_of_it or asks_too) and not turn.drafting()
    if idle:
        turn.remember(case=case.number)
        turn.state = TalkState.ADD_EVIDENCE if case.state is S.AWAITING_CUSTOMER else TalkState.IDLE
    asks = {S.AWAITING_CUSTOMER: "evidence", S.OFFERED: "offer"}.get(case.state) if idle else None
    values: dict[str, Any] = {
        "text": Text("news.remark", {"text": last.why}) if last.why else "",
        "next": what_is_next(case, turn.now),
        "offer": Text(f"remedy.{case.offer}") if case.offer else "",
        "at": last.at,
        **_deadlines(case),
        **about(case),
    }
    if case.decision and case.decision.refuses and last.trigger == "reject":
        values |= refused(case.decision)
    expects = case.missing if asks == "evidence" else ()
    turn.say(key, *answers(case), asks=asks, expects=expects, case=case.number, **values)
    who, step = by.name or Text("staff.system"), Text(f"step.{last.trigger}")
    turn.tell("staff.step", case.number, by=who, step=step, text=last.why, **about(case))


def _deadlines(case: Case) -> dict[str, Any]:
    due = {"due": case.due_at} if case.due_at else {}
    return {**due, **({"until": case.until} if case.until else {})}


def answers(case: Case) -> tuple[Button, ...]:
    """What the customer may answer to a case in this state, at any later moment."""
    number = case.number
    if case.state is S.OFFERED:
        return (
            button(f"offer_accept:{number}", f"button.accept.{case.offer}"),
            button(f"offer_decline:{number}", "button.offer_decline"),
        )
    if case.state is S.AWAITING_CUSTOMER:
        return (button(f"add:{number}", "button.add"),)
    if case.state is S.REJECTED:
        return (button(f"appeal:{number}", "button.appeal"),)
    return ()


# ---- the talk


def _say(turn: Turn, action: Action, case: str | None) -> None:
    if not action.files:
        _needs_text(action)
    words = Text("human.says", {"name": action.by.name, "text": action.text})
    said = Say(words, case=case, by=str(action.by), files=action.files)
    turn.done = turn.done.also(says=(said,))
    turn.tell("staff.said", case or turn.talk.case, action.files, by=action.by.name, text=action.text)
    if turn.talk.owner != "bot":
        turn.remember(owner=str(action.by), agent_at=turn.now)
        watch_for_silence(turn)


def _take_over(turn: Turn, action: Action, case: str | None) -> None:
    if turn.talk.owner == "bot":
        turn.remember(resume=TalkState(turn.state))
    turn.remember(owner=str(action.by), agent_at=turn.now, case=case or turn.talk.case)
    turn.state = TalkState.WITH_AGENT
    said = Say(Text("human.joined", {"name": action.by.name}), case=case, by=str(action.by))
    turn.done = turn.done.also(says=(said,))
    turn.tell("staff.talk_taken", case or turn.talk.case, by=action.by.name)
    watch_for_silence(turn)


def _hand_back(turn: Turn, action: Action, case: str | None) -> None:
    if turn.talk.owner == "bot":
        raise NotAllowed(None, action.do, "person_owns_the_talk")
    turn.tell("staff.talk_given_back", case or turn.talk.case, by=action.by.name)
    resume(turn, "human.handed_back")


def _note(turn: Turn, action: Action, case: str | None) -> None:
    _needs_text(action)
    turn.done = turn.done.also(notes=(Note(action.text.strip(), str(action.by), case),))
    turn.tell("staff.noted", case or turn.talk.case, by=action.by.name, text=action.text.strip())


def _needs_text(action: Action) -> None:
    if not action.text.strip():
        raise NotAllowed(None, action.do, "in_writing")


# ---- the reason, and the high-risk list


def _correct_reason(turn: Turn, case: Case, action: Action) -> None:
    """The case is judged anew by the right reason, as of the moment it was handed in, and so are its pictures."""
    if case.appealed and case.first_reviewer == action.by.name:
        raise NotAllowed(case, action.do, "other_person")
    if turn.facts.high_risk and action.by.role is not Role.SUPERVISOR:
        raise NotAllowed(case, action.do, "may_decide")
    if case.state not in CORRECTABLE or action.reason is None:
        raise NotAllowed(case, action.do, "state" if action.reason else "reason_named")
    ledger = turn.facts.ledgers.get(case.order.order_no)
    verdict = judge(
        turn.rules_of(case),
        case.order,
        action.reason,
        now=case.submitted_at or turn.now,
        high_risk=turn.facts.high_risk,
        code_used=case.code_used,
        quantity=case.quantity,
        granted=ledger.granted if ledger else 0,
    )
    event = Event(
        case.number,
        turn.now,
        str(action.by),
        "correct_reason",
        case.state,
        case.state,
        f"{case.reason} -> {action.reason}. {action.text}".strip(),
    )
    held = beside(case.evidence, turn.facts.pictures, action.reason, case.order, case.other_order_no)
    evidence = assign(held, verdict.needs)
    corrected = replace(
        case,
        reason=action.reason,
        rule=verdict.rule,
        basis=turn.facts.render(verdict.explanation),
        refund=verdict.refund,
        evidence=evidence,
        missing=missing(verdict.needs, evidence),
    )
    turn.done = turn.done.also(cases=(corrected,), events=(event,))
    turn.say(
        "news.reason_corrected",
        case=case.number,
        rule=corrected.basis,
        was=reason_text(case.reason),
        **about(corrected),
    )
    step = Text("step.correct_reason")
    turn.tell("staff.step", case.number, by=action.by.name, step=step, text=action.text, **about(corrected))


def _restrict(turn: Turn, case: Case, action: Action) -> None:
    """Only a supervisor restricts or lifts; each step is on record with its reason (domain, rule 11)."""
    if action.by.role is not Role.SUPERVISOR:
        raise NotAllowed(case, action.do, "may_decide")
    _needs_text(action)
    risk = RiskStep(case.customer, action.do == "restrict", str(action.by), action.text.strip())
    note = Note(f"{action.do}: {action.text.strip()}", str(action.by), case.number)
    turn.done = turn.done.also(risk=risk, notes=(note,))
    step = Text(f"step.{action.do}")
    turn.tell("staff.risk_changed", case.number, by=action.by.name, step=step, text=action.text.strip())


OF_TALK: dict[str, Callable[[Turn, Action, str | None], None]] = {
    "say": _say,
    "take_over": _take_over,
    "hand_back": _hand_back,
    "note": _note,
}
OF_CASE: dict[str, Callable[[Turn, Case, Action], None]] = {
    "correct_reason": _correct_reason,
    "restrict": _restrict,
    "lift": _restrict,
}
"""What staff do beside the steps of LIFE."""

ACTIONS = (*STAFF_STEPS, *OF_TALK, *OF_CASE)
