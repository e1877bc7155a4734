"""The catalogue: a key and its values become a sentence that a person reads."""

import json
import string
from datetime import UTC, datetime, timedelta

import pytest

from bot.texts import Catalogue, as_json, packaged
from flows.model import Cents, Text, Value, Yuan
from tests.conftest import NOON

CHINESE = {"t.one": "{value}", "t.out": "（{inner}）", "t.in": "{paid}、{at}"}
SAID = Catalogue({"zh-CN": CHINESE, "en": {"t.one": "{value}"}})
LANGUAGES = sorted(packaged())
MIDNIGHT = datetime(2026, 11, 25, 16, tzinfo=UTC)


# fmt: off
SHOWN = [
    # value                                 Chinese                    English
    (NOON,                                  "11月20日 12:00",           "Nov 20, 12:00"),
    (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "1月2日 11:04",            "Jan 2, 11:04"),
    (MIDNIGHT,                              "11月25日 24:00",           "Nov 25, 24:00"),
    (MIDNIGHT + timedelta(minutes=1),       "11月26日 00:01",           "Nov 26, 00:01"),
    (datetime(2026, 12, 31, 16, tzinfo=UTC), "12月31日 24:00",          "Dec 31, 24:00"),
    (Yuan(Cents(4990)),                     "49.90 元",                 "¥49.90"),
    (Yuan(Cents(5)),                        "0.05 元",                  "¥0.05"),
    (Yuan(Cents(100000000)),                "1000000.00 元",            "¥1000000.00"),
    (("a", Yuan(Cents(100)), "b"),          "a、1.00 元、b",            "a, ¥1.00, b"),
    ((),                                    "",                        ""),
    (7,                                     "7",                       "7"),
    ("有 {花} 括号",                          "有 {花} 括号",              "有 {花} 括号"),
]
# fmt: on


@pytest.mark.parametrize("value, chinese, english", SHOWN)
def test_values_are_shown_as_people_write_them(value: Value, chinese: str, english: str) -> None:
    """Times in Shanghai, a midnight as the end of the day before, money with its unit, lists as lists."""
    assert SAID.say("zh-CN", Text("t.one", {"value": value})) == chinese
    assert SAID.say("en", Text("t.one", {"value": value})) == english


def test_a_text_inside_a_text_is_its_own_sentence() -> None:
    inner = Text("t.in", {"paid": Yuan(Cents(100)), "at": NOON})
    assert SAID.say("zh-CN", Text("t.out", {"inner": inner})) == "（1.00 元、11月20日 12:00）"


@pytest.mark.parametrize("language", ["fr", "", "zh", "ZH-cn"])
def test_an_unknown_language_falls_back_to_chinese(language: str) -> None:
    assert SAID.say(language, Text("t.one", {"value": NOON})) == "11月20日 12:00"


def test_a_key_or_a_value_that_is_not_there_is_a_mistake_and_not_a_gap() -> None:
    with pytest.raises(KeyError):
        SAID.say("zh-CN", Text("t.none"))
    with pytest.raises(KeyError):
        SAID.say("zh-CN", Text("t.one"))


def test_a_shops_own_wording_lies_over_the_packaged_one_and_leaves_the_rest() -> None:
    own = Catalogue({"zh-CN": {"greeting.here": "我在。"}})
    assert own.say("zh-CN", Text("greeting.here")) == "我在。"
    assert own.say("en", Text("greeting.here")) == Catalogue().say("en", Text("greeting.here"))


# ---- every sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_at_most_two_paragraphs(language: str) -> None:
    long = [key for key, text in packaged()[language].items() if len(text.strip().split("\n\n")) > 2]
    assert long == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_is_a_plain_name(language: str) -> None:
    """No attribute, index or format is reached into: a value cannot be made to show what it should not."""
    fields = [field for text in packaged()[language].values() for field in string.Formatter().parse(text)]
    odd = [name for _, name, spec, shape in fields if name is not None and (not name.isidentifier() or spec or shape)]
    assert odd == []


def test_what_a_sentence_was_filled_with_is_kept_for_the_record() -> None:
    values = {"at": NOON, "paid": Yuan(Cents(4990)), "rule": Text("rule.x", {"n": 1}), "list": ("a", Text("b")), "n": 3}
    assert json.loads(as_json(values)) == {
        "at": "2026-11-20T04:00:00+00:00",
        "paid": "49.90",
        "rule": {"key": "rule.x", "values": {"n": 1}},
        "list": ["a", {"key": "b", "values": {}}],
        "n": 3,
    }


def test_what_has_no_place_in_a_sentence_is_refused() -> None:
    with pytest.raises(TypeError):
        as_json({"x": object()})    # type: ignore[dict-item]  # that is what is tested
