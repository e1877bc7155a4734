"""When a time has come: drafts that lie still, states that lapse, reviews that are late, people who stay silent."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flows.clock import WAITS_FOR_CUSTOMER, mark_of
from flows.model import SYSTEM, Case, CaseState, Draft, Outcome, TalkState, Wake
from flows.person import WAITING, nobody_came
from flows.progress import advance
from flows.review import answers, news
from flows.talk import DRAFT_REMINDER, Turn, remind, resume
from flows.turn import button
from flows.wording import about

S = CaseState
DRAFT_END = "draft_end"
A_SECOND = timedelta(seconds=1)


def ring(turn: Turn, wake: Wake) -> Outcome | None:
    """What follows from a time that has come. None where the world has moved on, and nothing is to be done."""
    if wake.kind in OF_TALK:
        return turn.outcome() if OF_TALK[wake.kind](turn) else None
    case = next((case for case in turn.facts.cases if case.number == wake.case), None)
    if case is None or mark_of(case, wake.kind) != wake.mark:
        return None
    return turn.outcome() if OF_CASE[wake.kind](turn, case) else None


# ---- the talk


def _draft_lies_still(turn: Turn) -> bool:
    if turn.talk.draft is None or turn.state is TalkState.WITH_AGENT:
        return False
    if turn.state is TalkState.IDLE:    # put off by the customer, or locked out: nothing is asked
        turn.wake(DRAFT_END, _last_word(turn) + timedelta(hours=turn.policy.clock.draft_hours) + A_SECOND)
        return True
    if _too_early(turn, DRAFT_REMINDER, timedelta(minutes=turn.policy.clock.draft_reminder_minutes)):
        return True
    remind(turn)
    turn.wake(DRAFT_END, _last_word(turn) + timedelta(hours=turn.policy.clock.draft_hours) + A_SECOND)
    return True


def _draft_ends(turn: Turn) -> bool:
    """Put away without a word: the next message begins anew, knowing the order that was shown to be theirs."""
    if turn.talk.draft is None or turn.state is TalkState.WITH_AGENT:
        return False
    if _too_early(turn, DRAFT_END, timedelta(hours=turn.policy.clock.draft_hours) + A_SECOND):
        return True
    turn.draft = Draft()
    turn.remember(draft=None)
    turn.state = TalkState.IDLE
    return True


def _silence(turn: Turn) -> bool:
    spoken = turn.talk.agent_at
    if turn.talk.owner == "bot" or spoken is None:
        return False
    if turn.now < spoken + timedelta(minutes=turn.policy.clock.agent_silence_minutes):
        return False  # every word of a person sets a later alarm of its own
    if not nobody_came(turn):
        turn.tell("staff.bot_is_back", turn.talk.case, by=turn.talk.owner.removeprefix(WAITING))
    resume(turn, "human.silence_over")
    return True


def _last_word(turn: Turn) -> datetime:
    return turn.talk.heard_at or turn.now


def _too_early(turn: Turn, kind: str, after: timedelta) -> bool:
    """The customer has written since: the alarm is set anew, counting from the last word."""
    at = _last_word(turn) + after
    if turn.now >= at:
        return False
    turn.wake(kind, at)
    return True


# ---- the case


def _lapse(turn: Turn, case: Case) -> bool:
    outcome = advance(case, "lapse", SYSTEM, at=turn.now, policy=turn.rules_of(case))
    turn.done = turn.done.also(cases=outcome.cases, events=outcome.events, wakes=outcome.wakes)
    turn.has_moved(outcome.cases[-1], outcome.events)
    news(turn, outcome.cases[-1], outcome.events, SYSTEM)
    return True


def _remind(turn: Turn, case: Case) -> bool:
    if case.until is None:
        return False
    turn.say(
        f"remind.{case.state}", *answers(case), case=case.number, until=case.until, asked=case.asked, **about(case)
    )
    return True


def _half_time(turn: Turn, case: Case) -> bool:
    if case.due_at:
        turn.tell("staff.half_time", case.number, due=case.due_at, **about(case))
    return case.due_at is not None


def _overdue(turn: Turn, case: Case) -> bool:
    """A breach is put before a supervisor, and the customer gets an honest word."""
    if case.state in WAITS_FOR_CUSTOMER:
        return False
    turn.say("news.overdue", button("human"), case=case.number, **about(case))
    turn.tell("staff.overdue", case.number, **about(case))
    return True


def _unpaid(turn: Turn, case: Case) -> bool:
    turn.tell("staff.payout_unknown", case.number, **about(case))
    return True


OF_TALK: dict[str, Callable[[Turn], bool]] = {
    DRAFT_REMINDER: _draft_lies_still,
    DRAFT_END: _draft_ends,
    "silence": _silence,
}
OF_CASE: dict[str, Callable[[Turn, Case], bool]] = {
    "lapse": _lapse,
    "remind": _remind,
    "half_time": _half_time,
    "overdue": _overdue,
    "unpaid": _unpaid,
}
