"""Whoever reads the log learns what the house did, and nothing of those it did it for."""

import errno
import json
import logging
import sys
import threading
from io import StringIO
from typing import Any

import pytest
import structlog

from bot.botapi import Unreachable
from bot.channels.telegram_aiogram import AiogramCarrier
from bot.channels.telegram_ptb import PtbCarrier
from bot.config import Log
from bot.logs import set_up, without_persons
from bot.metrics import ERRORS
from flows.case import LIFE, Step
from flows.model import Actor, CaseState, Role
from tests.conftest import NOON, a_case

PRIVATE = [
    "13800138000",
    "138 0013 8000",
    "li.hua@example.com",
    "ABCD-EF12-3456",
    "KM202611201530012345",
    "A1B2C3D4E5F6G7H8",
]

SECRET = "AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
TOKEN = f"123456789:{SECRET}"
ADDRESS = f"https://api.telegram.org/bot{TOKEN}/sendMessage"


@pytest.fixture(autouse=True)
def _as_it_was():
    before = logging.getLogger().handlers[:], logging.getLogger().level
    hooks = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = hooks
    structlog.reset_defaults()
    logging.getLogger().handlers, logging.getLogger().level = before


def test_a_line_is_a_fact_with_fields(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Log())
    structlog.get_logger().info("case moved", case="RF2611220001", attempts=2)
    assert capsys.readouterr().err.endswith("info    case moved  case=RF2611220001  attempts=2\n")


def test_rules_are_named_by_their_version(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Log())
    structlog.get_logger().info("the rules changed", version="a7748c8a402f")
    assert capsys.readouterr().err.endswith("the rules changed  version=a7748c8a402f\n")


def test_programs_read_it_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Log(form="json"))
    structlog.get_logger().warning("sent again", channel="web", attempts=2)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["channel"], line["attempts"]) == ("sent again", "warning", "web", 2)


def test_what_weighs_less_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Log(level="error"))
    structlog.get_logger().warning("nothing to see")
    assert capsys.readouterr().err == ""


def test_a_field_that_nobody_listed_shows_its_length_alone(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Log())
    structlog.get_logger().info("heard", text="我买的点卡用不了", contact="13800138000")
    line = capsys.readouterr().err
    assert "点卡" not in line and "13800138000" not in line and "text=(8 characters)" in line


@pytest.mark.parametrize("private", PRIVATE)
def test_contacts_numbers_and_codes_are_blanked_wherever_they_stand(
    private: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(Log())
    structlog.get_logger().info(f"heard {private}", key=f"say:{private}:1")
    assert private not in capsys.readouterr().err


def test_an_exception_is_shown_by_its_kind_and_place_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Log())
    try:
        raise ValueError("parameters: 我要退款")
    except ValueError:
        structlog.get_logger().exception("a line failed")
        logging.getLogger("sqlalchemy").exception("not saved")
    lines = capsys.readouterr().err
    assert "我要退款" not in lines and lines.count("ValueError at bot/test_logs.py:") == 2


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
@pytest.mark.parametrize("told", [
    ("HTTP Request: POST %s", ADDRESS), (f"Cannot connect to {ADDRESS}",), ("again\nthe customer said %s", "我要退款"),
])  # fmt: skip
def test_no_library_gets_a_token_or_a_customers_word_into_the_log(
    level: Any, told: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(Log(level=level))
    for name in ("httpx", "httpcore", "telegram.Bot", "aiogram", "aiohttp.client", "uvicorn.error", "asyncio"):
        for weight in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger(name).log(weight, *told)
    lines = capsys.readouterr().err
    assert SECRET not in lines and "退款" not in lines
    assert lines.count("\n") == (7 if level == "error" else 14), "of libraries, warnings and errors alone"


def test_a_token_is_blanked_in_our_own_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Log(form="json"))
    structlog.get_logger().warning("telegram cannot be asked", error=f"404: {ADDRESS}", address=TOKEN)
    assert SECRET not in capsys.readouterr().err


@pytest.mark.parametrize("carrier", [PtbCarrier, AiogramCarrier])
def test_a_carrier_that_reaches_nobody_keeps_its_token_to_itself(
    carrier: type[PtbCarrier] | type[AiogramCarrier], capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(Log(level="debug"))
    logging.getLogger().setLevel(logging.DEBUG)  # as a library would, that wants to be heard
    api = carrier(TOKEN, "http://127.0.0.1:9")
    with pytest.raises(Unreachable) as away:
        api.call("sendMessage", chat_id=1, text="我要退款")
    api.close()
    said = capsys.readouterr()
    assert all(word not in f"{said.err}{said.out}{away.value}" for word in (SECRET, "退款"))


def test_what_nobody_caught_is_a_line_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Log())

    def breaks() -> None:
        raise ValueError("我要退款")

    thread = threading.Thread(target=breaks)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError("我要退款"), None)
    lines = capsys.readouterr().err
    assert lines.count("stopped by a mistake of ours  exception=ValueError") == 2 and "退款" not in lines


@pytest.mark.parametrize("trouble", [OSError(errno.ENOSPC, "No space left"), BrokenPipeError(), ValueError("closed")])
def test_where_no_line_can_be_written_the_work_goes_on(trouble: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    class Full(StringIO):
        def write(self, text: str) -> int:
            tried.append(text)
            raise trouble

    set_up(Log())
    monkeypatch.setattr(sys, "stderr", Full())
    structlog.get_logger().info("worker started")
    logging.getLogger("uvicorn").error("no room")
    assert len(tried) == 2


def test_errors_count_at_the_place_that_tells_of_them_and_warnings_do_not() -> None:
    set_up(Log(level="error"))
    ours, theirs = ERRORS.labels("test_logs"), ERRORS.labels("aiogram")
    before = ours._value.get(), theirs._value.get()
    structlog.get_logger().error("it failed")
    structlog.get_logger().warning("it may fail")
    logging.getLogger("aiogram.dispatcher").error("it failed")
    assert (ours._value.get(), theirs._value.get()) == (before[0] + 1, before[1] + 1)


def test_our_own_lines_are_shown_from_the_level_on_that_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    shown = {}
    for level in ("debug", "info", "warning", "error"):
        set_up(Log(level=level))  # type: ignore[arg-type]  # each is one of them
        for weight in ("debug", "info", "warning", "error"):
            getattr(structlog.get_logger(), weight)("x")
        shown[level] = capsys.readouterr().err.count("\n")
    assert shown == {"debug": 4, "info": 3, "warning": 2, "error": 1}


def test_a_step_that_is_refused_is_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Log())
    assert move_is_refused()
    assert capsys.readouterr().err == ""


def move_is_refused() -> bool:
    step = Step(a_case(), Actor(Role.AGENT, "a1"), NOON)
    return LIFE.walk(step, CaseState.CLOSED, "take") is None


@pytest.mark.parametrize(
    "token", ["7001234567:AAF_token-of_the-tests0123456789abc", "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"]
)
def test_a_bots_token_is_blanked_wherever_a_library_writes_it(token: str) -> None:
    said = without_persons(None, "", {"event": f"POST https://api.telegram.org/bot{token}/getUpdates failed"})
    assert token.partition(":")[2] not in str(said)
