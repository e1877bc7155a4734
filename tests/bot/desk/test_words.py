"""How the desk shows money, times and contacts."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.words import chat_name, masked, moment, money, pressed_labels, span, spoken
from bot.texts import Catalogue
from flows.model import Text
from storage.search import Logged

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def say(key: str, **values: object) -> str:
    return Catalogue().say("zh-CN", Text(key, values))  # type: ignore[arg-type]  # plain values only


@pytest.mark.parametrize("cents, shown", [(0, "0.00"), (5, "0.05"), (-4990, "-49.90"), (1234567, "12345.67")])
def test_money_has_two_places(cents: int, shown: str) -> None:
    assert money(cents) == shown


@pytest.mark.parametrize(
    "contact, shown",
    [
        ("13800138000", "138****8000"),
        ("someone@example.com", "so***@example.com"),
        ("qq12345", "q***5"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_contact_is_shown_as_far_as_it_is_needed(contact: str | None, shown: str) -> None:
    assert masked(contact) == shown


@pytest.mark.parametrize(
    "at, shown",
    [
        (datetime(2026, 11, 20, 1, 5, tzinfo=UTC), "09:05"),
        (datetime(2026, 11, 18, 1, 5, tzinfo=UTC), "11-18 09:05"),
        (datetime(2025, 12, 31, 1, 5, tzinfo=UTC), "2025-12-31 09:05"),
        (datetime(2026, 11, 25, 16, tzinfo=UTC), "11-25 24:00"),
        (None, ""),
    ],
)
def test_a_time_is_shanghais_and_midnight_ends_the_day_before(at: datetime | None, shown: str) -> None:
    assert moment(at, NOW) == shown


@pytest.mark.parametrize(
    "length, shown",
    [
        (timedelta(seconds=5), "1 分钟"),
        (timedelta(minutes=59), "59 分钟"),
        (timedelta(hours=30), "30 小时"),
        (-timedelta(hours=3), "3 小时"),
        (timedelta(days=3), "3 天"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(length: timedelta, shown: str) -> None:
    assert span(length, say) == shown


def test_what_the_shop_made_up_stands_as_it_is() -> None:
    assert spoken(say, "desk.paid_with", "alipay") == "支付宝"
    assert spoken(say, "desk.paid_with", "云闪付") == "云闪付"
    assert spoken(say, "desk.paid_with", None) == ""


def test_two_customers_can_be_told_apart_by_a_short_name() -> None:
    assert chat_name("u1") == "u1"
    assert chat_name("web-AbCdEfGhIjKlMnOp") == "web-…MnOp"


def test_a_press_is_told_by_the_words_on_the_button() -> None:
    lines = (
        Logged(1, NOW, "bot", "对吗？", buttons=(("3.yes", "对"), ("urge:RF1", "催一下"))),
        Logged(2, NOW, "customer", "", pressed="yes"),
        Logged(3, NOW, "bot", "确认？", buttons=(("4.yes", "确认提交"),)),
        Logged(4, NOW, "customer", "", pressed="4.yes"),
        Logged(5, NOW, "customer", "", pressed="urge:RF1"),
        Logged(6, NOW, "customer", "", pressed="made-up"),
    )
    assert pressed_labels(lines) == {2: "对", 4: "确认提交", 5: "催一下", 6: "made-up"}
