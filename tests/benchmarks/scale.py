"""Whether cost stays flat: the same questions in a house with few cases and in one with many. The last line is JSON.

`python -m tests.benchmarks.scale` fills both on SQLite and on PostgreSQL (TEST_DATABASE_URL, or a local one), asks in
both by turns, and prints medians and how many times the one is the other.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.app import App, build
from bot.channels import Incoming
from bot.config import Database, Settings
from bot.desk.auth import hash_password
from bot.site import Site
from flows.model import Role
from storage.search import PAGES, Search
from tests.benchmarks.filling import AGENTS, SEED, customer, fill
from tests.bot.visitors import Staff
from tests.conftest import a_postgresql

PASSWORD = "measured-and-gone"


class House:
    """A house over a filled database, with somebody at its desk."""

    def __init__(self, app: App, browser: TestClient, cases: int) -> None:
        self.app, self.cases, self.search = app, cases, Search(app.store.database)
        self.desk = Staff(browser).log_in(AGENTS[0], PASSWORD)
        self._ids = count(1)

    def asks_status(self, n: int) -> None:
        """Another customer each time, from all over the house."""
        who = customer(n * 7 % SEED, n * 13 % (self.cases // SEED))
        text, now = "我的退款到哪一步了", datetime.now(UTC)
        assert self.app.house.hear(Incoming("web", who, f"scale-{now.timestamp()}-{next(self._ids)}", text), now)

    def looks_at_case(self, n: int) -> None:
        who = customer(n * 11 % SEED, n * 17 % (self.cases // SEED))
        self.desk.sees(f"cases/{self.app.store.recall(who).cases[0].number}")

    def finds_an_order(self, n: int) -> None:
        who = customer(n * 19 % SEED, n * 23 % (self.cases // SEED))
        case = self.app.store.recall(who).cases[0]
        assert case.number in self.desk.sees(f"?q={case.order.order_no.lower()}")

    def looks_for_news(self, n: int) -> None:
        self.search.newest(), self.search.mark(customer(n), None)


def sees(path: str) -> Callable[[House, int], object]:
    return lambda house, _: house.desk.sees(path)


QUESTIONS: dict[str, Callable[[House, int], object]] = {
    "status query": House.asks_status,
    "queue page": sees("?view=open"),
    "queue page: mine": sees("?view=mine"),
    "queue page: appeals": sees("?view=appeals"),
    "queue page: waiting": sees("?view=waiting"),
    "queue page: all": sees("?view=all"),
    "queue page: deepest": sees(f"?view=all&page={PAGES - 1}"),
    "queue page: found": House.finds_an_order,
    "case page": House.looks_at_case,
    "talks page": sees("talks"),
    "is anything new": House.looks_for_news,
}


@contextmanager
def opened(url: str, cases: int) -> Iterator[House]:
    """A house over that database, which `fill` has filled."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_things:
        app = build(Settings(data=Path(folder), database=Database(url=SecretStr(url))))
        open_things.callback(app.close)
        if app.store.staff(AGENTS[0]) is None:
            app.store.add_staff(AGENTS[0], Role.AGENT, hash_password(PASSWORD), datetime.now(UTC))
        yield House(app, open_things.enter_context(TestClient(Site(app).web)), cases)


def measure(houses: list[House], rounds: int) -> dict[str, list[float]]:
    """The median of each question in each house, in milliseconds; asked by turns, so that what else the machine does
    weighs on all of them."""
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    for n in range(-3, rounds):
        for name, ask in QUESTIONS.items():
            for which, house in enumerate(houses):
                started = time.perf_counter()
                ask(house, n % SEED)
                if n >= 0:
                    times[name, which].append((time.perf_counter() - started) * 1000)
    return {name: [statistics.median(times[name, which]) for which in range(len(houses))] for name in QUESTIONS}


def compared(kind: str, urls: list[str], sizes: list[int], rounds: int) -> dict[str, float]:
    """How many times the time of the small house each question takes in the large one."""
    with ExitStack() as open_things:
        houses = [open_things.enter_context(opened(url, size)) for url, size in zip(urls, sizes, strict=True)]
        medians = measure(houses, rounds)
    print(f"{kind:<22} {sizes[0]:>10,} {sizes[1]:>12,} cases")
    for name, (small, large) in medians.items():
        print(f"  {name:<20} {small:>7.2f} ms {large:>9.2f} ms   x {large / small:.2f}", flush=True)
    return {f"{kind}: {name}": round(large / small, 2) for name, (small, large) in medians.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", type=int, default=SEED, help="cases, in thousands of them")
    options.add_argument("--large", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=60)
    given = options.parse_args()
    sizes, now, ratios = [given.small, given.large], datetime.now(UTC), dict[str, float]()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        places = {
            "sqlite": [f"sqlite:///{folder}/{size}.db" for size in sizes],
            "postgresql": [servers.enter_context(a_postgresql()) for _ in sizes],
        }
        for kind, urls in places.items():
            for url, size in zip(urls, sizes, strict=True):
                fill(url, size, now, lambda done: print(done, file=sys.stderr, flush=True))
            ratios |= compared(kind, urls, sizes, given.rounds)
    print(json.dumps({"cases": sizes, "times_as_long": ratios}, ensure_ascii=False))


if __name__ == "__main__":
    main()
