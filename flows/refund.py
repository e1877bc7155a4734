"""What is asked and shown for a new claim: which order, whose, why, the detail, what instead, the summary."""

from typing import Any

from flows.followup import MONEY_GRANTED, TELLS_SOMETHING, attach, case_takes_evidence, what_is_next
from flows.model import (
    LAST,
    Button,
    CaseState,
    Cents,
    Draft,
    Eligible,
    Goods,
    Order,
    Remedy,
    TalkState,
    Text,
    Value,
    Verdict,
    Yuan,
)
from flows.turn import Turn, button
from flows.wording import amounts, as_written, needs_text, order_text, paid_with, reason_text
from nlp.codes import Answer, Intent, Reason, ReasonType

MOST_BUTTONS = 4
BY_TYPE = {
    ReasonType.NOT_DELIVERED: (Reason.NOT_DELIVERED,),
    ReasonType.QUALITY: (Reason.INVALID_CODE, Reason.MALFUNCTION, Reason.NOT_AS_DESCRIBED, Reason.SERVICE_FAILED),
    ReasonType.USER_ERROR: (Reason.WRONG_PURCHASE, Reason.DUPLICATE_ORDER, Reason.CHANGE_OF_MIND),
}


LIKELY_OF = {
    Goods.CARD: Reason.INVALID_CODE,
    Goods.TOPUP: Reason.NOT_DELIVERED,
    Goods.MEMBERSHIP: Reason.MALFUNCTION,
    Goods.ACCOUNT: Reason.MALFUNCTION,
    Goods.SERVICE: Reason.SERVICE_FAILED,
}
"""What most complaints about such goods are: asked about, where nothing else was understood."""


# ---- which order, and whose


def ask_order(turn: Turn) -> None:
    open_on = {case.order.order_no for case in turn.facts.cases if case.state not in LAST}
    own = [order for order in turn.facts.own if order.order_no not in open_on][: MOST_BUTTONS - 1]
    buttons = [_order_button(order) for order in own]
    if own:
        again = "order" in turn.draft.asked
        call = (button("human"),) if again and len(own) < MOST_BUTTONS - 1 else ()
        turn.say("order.which_again" if again else "order.which", *buttons, button("order:other"), *call, asks="order")
    else:
        told = "order.ask_knowing" if turn.draft.reason else "order.ask_sorry"
        key = told if turn.draft.reason or turn.draft.vague or turn.draft.guesses else "order.ask"
        if "order" in turn.draft.asked:
            key = "order.where_kept" if turn.heard.files else "order.where"
        turn.say(key, button("human"), asks="order", reason=reason_text(turn.draft.reason) if turn.draft.reason else "")
    turn.once("order")


def _order_button(order: Order) -> Button:
    named: dict[str, Value] = {"product": order.product, "paid": Yuan(order.amount_paid), "at": order.ordered_at}
    return button(f"order:{order.order_no}", "button.order", **named)


def orders_unknown(turn: Turn) -> None:
    turn.say("order.unknown", button("retry"), button("human"))


def ask_ownership(turn: Turn) -> None:
    """The same words for a number that is not there and a contact that does not fit.

    (Domain, showing that an order is theirs.)
    """
    before = turn.talk.draft
    asked_before = turn.talk.state is TalkState.ASK_OWNERSHIP and before and before.order_no == turn.draft.order_no
    key = "ownership.help" if asked_before else "ownership.ask"
    if turn.tried_in_vain:
        key = "ownership.mismatch"
    turn.say(
        key,
        button("change:order", "button.other_number"),
        button("human"),
        asks="ownership",
        order_no=as_written(turn.draft.order_no or ""),
    )


def locked_out(turn: Turn) -> None:
    until = turn.door_closed(turn.draft.order_no)
    assert until, "only said while the door is closed"
    turn.know(offered=())
    turn.say("ownership.locked", button("human"), until=until)


def already_open(turn: Turn) -> None:
    case = turn.open_case
    turn.draft = Draft()
    turn.argument = case.number if case else ""
    if case is None:
        turn.say("claim.open_elsewhere", button("human"))
        return
    turn.remember(case=case.number)
    adds = bool(turn.heard.files) or tells_of_it(turn)
    if adds and case_takes_evidence(turn):
        attach(turn)
    elif case.state is CaseState.REJECTED:
        # More about what was refused is an appeal, whatever they call it; fewer words ask why, and so does anger
        # that tells nothing: it would use up the one appeal.
        turn.then("appeal" if adds and not turn.reading.vague else "ask_basis")
    elif case.state in MONEY_GRANTED:
        turn.then("payout_missing")
    else:
        turn.say(
            "claim.already_open",
            button(f"status:{case.number}", "button.status"),
            button(f"add:{case.number}", "button.add"),
            case=case.number,
            number=case.number,
            state=Text(f"state.{case.state}"),
            order=order_text(case.order),
            next=what_is_next(case, turn.now),
        )


def tells_of_it(turn: Turn) -> bool:
    """Words for the case that stands, not a claim of their own: something is told, and no order is named anew."""
    return turn.reading.substance >= TELLS_SOMETHING and not turn.reading.order_nos and turn.heard.button is None


def given_back(turn: Turn) -> None:
    order = turn.theirs
    assert order
    turn.draft = Draft()
    if any(case.order.order_no == order.order_no and case.state in MONEY_GRANTED for case in turn.facts.cases):
        turn.then("payout_missing")
        return
    turn.say("claim.given_back", button("status"), button("human"), order=order_text(order))


# ---- why


def ask_reason(turn: Turn) -> None:
    guesses = turn.draft.guesses
    if len(guesses) == 1:
        turn.say(
            "reason.guess",
            button("yes", "button.right"),
            button("reason:none"),
            asks="reason",
            reason=reason_text(guesses[0]),
        )
    elif guesses:
        turn.say("reason.which", *_reasons(guesses), button("reason:none"), asks="reason")
    elif "reason.again" in turn.draft.asked and turn.theirs:
        turn.know(guesses=(LIKELY_OF[turn.theirs.kind],), asked=turn.draft.asked - {"reason.again"})
        ask_reason(turn)
    else:
        heard_something = "reason" in turn.draft.asked and bool(turn.reading.text)
        key = "reason.again" if heard_something else "reason.ask"
        turn.once(key)
        types = (button(f"type:{kind}") for kind in ReasonType)
        turn.say(key, *types, button("human"), asks="reason", order=_named(turn))
    turn.once("reason")


def ask_in_doubt(turn: Turn) -> None:
    """Before a refusal: was the reason read right? What else it may have been stands beside it."""
    read = turn.draft.reason
    assert read
    others = (other.reason for other in turn.reading.alternatives if other.confidence > 0.15)
    turn.know(reason=None, guesses=tuple(dict.fromkeys((read, *others)))[:3])
    ask_reason(turn)


def ask_reason_of_type(turn: Turn, kind: ReasonType) -> None:
    turn.say("reason.of_type", *_reasons(BY_TYPE[kind]), asks="reason")


def _reasons(reasons: tuple[Reason, ...]) -> list[Button]:
    return [button(f"reason:{reason}", f"reason.{reason}") for reason in reasons]


def _named(turn: Turn) -> Value:
    return order_text(turn.theirs) if turn.theirs else ""


def ask_vague_detail(turn: Turn) -> None:
    turn.once("detail")
    turn.say("detail.vague", *(button(f"type:{kind}") for kind in ReasonType), asks="detail", order=_named(turn))


def ask_other_order(turn: Turn) -> None:
    turn.once("other_order")
    if turn.draft.other_order_no:
        turn.once("other_mismatch")
        cannot_find = button("unknown", "button.cannot_find")
        turn.say("detail.other_mismatch", cannot_find, asks="detail", order_no=as_written(turn.draft.other_order_no))
        turn.know(other_order_no=None)
    elif turn.use_decides():
        turn.once("used")
        turn.say("detail.other_and_used", asks="detail")
    else:
        turn.say("detail.other_order", button("unknown", "button.cannot_find"), asks="detail")


def ask_used(turn: Turn) -> None:
    turn.once("used")
    turn.say("detail.used", button("used:no"), button("used:yes"), asks="detail", order=_named(turn))


# ---- the rules' answer, and what may be had instead


def offer_instead(turn: Turn) -> None:
    """The rules' answer at once, before any screenshot is asked for, with what can be had instead."""
    verdict = turn.verdict()
    turn.once("ruled")
    accept = tuple(button(f"accept:{remedy}", f"button.accept.{remedy}") for remedy in verdict.alternatives)
    rest: tuple[Button, ...]
    if verdict.eligible is Eligible.REVIEW:
        rest = (button("decline", "button.apply"), button("cancel", "button.not_now"))
        key = "offer.instead_of_review"
    elif accept:
        rest, key = (button("written"), button("decline", "button.no_thanks")), "offer.instead"
    else:
        rest, key = (button("written"), button("change:reason"), button("decline", "button.no_thanks")), "offer.nothing"
    if Remedy.CANCEL in verdict.alternatives:
        key = "offer.cancel"
    if "offered" in turn.draft.asked:
        key = "offer.again"
    turn.once("offered")
    turn.say(key, *accept, *rest, asks="offer", **ruling(turn, verdict))


def which_remedy(turn: Turn) -> None:
    remedies = turn.verdict().alternatives
    turn.say(
        "offer.which", *(button(f"accept:{remedy}", f"button.accept.{remedy}") for remedy in remedies), asks="offer"
    )


def ruling(turn: Turn, verdict: Verdict) -> dict[str, Any]:
    order, reason = turn.theirs, turn.draft.reason
    assert order and reason
    return {
        "order": order_text(order),
        "reason": reason_text(reason),
        "rule": verdict.explanation,
        **amounts(verdict.refund),
    }


def insist(turn: Turn) -> None:
    """Turned down what was offered: it goes on where an agent decides; where the rules say no, the ways left."""
    if turn.refused():
        still_wants_it = turn.reading.intent is Intent.REFUND or turn.reading.answer is Answer.DECLINE
        turn.say("offer.insisted" if still_wants_it else "offer.declined", button("written"), button("human"))
        turn.know(declined=True)
    else:
        turn.know(declined=True)
        turn.then("tell")


# ---- the summary, and leaving it


def summary(turn: Turn) -> None:
    verdict, draft = turn.verdict(), turn.draft
    key = "confirm.summary" if "ruled" in draft.asked else "confirm.with_rule"
    if "summary" in draft.asked and turn.heard.files:
        key = "confirm.more_evidence"
    turn.once("ruled")
    turn.once("summary")
    turn.say(
        key,
        button("yes", "button.submit"),
        button("change"),
        button("no", "button.not_yet"),
        asks="confirm",
        evidence=_evidence_line(turn),
        n_evidence=len(draft.evidence),
        other=_other_line(turn),
        **ruling(turn, verdict),
    )


def _evidence_line(turn: Turn) -> Value:
    count, missing = len(turn.draft.evidence), turn.missing
    if missing:
        return Text("confirm.evidence_missing", {"count": count, "needs": needs_text(missing)})
    return Text("confirm.evidence", {"count": count}) if count else ""


def _other_line(turn: Turn) -> Value:
    return Text("confirm.other_order", {"order_no": turn.twin.order_no}) if turn.twin else ""


def explain_sum(turn: Turn) -> None:
    order, said = turn.theirs, turn.reading.amount
    assert order and said is not None, "only where a sum stands beside that of an order of theirs"
    turn.say("confirm.another_sum", button("human"), said=Yuan(Cents(int(said * 100))), paid=Yuan(order.amount_paid))


def explain_way(turn: Turn) -> None:
    """「退余额也行」 where money goes back: another way is an agent's to offer."""
    order = turn.theirs
    assert order, "a summary is of an order of theirs"
    turn.say("confirm.way", button("human"), paid_with=paid_with(order, turn.verdict().refund))


def arrived(turn: Turn) -> None:
    """What was missing came while it was told: handed in only where they still say so."""
    turn.say("claim.arrived", button("cancel", "button.drop"), button("go_on"))


def ask_what_to_change(turn: Turn) -> None:
    turn.say(
        "confirm.change",
        button("change:order"),
        button("change:reason"),
        button("change:evidence"),
        button("go_on", "button.back"),
        asks="confirm",
    )


def put_off(turn: Turn) -> None:
    turn.say("claim.put_off", button("go_on"))


def drop(turn: Turn) -> None:
    turn.draft = Draft()
    turn.say("claim.dropped", button("refund"))


def start_again(turn: Turn) -> None:
    turn.draft = Draft(order_no=turn.draft.order_no if turn.theirs else None)
    turn.then("tell")
