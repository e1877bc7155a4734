"""So many times, and not once more until time has passed; and no more memory for many than for some."""

import pytest

from bot import rates
from bot.rates import Rate


class Hands:
    """A clock that moves by hand."""

    def __init__(self) -> None:
        self.at = 1_000_020.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Hands:
    return Hands()


def test_so_often_and_not_once_more(clock: Hands) -> None:
    most, rate = 3, Rate(60, clock)
    assert [rate.allows(most, "u1") for _ in range(5)] == [True, True, True, False, False]


def test_each_is_counted_by_themselves(clock: Hands) -> None:
    most, rate = 1, Rate(60, clock)
    assert all(rate.allows(most, *whose) for whose in (("name", "1.2.3.4"), ("name", "5.6.7.8"), ("other", "1.2.3.4")))
    assert not rate.allows(most, "name", "1.2.3.4")


def test_after_a_while_they_may_again(clock: Hands) -> None:
    most, rate = 4, Rate(60, clock)
    for _ in range(9):
        rate.allows(most, "u1")
    clock.at += 90
    again = sum(rate.allows(most, "u1") for _ in range(9))
    assert 0 < again < 4
    clock.at += 120
    assert [rate.allows(most, "u1") for _ in range(5)] == [True] * 4 + [False]


def test_who_is_refused_does_not_wait_longer_for_it(clock: Hands) -> None:
    most, rate = 2, Rate(60, clock)
    for _ in range(100):
        rate.allows(most, "u1")
    clock.at += 119
    assert rate.allows(most, "u1")


@pytest.mark.parametrize("offset", [0, 7, 29.5, 59])
def test_at_the_turn_of_a_window_nobody_gets_far_more(clock: Hands, offset: float) -> None:
    most, rate = 60, Rate(60, clock)
    clock.at += offset
    allowed = 0
    for _ in range(600):
        clock.at += 0.1
        allowed += rate.allows(most, "u1")
    assert most <= allowed <= 1.5 * most + 1


def test_only_the_latest_are_remembered(clock: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "KEPT", 3)
    most, rate = 1, Rate(60, clock)
    for n in range(4):
        assert rate.allows(most, f"u{n}")
    assert not rate.allows(most, "u3")
    assert rate.allows(most, "u0")
