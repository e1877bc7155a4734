"""How much two workers do that one does not: a pile of messages on PostgreSQL, worked off. The last line is JSON.

`python -m tests.benchmarks.workers` puts what all customers of the race write into the queue (TEST_DATABASE_URL's
server, or a local one), starts one worker or two over it, by turns, and takes the time until everybody is answered.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import func, select

import bot.telegram
from bot import app
from bot.channels import STAFF
from bot.channels.board import Board
from bot.config import Database, Settings
from flows.model import CaseState
from storage.news import News
from storage.tables import cases, outbox
from tests.benchmarks.dialogue import TOKEN, TURNS, orders, update
from tests.benchmarks.ours import Unhurried, stub_the_network
from tests.conftest import a_postgresql

CARRIER = "ptb"
LOOK = 0.02
"""Seconds between two looks whether everybody is answered."""


def settings(url: str, folder: Path) -> Settings:
    telegram = {"token": TOKEN, "carrier": CARRIER, "receive": "forwarded", "webhook_secret": "none-comes"}
    return Settings(data=folder, database=Database(url=url), telegram=telegram)


def work(url: str, folder: Path) -> None:
    """One worker: says when it is ready, begins when it is told, ends when its input does."""
    stub_the_network(CARRIER)
    bot.telegram.Pace = Unhurried  # type: ignore[assignment,misc]
    house = app.build(settings(url, folder))
    telegram = bot.telegram.build(house, "secret")
    worker = house.worker({STAFF: Board(), **telegram.channels}, telegram.messengers)
    news = News(house.store.database, house.store.tell_watchers)
    house.store.announce = news.saved
    print("ready", flush=True)
    sys.stdin.readline()
    news.start()
    worker.start()
    sys.stdin.readline()
    worker.stop()
    telegram.close()
    news.stop()
    house.close()


@contextmanager
def at_work(url: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    asked = [sys.executable, "-m", "tests.benchmarks.workers", "--work", url, str(folder)]
    process = subprocess.Popen(
        asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None and process.stdin is not None
    try:
        while process.stdout.readline() != "ready\n":
            assert process.poll() is None, "a worker did not start"
        yield process
        process.stdin.close()
        process.wait(60)
    finally:
        process.kill()
        process.wait()


def pile(house: app.App, customers: int) -> int:
    """Everything that all customers write, kept as it arrives: all their first messages, then all second ones."""
    house.orders.put(orders(customers))
    stub_the_network(CARRIER)
    desk = bot.telegram.build(house, "secret")
    [bot_of_the_shop] = desk.bots.values()
    for turn in range(len(TURNS)):
        bot_of_the_shop.keep([update(n, turn) for n in range(customers)])
    desk.close()
    return customers * len(TURNS)


def measure(workers: int, customers: int) -> float:
    """Messages a second. Raises AssertionError where a customer was not served."""
    with ExitStack() as all_of_it:
        url = all_of_it.enter_context(a_postgresql())
        folder = Path(all_of_it.enter_context(tempfile.TemporaryDirectory()))
        house = app.build(settings(url, folder))
        all_of_it.callback(house.close)
        messages = pile(house, customers)
        crew = [all_of_it.enter_context(at_work(url, folder)) for _ in range(workers)]
        began = time.perf_counter()
        for each in crew:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        while _left(house):
            assert time.perf_counter() - began < 300, "it comes to no end"
            time.sleep(LOOK)
        took = time.perf_counter() - began
        with house.store.database.read() as connection:
            states = connection.execute(select(cases.c.state, func.count()).group_by(cases.c.state)).all()
        assert [tuple(row) for row in states] == [(CaseState.SUBMITTED.value, customers)], states
    return messages / took


def _left(house: app.App) -> bool:
    undone = select(outbox.c.id).where(outbox.c.done_at.is_(None), outbox.c.kind.in_(("arrived", "say"))).limit(1)
    with house.store.database.read() as connection:
        return connection.scalar(undone) is not None


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-n", "--customers", type=int, default=150)
    options.add_argument("-r", "--rounds", type=int, default=3)
    options.add_argument("--work", nargs=2, metavar=("URL", "FOLDER"), help="one worker alone")
    given = options.parse_args()
    if given.work:
        work(given.work[0], Path(given.work[1]))
        return
    measured: dict[int, list[float]] = {1: [], 2: []}
    for n in range(given.rounds):
        for workers in (1, 2) if n % 2 else (2, 1):
            measured[workers].append(measure(workers, given.customers))
            print(f"round {n + 1}  workers {workers}   {measured[workers][-1]:8.1f} messages a second", flush=True)
    one, two = (statistics.median(measured[workers]) for workers in (1, 2))
    ratio = statistics.median(b / a for a, b in zip(measured[1], measured[2], strict=True))
    print(json.dumps({"messages_per_s_1": round(one, 1), "messages_per_s_2": round(two, 1), "ratio": round(ratio, 2)}))


if __name__ == "__main__":
    main()
