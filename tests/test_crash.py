"""The real process, killed in the midst of every line of a conversation and started again, goes on where it was."""

import json
import os
import random
import re
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.orders.order_json import order_json
from storage.engine import Database
from tests.conftest import NOON, an_order
from tests.test_crash_steps import LINES, kept, on_paper, pictures, sentences

__all__ = ["pictures"]
ROOT = Path(__file__).parents[1]
Json = dict[str, Any]
CASES: Json = {"show": "cases", "customer": "u1"}
DONE = '{"done": true}\n'


class Process:
    """`refund-desk talk` as a program at its pipe has it."""

    def __init__(self, folder: Path, clock: str) -> None:
        command = [sys.executable, "-m", "bot", "talk", "--orders", str(folder / "orders.jsonl"), "--clock", clock]
        self.log = (folder / "log.txt").open("ab")
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
            # Sets are kept in the order of their hashes: that has to be the same in each life to be compared.
            env=os.environ | {"REFUND_DESK_DATA": str(folder / "data"), "PYTHONHASHSEED": "0"},
        )  # fmt: skip
        assert self.process.stdin and self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def tell(self, line: Json) -> None:
        self.stdin.write(json.dumps(line).encode() + b"\n")
        self.stdin.flush()

    def ask(self, line: Json) -> str:
        """Everything printed for a line, until it says that it was dealt with."""
        self.tell(line)
        printed = ""
        while not printed.endswith(DONE):
            answer = self.stdout.readline().decode()
            assert answer, f"the process ended by itself: {Path(self.log.name).read_text()}"
            printed += answer
        return printed

    def kill(self) -> str:
        """What it had printed until then."""
        self.process.kill()
        rest = self.stdout.read().decode()
        self.end()
        return rest

    def end(self) -> None:
        self.stdin.close()
        self.process.wait()
        self.stdout.close()
        self.log.close()


@dataclass
class Course:
    """How a conversation went."""

    folder: Path
    said: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)  # seconds, line by line
    deaths: int = 0  # before a line was dealt with


def start(folder: Path) -> Course:
    folder.mkdir()
    (folder / "orders.jsonl").write_text(json.dumps(order_json(an_order())))
    return Course(folder)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Course:
    course = start(tmp_path_factory.mktemp("crash") / "undisturbed")
    process = Process(course.folder, NOON.isoformat())
    process.ask(CASES)
    for line in LINES.values():
        began = time.monotonic()
        course.said += sentences(process.ask(on_paper(line, pictures)))
        course.took.append(time.monotonic() - began)
    process.end()
    return course


def with_deaths(folder: Path, pictures: Path, moments: Sequence[float]) -> Course:
    """Killed so many seconds after each line was told; the line is told again to the one that comes after."""
    course, clock = start(folder), NOON.isoformat()
    process = Process(folder, clock)
    for told, moment in zip(LINES.values(), moments, strict=True):
        # A number that was drawn by one who died is left out: the case has the next one.
        number = re.search(r"RF\d+", process.ask(CASES))
        line = on_paper(told, pictures) | ({"case": number[0]} if number and "case" in told else {})
        process.tell(line)
        select.select([], [], [], moment)
        printed = process.kill()
        course.deaths += DONE not in printed
        process = Process(folder, clock)
        course.said += sentences(printed + process.ask(line))
        clock = line.get("clock", clock)
    process.end()
    return course


def test_the_killed_process_goes_on_where_it_was(tmp_path: Path, pictures: Path, undisturbed: Course) -> None:
    chance = random.Random(20261120)
    course = with_deaths(tmp_path / "killed", pictures, [took * chance.random() for took in undisturbed.took])
    assert course.deaths > 0
    assert set(course.said) == set(undisturbed.said)
    assert (Counter(course.said) - Counter(undisturbed.said)).total() <= course.deaths
    assert on_disk(course.folder) == on_disk(undisturbed.folder)


def on_disk(folder: Path) -> Json:
    database = Database(f"sqlite:///{folder / 'data' / 'refund-desk.db'}")
    everything = kept(database, folder / "data")
    database.close()
    return everything
