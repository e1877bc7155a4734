"""Health: what is wrong is said in words that hold no secret, within seconds, and asked for no more than is useful."""

import asyncio
import os
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from bot import health
from bot.botapi import Refused, Unreachable
from bot.health import STUCK, Checked, of_folder, of_telegram, of_work
from bot.pulse import Pulse
from bot.web import site
from storage.standing import Pile
from tests.conftest import NOON

WELL = {"say": Pile(2, NOON), "pay": Pile()}


def browser(*answers: str | None) -> TestClient:
    checks = [Checked(f"thing {n}", lambda answer=answer: answer) for n, answer in enumerate(answers)]
    return TestClient(site(health.routes(checks), Pulse(lambda: 0)))


def test_a_house_that_is_well_says_so() -> None:
    house = browser(None, None)
    assert (house.get("/health").status_code, house.get("/health").json()) == (
        200, {"live": True, "ready": True, "wrong": []},
    )  # fmt: skip
    assert house.get("/health/ready").json() == {"ready": True, "wrong": []}


def test_everything_that_is_wrong_is_said_and_the_house_still_lives() -> None:
    house = browser("database: away", None, "disk: full")
    assert house.get("/health/live").status_code == 200
    for page in ("/health", "/health/ready"):
        answer = house.get(page)
        assert (answer.status_code, answer.json()["wrong"]) == (503, ["database: away", "disk: full"])
        assert answer.headers["cache-control"] == "no-store"


def test_what_gives_no_answer_is_said_after_a_while_and_asked_once() -> None:
    asked, let_go = [], threading.Event()

    def hangs() -> None:
        asked.append(1)
        let_go.wait(10)

    async def several() -> list[str | None]:
        check = Checked("database", hangs, same_for=60, patience=0.01)
        answers = [*await asyncio.gather(check.wrong(), check.wrong()), await check.wrong()]
        let_go.set()
        while await check.wrong() is not None:
            continue
        return answers

    assert asyncio.run(several()) == ["database: no answer within 0.01 seconds"] * 3
    assert asked == [1]


def test_a_check_that_breaks_is_something_wrong() -> None:
    def breaks() -> None:
        raise KeyError("a word of a customer")

    assert asyncio.run(Checked("database", breaks).wrong()) == "database: KeyError"


def test_a_database_that_is_away_is_named_without_its_address() -> None:
    def away(now: datetime) -> Mapping[str, Pile]:
        raise OperationalError("SELECT", {}, OSError("postgresql://desk:secret@db.example"))

    assert of_work(away, NOON) == "database: cannot be reached (OperationalError)"


def test_work_that_nobody_takes_up_is_stuck() -> None:
    assert of_work(lambda now: WELL, NOON + STUCK) is None
    said = of_work(lambda now: WELL, NOON + STUCK + timedelta(minutes=2))
    assert said == "outbox: work waits that nobody takes up (say for 7 minutes)"


def test_a_folder_that_takes_files_is_well_and_keeps_nothing_of_the_check(tmp_path: Path) -> None:
    assert of_folder(tmp_path, needed=1) is None
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_is_gone_or_closed_is_said(tmp_path: Path) -> None:
    assert of_folder(tmp_path / "gone", 1) == "data folder: cannot be written to (No such file or directory)"
    (tmp_path / "file").touch()
    assert of_folder(tmp_path / "file", 1) == "data folder: cannot be written to (Not a directory)"


def test_a_disk_with_no_room_for_one_more_file_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=3_500_000))
    assert of_folder(tmp_path, 3_000_000) is None
    assert of_folder(tmp_path, 20_000_000) == "data folder: the disk is full (3 MB left, 20 needed for one file)"
    assert not list(tmp_path.glob(f".probe-{os.getpid()}"))


@pytest.mark.parametrize(
    "answer, said",
    [
        ({"id": 7001}, None),
        (Unreachable("NetworkError"), "telegram:7001: Telegram cannot be reached"),
        (Refused(401, "Unauthorized"), "telegram:7001: Telegram does not know the token"),
        (Refused(502, "Bad Gateway"), "telegram:7001: Telegram refuses (502)"),
    ],
)
def test_telegram_is_asked_who_we_are(answer: Any, said: str | None) -> None:
    assert of_telegram("telegram:7001", Bot(answer)) == said


class Bot:
    """A way to Telegram with one answer."""

    bot_id = 7001

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def call(self, method: str, within: float = 0, files: Any = None, **given: object) -> Any:
        assert method == "getMe"
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def download(self, file_id: str) -> bytes:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
