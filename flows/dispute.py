"""What is said and done where the customer disagrees or has to choose: offers, appeals, the basis, the outside ways."""

from flows.case import NotAllowed
from flows.filing import deny
from flows.followup import TELLS_SOMETHING, figures, several_meant, spoken_of, take_in, tell_status, what_is_next
from flows.model import CUSTOMER, Case, CaseState, Remedy, Text
from flows.progress import advance, amount_of_today
from flows.turn import Turn, button
from flows.wording import about

S = CaseState
DECIDED = (S.REJECTED, S.CLOSED)


# ---- an agent's offer


def offer_meant(turn: Turn) -> Case | None:
    """The case whose offer is taken by this answer. What is named must be what was offered: taken is taken for good."""
    case, named = spoken_of(turn, S.OFFERED), turn.reading.remedy
    if case is None or (case.number != turn.talk.case and several_meant(turn, S.OFFERED)):
        return None
    return case if named not in (Remedy.EXCHANGE, Remedy.CREDIT) or named == case.offer else None


def answer_offer(turn: Turn, trigger: str, word: str) -> None:
    case = offer_meant(turn) if trigger == "accept" else spoken_of(turn, S.OFFERED)
    assert case, "guarded by the table"
    try:
        taken = amount_of_today(case, turn.facts.ledgers, trigger) if trigger == "accept" else case
    except NotAllowed as error:
        deny(turn, error)
        return
    outcome = advance(taken, trigger, CUSTOMER, at=turn.now, policy=turn.rules_of(case), why=turn.words)
    case = outcome.cases[-1]
    turn.done = turn.done.also(cases=(case,), events=outcome.events, wakes=outcome.wakes)
    turn.has_moved(case, outcome.events)
    turn.say(
        f"offer.{word}",
        case=case.number,
        offer=Text(f"remedy.{case.offer}"),
        next=what_is_next(case, turn.now),
        **about(case),
    )
    turn.tell(f"staff.offer_{word}", case.number, offer=Text(f"remedy.{case.offer}"), **about(case))


def accept_offer(turn: Turn) -> None:
    answer_offer(turn, "accept", "taken")


def decline_offer(turn: Turn) -> None:
    answer_offer(turn, "decline", "turned_down")


def no_such_offer(turn: Turn) -> None:
    case = spoken_of(turn)
    if case:
        tell_status(turn, case)
    else:
        turn.then("other")


# ---- appeals


def tells_something(turn: Turn) -> bool:
    """New material: a picture, or words that say more than that one appeals."""
    return bool(turn.heard.files) or turn.reading.substance >= TELLS_SOMETHING


def ask_material(turn: Turn) -> None:
    case = spoken_of(turn, S.REJECTED)
    assert case and case.until, "guarded by the table"
    turn.remember(case=case.number)
    turn.say(
        "appeal.material",
        button("no", "button.not_now"),
        asks="detail",
        case=case.number,
        until=case.until,
        **about(case),
    )


def appeal(turn: Turn) -> None:
    case = spoken_of(turn, S.REJECTED)
    assert case, "guarded by the table"
    case = take_in(turn, case)
    try:
        outcome = advance(case, "appeal", CUSTOMER, at=turn.now, policy=turn.rules_of(case), why=turn.words or "+")
    except NotAllowed as error:
        deny(turn, error)
        return
    case = outcome.cases[-1]
    turn.done = turn.done.also(cases=(case,), events=outcome.events, wakes=outcome.wakes)
    turn.has_moved(case, outcome.events)
    turn.remember(case=case.number)
    turn.say(
        "appeal.filed",
        button(f"status:{case.number}", "button.status"),
        case=case.number,
        due=case.due_at or turn.now,
        **about(case),
    )
    turn.tell("staff.appealed", case.number, **about(case))


def no_appeal(turn: Turn) -> None:
    """Nothing to appeal against: refused for the last time, too late, not decided yet, or no case at all."""
    case = spoken_of(turn)
    if case is None:
        turn.say("appeal.no_case", button("refund"), button("human"))
    elif case.state in DECIDED:
        turn.say(
            "appeal.used_up" if case.appealed else "appeal.too_late",
            button("outside"),
            button("human"),
            case=case.number,
            **about(case),
            **figures(turn),
        )
    else:
        coming = what_is_next(case, turn.now)
        turn.say("appeal.not_decided", button("human"), case=case.number, next=coming, **about(case))


def put_off_appeal(turn: Turn) -> None:
    case = spoken_of(turn, S.REJECTED)
    turn.say("appeal.put_off", until=case.until if case and case.until else turn.now)


# ---- the basis of a refusal, and the outside ways


def basis(turn: Turn) -> None:
    case = spoken_of(turn, *DECIDED) or spoken_of(turn)
    if case and case.decision:
        appealable = case.state is S.REJECTED
        buttons = (button(f"appeal:{case.number}", "button.appeal"),) if appealable else (button("outside"),)
        turn.say(
            "basis.decided",
            *buttons,
            case=case.number,
            text=case.decision.text,
            rule=case.basis,
            at=case.decision.at,
            next=what_is_next(case, turn.now),
            **about(case),
        )
    elif case:
        coming = what_is_next(case, turn.now)
        turn.say("basis.not_decided", case=case.number, rule=case.basis, next=coming, **about(case))
    else:
        turn.say("basis.none", button("refund"), button("human"))


def basis_of_claim(turn: Turn) -> None:
    """Asked for the basis of what the rules just said: it can be had in writing."""
    turn.say("basis.rule", rule=turn.verdict().explanation)
    turn.then("repeat")


def outside_ways(turn: Turn) -> None:
    case = spoken_of(turn)
    turn.say(
        "outside.ways",
        button("human"),
        *((button("status"),) if case else (button("refund"),)),
        record=Text("outside.record", {"number": case.number}) if case else "",
    )
    turn.tell("staff.outside", case.number if case else None, text=turn.words)
    if turn.drafting():
        turn.then("repeat")
