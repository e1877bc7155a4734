"""Where a value stands in a TOML text."""

import tomllib

import pytest

from flows.toml_lines import line_of, line_of_error

TEXT = """\
rows = [
  { rule = "one", eligible = "no" },
  { rule = "one.two", eligible = "no" },
]
limits.wrong_tries = 5

[clock]   # how long
review_days = 3
"offer hours" = 4

[windows.quality]
card = "24h"
[windows."quality".products]
"腾讯视频" = "3d"
"""


@pytest.mark.parametrize(("path", "line"), [
    (("rows", "one"), 2), (("rows", "one.two"), 3), (("rows", "three"), None), (("rows",), 1),
    (("limits", "wrong_tries"), 5), (("clock",), 7), (("clock", "review_days"), 8), (("clock", "offer hours"), 9),
    (("windows", "quality", "card"), 12), (("windows", "quality", "products", "腾讯视频"), 14),
    (("clock", "missing"), 7), (("nowhere", "at", "all"), None),
])  # fmt: skip
def test_a_value_is_found_or_else_the_table_that_should_hold_it(path, line):
    assert line_of(TEXT, path) == line


def test_rows_written_as_tables_are_found_too():
    assert line_of('[[rows]]\nwhen = []\nrule = "one"\n', ("rows", "one")) == 3


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = ?\n", 2), ("a = 1\nb = [\n", 2), ("", 1)])
def test_a_text_that_is_not_toml_names_its_line(text, line):
    error = ValueError("Unclosed array (at end of document)")
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as bad:
        error = bad
    assert line_of_error(error, text) == line
