"""The race is run by everybody: each customer of it is served, and every promised figure is there."""

import pytest

from tests.benchmarks.race import PAIRS, measure, reading_us
from tests.benchmarks.rules import rules_per_s


@pytest.mark.parametrize("contestant", [name for pair in PAIRS.values() for name in pair])
def test_whoever_takes_part_serves_every_customer(contestant: str) -> None:
    figures = measure(contestant, customers=3, at_once=2)
    assert figures.keys() == {"messages_per_s", "p50_ms", "p99_ms", "memory_mb"}
    assert all(value > 0 for value in figures.values())


def test_messages_can_come_at_a_pace_whether_they_are_answered_or_not() -> None:
    assert 0 < measure("desk ptb", customers=3, at_once=3, per_second=30)["messages_per_s"] < 40


def test_a_message_is_read_in_some_time() -> None:
    assert reading_us() > 0


def test_the_rules_answer_every_line_that_they_are_timed_with() -> None:
    assert all(lines > 0 for lines in rules_per_s().values())
