"""JSON lines in, JSON lines out: a line that cannot be used is told what is wrong with it, and the next one is read."""

import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from bot.fields import BadField, text

LONGEST_LINE = 1_000_000
"""Bytes. What is longer is not kept in memory; the next line is read."""

Json = dict[str, Any]
_encoded = json.JSONEncoder(ensure_ascii=False).encode
_BLANK = b" \t\r\n\xef\xbb\xbf"


class BadLine(Exception):
    """A line that cannot be used: a code for programs, a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def answered(source: BinaryIO, answer: Callable[[Json], Json]) -> Iterator[str]:
    """One line of output for each that is not blank, in their order."""
    for number, line in enumerate(lines(source), 1):
        if line is None or line.strip(_BLANK):
            yield _encoded(_one(number, line, answer)) + "\n"


def lines(source: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a stream; None stands for one that was too long."""
    while line := source.readline(LONGEST_LINE):
        whole = len(line) < LONGEST_LINE or line.endswith(b"\n")
        if not whole:
            _skip_rest(source)
        yield line if whole else None


def parsed(line: bytes | None) -> Json:
    """The object that a line holds. Raises BadLine."""
    if line is None:
        raise BadLine("too_long", f"expected a line of at most {LONGEST_LINE} bytes")
    try:
        raw = json.loads(line.decode().removeprefix("\ufeff"))
    except UnicodeDecodeError:
        raise BadLine("not_json", "expected UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        raise BadLine("not_json", f"expected one JSON object: {str(error)[:80]}") from None
    if not isinstance(raw, dict):
        raise BadLine("not_json", "expected one JSON object")
    return raw


def error(number: int, code: str, message: str) -> Json:
    return {"error": {"line": number, "code": code, "message": message}}


def line_id(raw: Json) -> str | int | None:
    """The id that a line carries, to be given back as it is."""
    given = raw.get("id")
    return given if type(given) is int else text(raw, "id")


def _one(number: int, line: bytes | None, answer: Callable[[Json], Json]) -> Json:
    try:
        return answer(parsed(line))
    except BadLine as bad:
        return error(number, bad.code, str(bad))
    except BadField as bad:
        return error(number, "bad_field", str(bad))


def _skip_rest(source: BinaryIO) -> None:
    while (rest := source.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass
