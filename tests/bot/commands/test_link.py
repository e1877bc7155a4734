"""`link` prints what proves an order, and nothing else."""

from tests.bot.commands.running import Run


def test_a_link_is_made_for_any_order_and_stays_the_same(run: Run) -> None:
    first, second = run("link", "KM202611201530012345")[1], run("link", "KM202611201530012345")[1]
    assert first == second and len(first.strip()) <= 64
