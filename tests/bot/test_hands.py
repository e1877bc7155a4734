"""The hands: what is saved here is begun at once, never more than can be begun soon, and in the order of its lane."""

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest

from bot.hands import IN_HAND, LEASE, TOGETHER, Hands, Lane
from storage.nouns import Due, Rendered
from tests.conftest import NOON
from tests.waiting import until


def row(key: str, lane: str = "say:u1") -> Due:
    return Due(key, "say", Rendered("k", "{}", key), "u1", "webchat", lane=lane)


def _joins(due: Due) -> bool:
    return due.key.startswith("joins")


class Desk:
    """Hands, the queue they take from, and all they did. Who works through a lane by itself can be held up in it."""

    def __init__(self, hands: int = 1) -> None:
        self.now = NOON
        self.queue: list[list[Due]] = []
        self.asked_for: list[int] = []
        self.done: list[str] = []
        self.together: list[int] = []
        self.given_back: list[str] = []
        self.breaks: list[BaseException] = []
        self.may_work, self.works = threading.Event(), threading.Event()
        self.may_work.set()
        self.hands = Hands(
            ("say",), hands, self.take, self.work, self.give_back, lambda now: None, lambda: self.now, _joins,
            self.work_together,
        )  # fmt: skip

    def take(self, now: datetime, most: int) -> list[Due]:
        self.asked_for.append(most)
        return self.queue.pop(0) if self.queue else []

    def work(self, lane: Lane, now: datetime) -> None:
        self.works.set()
        assert self.may_work.wait(20)
        self.done += [due.key for due in lane]

    def work_together(self, rows: Sequence[Due], now: datetime) -> bool:
        if self.breaks:
            raise self.breaks.pop()
        self.together.append(len(rows))
        self.done += [due.key for due in rows]
        return True

    def give_back(self, lane: Lane) -> None:
        self.given_back += [due.key for due in lane]

    def busy(self) -> None:
        """Holds the hand up with a first lane."""
        self.may_work.clear()
        self.hands.carry_out([row("first")], self.now + LEASE)
        assert self.works.wait(20)


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield from opened(1)


@pytest.fixture
def two_hands() -> Iterator[Desk]:
    yield from opened(2)


def opened(hands: int) -> Iterator[Desk]:
    desk = Desk(hands)
    desk.hands.start()
    yield desk
    desk.may_work.set()
    desk.hands.stop()


def test_what_is_handed_over_is_carried_out_in_the_order_of_its_lane(desk: Desk) -> None:
    desk.hands.carry_out([row("a"), row("b")], desk.now + LEASE)
    until(lambda: desk.done == ["a", "b"])


def test_what_the_queue_holds_is_taken_when_somebody_rings_for_its_kind(desk: Desk) -> None:
    until(lambda: desk.asked_for)
    desk.queue.append([row("a"), row("c", "say:u2"), row("b")])
    desk.hands.ring(["tell"])
    desk.hands.ring(["say"])
    until(lambda: desk.done == ["a", "b", "c"])


def test_no_row_is_promised_while_enough_wait_for_a_hand(desk: Desk) -> None:
    assert desk.hands.lease() == NOON + LEASE
    desk.busy()
    for n in range(IN_HAND - 1):
        desk.hands.carry_out([row(f"{n}", f"say:{n}")], desk.now + LEASE)
    assert desk.hands.lease() is None
    desk.may_work.set()
    until(lambda: desk.hands.lease() == NOON + LEASE)


def test_what_waited_too_long_for_a_hand_goes_back_before_its_lease_runs_out(desk: Desk) -> None:
    desk.busy()
    desk.hands.carry_out([row("late", "say:u2")], desk.now + LEASE)
    desk.now += LEASE / 2 + timedelta(seconds=1)
    desk.may_work.set()
    until(lambda: desk.given_back == ["late"])
    assert desk.done == ["first"]


def test_a_lane_that_goes_on_in_the_queue_is_asked_for_when_what_is_in_hand_of_it_is_done(desk: Desk) -> None:
    desk.busy()
    desk.hands.comes_behind("say:u1")
    asked = until(lambda: len(desk.asked_for) > 1 and len(desk.asked_for))
    desk.queue.append([row("second")])
    desk.may_work.set()
    until(lambda: desk.done == ["first", "second"])
    assert len(desk.asked_for) > asked


def test_of_lanes_that_others_work_on_nothing_is_remembered(desk: Desk) -> None:
    desk.hands.comes_behind("say:others")
    desk.hands.carry_out([row("a"), row("b")], desk.now + LEASE)
    desk.hands.comes_behind("say:u1")
    until(lambda: desk.done == ["a", "b"])
    until(lambda: desk.hands._in_hand == 0)
    assert not desk.hands._behind and not desk.hands._lanes


def test_what_joins_is_carried_out_together_as_far_as_it_waits(desk: Desk) -> None:
    desk.busy()
    joining = [f"joins {n}" for n in range(TOGETHER + 2)]
    for key in (*joining[:2], "alone", *joining[2:]):
        desk.hands.carry_out([row(key, key)], desk.now + LEASE)
    desk.may_work.set()
    until(lambda: len(desk.done) == len(joining) + 2)
    assert desk.together == [TOGETHER, 2]
    assert [key for key in desk.done if key.startswith("joins")] == joining
    until(lambda: desk.hands.lease() == NOON + LEASE)


def test_what_is_left_of_a_lane_joins_again_or_goes_by_itself(desk: Desk) -> None:
    desk.busy()
    keys = ("joins a1", "joins a2", "a3", "joins a4")
    desk.hands.carry_out([row(key, "a") for key in keys], desk.now + LEASE)
    desk.hands.carry_out([row("joins b1", "b"), row("b2", "b")], desk.now + LEASE)
    desk.may_work.set()
    until(lambda: desk.done == ["first", "joins a1", "joins b1", "b2", "joins a2", "a3", "joins a4"])
    assert desk.together == [2, 1]


def test_what_is_slow_behind_what_joined_holds_up_nobody_else(two_hands: Desk) -> None:
    two_hands.may_work.clear()
    two_hands.hands.carry_out([row("joins a", "a"), row("slow", "a")], two_hands.now + LEASE)
    assert two_hands.works.wait(20)
    two_hands.hands.carry_out([row("joins b", "b")], two_hands.now + LEASE)
    until(lambda: two_hands.done == ["joins a", "joins b"])
    two_hands.may_work.set()
    until(lambda: two_hands.done == ["joins a", "joins b", "slow"])


def test_where_those_that_join_fail_together_each_is_worked_through_by_itself(desk: Desk) -> None:
    desk.breaks = [ZeroDivisionError()]
    desk.busy()
    desk.hands.carry_out([row("joins a1", "a"), row("joins a2", "a")], desk.now + LEASE)
    desk.hands.carry_out([row("joins b1", "b")], desk.now + LEASE)
    desk.may_work.set()
    until(lambda: desk.done == ["first", "joins a1", "joins a2", "joins b1"])
    assert desk.together == []
    desk.hands.carry_out([row("joins c", "c")], desk.now + LEASE)
    until(lambda: desk.together == [1])


def test_what_is_held_no_longer_is_left_to_whoever_holds_it_now(desk: Desk) -> None:
    desk.busy()
    for key in ("say:u2", "joins"):
        desk.hands.carry_out([row(key, key)], desk.now + LEASE)
    desk.now += LEASE
    desk.may_work.set()
    until(lambda: desk.hands.lease() and desk.hands._in_hand == 0)
    assert (desk.done, desk.given_back) == (["first"], [])


def test_how_long_it_was_held_when_it_came_counts_as_waited(desk: Desk) -> None:
    desk.hands.carry_out([row("a")], desk.now + LEASE / 3)
    until(lambda: desk.given_back == ["a"])


def test_of_those_that_join_only_what_waited_too_long_goes_back(desk: Desk) -> None:
    desk.busy()
    desk.hands.carry_out([row("joins late", "say:u2")], desk.now + LEASE)
    desk.now += LEASE / 2 + timedelta(seconds=1)
    desk.hands.carry_out([row("joins", "say:u3")], desk.now + LEASE)
    desk.may_work.set()
    until(lambda: desk.done == ["first", "joins"])
    assert desk.given_back == ["joins late"]


def test_what_was_put_off_for_a_moment_is_looked_for_then(desk: Desk) -> None:
    until(lambda: desk.asked_for)
    desk.queue.append([])
    desk.queue.append([row("again")])
    desk.hands.look_again(NOON + timedelta(milliseconds=30))
    until(lambda: desk.done == ["again"], seconds=0.9)


def test_who_stops_finishes_what_was_begun_and_gives_back_the_rest(desk: Desk) -> None:
    desk.busy()
    desk.hands.carry_out([row("waits", "say:u2")], desk.now + LEASE)
    desk.hands.carry_out([row("joins", "say:u5")], desk.now + LEASE)
    stopping = threading.Thread(target=desk.hands.stop)
    stopping.start()
    until(lambda: desk.hands.lease() is None)
    desk.hands.carry_out([row("late", "say:u3")], desk.now + LEASE)
    desk.hands.carry_out([row("joins late", "say:u4")], desk.now + LEASE)
    desk.may_work.set()
    stopping.join(20)
    assert desk.done == ["first"]
    assert sorted(desk.given_back) == ["joins", "joins late", "late", "waits"]


def test_a_lane_that_breaks_off_does_not_cost_a_hand(desk: Desk) -> None:
    def breaks(lane: Lane, now: datetime) -> None:
        desk.hands._work_through = desk.work
        raise ZeroDivisionError

    desk.hands._work_through = breaks
    desk.hands.carry_out([row("a")], desk.now + LEASE)
    desk.hands.carry_out([row("b")], desk.now + LEASE)
    until(lambda: desk.done == ["b"])
