"""How much two workers do that one does not, on one PostgreSQL. The last line is JSON.

`python -m tests.benchmarks.workers` lets the customers of the race write to one worker or to two, half of them to each
as a load balancer would have it, by turns (TEST_DATABASE_URL's server, or a local one); so many at once that no worker
ever waits for customers.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import func, select

import bot.telegram
from bot import app
from bot.channels import STAFF
from bot.channels.board import Board
from bot.config import Database, Log, Settings
from bot.cores import keep_to_one
from bot.logs import set_up
from bot.settling import settle
from flows.model import CaseState
from storage.news import News
from storage.tables import cases
from tests.benchmarks.dialogue import TOKEN, TURNS, Json, crowd, orders
from tests.benchmarks.network import telegram
from tests.benchmarks.ours import Unhurried, stub_the_network
from tests.conftest import a_postgresql

CARRIER = "ptb"
POSTS = 40
"""So many updates are posted to a worker at once: as Telegram does (Bot API, setWebhook, max_connections)."""


def settings(url: str, folder: Path) -> Settings:
    telegram = {"token": TOKEN, "carrier": CARRIER, "receive": "forwarded", "webhook_secret": "none-comes"}
    return Settings(data=folder, database=Database(url=url), telegram=telegram)


def say_whom(chat: int) -> None:
    # In one piece: several threads speak.
    sys.stdout.write(f"answered {chat}\n")
    sys.stdout.flush()


def work(url: str, folder: Path, number: int, customers: int, at_once: int) -> None:
    """One worker and its customers: says when it is ready, begins when it is told, says when all are served."""
    keep_to_one(number)
    set_up(Log(level="error"))  # what is said here is for the one who listens
    stub_the_network(CARRIER)
    bot.telegram.Pace = Unhurried
    house = app.build(settings(url, folder))
    desk = bot.telegram.build(house, "secret")
    [its_bot] = desk.bots.values()
    its_bot.api.call("getMe")
    posts = ThreadPoolExecutor(POSTS)

    async def feed(update: Json) -> None:
        answered = telegram.answer_to(update)
        await asyncio.get_running_loop().run_in_executor(posts, its_bot.keep, [update])
        await answered

    worker = house.worker({STAFF: Board(), **desk.channels}, desk.messengers)
    news = News(house.store.database, house.store.tell_watchers)
    house.store.announce = news.saved
    news.start()
    worker.start()
    settle()
    print("ready", flush=True)
    sys.stdin.readline()
    assert telegram.loop is not None
    loop = telegram.loop
    telegram.elsewhere = say_whom
    running = asyncio.run_coroutine_threadsafe(crowd(feed, customers, at_once, number * customers), loop)
    running.add_done_callback(lambda _: print("served", flush=True))
    for line in sys.stdin:
        # The other worker has answered a customer of ours.
        loop.call_soon_threadsafe(telegram.arrives, int(line))
    running.result()
    worker.stop()
    desk.close()
    news.stop()
    house.close()


@contextmanager
def at_work(*asked: object) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.benchmarks.workers", "--work", *map(str, asked)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        while (line := process.stdout.readline()) != "ready\n":
            assert line, "a worker did not start"
        yield process
    finally:
        process.kill()
        process.wait()


def tell(process: "subprocess.Popen[str]", words: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{words}\n")
    process.stdin.flush()


def listen(process: "subprocess.Popen[str]", crew: Sequence["subprocess.Popen[str]"], served: threading.Event) -> None:
    """As long as it speaks: when its customers are served, and whose customers it has answered for the others."""
    assert process.stdout is not None
    for line in process.stdout:
        if line == "served\n":
            served.set()
        elif line.startswith("answered "):
            for other in crew:
                if other is not process:
                    tell(other, line.split()[1])


def measure(workers: int, customers: int, at_once: int) -> float:
    """Messages a second. Raises AssertionError where a customer was not served."""
    with ExitStack() as all_of_it:
        url = all_of_it.enter_context(a_postgresql())
        folder = Path(all_of_it.enter_context(tempfile.TemporaryDirectory()))
        house = app.build(settings(url, folder))
        all_of_it.callback(house.close)
        house.orders.put(orders(customers))
        share, each = customers // workers, at_once // workers
        crew = [all_of_it.enter_context(at_work(url, folder, n, share, each)) for n in range(workers)]
        began = time.perf_counter()
        for process in crew:
            tell(process, "go")
        with ThreadPoolExecutor(workers) as listeners:
            served = [threading.Event() for _ in crew]
            for process, its_own in zip(crew, served, strict=True):
                listeners.submit(listen, process, crew, its_own)
            assert all(its_own.wait(300) for its_own in served), "customers are left"
            took = time.perf_counter() - began
            for process in crew:
                assert process.stdin is not None
                process.stdin.close()
        with house.store.database.read() as connection:
            states = connection.execute(select(cases.c.state, func.count()).group_by(cases.c.state)).all()
        assert [tuple(row) for row in states] == [(CaseState.SUBMITTED.value, share * workers)], states
    return share * workers * len(TURNS) / took


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-n", "--customers", type=int, default=400)
    options.add_argument("-c", "--at-once", type=int, default=200)
    options.add_argument("-r", "--rounds", type=int, default=5)
    options.add_argument("--work", nargs=5, metavar=("URL", "FOLDER", "NUMBER", "COUNT", "AT_ONCE"), help="one alone")
    given = options.parse_args()
    if given.work:
        url, folder, *numbers = given.work
        work(url, Path(folder), *map(int, numbers))
        return
    measured: dict[int, list[float]] = {1: [], 2: []}
    for n in range(given.rounds):
        for workers in (1, 2) if n % 2 else (2, 1):
            measured[workers].append(measure(workers, given.customers, given.at_once))
            print(f"round {n + 1}  workers {workers}   {measured[workers][-1]:8.1f} messages a second", flush=True)
    one, two = (statistics.median(measured[workers]) for workers in (1, 2))
    ratio = statistics.median(b / a for a, b in zip(measured[1], measured[2], strict=True))
    print(json.dumps({"messages_per_s_1": round(one, 1), "messages_per_s_2": round(two, 1), "ratio": round(ratio, 2)}))


if __name__ == "__main__":
    main()
