"""`demo` and `serve` say where they are, answer there, stop at Ctrl-C, and go on with the same data."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.commands import serve
from bot.commands.serve import addresses, demo_addresses
from bot.config import CannotStart, Settings

ROOT = Path(__file__).parents[3]


@contextmanager
def running(folder: Path, *arguments: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real process on a free port, and what it says when it is ready."""
    environment = dict(os.environ, REFUND_DESK_DATA=str(folder), PYTHONPATH=str(ROOT), PYTHONIOENCODING="utf-8")
    environment |= {f"REFUND_DESK_{name}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments, "--port", "0"], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    said = ""
    while "/desk/" not in said and (line := process.stdout.readline()):
        said += line
    try:
        yield process, said
    finally:
        process.kill()
        process.communicate()


def fetched(said: str, page: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/", said)
    assert found, said
    with urllib.request.urlopen(f"{found[0]}{page}", timeout=20) as answer:
        return str(answer.read().decode())


def steps(logged: str) -> list[str]:
    """What a log says, without moment and weight."""
    return [line[29:] for line in logged.splitlines()]


def test_the_demo_says_where_shop_chat_and_desk_are_and_who_works_there() -> None:
    said = demo_addresses("http://127.0.0.1:8000")
    assert all(f"http://127.0.0.1:8000/{page}/" in said for page in ("shop", "chat", "desk"))
    assert "demo-agent" in said and "demo-supervisor" in said


def test_a_real_shop_is_told_no_demo_logins() -> None:
    assert "demo" not in addresses("https://refund.example")


def test_the_demo_answers_and_stops_cleanly_and_goes_on_with_the_same_orders(tmp_path: Path) -> None:
    orders = []
    for _ in range(2):
        with running(tmp_path, "demo") as (process, said):
            orders.append(sorted(set(re.findall(r"KM\d{18}", fetched(said, "shop")))))
            assert "<" in fetched(said, "chat")
            process.send_signal(signal.SIGINT)
            _, logged = process.communicate(timeout=20)
            assert (process.returncode, steps(logged)) == (0, ["worker started", "worker stopped"])
    assert orders[0] == orders[1] != []


def test_serve_stops_at_a_polite_kill(tmp_path: Path) -> None:
    with running(tmp_path, "serve") as (process, said):
        assert "<" in fetched(said, "desk")
        assert fetched(said, "").startswith("<!doctype html>"), "the bare address leads to the chat"
        process.terminate()
        _, logged = process.communicate(timeout=20)
        assert (process.returncode, steps(logged)) == (0, ["worker started", "worker stopped"])


def test_one_of_several_that_cannot_start_is_a_line_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot_start(*given: object) -> None:
        raise CannotStart("the database cannot be used: connection refused")

    monkeypatch.setattr(serve, "work", cannot_start)
    with socket.socket() as sock, capture_logs() as logged, pytest.raises(SystemExit):
        serve.member(Settings(), sock, 1)
    assert [line["error"] for line in logged] == ["the database cannot be used: connection refused"]


@pytest.mark.parametrize("carrier", ["ptb", "aiogram"])
def test_without_telegram_the_house_serves_says_so_and_keeps_the_token_to_itself(tmp_path: Path, carrier: str) -> None:
    secret = "AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
    telegram = {"TELEGRAM__TOKEN": f"123456789:{secret}", "TELEGRAM__API_URL": "http://127.0.0.1:9"}
    with running(tmp_path, "serve", **telegram, TELEGRAM__CARRIER=carrier, LOG__LEVEL="debug") as (process, said):
        with pytest.raises(urllib.error.HTTPError) as unready:
            fetched(said, "health/ready")
        assert unready.value.code == 503
        wrong = json.loads(unready.value.read())["wrong"]
        assert wrong == ["telegram:123456789: Telegram cannot be reached"]
        assert json.loads(fetched(said, "health/live")) == {"live": True}
        assert "refund_desk_database_up 1.0" in fetched(said, "metrics")
        assert "<" in fetched(said, "chat")
        process.terminate()
        _, logged = process.communicate(timeout=30)
    assert "telegram cannot be asked" in logged and "worker stopped" in logged
    assert secret not in logged and process.returncode == 0
