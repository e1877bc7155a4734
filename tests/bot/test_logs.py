"""Whoever reads the log learns what the house did, and nothing of those it did it for."""

import json
import logging

import pytest
import structlog

from bot.config import Log
from bot.logs import set_up, without_persons
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


@pytest.fixture(autouse=True)
def _as_it_was():
    before = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers, logging.getLogger().level = before


def test_a_line_is_a_fact_with_fields(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Log())
    structlog.get_logger().info("case moved", case="RF2611220001", attempts=2)
    assert capsys.readouterr().err.endswith("info    case moved  case=RF2611220001  attempts=2\n")


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
