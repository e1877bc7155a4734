"""One field of a JSON object: what is taken, and what the message says otherwise."""

from datetime import UTC, datetime

import pytest

from bot.fields import BadField, code, flag, instant, moment, money, must, name_of, short_name, text, whole
from nlp.codes import Reason


def test_what_is_missing_or_null_is_none():
    for read in (text, money, moment, whole, flag):
        assert read({}, "field") is None
        assert read({"field": None}, "field") is None


def test_what_has_to_be_there_is_asked_for_by_name():
    with pytest.raises(BadField, match=r"^now: expected a value, it is missing"):
        must(None, "now")


def test_a_code_is_one_of_its_kind():
    assert code({"reason": "malfunction"}, "reason", Reason) is Reason.MALFUNCTION
    with pytest.raises(BadField, match=r"expected one of not_delivered, .*change_of_mind, found 'rude'"):
        code({"reason": "rude"}, "reason", Reason)


def test_yes_and_no_are_not_words_or_numbers():
    assert flag({"used": False}, "used") is False
    for wrong in ("false", 0, 1):
        with pytest.raises(BadField, match="true, false or null"):
            flag({"used": wrong}, "used")


def test_a_name_is_trimmed_and_not_empty():
    assert name_of({"product": " Q币 "}, "product") == "Q币"
    with pytest.raises(BadField, match="not empty"):
        name_of({"product": " "}, "product")


def test_a_time_is_kept_in_utc():
    assert instant("2026-11-20T15:40:00+08:00", "now") == datetime(2026, 11, 20, 7, 40, tzinfo=UTC)


def test_a_long_value_is_cut_in_the_message():
    with pytest.raises(BadField) as bad:
        instant("9" * 500, "now")
    assert len(str(bad.value)) < 150


def test_a_name_that_is_looked_up_is_as_long_as_an_index_takes() -> None:
    assert short_name({"customer": "u" * 200}, "customer") == "u" * 200
    with pytest.raises(BadField, match="at most 200"):
        short_name({"customer": "u" * 201}, "customer")
