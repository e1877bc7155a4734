"""What is asked and shown for evidence: the pictures that are wanted, an example, one that contradicts the claim."""

from flows.model import Says, Text, Value
from flows.refund import ruling
from flows.turn import Turn, button
from flows.wording import needs_text, reason_text


def ask_evidence(turn: Turn) -> None:
    verdict, missing = turn.verdict(), turn.missing
    have, all_of_it = len(verdict.needs) - len(missing), len(verdict.needs)
    key = "evidence.more" if "evidence" in turn.draft.asked and have else "evidence.ask"
    if key == "evidence.ask" and "ruled" in turn.draft.asked:
        key = "evidence.only"
    turn.once("evidence")
    turn.once("ruled")
    unfit = _unfit(turn)
    turn.say(
        "evidence.unfit" if unfit else key,
        button("no_more"),
        button("change:reason"),
        button("example"),
        asks="evidence",
        expects=missing,
        needs=needs_text(missing),
        have=have,
        all=all_of_it,
        finding=unfit or "",
        **ruling(turn, verdict),
    )


def _unfit(turn: Turn) -> Text | None:
    """What is wrong with a picture that just came and shows nothing of the claim."""
    new = [piece for piece in turn.draft.evidence if piece.file in turn.heard.files]
    unrelated = [piece for piece in new if piece.verdict is Says.UNRELATED and piece.findings]
    return unrelated[-1].findings[0].detail if unrelated and not any(piece.need for piece in new) else None


def show_example(turn: Turn) -> None:
    """What a picture of each kind that is still wanted has to show, and one to look at where the channel can."""
    for need in turn.missing:
        turn.say(f"example.{need}", picture=need)
    turn.then("tell")


def ask_contradiction(turn: Turn) -> None:
    """A picture that contradicts the claim is asked about at once, and decides nothing (domain, rule 10)."""
    piece = turn.contradicting[-1]
    turn.once("evidence")
    turn.say(
        "evidence.contradicts",
        button("other_picture"),
        button("change:reason", "button.other_reason"),
        button("as_it_is"),
        asks="evidence",
        expects=turn.missing,
        finding=piece.findings[0].detail,
        reason=_why(turn),
    )


def _why(turn: Turn) -> Value:
    return reason_text(turn.draft.reason) if turn.draft.reason else ""


def other_picture(turn: Turn) -> None:
    """Those that contradict are taken back, and the question for evidence comes again."""
    against = {piece.file for piece in turn.contradicting}
    turn.know(evidence=tuple(piece for piece in turn.draft.evidence if piece.file not in against))
    turn.then("tell")


def as_it_is(turn: Turn) -> None:
    """Handed in as it is: the agent sees it, with the place that contradicts marked."""
    said = {f"as_it_is:{piece.file}" for piece in turn.contradicting}
    turn.know(asked=turn.draft.asked | said)
    turn.then("tell")
