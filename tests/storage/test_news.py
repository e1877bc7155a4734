"""What one process saves, another on the same PostgreSQL hears of at once, and nobody hears of their own."""

import threading
from collections.abc import Collection, Iterator
from queue import SimpleQueue

import pytest
from sqlalchemy import text

from flows.model import Outcome, Wake
from storage.news import News
from storage.nouns import Saving
from storage.store import Store
from tests.conftest import NOON

SOON = 10
"""Seconds that a busy machine may take; news is there in a hundredth of one."""


class Process:
    """A store and its news, as a process has them."""

    def __init__(self, url: str) -> None:
        self.store, self.heard = Store(url), threading.Event()
        self.store.watchers.append(lambda _: self.heard.set())
        self.news = News(self.store.database, self.store.tell_watchers)
        self.store.announce = self.news.saved
        self.news.start()

    def close(self) -> None:
        self.news.stop()
        self.store.close()


@pytest.fixture
def processes(postgresql_url: str) -> Iterator[tuple[Process, Process]]:
    both = Process(postgresql_url), Process(postgresql_url)
    yield both
    for process in both:
        process.close()


def is_heard(one: Process, other: Process) -> bool:
    """Told again until it is heard: who listens may still be on the way."""
    for _ in range(SOON * 10):
        one.store.save(Saving("u-news", Outcome(), NOON))
        if other.heard.wait(0.1):
            return True
    return False


def test_what_is_saved_here_is_heard_of_there(processes: tuple[Process, Process]) -> None:
    one, other = processes
    assert is_heard(one, other)
    assert is_heard(other, one)


def test_others_hear_what_kinds_are_due_by_it(processes: tuple[Process, Process]) -> None:
    one, other = processes
    assert is_heard(one, other)
    told = SimpleQueue[Collection[str]]()
    other.store.watchers.append(told.put)
    wake = Wake("draft:u-news:1", NOON, "draft", "u-news")
    one.store.save(Saving("u-news", Outcome(wakes=(wake,)), NOON))
    while told.get(timeout=SOON) != ["wake"]:
        pass  # news of what was saved before


def test_nobody_is_told_again_what_they_heard(processes: tuple[Process, Process]) -> None:
    one, other = processes
    assert is_heard(one, other)
    one.heard.clear()
    other.store.tell_watchers()
    assert not one.heard.wait(0.3), "hearing is not saving"


def test_a_broken_line_is_taken_up_again(processes: tuple[Process, Process]) -> None:
    one, other = processes
    assert is_heard(one, other)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with one.store.database.read() as connection:
        connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    other.heard.clear()
    assert is_heard(one, other)


def test_on_sqlite_there_is_nobody_to_tell(tmp_path: object, sqlite_template: object) -> None:
    store = Store(f"sqlite:///{sqlite_template}")
    news = News(store.database, lambda _: None)
    before = threading.active_count()
    news.start()
    assert threading.active_count() == before
    news.stop()
    store.close()
