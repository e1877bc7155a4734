"""SIGKILL at random moments, under load: nothing is lost, nothing is decided or paid twice, every customer is answered.

KILLS=1000 pytest tests/test_kills.py -n 0      for a long run by hand
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.links import Links
from flows.model import Case, CaseState, Role
from storage.orders import OrderTable
from storage.search import Search
from storage.store import Store
from tests.bot.channels.telegram_server import People, Sent, TelegramServer, a_photo
from tests.conftest import an_order
from tests.mortal import SECRET
from tests.stories.telling import picture

KILLS = int(os.environ.get("KILLS", "25"))
AGENT = 42
SHORTEST, LONGEST = 0.05, 0.9
"""Seconds of a life."""


AT_ONCE = 40
"""Customers who write at a time: Telegram's emulator keeps so many updates and no more."""
PATIENCE = 60
"""Seconds in which nothing is said to anybody, after which nothing more is expected."""


class Life:
    """A house that can be killed and begun again."""

    def __init__(self, data: Path, telegram: str, url: str) -> None:
        command = [sys.executable, "-m", "tests.mortal", str(data), telegram, url]
        self._mother = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = 0

    def begin(self) -> None:
        assert self._mother.stdin and self._mother.stdout
        self._mother.stdin.write("\n")
        self._mother.stdin.flush()
        self.pid = int(self._mother.stdout.readline())

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        self.kill()
        assert self._mother.stdin and self._mother.stdout
        self._mother.stdin.close()
        self._mother.stdout.close()
        self._mother.wait()


class Customer:
    """Somebody who says the next thing as soon as there is an answer."""

    def __init__(self, user: int, link: str) -> None:
        self.user, self.link, self.said, self.step = user, link, 0, 0
        self.heard: list[Sent] = []

    def next(self, people: People, server: TelegramServer) -> None:
        if self.step >= 4 or len(self.heard) < self.step:
            return
        if self.step == 0:
            update = people.says(self.user, f"/start {self.link}")
        elif self.step == 1:
            update = people.says(self.user, "卡密激活提示无效码，我要退款")
        elif self.step == 2:
            update = people.says(self.user, **a_photo(server.photo(picture(self.user % 250).data)))
        else:
            asked = next((sent for sent in self.heard for label, _ in sent.keys if "提交" in label), None)
            if asked is None:
                return
            update = people.presses(self.user, asked.data("提交"), asked)
        self.step += 1
        self.said += 1
        server.deliver(update)


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    opened = TelegramServer()
    yield opened
    opened.close()


def test_whoever_kills_it_when_and_how_often(url: str, server: TelegramServer, tmp_path: Path) -> None:
    store, people, dice = Store(url), People(), random.Random(KILLS)
    store.add_staff("小林", Role.AGENT, "-", datetime.now(UTC))
    store.bind_staff("小林", AGENT)
    life = Life(tmp_path, server.url, url)
    crowd = _Crowd(store, server, people)
    try:
        for _ in range(KILLS):
            life.begin()
            end = time.monotonic() + dice.uniform(SHORTEST, LONGEST)
            if crowd.in_the_middle < AT_ONCE:
                crowd.join(2)
            while time.monotonic() < end:
                crowd.go_on()
            life.kill()
        life.begin()
        heard, deadline = 0, time.monotonic() + PATIENCE
        while not crowd.is_content() and time.monotonic() < deadline:
            crowd.go_on()
            if len(server.calls) > heard:
                heard, deadline = len(server.calls), time.monotonic() + PATIENCE
        assert crowd.unhappy() == []
    finally:
        life.close()
    crowd.check()
    store.close()


class _Crowd:
    """Customers who come, write and wait; and an agent who decides as soon as there is something to decide."""

    def __init__(self, store: Store, server: TelegramServer, people: People) -> None:
        self._store, self._server, self._people = store, server, people
        self._links = Links(SECRET.encode())
        self._customers: dict[int, Customer] = {}
        self._read = 0
        self._pressed: set[tuple[str, str]] = set()

    @property
    def in_the_middle(self) -> int:
        return sum(customer.step < 4 for customer in self._customers.values())

    def join(self, count: int) -> None:
        now = datetime.now(UTC)
        for _ in range(count):
            user = 50_000 + len(self._customers)
            number = f"KM2026112015{user:010d}"
            delivered = now - timedelta(hours=1)
            order = replace(an_order(), order_no=number, buyer=str(user), ordered_at=delivered, delivered_at=delivered)
            OrderTable(self._store.database).put([order])
            self._customers[user] = Customer(user, self._links.payload(number))

    def go_on(self) -> None:
        for call in self._server.calls[self._read :]:
            self._read += 1
            customer = self._customers.get(call.fields.get("chat_id", 0))
            if customer and call.method == "sendMessage":
                customer.heard.append(call)
            self._decide(call)
        for customer in self._customers.values():
            customer.next(self._people, self._server)
        time.sleep(0.02)

    def _decide(self, call: Sent) -> None:
        """Each button once: what was pressed has to be carried out, whatever happens."""
        for _, data in call.keys:
            number = data.rpartition(":")[2]
            for step in ("approve", "paid"):
                if data == f"rd:sure:{step}:{number}" and (number, step) not in self._pressed:
                    self._pressed.add((number, step))
                    self._server.deliver(self._people.presses(AGENT, f"rd:do:{step}:{number}", call))

    def cases(self) -> list[Case]:
        return [case for user in self._customers for case in self._store.recall(str(user)).cases]

    def unhappy(self) -> list[tuple[int, int, list[str]]]:
        states = {user: [case.state.value for case in self._store.recall(str(user)).cases] for user in self._customers}
        return [(user, self._customers[user].step, states[user]) for user in states if states[user] != ["refunded"]]

    def is_content(self) -> bool:
        """Everybody has their money, and has been told."""
        return not self.unhappy() and self._store.outbox.next_due(("say",)) is None

    def check(self) -> None:
        search = Search(self._store.database)
        arrived = defaultdict[int, set[str]](set)
        for sent in self._server.sent():
            arrived[sent.fields["chat_id"]].add(sent.text)
        for user, customer in self._customers.items():
            [case] = self._store.recall(str(user)).cases
            steps = Counter(event.trigger for event in case.events)
            assert case.state is CaseState.REFUNDED
            assert steps == {"submit": 1, "take": 1, "approve": 1, "paid": 1}, case.number
            assert len(case.evidence) == 1
            lines = search.transcript(str(user))
            assert sum(line.who == "customer" for line in lines) == customer.said
            said = [line.text for line in lines if line.who == "bot" and not line.internal]
            assert [text for text in said if text not in arrived[user]] == []
