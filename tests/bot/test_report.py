"""Each step that an operator needs is one line in the log with the case's number, and nothing of the customer."""

from datetime import timedelta
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from bot import report
from bot.channels import Incoming
from bot.metrics import HEARD, PAYOUTS, PUT_OFF, READ, STEPS
from bot.payouts import Answer
from flows.model import CaseState, Decision, Outcome, Wake
from nlp.codes import Intent
from nlp.reading import Reading
from storage.nouns import Due
from tests.conftest import NOON, a_case, an_event
from tests.stories.telling import LATE, Tell

DUE = Due("w1", "wake", Wake("w1", NOON, "remind", "u1", "RF2611200001"), "u1", attempts=2)


def value(counter: Any, *labels: str) -> float:
    return float(counter.labels(*labels)._value.get())


def test_a_step_of_a_case_is_a_line_and_a_count() -> None:
    before = value(STEPS, "reject", "rejected")
    event = an_event(trigger="reject", by="agent:小林", to=CaseState.REJECTED, why="他说的不对")
    with capture_logs() as lines:
        report.saved(Outcome(events=(event,)))
    assert lines == [
        {"event": "case moved", "case": event.case, "step": "reject", "state": "rejected", "role": "agent",
         "log_level": "info"}
    ]  # fmt: skip
    assert value(STEPS, "reject", "rejected") == before + 1


def test_a_decision_names_the_rule_and_not_its_words_and_is_told_once() -> None:
    decided = a_case(decision=Decision("code_used", "您的卡密已经用过", "agent:小林", NOON), state=CaseState.REJECTED)
    with capture_logs() as lines:
        report.saved(Outcome(cases=(decided,), events=(an_event(trigger="reject"),)))
        report.saved(Outcome(cases=(decided,), events=(an_event(trigger="appeal"),)))
    assert [line for line in lines if line["event"] == "decided"] == [
        {"event": "decided", "case": decided.number, "rule": "code_used", "state": "rejected", "log_level": "info"}
    ]


def test_a_payout_is_told_when_it_is_asked_for_and_when_it_is_answered() -> None:
    before = value(PAYOUTS, "done")
    with capture_logs() as lines:
        report.payout_asked(DUE)
        report.payout_answered(DUE, Answer.DONE)
    assert [(line["event"], line["case"]) for line in lines] == [
        ("payout asked for", "RF2611200001"), ("payout answered", "RF2611200001"),
    ]  # fmt: skip
    assert value(PAYOUTS, "done") == before + 1


@pytest.mark.parametrize("seconds, level", [(0.5, "debug"), (5, "info"), (600, "info")])
def test_what_is_put_off_is_told_unless_it_only_keeps_a_messengers_pace(seconds: float, level: str) -> None:
    before = value(PUT_OFF, "wake")
    with capture_logs() as lines:
        report.put_off(DUE, timedelta(seconds=seconds), "Unreachable")
    assert [(line["log_level"], line["case"], line["seconds"]) for line in lines] == [(level, "RF2611200001", seconds)]
    assert value(PUT_OFF, "wake") == before + 1


def test_a_message_counts_by_its_channel_and_a_button_is_no_reading() -> None:
    heard, read = value(HEARD, "report-test"), value(READ, "status", "certain")
    reading = Reading("到哪了", Intent.STATUS, confidence=0.9)
    report.heard(Incoming("report-test", "u1", "m1", "到哪了"), reading)
    report.heard(Incoming("report-test", "u1", "m2", button="1:yes"), reading)
    assert (value(HEARD, "report-test"), value(READ, "status", "certain")) == (heard + 2, read + 1)


def test_a_whole_claim_and_its_payout_can_be_followed_by_the_cases_number_without_a_word_of_the_customer(
    tell: Tell,
) -> None:
    with capture_logs() as lines:
        story = tell(LATE)
        story.goes(
            (f"{LATE.order_no} 充值一直没到账，我要退款，电话13800138000", ["confirm.with_rule"]),
            ("[yes]", ["filed.approved", "news.refunded"]),
        )
    steps = [(line["event"], line.get("step", line.get("answer"))) for line in lines if line["log_level"] == "info"]
    assert {line["case"] for line in lines} == {story.case.number}
    assert steps == [
        ("case moved", "submit"), ("case moved", "approve"), ("decided", None),
        ("payout asked for", None), ("payout answered", "done"), ("case moved", "pay"), ("case moved", "paid"),
    ]  # fmt: skip
    assert not any(word in str(line) for line in lines for word in ("13800138000", LATE.order_no, "u1", "没到账"))


@pytest.fixture(autouse=True)
def _every_line() -> None:
    """Whatever a command set up before."""
    structlog.reset_defaults()
