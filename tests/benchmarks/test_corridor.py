"""The measurement itself works: every customer of it is served, and every promised figure is there."""

from tests.benchmarks.corridor import measure


def test_every_customer_is_served_and_every_figure_given() -> None:
    figures = measure(customers=3, concurrency=2)
    promised = {"messages_per_s", "p50_ms", "p99_ms", "memory_mb", "reading_us", "decide_per_s", "due_per_s"}
    assert promised <= figures.keys()
    assert all(value > 0 for value in figures.values())
