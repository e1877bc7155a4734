"""A database that goes away in the midst of everything is waited for; everybody is answered once afterwards."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url
from starlette.testclient import TestClient

from bot.app import App, build
from bot.channels import STAFF, Outgoing
from bot.channels.board import Board
from bot.config import Settings
from bot.operators import for_operators
from bot.outbox import Worker
from bot.site import Site
from bot.telegram import build as build_telegram
from flows.model import Outcome
from storage.nouns import Rendered, Saving
from storage.standing import standing
from tests.bot.channels.telegram_server import TOKEN, People, TelegramServer
from tests.bot.visitors import Customer, Staff
from tests.conftest import NOON, _empty
from tests.cutting import Line
from tests.waiting import until

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def line(postgresql_url: str) -> Iterator[Line]:
    _empty(postgresql_url)
    address = make_url(postgresql_url)
    opened = Line(address.host or "127.0.0.1", address.port or 5432)
    yield opened
    opened.cut()


@pytest.fixture
def telegram_server() -> Iterator[TelegramServer]:
    server = TelegramServer()
    yield server
    server.close()


@pytest.fixture
def app(line: Line, postgresql_url: str, telegram_server: TelegramServer, tmp_path: Path) -> Iterator[App]:
    """A house whose database is at the other end of the line."""
    url = make_url(postgresql_url).set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False)
    built = build(Settings(
        data=tmp_path, secret=SECRET, database={"url": url},
        telegram={"token": TOKEN, "api_url": telegram_server.url},
    ))  # fmt: skip
    yield built
    built.close()


def test_pages_say_so_while_it_lasts_and_everybody_is_answered_once_afterwards(
    app: App, line: Line, telegram_server: TelegramServer
) -> None:
    telegram = build_telegram(app, SECRET)
    site = Site(app, demo=True, more=for_operators(app, {}))
    worker = app.worker({site.chat.name: site.chat, STAFF: Board(), **telegram.channels}, telegram.messengers)
    people = People()
    with TestClient(site.web, client=("127.0.0.1", 5000), raise_server_exceptions=False) as browser:
        customer = Customer(browser).arrive()
        staff = Staff(browser).log_in("小林", "demo-agent")
        worker.start()
        telegram.start()
        try:
            telegram_server.deliver(people.says(501, "你好"))
            until(lambda: telegram_server.sent(chat=501))
            assert browser.get("/health/ready").status_code == 200

            line.cut()
            refused = customer.write("我要退款", id="message-away")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
            assert refused.json()["error"] and browser.get("/chat/messages").status_code == 503
            assert browser.get("/chat/").status_code == 200, "the page itself, which then waits, needs no database"
            page = browser.get("/desk/", headers={"accept": "text/html"})
            assert page.status_code == 503 and "数据都还在" in page.text
            telegram_server.deliver(people.says(502, "我要退款"))
            until(lambda: browser.get("/health/ready").json()["wrong"])
            assert browser.get("/health/ready").json()["wrong"][0].startswith("database: cannot be reached")
            assert browser.get("/health/live").status_code == 200

            line.mend()
            until(lambda: customer.write("我要退款", id="message-away").status_code == 200)
            assert customer.write("我要退款", id="message-away").status_code == 200, "told twice, heard once"
            assert [said["text"] for said in customer.read()].count("我要退款") == 1
            assert len(customer.said_to_me()) == 1
            until(lambda: telegram_server.sent(chat=502))
            until(lambda: browser.get("/health/ready").status_code == 200)
            assert "退款单" in staff.sees("")
            until(lambda: nothing_is_due(app))
            assert [len(telegram_server.sent(chat=chat)) for chat in (501, 502)] == [1, 1]
        finally:
            telegram.stop()
            worker.stop()
            telegram.close()


def nothing_is_due(app: App) -> bool:
    return not any(pile.count for pile in standing(app.store.database, datetime.now(UTC)).due.values())


class Cutting:
    """A channel through which a sentence goes out, and at that moment the database goes away for a while."""

    name = "web"

    def __init__(self, line: Line) -> None:
        self._line = line
        self.sent: list[str] = []
        self.mended = threading.Event()

    def send(self, message: Outgoing) -> None:
        self.sent.append(message.text)
        if len(self.sent) == 1:
            self._line.cut()
            threading.Timer(1.5, self._mend).start()

    def _mend(self) -> None:
        self._line.mend()
        self.mended.set()


def test_what_was_sent_as_the_database_went_away_is_not_sent_again(app: App, line: Line) -> None:
    channel = Cutting(line)
    worker = Worker(app.store, app.house, {"web": channel, STAFF: Board()}, Board(), lambda *_: {})  # type: ignore[arg-type]  # nothing is paid here
    said = tuple(Rendered("k", "{}", text) for text in ("一", "二"))
    app.store.save(Saving("web-1", Outcome(), NOON, "web", said=said))
    app.house.keep_watch(datetime.now(UTC))  # else what is told once a month may be on its way as the line is cut
    worker.start()
    try:
        assert channel.mended.wait(10)
        until(lambda: len(channel.sent) == 2)
        until(lambda: nothing_is_due(app))
    finally:
        worker.stop()
    assert channel.sent == ["一", "二"]


def test_a_worker_can_be_stopped_while_the_database_is_away(app: App, line: Line) -> None:
    worker = app.worker({"web": Cutting(line), STAFF: Board()})
    worker.start()
    line.cut()
    worker.stop()
