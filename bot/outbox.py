"""The worker: says, tells, pays, wakes and deals with what arrived, each when it is due, and again where it fails."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Protocol

import structlog

from bot import report
from bot.channels import STAFF, Channel, Incoming, Messenger, Outgoing, SendLater, Undeliverable
from bot.hands import BATCH, LEASE, POLL_SECONDS, Hands, Lane, in_lanes
from bot.looking import Sight
from bot.payouts import Answer, Payout
from flows.model import CaseState, Pay, Wake
from storage.engine import DATABASE_AWAY
from storage.nouns import Arrived, Due, Rendered, ToRead
from storage.outbox import ARRIVES, IS_SAID, KINDS
from storage.store import Store

HANDS = 8
"""So many customers are served at once: one whose network is slow must not keep the others waiting."""
SIDE_BY_SIDE = ((("wake", "pay"), HANDS), (IS_SAID, HANDS), (ARRIVES, HANDS), (("read",), 1))
"""What is carried out side by side, and by how many hands; pictures are read one after the other."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
MOST_FAILURES = 12
"""So often what fails by a fault of our own holds up its lane: about an hour."""
SHORTEST_WAIT = timedelta(milliseconds=20)
KEPT = timedelta(days=60)
"""How long the key of something done stays taken."""
ARRIVED_KEPT = timedelta(days=3)
"""The same for what arrived: messengers hand over again what was not acknowledged for a day at most."""

ASKED_FOR = (CaseState.APPROVED, CaseState.PAYING)
"""States in which money is to go back and has not, as far as anybody knows."""

Look = Callable[[ToRead, datetime], Mapping[str, Sight]]
"""Looks at the pictures of a message: what was seen in each that could be read."""

log = structlog.get_logger()


class House(Protocol):
    """What the worker needs of the house."""

    def keep_watch(self, now: datetime) -> None: ...

    def hear_all(self, messages: Sequence[Incoming], now: datetime) -> bool:
        """False where nothing was done, as each is to be heard by itself."""
        ...

    def wake(self, wake: Wake, now: datetime) -> None: ...

    def read(self, message: ToRead, seen: Mapping[str, Sight], more: bool, now: datetime) -> None: ...

    def paid(self, case_no: str, answer: Answer, now: datetime, row: str | None = None) -> None:
        """May be told the same answer twice. `row` is done by it, together with what follows from it."""
        ...


class Worker:
    """Carries out the outbox. Everything is done at least once: who dies between sending and noting it sends again.

    The channel is given the same key then, and money is asked for under the same key, so that it is paid once.
    """

    def __init__(
        self, store: Store, house: House, channels: Mapping[str, Channel], payout: Payout, look: Look,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        messengers: Mapping[str, Messenger] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self.messengers, self._look = messengers, look
        self.store, self.house, self.channels, self.payout, self.clock = store, house, channels, payout, clock
        self._stopping = threading.Event()
        self._hands: dict[str, Hands] = {}
        self._swept = datetime.min.replace(tzinfo=UTC)
        self._do: dict[str, Callable[[Due, datetime], None]] = {
            "say": self._say,
            "tell": self._tell,
            "pay": self._pay,
            "wake": self._wake,
            "arrived": self._arrived,
            "read": self._read,
        }
        if store.database.is_sqlite:
            # One process works on such a file. Servers that share a PostgreSQL wait for the lease to run out.
            store.outbox.reclaim()

    def run_due(self, now: datetime, kinds: Collection[str] = KINDS) -> int:
        """Until nothing of these kinds is due at that moment any more. Returns how much was tried."""
        tried = 0
        while taken := self.store.outbox.take(now, BATCH, LEASE, kinds):
            for lane in in_lanes(taken):
                self._work_through(lane, now)
            tried += len(taken)
            if len(taken) < BATCH and all(due.kind in IS_SAID for due in taken):
                # There was no more, and what is merely said causes nothing new.
                break
        return tried

    def start(self) -> None:
        """In the background from now on: at once when something was saved here, else about once a second."""
        for kinds, count in SIDE_BY_SIDE:
            watch = self._keep_watch if "wake" in kinds else _nothing
            hands = Hands(
                kinds, count, self._taker(kinds), self._work_through, self._give_back, watch, self.clock,
                _is_plain, self._hear_together,
            )  # fmt: skip
            self._hands |= dict.fromkeys(kinds, hands)
        self.store.at_once = self._hands
        for hands in self._each():
            self.store.watchers.append(hands.ring)
            hands.start()
        log.info("worker started")

    def stop(self) -> None:
        """Comes back when what was begun is finished."""
        self._stopping.set()
        for hands in self._each():
            hands.stop()
        log.info("worker stopped")

    def _each(self) -> list[Hands]:
        return [*dict.fromkeys(self._hands.values())]

    def _taker(self, kinds: Sequence[str]) -> Callable[[datetime, int], list[Due]]:
        return lambda now, most: self.store.outbox.take(now, most, LEASE, kinds)

    def _keep_watch(self, now: datetime) -> None:
        self.house.keep_watch(now)
        if now - self._swept > timedelta(hours=1):
            self.store.outbox.forget(now - KEPT, now - ARRIVED_KEPT)
            self._swept = now

    def _hear_together(self, written: Sequence[Due], now: datetime) -> bool:
        return self.house.hear_all([self._messenger(due).message(due) for due in written], now)

    def _work_through(self, lane: Lane, now: datetime) -> None:
        """What cannot be done yet holds back what comes behind it."""
        for n, due in enumerate(lane):
            if not self._try(due, now):
                self._give_back(lane[n + 1 :])
                return

    def _give_back(self, lane: Lane) -> None:
        if lane:
            self._note(self.store.outbox.give_back, [due.key for due in lane])

    def _try(self, due: Due, now: datetime) -> bool:
        """Whether it is out of the way: done, or given up for good."""
        try:
            self._do[due.kind](due, now)
        except SendLater as wish:
            self._put_off(due, now, max(timedelta(seconds=wish.seconds), SHORTEST_WAIT), str(wish))
            return False
        except Undeliverable as gone:
            log.warning("undeliverable", key=due.key, case=due.task.case)
            self._note(self.store.outbox.finish, due.key, now, f"undeliverable: {gone}")
            return True
        except Exception as error:
            log.exception("it failed", key=due.key, kind=due.kind, case=due.task.case, attempts=due.attempts)
            if due.lane is not None and due.attempts >= MOST_FAILURES and not isinstance(error, DATABASE_AWAY):
                # It stays in the queue's record with its error; those behind it have waited long enough.
                self._note(self.store.outbox.finish, due.key, now, f"given up: {type(error).__name__}")
                return True
            self._put_off(due, now, growing(due.attempts), type(error).__name__)
            return False
        return True

    def _put_off(self, due: Due, now: datetime, wait: timedelta, error: str) -> None:
        """From the moment at which that became known: `now` may be a while ago where much was taken at once."""
        report.put_off(due, wait, error)
        at = (max(now, self.clock()) if self._hands else now) + wait
        self._note(self.store.outbox.later, due.key, at, error)
        if self._hands:
            self._hands[due.kind].look_again(at)

    def _note(self, note: Callable[..., None], *what: object) -> None:
        """In the background, as soon as the database can be reached again: what is not noted is done once more."""
        while True:
            try:
                return note(*what)
            except DATABASE_AWAY:
                if not self._hands or self._stopping.wait(POLL_SECONDS):
                    raise

    def _say(self, due: Due, now: datetime) -> None:
        assert isinstance(due.task, Rendered)
        channel = self.channels.get(due.channel or "")
        if channel is None:
            raise SendLater(LONGEST_WAIT.total_seconds(), f"the channel {due.channel} is switched off")
        channel.send(outgoing(due, due.task))
        report.sent(due, due.task, self.clock())
        self._note(self.store.outbox.finish, due.key, now)

    def _tell(self, due: Due, now: datetime) -> None:
        assert isinstance(due.task, Rendered)
        self.channels[STAFF].send(outgoing(due, due.task))
        self._note(self.store.outbox.finish, due.key, now)

    def _arrived(self, due: Due, now: datetime) -> None:
        if not self._messenger(due).deal(due, now):
            self._note(self.store.outbox.finish, due.key, now)

    def _messenger(self, due: Due) -> Messenger:
        assert isinstance(due.task, Arrived)
        messenger = self.messengers.get(due.task.channel)
        if messenger is None:
            raise SendLater(LONGEST_WAIT.total_seconds(), f"the channel {due.task.channel} is switched off")
        return messenger

    def _wake(self, due: Due, now: datetime) -> None:
        assert isinstance(due.task, Wake)
        self.house.wake(due.task, now)
        self._note(self.store.outbox.finish, due.key, now)

    def _read(self, due: Due, now: datetime) -> None:
        """Pictures are looked at outside of any transaction; what was seen is kept, so that no file is read twice."""
        assert isinstance(due.task, ToRead)
        seen = self._look(due.task, now)
        more = self.store.outbox.waits(due.lane or "", but=due.key)
        self.house.read(due.task, seen, more, now)
        self._note(self.store.outbox.finish, due.key, now)

    def _pay(self, due: Due, now: datetime) -> None:
        """Asked before, and the answer lost or unknown: looked up first."""
        assert isinstance(due.task, Pay)
        case = self.store.case(due.task.case)
        if case is not None and case.state not in ASKED_FOR:
            # Somebody marked it done, or it failed for good: nothing is to be paid for it any more.
            self._note(self.store.outbox.finish, due.key, now)
            return
        report.payout_asked(due)
        answer = self.payout.look_up(due.key, due.task) if due.attempts > 1 else None
        answer = answer or self.payout.refund(due.key, due.task, now)
        report.payout_answered(due, answer)
        if answer is Answer.BY_HAND:
            self._note(self.store.outbox.finish, due.key, now)
        elif answer is Answer.UNKNOWN:
            self.house.paid(due.task.case, answer, now)
            self._put_off(due, now, growing(due.attempts), "the provider does not know yet")
        else:
            self.house.paid(due.task.case, answer, now, due.key)


def _nothing(now: datetime) -> None: ...


def _is_plain(due: Due) -> bool:
    """What failed before, alone or with others, is heard by itself: it is not to send them the long way again."""
    return isinstance(due.task, Arrived) and due.task.plain and due.attempts == 1


def growing(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s ... up to ten minutes."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)


def outgoing(due: Due, said: Rendered) -> Outgoing:
    return Outgoing(
        due.key, due.chat or "", said.text, said.buttons, said.asks, said.expects, said.case,
        said.files, said.key, said.about,
    )  # fmt: skip
