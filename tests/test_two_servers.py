"""Two servers on one PostgreSQL: customers go through both, one is killed in the middle, every case is right."""

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from msgspec.structs import replace

from bot.links import Links
from flows.model import Case, CaseState
from storage.orders import OrderTable
from storage.search import Search
from storage.store import Store
from tests.bot.visitors import Customer
from tests.conftest import an_order

ROOT = Path(__file__).parents[1]
SECRET = "0123456789abcdef0123456789abcdef"
CUSTOMERS, AT_ONCE = 100, 6


@contextmanager
def serving(folder: Path, url: str, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server of its own, and its address."""
    environment = dict(
        os.environ, REFUND_DESK_DATA=str(folder), REFUND_DESK_SECRET=SECRET, REFUND_DESK_DATABASE__URL=url,
        PYTHONPATH=str(ROOT), PYTHONIOENCODING="utf-8",
    )  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "--port", "0", *more], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    said = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, (said, process.communicate())
    try:
        yield process, found[0]
    finally:
        process.kill()
        process.communicate()


class Browser:
    """A page behind a load balancer: each request goes to another server, and to the next where one does not answer."""

    def __init__(self, servers: list[str], first: int) -> None:
        self._servers = itertools.cycle([*servers[first % 2 :], *servers[: first % 2]])
        self._client = httpx2.Client(timeout=20)

    def get(self, path: str) -> httpx2.Response:
        return self._ask("GET", path)

    def post(self, path: str, **given: Any) -> httpx2.Response:
        return self._ask("POST", path, **given)

    def _ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        deadline = time.monotonic() + 30
        while True:
            try:
                answer = self._client.request(method, next(self._servers) + path, **given)
            except httpx2.TransportError:
                answer = None
            if answer is not None and answer.status_code < 500 and answer.status_code != 429:
                return answer
            assert time.monotonic() < deadline, "no server answers"
            time.sleep(0.05)

    def close(self) -> None:
        self._client.close()


def complains(servers: list[str], n: int, payload: str) -> int:
    """A whole claim, each message once; how many were written."""
    browser = Browser(servers, n)
    customer = Customer(browser)  # type: ignore[arg-type]  # as much of a browser as a customer needs
    customer.arrive()
    customer.write(start=payload)
    customer.write("卡密激活提示无效码，我要退款")
    customer.write("没有了")
    customer.press("确认提交")
    browser.close()
    return 4


def test_a_hundred_customers_while_one_of_two_servers_is_killed(postgresql_url: str, tmp_path: Path) -> None:
    store, links, now = Store(postgresql_url), Links(SECRET.encode()), datetime.now(UTC)
    numbers = [f"KM2026112019{n:010d}" for n in range(CUSTOMERS)]
    bought = replace(an_order(), buyer=None, ordered_at=now - timedelta(hours=2), delivered_at=now - timedelta(hours=1))
    OrderTable(store.database).put([replace(bought, order_no=number) for number in numbers])
    with ExitStack() as both:
        [(first, one), (_, two)] = [both.enter_context(serving(tmp_path, postgresql_url)) for _ in range(2)]
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            jobs = [crowd.submit(complains, [one, two], n, links.payload(numbers[n])) for n in range(CUSTOMERS)]
            jobs[CUSTOMERS // 3].result()
            first.send_signal(signal.SIGKILL)
            assert [job.result() for job in jobs] == [4] * CUSTOMERS
    for number in numbers:
        [case] = _cases_of(store, number)
        assert (case.state, Counter(event.trigger for event in case.events)) == (CaseState.SUBMITTED, {"submit": 1})
        lines = Search(store.database).transcript(case.customer)
        assert sum(line.who == "customer" for line in lines) == 4
    store.close()


def _cases_of(store: Store, order_no: str) -> list[Case]:
    return [case for known in Search(store.database).find(order_no) if (case := store.case(known.number))]


def test_several_workers_behind_one_port_replace_each_other_and_stop_politely(
    postgresql_url: str, tmp_path: Path
) -> None:
    with serving(tmp_path, postgresql_url, "--workers", "2") as (crew, address):
        browser = Browser([address, address], 0)
        assert "<" in browser.get("/chat/").text
        members = _children(crew.pid)
        assert len(members) >= 2
        os.kill(members[-1], signal.SIGKILL)
        deadline = time.monotonic() + 30
        while members[-1] in _children(crew.pid) or len(_children(crew.pid)) < len(members):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert "<" in browser.get("/chat/").text
        browser.close()
        crew.terminate()
        crew.wait(40)
        assert crew.returncode == 0
        assert _children(crew.pid) == []


def test_more_than_one_worker_on_sqlite_is_refused_with_what_to_do(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "bot", "serve", "--workers", "2"], cwd=ROOT, capture_output=True, text=True,
        env=dict(os.environ, REFUND_DESK_DATA=str(tmp_path)), check=False,
    )  # fmt: skip
    assert refused.returncode == 2
    assert "PostgreSQL" in refused.stderr and "database.url" in refused.stderr


def _children(pid: int) -> list[int]:
    file = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in file.read_text().split()] if file.exists() else []
