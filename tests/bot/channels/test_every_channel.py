"""One suite for every way out: what is saved arrives where it is read, whole and in order, and twice does no harm."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App, build
from bot.channels import STAFF, Channel, Outgoing
from bot.channels.board import Board
from bot.channels.stdio import Paper
from bot.config import Settings
from bot.outbox import outgoing
from bot.site import Site
from flows.model import Outcome
from storage.nouns import Due, Rendered, Saving
from storage.search import Search
from tests.bot.channels.telegram_shop import Shop
from tests.conftest import NOON

CHAT = "1001"
WORDS = ["请核对一下：退款 90.00 元，按原路退回。", "没问题就点“确认提交”。"]


@dataclass
class Way:
    """A channel of a house, and where what went out by it is read."""

    app: App
    channel: Channel
    read: Callable[[], str]
    settle: Callable[[], None] | None = None  # where a channel takes its time
    a_second_later: Callable[[], None] = lambda: None

    def says(self, *texts: str) -> None:
        """Saved as the house saves it, and carried out by its worker."""
        lines = tuple(Rendered("k", "{}", text, (("1.yes", "确认提交"),), about=CHAT) for text in texts)
        to_staff = self.channel.name == STAFF
        said, told = ((), lines) if to_staff else (lines, ())
        saving = Saving(CHAT, Outcome(), NOON, self.channel.name, said=said, told=told)
        self.app.store.save(saving)
        if self.settle:
            self.settle()
            return
        worker = self.app.worker({self.channel.name: self.channel})
        while worker.run_due(NOON.replace(hour=NOON.hour + 1), ("say", "tell")):
            continue


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    built = build(Settings(data=tmp_path / "house"))
    yield built
    built.close()


@pytest.fixture(params=["board", "stdio", "web", "telegram"])
def way(request: pytest.FixtureRequest, app: App) -> Way:
    def record() -> str:
        return "\n".join(line.text for line in Search(app.store.database).transcript(CHAT))

    if request.param == "board":
        return Way(app, Board(), record)
    if request.param == "web":
        return Way(app, Site(app).chat, lambda: "\n".join(line.text for line in Search(app.store.database).said(CHAT)))
    if request.param == "stdio":
        paper = Paper("stdio")
        paper.out = printed = io.StringIO()
        return Way(app, paper, printed.getvalue)
    shop: Shop = request.getfixturevalue("shop")

    def a_second_later() -> None:
        shop.now += timedelta(seconds=1)

    return Way(shop.app, shop.bot, lambda: "\n".join(shop.api.texts(int(CHAT))), shop.settle, a_second_later)


def test_what_is_saved_arrives_whole_and_in_order(way: Way) -> None:
    way.says(*WORDS)
    shown = way.read()
    assert [shown.count(text) for text in WORDS] == [1, 1]
    assert shown.index(WORDS[0]) < shown.index(WORDS[1])


def test_nothing_is_left_to_be_sent_again(way: Way) -> None:
    way.says(*WORDS)
    assert way.app.store.outbox.next_due(("say", "tell")) is None


def test_the_same_sentence_may_come_again_after_a_crash(way: Way) -> None:
    way.says(WORDS[0])
    way.a_second_later()
    way.channel.send(Outgoing("say:again", CHAT, WORDS[0], (("1.yes", "确认提交"),)))
    assert WORDS[0] in way.read()


def test_what_a_channel_is_given_is_what_was_saved() -> None:
    said = Rendered("k", "{}", WORDS[0], (("1.yes", "对"),), "confirm", ("listing",), "RF1", files=("f",), about=CHAT)
    out = outgoing(Due("say:1", "say", said, CHAT), said)
    assert (out.text, out.buttons, out.asks, out.expects, out.case) == (
        said.text, said.buttons, said.asks, said.expects, said.case,
    )  # fmt: skip
    assert (out.files, out.what, out.about, out.chat) == (said.files, said.key, CHAT, CHAT)
