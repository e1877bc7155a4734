"""No sender is faster than its limits, however many workers ask at once, and nobody waits longer than needed."""

import itertools
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.engine import Database
from storage.pace import Limit, Pace, Wait
from storage.store import Store
from tests.conftest import NOON
from tests.storage.test_saving import at_once

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
IN_ALL = Limit(3, SECOND)
IN_CHAT = (Limit(1, SECOND),)
IN_GROUP = (Limit(1, SECOND), Limit(4, MINUTE))


@pytest.fixture
def database(store: Store) -> Database:
    return store.database


@pytest.fixture
def pace(database: Database) -> Pace:
    return Pace(database, "telegram:1", IN_ALL)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def most_within(times: list[datetime], span: timedelta) -> int:
    """The most that fall into any span of this length, which does not hold its own end."""
    return max((sum(start <= other < start + span for other in times) for start in times), default=0)


def test_a_chat_waits_until_its_second_is_over_and_others_do_not(pace: Pace) -> None:
    assert pace.claim("a", IN_CHAT, at(0)) == Wait()
    assert pace.claim("a", IN_CHAT, at(0.25)) == Wait(chat=0.75 * SECOND)
    assert pace.claim("b", IN_CHAT, at(0.25)) == Wait()
    assert pace.claim("a", IN_CHAT, at(1)) == Wait()


def test_what_has_to_wait_is_not_counted(pace: Pace) -> None:
    pace.claim("a", IN_CHAT, at(0))
    for _ in range(20):
        pace.claim("a", IN_CHAT, at(0.5))
    assert pace.claim("a", IN_CHAT, at(1)) == Wait()


def test_all_chats_together_have_a_limit_of_their_own(pace: Pace) -> None:
    assert [pace.claim(chat, IN_CHAT, at(0)) for chat in "abc"] == [Wait()] * 3
    assert pace.claim("d", IN_CHAT, at(0.9)) == Wait(at_all=0.1 * SECOND)
    assert pace.claim("d", IN_CHAT, at(1)) == Wait()


def test_a_group_waits_by_the_stricter_of_its_limits(pace: Pace) -> None:
    assert [pace.claim("g", IN_GROUP, at(n)) for n in range(4)] == [Wait()] * 4
    assert pace.claim("g", IN_GROUP, at(4)) == Wait(chat=56 * SECOND)
    assert pace.claim("g", IN_GROUP, at(60)) == Wait()


def test_bots_do_not_wait_for_each_other(database: Database, pace: Pace) -> None:
    pace.claim("a", IN_CHAT, at(0))
    assert Pace(database, "telegram:2", IN_ALL).claim("a", IN_CHAT, at(0)) == Wait()


def test_two_workers_together_keep_the_limit(database: Database) -> None:
    two = [Pace(database, "telegram:1", IN_ALL) for _ in range(2)]
    went: list[list[str]] = [[], []]

    def work(who: int) -> None:
        for n in range(10):
            if two[who].claim(f"{who}.{n}", IN_CHAT, at(0)) == Wait():
                went[who].append(str(n))

    assert at_once(lambda: work(0), lambda: work(1)) == [None, None]
    assert len(went[0]) + len(went[1]) == IN_ALL.most


def test_a_restart_does_not_forget_what_was_sent(database: Database, pace: Pace) -> None:
    pace.claim("a", IN_CHAT, at(0))
    assert Pace(database, "telegram:1", IN_ALL).claim("a", IN_CHAT, at(0.5)).chat == 0.5 * SECOND


def test_old_sendings_are_swept_away(database: Database) -> None:
    busy = Pace(database, "telegram:1", Limit(1000, SECOND))
    for n in range(101):
        busy.claim(f"c{n}", IN_CHAT, at(n * 3))
    with database.read() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM sendings").scalar_one()
    assert kept <= 41


@pytest.fixture(scope="module")
def one_database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    file = tmp_path_factory.mktemp("pace") / "pace.db"
    shutil.copy(sqlite_template, file)
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


SENDERS = itertools.count(1)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 4_000)), max_size=40))
def test_whenever_it_is_asked_no_limit_is_ever_passed(one_database: Database, asked: list[tuple[str, int]]) -> None:
    pace, now = Pace(one_database, f"sender {next(SENDERS)}", IN_ALL), NOON
    went: dict[str, list[datetime]] = {"a": [], "b": []}
    for chat, wait in asked:
        now += timedelta(milliseconds=wait)
        if pace.claim(chat, IN_GROUP, now) == Wait():
            went[chat].append(now)
    assert most_within([*went["a"], *went["b"]], SECOND) <= IN_ALL.most
    for times in went.values():
        assert most_within(times, SECOND) <= 1 and most_within(times, MINUTE) <= 4
