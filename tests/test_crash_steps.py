"""Killed at any one write, sentence or file, and started again: nothing is lost and nothing is done twice."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image
from sqlalchemy import Connection, select

from bot import app
from bot.channels import STAFF, Outgoing
from bot.channels.stdio import NAME, Clock, LineTalk, Paper
from bot.config import Settings
from bot.evidence import Intake
from bot.handle import House
from nlp.lexicon import load
from storage.engine import Database
from storage.files import Files
from storage.orders import OrderTable
from storage.store import Store
from storage.tables import metadata
from storage.visit import Visit
from tests.conftest import NOON, an_order
from tests.reading import Blind

ORDER_NO, CASE_NO = an_order().order_no, "RF2611200001"
NAMED_BY_CHANCE = r"\b[0-9a-f]{32}\b|RF\d+"
"""Visits that are no messages, and case numbers: one that was drawn by who died is left out."""
LEXICON = load()
Json = dict[str, Any]


def says(id: str, text: str) -> Json:
    return {"id": id, "customer": "u1", "text": text}


def does(id: str, do: str, text: str) -> Json:
    return {"id": id, "agent": "a1", "case": CASE_NO, "do": do, "text": text}


LINES: dict[str, Json] = {
    "complains": says("1", f"{ORDER_NO} 激活提示无效码，要退款"),
    "shows the error screen": {"id": "2", "customer": "u1", "file": "first.png", "caption": "报错截图"},
    "hands in": says("3", "确认提交"),
    "asks how it stands": says("4", "我的退款到哪一步了"),
    "is asked for more": does("5", "request_evidence", "请再拍一张看得到尾号的"),
    "is reminded": {"id": "6", "clock": "2026-11-22T20:00:00+08:00"},
    "shows another screen": {"id": "7", "customer": "u1", "file": "second.png"},
    "is approved": does("8", "approve", "属实"),
    "is paid": does("9", "paid", "已打款"),
    "says thanks": says("10", "好的谢谢"),
}
"""One refund from the first word to the money back, in which every part of the house has its turn."""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    Image.new("RGB", (300, 400), "white").save(folder / "first.png")
    Image.new("RGB", (300, 400), "navy").save(folder / "second.png")
    return folder


def on_paper(line: Json, pictures: Path) -> Json:
    return line | ({"file": str(pictures / line["file"])} if "file" in line else {})


def sentences(printed: str) -> list[str]:
    """What was said to the customer and to staff, as it was printed; a line that was cut off was not said."""
    whole = [line for line in printed.splitlines(keepends=True) if line.startswith('{"to"') and line.endswith("\n")]
    return [re.sub(NAMED_BY_CHANCE, "…", line) for line in whole]


class Killed(BaseException):
    """What no handler of errors catches: the process is gone."""


class Steps:
    """Counts what a process does to the world outside it, and kills it at one of these steps."""

    def __init__(self) -> None:
        self.count, self.deadly = 0, 0

    def __call__(self) -> None:
        self.count += 1
        if self.count == self.deadly:
            raise Killed


class MortalDatabase(Database):
    """Dies before a transaction, after all of it was written and not committed, or just after it was committed."""

    step: Callable[[], None] = Steps()

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        self.step()
        with super().write(durable=durable) as connection:
            yield connection
            self.step()
        self.step()

    @contextmanager
    def visit(self, *, writes: bool = False, durable: bool = True) -> Iterator[Visit]:
        mortal = self.step if writes else lambda: None
        mortal()
        with super().visit(writes=writes, durable=durable) as visit:
            yield visit
            mortal()
        mortal()

    @contextmanager
    def change(self, *, durable: bool = True) -> Iterator[Visit]:
        self.step()
        with super().change(durable=durable) as visit:
            yield visit
        self.step()


class MortalPaper(Paper):
    """Dies before a sentence is printed or just after."""

    def __init__(self, name: str, step: Callable[[], None]) -> None:
        super().__init__(name)
        self.step = step

    def send(self, message: Outgoing) -> None:
        self.step()
        super().send(message)
        self.step()


class MortalFiles(Files):
    """Dies before a file is kept or just after."""

    def __init__(self, folder: Path, step: Callable[[], None]) -> None:
        super().__init__(folder)
        self.step = step

    def put(self, data: bytes, suffix: str = "") -> str:
        self.step()
        name = super().put(data, suffix)
        self.step()
        return name


class Disk:
    """A data folder that can be put back to how it was. One for all processes: what a start costs most is made once."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder)
        self.whole = app.build(self.settings, Blind())
        self.whole.orders.put([an_order()])
        self.whole.store.close()
        self.database = MortalDatabase(self.settings.database_url)

    def save_as(self, copy: Path) -> Path:
        self.database.close()
        return Path(shutil.copytree(self.settings.data, copy))

    def put_back(self, copy: Path) -> None:
        self.database.close()
        shutil.rmtree(self.settings.data)
        shutil.copytree(copy, self.settings.data)


def kept(database: Database, folder: Path) -> dict[str, Any]:
    """All that is on disk, but for how often something was tried and what is named by chance."""
    passing = {"id", "attempts", "error"}
    with database.read() as connection:
        tables = {
            name: sorted(
                json.dumps({key: str(value) for key, value in row.items() if key not in passing}, sort_keys=True)
                for row in connection.execute(select(table)).mappings()
            )
            for name, table in metadata.tables.items()
            if name != "sequences"
        }
    files = sorted(file.name for file in (folder / "evidence").rglob("*.png"))
    return json.loads(re.sub(NAMED_BY_CHANCE, "…", json.dumps(tables | {"files": files})))


class Talk:
    """A `talk` process: what it prints, and where it dies."""

    def __init__(self, disk: Disk, clock: Clock, deadly: int = 0) -> None:
        self.step, self.out, whole = Steps(), StringIO(), disk.whole
        disk.database.step = self.step
        store = Store(disk.settings.database_url)
        store.database = store.outbox.database = store.readings.database = disk.database
        intake = Intake(MortalFiles(disk.settings.data / "evidence", self.step), disk.settings.evidence, Blind())
        orders = OrderTable(store.database)
        house = House(
            store, orders, whole.rules, whole.catalogue, intake, whole.links, LEXICON, disk.settings,
        )  # fmt: skip
        said, told = MortalPaper(NAME, self.step), MortalPaper(STAFF, self.step)
        worker = replace(whole, store=store, house=house, orders=orders).worker({NAME: said, STAFF: told})
        self.lines = LineTalk(house, store, worker.run_due, said, told, clock, 20_000_000)
        self.step.count, self.step.deadly = 0, deadly

    def hear(self, line: Json) -> bool:
        """Whether it lived to say that the line was dealt with."""
        try:
            self.lines.run(BytesIO(json.dumps(line).encode() + b"\n"), self.out)
        except Killed:
            return False
        return True

    @property
    def said(self) -> list[str]:
        return sentences(self.out.getvalue())


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    made = Disk(tmp_path_factory.mktemp("disk") / "data")
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def before(disk: Disk, tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> dict[str, tuple[Path, Any]]:
    """The disk and the time before each line of a conversation in which nothing goes wrong."""
    folder, clock, stood = tmp_path_factory.mktemp("before"), Clock(NOON), {}
    for name, line in LINES.items():
        stood[name] = (disk.save_as(folder / line["id"]), clock.stands_at)
        assert Talk(disk, clock).hear(on_paper(line, pictures))
    return stood


@pytest.mark.parametrize("name", LINES)
def test_wherever_it_is_killed_nothing_is_lost_and_nothing_is_doubled(
    disk: Disk, before: dict[str, tuple[Path, Any]], pictures: Path, name: str
) -> None:
    (stood, time), line = before[name], on_paper(LINES[name], pictures)
    disk.put_back(stood)
    undisturbed = Talk(disk, Clock(time))
    assert undisturbed.hear(line)
    expected, said = kept(disk.database, disk.settings.data), undisturbed.said
    assert said
    for deadly in range(1, undisturbed.step.count + 1):
        disk.put_back(stood)
        killed = Talk(disk, Clock(time), deadly)
        assert not killed.hear(line)
        disk.database.close()
        again = Talk(disk, Clock(time))
        assert again.hear(line)
        assert kept(disk.database, disk.settings.data) == expected, f"killed at step {deadly}"
        assert set(killed.said + again.said) == set(said)
        repeated = Counter(killed.said + again.said) - Counter(said)
        assert repeated.total() <= 1, f"killed at step {deadly}"
