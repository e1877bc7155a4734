"""Only one at a time holds a lease; who dies is followed by another once it is over, who stops at once."""

from datetime import timedelta

from storage.leases import Leases
from storage.store import Store
from tests.conftest import NOON
from tests.storage.test_saving import at_once

SPAN = timedelta(seconds=20)


def two(store: Store) -> tuple[Leases, Leases]:
    one, other = Leases(store.database), Leases(store.database)
    one.holder, other.holder = "one", "other"
    return one, other


def test_a_lease_is_held_by_one_and_renewed_by_it_alone(store: Store) -> None:
    one, other = two(store)
    assert one.hold("bot", NOON, SPAN)
    assert not other.hold("bot", NOON, SPAN)
    assert one.hold("bot", NOON + SPAN / 2, SPAN)
    assert not other.hold("bot", NOON + SPAN, SPAN)


def test_leases_of_other_names_are_other_leases(store: Store) -> None:
    one, other = two(store)
    assert one.hold("bot", NOON, SPAN) and other.hold("another", NOON, SPAN)


def test_who_died_is_followed_when_the_lease_is_over(store: Store) -> None:
    one, other = two(store)
    one.hold("bot", NOON, SPAN)
    assert other.hold("bot", NOON + SPAN, SPAN)
    assert not one.hold("bot", NOON + SPAN, SPAN)


def test_who_stops_lets_go_of_its_own_and_of_nothing_else(store: Store) -> None:
    one, other = two(store)
    one.hold("bot", NOON, SPAN)
    other.release("bot")
    assert not other.hold("bot", NOON, SPAN)
    one.release("bot")
    assert other.hold("bot", NOON, SPAN)


def test_of_two_that_want_it_at_once_one_has_it(store: Store) -> None:
    one, other = two(store)
    names, held = [f"bot{n}" for n in range(10)], list[tuple[str, bool]]()

    def want(process: Leases) -> None:
        held.extend((name, process.hold(name, NOON, SPAN)) for name in names)

    assert at_once(lambda: want(one), lambda: want(other)) == [None, None]
    assert sorted(name for name, mine in held if mine) == names


def test_processes_have_names_of_their_own_where_several_can_be(store: Store) -> None:
    alike = Leases(store.database).holder == Leases(store.database).holder
    assert alike == store.database.is_sqlite
