"""What happens, counted for Prometheus: /metrics. Never a person's word, number or name among the labels.

What happened in this process is counted where it happens and carries its worker's name; how things stand is asked of
the database when somebody looks, and is the same whichever worker answers. docs/operating.md says what each one means.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import prometheus_client
import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.payouts import Answer
from flows.claim import CERTAIN, HALF_SURE, LIKELY, SURE
from nlp.reading import Reading
from storage.engine import DatabaseFailed
from storage.outbox import KINDS
from storage.standing import Standing

BANDS = ((CERTAIN, "certain"), (SURE, "sure"), (LIKELY, "likely"), (HALF_SURE, "half_sure"), (0.0, "unsure"))
"""The confidence from which on the conversation does one thing or another: see flows/claim.py."""
SAME_FOR = timedelta(seconds=5)
"""How long an answer of the database is good enough."""
QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
PATIENT = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)

log = structlog.get_logger()
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # the library says no types here

_here = CollectorRegistry(auto_describe=True)
HEARD = Counter("refund_desk_messages", "Customers' messages that were heard", ["channel"], registry=_here)
READ = Counter("refund_desk_readings", "What was read in them", ["intent", "confidence"], registry=_here)
STEPS = Counter("refund_desk_case_steps", "Steps of cases' lives", ["step", "state"], registry=_here)
REPLIES = Histogram(
    "refund_desk_reply_seconds", "From hearing a message to having sent what is said to it", ["channel"],
    buckets=PATIENT, registry=_here,
)  # fmt: skip
PUT_OFF = Counter("refund_desk_put_off", "Work that could not be done yet", ["kind"], registry=_here)
PAYOUTS = Counter("refund_desk_payouts", "Answers of those who pay", ["answer"], registry=_here)
PICTURES = Histogram("refund_desk_picture_seconds", "Time that a picture took", ["work"], buckets=QUICK, registry=_here)
"""`with PICTURES.labels("decode").time(): ...`"""
ERRORS = Counter("refund_desk_errors", "What was logged as an error", ["place"], registry=_here)

for _kind in KINDS:
    PUT_OFF.labels(_kind)
for _answer in Answer:
    PAYOUTS.labels(_answer)


def read(reading: Reading) -> None:
    READ.labels(reading.intent, next(band for least, band in BANDS if reading.confidence >= least)).inc()


def replied(channel: str, heard_at: datetime | None, now: datetime) -> None:
    if heard_at is not None:
        REPLIES.labels(channel).observe(max((now - heard_at).total_seconds(), 0.0))


class _OfWorker(Collector):
    """What this process counted, each sample with the worker's name."""

    def __init__(self, worker: str) -> None:
        self._worker = worker

    def collect(self) -> Iterator[Metric]:
        for metric in _here.collect():
            metric.samples = [one._replace(labels={**one.labels, "worker": self._worker}) for one in metric.samples]
            yield metric


class _Standing(Collector):
    """How things stand, as the database has it, asked no more often than every few seconds."""

    def __init__(self, look: Callable[[datetime], Standing], clock: Callable[[], datetime]) -> None:
        self._look, self._clock = look, clock
        self._lock = threading.Lock()
        self._seen: Standing | None = None
        self._seen_at = datetime.min.replace(tzinfo=UTC)

    def collect(self) -> Iterable[Metric]:
        now = self._clock()
        with self._lock:
            if now - self._seen_at >= SAME_FOR:
                try:
                    self._seen = self._look(now)
                except DatabaseFailed as error:
                    self._seen = None
                    log.warning("how things stand could not be asked", error=type(error).__name__)
                self._seen_at = now
            seen, at = self._seen, self._seen_at
        yield _gauge("refund_desk_database_up", "Whether the database answers", int(seen is not None))
        if seen is not None:
            yield from _gauges(seen, at)


def _gauges(seen: Standing, now: datetime) -> Iterator[Metric]:
    due = GaugeMetricFamily("refund_desk_outbox_due", "Work whose time has come", labels=["kind"])
    age = GaugeMetricFamily("refund_desk_outbox_oldest_seconds", "How long the oldest has waited", labels=["kind"])
    for kind, pile in seen.due.items():
        due.add_metric([kind], pile.count)
        age.add_metric([kind], _age(pile.since, now))
    cases = GaugeMetricFamily("refund_desk_open_cases", "Cases that something is to follow for", labels=["state"])
    oldest = GaugeMetricFamily("refund_desk_oldest_case_seconds", "Age of the oldest case", labels=["state"])
    for state, pile in seen.cases.items():
        cases.add_metric([state.value], pile.count)
        oldest.add_metric([state.value], _age(pile.since, now))
    yield from (due, age, cases, oldest)
    yield _gauge("refund_desk_overdue_cases", "Cases that had to be decided by now", seen.overdue)
    yield _gauge("refund_desk_talks_waiting", "Customers who wait for a person", seen.waiting)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0.0) if since is not None else 0.0


def exposition(
    look: Callable[[datetime], Standing], worker: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Callable[[], bytes]:
    """Writes everything down in Prometheus' text format, whenever it is called."""
    everything = CollectorRegistry()
    everything.register(_OfWorker(worker))
    everything.register(_Standing(look, clock))
    return lambda: generate_latest(everything)
