"""What is said beside the matter: a greeting, what can be had here, thanks, that it is in, a press too late."""

from flows.followup import IN_OUR_HANDS, what_is_next
from flows.model import LAST, Case, CaseState
from flows.turn import Turn, button
from flows.wording import about

IN_OTHER_HANDS = (*IN_OUR_HANDS, CaseState.ACCEPTED, CaseState.APPROVED, CaseState.PAYING)


def hello(turn: Turn) -> None:
    key = "greeting.hello" if not turn.facts.cases else "greeting.again"
    turn.say(key, button("refund"), button("status"), button("human"))


def menu(turn: Turn) -> None:
    """What can be had here; where a case is open, that is what is most likely meant."""
    open_ones = [case for case in turn.facts.cases if case.state not in LAST]
    case = next((case for case in open_ones if case.number == turn.talk.case), next(iter(open_ones), None))
    if case:
        answers = [button(f"offer_accept:{case.number}", f"button.accept.{case.offer}"),
                   button(f"offer_decline:{case.number}", "button.offer_decline")]
        others = [button(f"status:{case.number}", "button.status"), button("refund")]
        # A question about an offer is followed by the answer to it.
        turn.say("other.with_case", *(answers if case.state is CaseState.OFFERED else others), button("human"),
                 case=case.number, next=what_is_next(case, turn.now), **about(case))
        return
    turn.say("other.menu", button("refund"), button("status"), button("human"))


def thanks(turn: Turn) -> None:
    turn.say("thanks.draft" if turn.drafting() else "thanks.welcome")


def put_away(turn: Turn) -> None:
    """「提交」 a day later: nothing is handed in, and nobody is to believe that it was."""
    turn.say("claim.put_away", button("refund"), button("human"), hours=turn.policy.clock.draft_hours)


def handed_in(turn: Turn) -> Case | None:
    """The case last spoken of, while others have it in hand."""
    return next((case for case in turn.cases_in(*IN_OTHER_HANDS) if case.number == turn.talk.case), None)


def is_in(turn: Turn) -> None:
    """「提交」 once more, or 「好的」: who says so wants to be sure that it is in."""
    case = handed_in(turn)
    assert case, "guarded by the table"
    to_status = button(f"status:{case.number}", "button.status")
    turn.say("thanks.is_in", to_status, case=case.number, next=what_is_next(case, turn.now), **about(case))


def stale(turn: Turn) -> None:
    """A second press of what handed a case in is told that it is in, not that something failed."""
    case = next((case for case in turn.facts.cases if case.number == turn.talk.case), None)
    submitted = (turn.heard.button or "").endswith(".yes")
    if case and submitted and not turn.drafting():
        to_status = button(f"status:{case.number}", "button.status")
        turn.say("button.done_already", to_status, case=case.number, **about(case))
    else:
        turn.say("button.is_stale", button("status"))
