"""The worker: carries out what is due, says, tells, pays and wakes, and tries again with growing waits."""

import threading
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from bot.channels import STAFF, Channel, Outgoing, SendLater, Undeliverable
from bot.handle import Sight
from bot.payouts import Answer, Payout
from flows.model import CaseState, Pay, Wake
from storage.nouns import Due, Rendered, ToRead
from storage.outbox import IS_SAID, KINDS
from storage.store import Store

BATCH = 10
LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
POLL_SECONDS = 1.0
KEPT = timedelta(days=60)
"""How long the key of something done stays taken."""

ASKED_FOR = (CaseState.APPROVED, CaseState.PAYING)
"""States in which money is to go back and has not, as far as anybody knows."""

Look = Callable[[ToRead, datetime], Mapping[str, Sight]]
"""Looks at the pictures of a message: what was seen in each that could be read."""

log = structlog.get_logger()


class House(Protocol):
    """What the worker needs of the house."""

    def wake(self, wake: Wake, now: datetime) -> None: ...

    def read(self, message: ToRead, seen: Mapping[str, Sight], more: bool, now: datetime) -> None: ...

    def paid(self, case_no: str, answer: Answer, now: datetime) -> None:
        """May be told the same answer twice."""
        ...


class Worker:
    """Carries out the outbox. Everything is done at least once: who dies between sending and noting it sends again.

    The channel is given the same key then, and money is asked for under the same key, so that it is paid once.
    """

    def __init__(
        self, store: Store, house: House, channels: Mapping[str, Channel], payout: Payout, look: Look,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self.store, self.house, self.channels, self.payout, self.clock = store, house, channels, payout, clock
        self._news: list[threading.Event] = []
        self._stopping = threading.Event()
        self._look = look
        self._threads: list[threading.Thread] = []
        self._do: dict[str, Callable[[Due, datetime], None]] = {
            "say": self._say,
            "tell": self._tell,
            "pay": self._pay,
            "wake": self._wake,
            "read": self._read,
        }
        if store.database.is_sqlite:
            # One process works on such a file. Servers that share a PostgreSQL wait for the lease to run out.
            store.outbox.reclaim()

    def run_due(self, now: datetime, kinds: Collection[str] = KINDS) -> int:
        """Until nothing of these kinds is due at that moment any more. Returns how much was tried."""
        tried = 0
        while taken := self.store.outbox.take(now, BATCH, LEASE, kinds):
            self._carry_out(taken, now)
            tried += len(taken)
            if len(taken) < BATCH and all(due.kind in IS_SAID for due in taken):
                # There was no more, and what is merely said causes nothing new.
                break
        return tried

    def start(self) -> None:
        """In the background from now on: at once when something was saved here, else about once a second.

        Pictures are read in a thread of their own, one after the other: nothing that is said waits for them.
        """
        for name, kinds in (("outbox", tuple(kind for kind in KINDS if kind != "read")), ("pictures", ("read",))):
            news = threading.Event()
            self._news.append(news)
            self.store.watchers.append(news.set)
            self._threads.append(threading.Thread(target=self._run, args=(kinds, news), name=name, daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Comes back when what was begun is finished."""
        self._stopping.set()
        for news in self._news:
            news.set()
        for thread in self._threads:
            thread.join()

    def _run(self, kinds: Collection[str], news: threading.Event) -> None:
        swept = datetime.min.replace(tzinfo=UTC)
        while not self._stopping.is_set():
            news.clear()
            now = self.clock()
            try:
                self.run_due(now, kinds)
                if now - swept > timedelta(hours=1):
                    self.store.outbox.forget(now - KEPT)
                    swept = now
            except Exception:
                # The database is away for a moment: the thread outlives it.
                log.exception("the outbox could not be worked on")
            news.wait(POLL_SECONDS)

    def _carry_out(self, taken: list[Due], now: datetime) -> None:
        stuck: set[str | None] = set()
        untried: list[str] = []
        for due in taken:
            if due.kind == "say" and due.chat in stuck:
                untried.append(due.key)
            elif not self._try(due, now) and due.kind == "say":
                stuck.add(due.chat)
        if untried:
            self.store.outbox.give_back(untried)

    def _try(self, due: Due, now: datetime) -> bool:
        """Whether it is out of the way: done, or given up for good."""
        try:
            self._do[due.kind](due, now)
        except SendLater as wish:
            self._put_off(due, now, max(timedelta(seconds=wish.seconds), timedelta(seconds=1)), str(wish))
            return False
        except Undeliverable as gone:
            log.warning("undeliverable", key=due.key, case=due.task.case)
            self.store.outbox.finish(due.key, now, f"undeliverable: {gone}")
            return True
        except Exception as error:
            log.exception("put off", key=due.key, kind=due.kind, case=due.task.case, attempts=due.attempts)
            self._put_off(due, now, growing(due.attempts), type(error).__name__)
            return False
        return True

    def _put_off(self, due: Due, now: datetime, wait: timedelta, error: str) -> None:
        self.store.outbox.later(due.key, now + wait, error)

    def _say(self, due: Due, now: datetime) -> None:
        assert isinstance(due.task, Rendered)
        channel = self.channels.get(due.channel or "")
        if channel is None:
            raise SendLater(LONGEST_WAIT.total_seconds(), f"the channel {due.channel} is switched off")
        channel.send(outgoing(due, due.task))
        self.store.outbox.finish(due.key, now)

    def _tell(self, due: Due, now: datetime) -> None:
        assert isinstance(due.task, Rendered)
        self.channels[STAFF].send(outgoing(due, due.task))
        self.store.outbox.finish(due.key, now)

    def _wake(self, due: Due, now: datetime) -> None:
        assert isinstance(due.task, Wake)
        self.house.wake(due.task, now)
        self.store.outbox.finish(due.key, now)

    def _read(self, due: Due, now: datetime) -> None:
        """Pictures are looked at outside of any transaction; what was seen is kept, so that no file is read twice."""
        assert isinstance(due.task, ToRead)
        seen = self._look(due.task, now)
        more = self.store.outbox.waits("read", due.task.chat, but=due.key)
        self.house.read(due.task, seen, more, now)
        self.store.outbox.finish(due.key, now)

    def _pay(self, due: Due, now: datetime) -> None:
        """Asked before, and the answer lost or unknown: looked up first."""
        assert isinstance(due.task, Pay)
        case = self.store.case(due.task.case)
        if case is not None and case.state not in ASKED_FOR:
            # Somebody marked it done, or it failed for good: nothing is to be paid for it any more.
            self.store.outbox.finish(due.key, now)
            return
        answer = self.payout.look_up(due.key, due.task) if due.attempts > 1 else None
        answer = answer or self.payout.refund(due.key, due.task, now)
        if answer is not Answer.BY_HAND:
            self.house.paid(due.task.case, answer, now)
        if answer is Answer.UNKNOWN:
            self._put_off(due, now, growing(due.attempts), "the provider does not know yet")
        else:
            self.store.outbox.finish(due.key, now)


def growing(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s ... up to ten minutes."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)


def outgoing(due: Due, said: Rendered) -> Outgoing:
    return Outgoing(due.key, due.chat or "", said.text, said.buttons, said.asks, said.expects, said.case)
