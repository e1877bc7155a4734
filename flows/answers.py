"""Answers to what was asked about a claim, taken down at once, and the way back to an earlier question."""

from flows.claim import forget_reason
from flows.proof import ask_evidence
from flows.refund import ask_order, ask_reason, ask_reason_of_type
from flows.turn import Turn, button
from nlp.codes import ReasonType


def take_guess(turn: Turn) -> None:
    turn.know(reason=turn.draft.guesses[0], guesses=(), reason_sure=True)
    turn.then("tell")


def no_guess(turn: Turn) -> None:
    turn.know(guesses=())
    turn.then("tell")


def of_type(turn: Turn) -> None:
    ask_reason_of_type(turn, ReasonType(turn.argument))


def no_more(turn: Turn) -> None:
    turn.know(evidence_done=True)
    turn.then("tell")


def where_to_look(turn: Turn) -> None:
    turn.say("ownership.help", button("human"), asks="ownership")


def back_to_reason(turn: Turn) -> None:
    forget_reason(turn)
    ask_reason(turn)


def back_to_evidence(turn: Turn) -> None:
    turn.know(evidence_done=False)
    ask_evidence(turn)


def back_to_order(turn: Turn) -> None:
    turn.know(
        order_no=None, other_order_no=None, quantity=None, told_at=None, asked=turn.draft.asked - {"order"}
    )
    ask_order(turn)
