"""What an operator learns of the corridor's and the worker's steps: one line in the log and one count for each."""

from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.channels import Incoming
from bot.payouts import Answer
from flows.model import Outcome
from nlp.reading import Reading
from storage.nouns import Due, Rendered

WORTH_A_LINE = timedelta(seconds=5)
"""Shorter waits keep a messenger's pace, and are many."""
DECIDES = ("approve", "reject")

log = structlog.get_logger()


def heard(incoming: Incoming, reading: Reading) -> None:
    metrics.HEARD.labels(incoming.channel).inc()
    if incoming.text:
        metrics.read(reading)


def saved(outcome: Outcome) -> None:
    """Where cases moved, and what was decided of them."""
    for event in outcome.events:
        metrics.STEPS.labels(event.trigger, event.to).inc()
        by = event.by.partition(":")[0]
        log.info("case moved", case=event.case, step=event.trigger, state=event.to.value, role=by)
    decided = {event.case for event in outcome.events if event.trigger in DECIDES}
    for case in outcome.cases:
        if case.decision is not None and case.number in decided:
            log.info("decided", case=case.number, rule=case.decision.rule, state=case.state.value)


def sent(due: Due, said: Rendered, now: datetime) -> None:
    metrics.replied(due.channel or "", said.at, now)


def payout_asked(due: Due) -> None:
    log.info("payout asked for", case=due.task.case, attempts=due.attempts)


def payout_answered(due: Due, answer: Answer) -> None:
    metrics.PAYOUTS.labels(answer).inc()
    log.info("payout answered", case=due.task.case, answer=answer.value)


def put_off(due: Due, wait: timedelta, error: str) -> None:
    metrics.PUT_OFF.labels(due.kind).inc()
    tell = log.info if wait >= WORTH_A_LINE else log.debug
    tell("put off", key=due.key, kind=due.kind, case=due.task.case, seconds=wait.total_seconds(), error=error)
