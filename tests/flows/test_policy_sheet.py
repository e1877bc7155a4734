"""Texts laid over one another, and problems with the line that they come from."""

import pytest

from flows.policy_sheet import BadPolicy, Problem, Sheet, unknown

UNDER = "[a]\none = 1\n[a.b]\ntwo = 2\nrows = 3\n"


def number(raw):
    if type(raw) is not int:
        raise ValueError("expected a number")
    return raw * 10


SCHEMA = {"a": {"one": number, "b": {"*": number}}}


def test_what_is_on_top_takes_the_place_of_what_lies_below():
    sheet = Sheet((UNDER, "[a.b]\ntwo = 5\nfour = 4"))
    assert sheet.read(sheet.data, SCHEMA, ()) == {"a": {"one": 10, "b": {"two": 50, "rows": 30, "four": 40}}}
    sheet.stop_at_problems()


def test_a_value_that_cannot_be_used_is_named_in_its_own_text():
    sheet = Sheet((UNDER, "\n[a.b]\ntwo = 'x'"))
    sheet.read(sheet.data, SCHEMA, ())
    with pytest.raises(BadPolicy) as bad:
        sheet.stop_at_problems()
    assert bad.value.problems == (Problem("two: expected a number", 3, 1),)
    assert str(bad.value) == "line 3: two: expected a number"


def test_where_values_are_at_odds_the_last_file_is_to_blame():
    sheet = Sheet((UNDER, "[a]\n\none = 7"))
    sheet.note(("a", "b"), "at odds", ("a", "one"))
    assert sheet.problems == [Problem("at odds", 3, 1)]


def test_a_name_is_answered_with_the_nearest_that_is_known():
    assert unknown("ofer_hours", ["offer_hours", "*"]) == "unknown key 'ofer_hours', did you mean 'offer_hours'?"
    assert unknown("zzz", ["offer_hours"], "row") == "unknown row 'zzz'"
