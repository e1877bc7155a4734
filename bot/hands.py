"""Hands: what is due of some kinds is carried out in the background, so many lanes at a time, none for too long."""

import heapq
import threading
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from queue import SimpleQueue

import structlog

from storage.engine import DATABASE_AWAY
from storage.nouns import Due

LEASE = timedelta(minutes=1)
"""So long a row belongs to whoever has taken it; what was not begun after half of it is given back."""
BATCH = 10
IN_HAND = 8
"""So many lanes for each hand are taken, or wait for one that is free."""
POLL_SECONDS = 1.0
TOGETHER = 16
"""So many lanes begin together: enough to share what each costs, and nobody waits long for the last."""

Lane = Sequence[Due]
Given = tuple[Lane, datetime]
"""A lane, and until when it is held."""
JOINED: Given = ((), datetime.max)
"""Stands for those that wait to begin together."""
log = structlog.get_logger()


class Hands:
    """A loop that takes from the queue what is due, and hands that work through it.

    What was saved in this process comes to the hands directly and held already: it is not looked for in the queue.
    What is slow at one end (a messenger that is away, a provider that thinks) holds up its own lane only.
    """

    def __init__(
        self, kinds: Sequence[str], count: int, take: Callable[[datetime, int], list[Due]],
        work_through: Callable[[Lane, datetime], None], give_back: Callable[[Lane], None],
        watch: Callable[[datetime], None], clock: Callable[[], datetime],
        joins: Callable[[Due], bool] = lambda _: False,
        together: Callable[[Sequence[Due], datetime], bool] = lambda _, __: False,
    ) -> None:  # fmt: skip
        """`watch`: looks at what nobody's message brings about, each time round.

        `together`: carries out the first rows of several lanes, of those that `joins` holds for; False, or an error,
        where nothing was done and each is to be worked through by itself.
        """
        self.kinds = kinds
        self._take, self._work_through, self._give_back = take, work_through, give_back
        self._joins, self._together = joins, together
        self._watch, self._clock = watch, clock
        self._most, self._in_hand, self._lanes, self._behind = IN_HAND * count, 0, Counter[str](), set[str]()
        self._again: list[datetime] = []
        self._lock, self._news, self._stopping = threading.Lock(), threading.Event(), threading.Event()
        self._given: SimpleQueue[Given | None] = SimpleQueue()
        self._joining, self._together_now = deque[Given](), False
        names = [f"hand {n} {kinds[0]}" for n in range(count)]
        self._hands = [threading.Thread(target=self._work_on, name=name, daemon=True) for name in names]
        self._loop = threading.Thread(target=self._run, name=f"outbox {kinds[0]}", daemon=True)

    def start(self) -> None:
        for thread in (*self._hands, self._loop):
            thread.start()

    def stop(self) -> None:
        """Comes back when what was begun is finished; what was only taken is given back."""
        self._stopping.set()
        self._news.set()
        self._loop.join()
        for _ in self._hands:
            self._given.put(None)
        for thread in self._hands:
            thread.join()
        for lane, _ in self._late():
            self._give_back(lane)

    def ring(self, kinds: Collection[str]) -> None:
        """Something of these kinds may be due."""
        if any(kind in self.kinds for kind in kinds):
            self._news.set()

    def look_again(self, at: datetime) -> None:
        """Something was put off until then."""
        with self._lock:
            heapq.heappush(self._again, at)
        self._news.set()

    def lease(self) -> datetime | None:
        """Until when a row that comes to these hands directly is held; None where enough waits for them already."""
        is_free = self._in_hand < self._most and not self._stopping.is_set()
        return self._clock() + LEASE if is_free else None

    def carry_out(self, lane: Lane, until: datetime, *, more: bool = False) -> None:
        """As soon as a hand is free. Each row is held `until` then by whoever calls. `more`: the lane may be longer."""
        if self._stopping.is_set():
            self._give_back(lane)
            return
        name = lane[0].lane
        with self._lock:
            self._in_hand += 1
            if name is not None:
                self._lanes[name] += 1
            if more and name is not None:
                self._behind.add(name)
        self._wait((lane, until))

    def comes_behind(self, lane: str) -> None:
        """The lane goes on in the queue when what is in hand of it is done, here or by others."""
        with self._lock:
            if lane in self._lanes:
                self._behind.add(lane)
        self._news.set()

    @property
    def _room(self) -> int:
        return self._most - self._in_hand

    def _wait(self, given: Given) -> None:
        """For a free hand, or for others that join."""
        if not self._joins(given[0][0]):
            self._given.put(given)
            return
        with self._lock:
            self._joining.append(given)
        self._let_join()

    def _let_join(self) -> None:
        """While some are carried out together, others gather: two smaller parties at a time do less."""
        with self._lock:
            begins = bool(self._joining) and not self._together_now
            self._together_now = self._together_now or begins
        if begins:
            self._given.put(JOINED)

    def _work_on(self) -> None:
        while (given := self._given.get()) is not None:
            if given is JOINED:
                self._party()
            else:
                self._one(*given)

    def _party(self) -> None:
        """What is left of a lane is another hand's: it may be slow, and nobody else is to wait for it."""
        with self._lock:
            given = [self._joining.popleft() for _ in range(min(TOGETHER, len(self._joining)))]
        now, fresh, others = self._clock(), list[Given](), list[Given]()
        for one in given:
            (fresh if self._in_time(one[1], now) else others).append(one)
        if fresh and not self._carried_out([lane[0] for lane, _ in fresh], now):
            fresh, others = [], given
        for one in others:
            self._given.put(one)
        for lane, until in fresh:
            if len(lane) > 1:
                self._wait((lane[1:], until))
            else:
                self._done(lane)
        with self._lock:
            self._together_now = False
        self._let_join()

    def _carried_out(self, rows: Sequence[Due], now: datetime) -> bool:
        try:
            return self._together(rows, now)
        except Exception:
            # Each by itself shows whose fault it was, and is put off alone.
            log.warning("rows could not be carried out together", kind=self.kinds[0], exc_info=True)
            return False

    def _late(self) -> Iterator[Given]:
        """What came while everybody was stopping."""
        while not self._given.empty():
            if (given := self._given.get()) and given is not JOINED:
                yield given
        while self._joining:
            yield self._joining.popleft()

    def _one(self, lane: Lane, until: datetime) -> None:
        try:
            now = self._clock()
            if self._in_time(until, now):
                self._work_through(lane, now)
            elif now < until:
                # Later on somebody else may hold it.
                self._give_back(lane)
        except Exception:
            # The lease runs out, and it is taken once more.
            log.exception("a lane could not be worked through", kind=self.kinds[0])
        finally:
            self._done(lane)

    def _in_time(self, until: datetime, now: datetime) -> bool:
        """Nobody else can take it before it is done."""
        return not self._stopping.is_set() and until - now >= LEASE / 2

    def _done(self, lane: Lane) -> None:
        name = lane[0].lane
        with self._lock:
            waited_for = self._in_hand == self._most or name in self._behind
            self._in_hand -= 1
            if name is not None:
                self._behind.discard(name)
                self._lanes[name] -= 1
                if not self._lanes[name]:
                    del self._lanes[name]
        if waited_for:
            self._news.set()

    def _run(self) -> None:
        away = False
        while not self._stopping.is_set():
            self._news.clear()
            try:
                self._watch(self._clock())
                while not self._stopping.is_set() and self._take_some():
                    pass
                if away:
                    log.info("the database is back", kind=self.kinds[0])
                away = False
            except DATABASE_AWAY as error:
                # The thread outlives it, and says so once.
                if not away:
                    log.error("the database is away", kind=self.kinds[0], error=type(error).__name__)
                away = True
            except Exception:
                log.exception("the outbox could not be worked on", kind=self.kinds[0])
            self._news.wait(self._rest())

    def _take_some(self) -> bool:
        """Whether there was something that could be taken."""
        room, now = min(self._room, BATCH), self._clock()
        lanes = in_lanes(self._take(now, room)) if room > 0 else []
        for lane in lanes:
            self.carry_out(lane, now + LEASE, more=True)
        return bool(lanes)

    def _rest(self) -> float:
        """Until something that was put off is due, and no longer than a second: others put things in the queue too."""
        now, soonest = self._clock(), POLL_SECONDS
        with self._lock:
            while self._again and self._again[0] <= now:
                heapq.heappop(self._again)
            if self._again:
                soonest = min(soonest, (self._again[0] - now).total_seconds())
        return soonest


def in_lanes(taken: Sequence[Due]) -> list[list[Due]]:
    """Lanes side by side, the rows of each in their order."""
    lanes: dict[str, list[Due]] = {}
    for due in taken:
        lanes.setdefault(due.lane or due.chat or due.key, []).append(due)
    return [*lanes.values()]
