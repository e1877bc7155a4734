"""Group commit: what comes at the same moment is one transaction, and nobody pays for another's failure."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from storage.together import GroupCommit


class Fake:
    """A visit that notes what it is told, whose transactions wait until they may begin."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.may_begin, self.begun = threading.Event(), threading.Event()
        self.fails: Exception | None = None

    @contextmanager
    def open(self) -> Iterator[Any]:
        self.told.append("BEGIN")
        self.begun.set()
        assert self.may_begin.wait(10)
        yield self
        if self.fails:
            raise self.fails
        self.told.append("COMMIT")

    def say(self, words: str) -> None:
        self.told.append(words)


def saying(words: str) -> Callable[[Any], str]:
    def work(visit: Any) -> str:
        visit.say(words)
        return words

    return work


def refused(visit: Any) -> None:
    visit.say("refused")
    raise ZeroDivisionError


def test_who_is_alone_has_a_transaction_without_parts() -> None:
    fake = Fake()
    fake.may_begin.set()
    assert GroupCommit(fake.open).write(saying("a")) == "a"
    assert fake.told == ["BEGIN", "a", "COMMIT"]
    with pytest.raises(ZeroDivisionError):
        GroupCommit(fake.open).write(refused)
    assert fake.told[3:] == ["BEGIN", "refused"]


def test_those_who_wait_share_one_transaction_and_one_that_is_refused_undoes_its_part_alone() -> None:
    fake = Fake()
    together = GroupCommit(fake.open)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(together.write, saying("first"))
        assert fake.begun.wait(10)
        others = [pool.submit(together.write, work) for work in (saying("a"), refused, saying("b"))]
        while together.waiting < 3:
            pass
        fake.may_begin.set()
        assert (first.result(), others[0].result(), others[2].result()) == ("first", "a", "b")
        with pytest.raises(ZeroDivisionError):
            others[1].result()
    assert fake.told[:4] == ["BEGIN", "first", "COMMIT", "BEGIN"]
    assert fake.told.count("COMMIT") == 2 and fake.told.count("ROLLBACK TO part") == 1
    assert fake.told.index("ROLLBACK TO part") == fake.told.index("refused") + 1


def test_a_commit_that_fails_is_everybodys_failure() -> None:
    fake = Fake()
    fake.fails = OSError("disk full")
    together = GroupCommit(fake.open)
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(together.write, saying(word)) for word in "abc"]
        fake.may_begin.set()
        for each in waiting:
            with pytest.raises(OSError, match="disk full"):
                each.result()
