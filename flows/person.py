"""When a person is wanted: calling one, keeping silent while one owns the talk, and coming back."""

from datetime import timedelta

from flows.claim import take_files
from flows.followup import case_takes_evidence, supply
from flows.model import TalkState, Text, Value
from flows.turn import Turn, button

WAITING = "agent:"
"""Owner of a talk for which a person was asked, and none has come yet."""


def call(turn: Turn) -> None:
    """From here on the bot is silent, until a person gives it back or is too long silent (domain, a case's life)."""
    minutes = turn.policy.clock.agent_silence_minutes
    turn.remember(owner=WAITING, resume=TalkState(turn.talk.state), agent_at=turn.now)
    turn.say("human.called", button("resume"), minutes=minutes)
    turn.tell("staff.human_wanted", turn.talk.case, turn.heard.files, chat=turn.talk.chat, text=turn.words)
    watch_for_silence(turn)


def watch_for_silence(turn: Turn) -> None:
    """The bot comes back when the person has said nothing for as long as the owner sets."""
    turn.wake("silence", turn.now + timedelta(minutes=turn.policy.clock.agent_silence_minutes))


def nobody_came(turn: Turn) -> bool:
    return turn.talk.owner == WAITING


def keep(turn: Turn) -> None:
    """What comes now is the person's to answer; pictures are kept where they belong."""
    if what := _brought(turn):
        turn.tell("staff.wrote", turn.talk.case, turn.heard.files, chat=turn.talk.chat, what=what)
    case = case_takes_evidence(turn) if turn.heard.files else None
    if case:
        supply(turn, case)
    elif turn.heard.files:
        take_files(turn)


def _brought(turn: Turn) -> Value:
    """What staff are told of a message; nothing of one that only opens the chat."""
    heard, count = turn.heard, len(turn.heard.files)
    if count:
        return Text("staff.wrote_with_files", {"text": turn.words, "count": count})
    if heard.unusable or heard.kind != "text":
        return turn.words or Text("staff.sent_unreadable")
    return turn.words or (Text("staff.pressed") if heard.button else "")


def come_back(turn: Turn) -> None:
    """The customer goes on with the bot before anyone has come."""
    turn.remember(owner="bot", resume=None)
    turn.say("human.resumed")
    turn.then("tell" if turn.drafting() else "greeting")
