"""Metrics: each is counted where it happens, carries its worker's name, and outlives a database that is away."""

from datetime import datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from bot import metrics
from bot.metrics import BANDS, HEARD, SAME_FOR, exposition
from bot.payouts import Answer
from flows.model import CaseState
from nlp.codes import Intent
from nlp.reading import Reading
from storage.outbox import KINDS
from storage.standing import Pile, Standing
from tests.conftest import NOON

EMPTY = Standing(dict.fromkeys(KINDS, Pile()), {CaseState.SUBMITTED: Pile()}, 0, 0)


class Database:
    """Something that can be looked at, and be away."""

    def __init__(self, seen: Standing = EMPTY) -> None:
        self.seen, self.asked, self.away = seen, 0, False
        self.now = NOON

    def look(self, now: datetime) -> Standing:
        self.asked += 1
        if self.away:
            raise OperationalError("SELECT", {}, OSError("no route"))
        return self.seen

    def written(self, worker: str = "1") -> dict[str, float]:
        return samples(exposition(self.look, worker, lambda: self.now)())


def samples(text: bytes) -> dict[str, float]:
    """As Prometheus reads it: a sample's name with its labels in curly brackets, and its value."""
    return {
        one.name + ("{" + ",".join(f"{key}={value}" for key, value in sorted(one.labels.items())) + "}"): one.value
        for family in text_string_to_metric_families(text.decode())
        for one in family.samples
    }


def test_what_happened_here_carries_the_workers_name() -> None:
    HEARD.labels("metrics-test").inc()
    assert Database().written("2")["refund_desk_messages_total{channel=metrics-test,worker=2}"] == 1


def test_how_things_stand_carries_no_workers_name() -> None:
    pile = Pile(3, NOON - timedelta(minutes=2))
    seen = Standing({"say": pile}, {CaseState.SUBMITTED: Pile(7, NOON - timedelta(days=1))}, 4, 2)
    written = Database(seen).written("2")
    assert written["refund_desk_outbox_due{kind=say}"] == 3
    assert written["refund_desk_outbox_oldest_seconds{kind=say}"] == 120
    assert written["refund_desk_open_cases{state=submitted}"] == 7
    assert written["refund_desk_oldest_case_seconds{state=submitted}"] == 86400
    assert written["refund_desk_overdue_cases{}"] == 4
    assert written["refund_desk_talks_waiting{}"] == 2
    assert written["refund_desk_database_up{}"] == 1


def test_the_database_is_asked_no_more_often_than_every_few_seconds() -> None:
    database = Database()
    write = exposition(database.look, "1", lambda: database.now)
    write(), write()
    assert database.asked == 1
    database.now += SAME_FOR
    write()
    assert database.asked == 2


def test_while_the_database_is_away_the_rest_is_still_written() -> None:
    database = Database()
    database.away = True
    HEARD.labels("metrics-test-away").inc()
    written = database.written()
    assert written["refund_desk_database_up{}"] == 0
    assert not any(name.startswith("refund_desk_outbox_due") for name in written)
    assert written["refund_desk_messages_total{channel=metrics-test-away,worker=1}"] == 1


@pytest.mark.parametrize(
    "confidence, band",
    [(1.0, "certain"), (0.85, "certain"), (0.7, "sure"), (0.5, "likely"), (0.3, "half_sure"), (0.0, "unsure")],
)
def test_a_reading_is_counted_by_what_the_conversation_makes_of_its_confidence(confidence: float, band: str) -> None:
    name = f"refund_desk_readings_total{{confidence={band},intent=refund,worker=1}}"
    before = Database().written().get(name, 0)
    metrics.read(Reading("退款", Intent.REFUND, confidence=confidence))
    assert Database().written()[name] == before + 1


def test_bands_fall_down_to_nothing() -> None:
    leasts = [least for least, _ in BANDS]
    assert leasts == sorted(leasts, reverse=True) and leasts[-1] == 0


def test_the_delay_of_a_reply_is_measured_where_it_is_known_and_is_never_negative() -> None:
    for heard_at in (None, NOON, NOON + timedelta(seconds=9)):
        metrics.replied("metrics-test", heard_at, NOON + timedelta(seconds=3))
    written = Database().written()
    assert written["refund_desk_reply_seconds_count{channel=metrics-test,worker=1}"] == 2
    assert written["refund_desk_reply_seconds_sum{channel=metrics-test,worker=1}"] == 3


def test_answers_of_a_payout_are_there_before_the_first_one() -> None:
    written = Database().written()
    assert all(f"refund_desk_payouts_total{{answer={answer},worker=1}}" in written for answer in Answer)
    assert not any("_created" in name for name in written)
