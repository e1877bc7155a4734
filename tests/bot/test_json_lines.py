"""JSON lines: each has its answer in its place, whatever the one before was."""

import json
from io import BytesIO

import pytest

from bot.fields import BadField
from bot.json_lines import LONGEST_LINE, BadLine, answered, line_id, parsed


def answers(data: bytes):
    def echo(raw):
        if "bad" in raw:
            raise BadField("bad", "nothing of the kind")
        if "worse" in raw:
            raise BadLine("worse", "not like this")
        return {"id": line_id(raw), "text": raw.get("text")}

    return [json.loads(line) for line in answered(BytesIO(data), echo)]


def test_every_line_is_answered_in_its_order():
    first, second = answers(b'{"id": "a", "text": "\xe5\xa5\xbd"}\n{"id": 2}')
    assert (first, second) == ({"id": "a", "text": "好"}, {"id": 2, "text": None})


@pytest.mark.parametrize(("line", "code", "message"), [
    (b"{", "not_json", "expected one JSON object: "), (b"[1]", "not_json", "expected one JSON object"),
    (b'"text"', "not_json", "expected one JSON object"), (b"\xff{}", "not_json", "expected UTF-8 text"),
    (b"[" * 100_000, "not_json", "expected one JSON object"),
    (b'{"id": ' + b"9" * 5000 + b"}", "not_json", "expected one"),
    (b'{"bad": 1}', "bad_field", "bad: expected nothing of the kind"), (b'{"worse": 1}', "worse", "not like this"),
    (b'{"id": {}}', "bad_field", "id: expected text in quotes"),
    (b'{"id": "\\ud83d"}', "bad_field", "id: expected text"),
    (b"x" * (LONGEST_LINE + 10), "too_long", "expected a line of at most 1000000 bytes"),
])  # fmt: skip
def test_a_line_that_cannot_be_used_is_told_so_and_the_next_is_answered(line, code, message):
    first, second = answers(line + b'\n{"id": "next"}\n')
    assert (first["error"]["line"], first["error"]["code"]) == (1, code)
    assert first["error"]["message"].startswith(message)
    assert second["id"] == "next"


def test_blank_lines_are_passed_over_and_counted():
    assert answers(b"\n  \r\n{\n\n")[0]["error"]["line"] == 3
    assert len(answers(b"\n  \r\n{\n\n")) == 1


def test_a_mark_at_the_beginning_of_the_file_does_no_harm():
    assert answers(b'\xef\xbb\xbf{"id": "a"}\r\n') == [{"id": "a", "text": None}]


def test_what_is_written_is_readable_as_it_is():
    (line,) = answered(BytesIO('{"id": "好"}'.encode()), lambda raw: {"id": raw["id"]})
    assert line == '{"id": "好"}\n'


def test_one_object_is_one_line():
    assert parsed(b'{"a": 1}') == {"a": 1}
