"""Reads one field of a JSON object exactly: text, money, times with their offset, whole numbers, codes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import TypeVar

from flows.amount import cents
from flows.model import Cents

Raw = Mapping[str, object]
Code = TypeVar("Code", bound=StrEnum)
T = TypeVar("T")

LONGEST = 4000
LONGEST_NAME = 200
MOST = 1_000_000_000
YEARS = range(1970, 3000)


class BadField(ValueError):
    """A field that cannot be used: the message names it and says what is expected."""

    def __init__(self, name: str, expected: str, found: object = None) -> None:
        # A text may be a password or a code: only what is not one, or is short and of a known shape, is ever repeated.
        super().__init__(f"{name}: expected {expected}" + ("" if found is None else f", found {str(found)[:40]!r}"))


def must(value: T | None, name: str) -> T:
    """A field that has to be there."""
    if value is None:
        raise BadField(name, "a value, it is missing")
    return value


def text(raw: Raw, name: str) -> str | None:
    value = raw.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadField(name, "text in quotes")
    # What is printable is clean, and to ask is quick; line breaks and the like are looked at more closely.
    if len(value) <= LONGEST and value.isprintable():
        return value
    if len(value) > LONGEST:
        raise BadField(name, f"at most {LONGEST} characters")
    if "\0" in value or not _encodable(value):
        raise BadField(name, "text without NUL and without half characters")
    return value


def name_of(raw: Raw, name: str) -> str:
    """A text that has to be there and says something."""
    value = must(text(raw, name), name).strip()
    if not value:
        raise BadField(name, "a text that is not empty")
    return value


def short_name(raw: Raw, name: str) -> str:
    """A name that is looked up: as long as an index of a database takes."""
    return _short(name_of(raw, name), name)


def short_text(raw: Raw, name: str) -> str | None:
    """The same of one that may be missing."""
    value = text(raw, name)
    return None if value is None else _short(value, name)


def money(raw: Raw, name: str) -> Cents | None:
    value = raw.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadField(name, 'yuan in quotes, like "49.90"', value)
    try:
        return cents(value)
    except ValueError:
        raise BadField(name, 'yuan like "49.90": digits, at most two places, no sign', value) from None


def moment(raw: Raw, name: str) -> datetime | None:
    """A time with its offset, in UTC."""
    value = raw.get(name)
    return None if value is None else instant(value, name)


def instant(value: object, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at.year not in YEARS:
        raise BadField(name, "a time with its offset, like 2026-11-20T15:40:00+08:00", value)
    return at.astimezone(UTC)


def whole(raw: Raw, name: str, least: int = 0) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if type(value) is not int or not least <= value <= MOST:
        raise BadField(name, f"a whole number of at least {least}", value)
    return value


def flag(raw: Raw, name: str) -> bool | None:
    value = raw.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadField(name, "true, false or null", value)
    return value


def code(raw: Raw, name: str, codes: type[Code]) -> Code | None:
    value = raw.get(name)
    if value is None:
        return None
    found: Code | None = _by_value(codes).get(value) if isinstance(value, str) else None
    if found is None:
        raise BadField(name, f"one of {', '.join(codes)}", value)
    return found


@cache
def _by_value(codes: type[Code]) -> Mapping[str, Code]:
    return {code.value: code for code in codes}


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _short(value: str, name: str) -> str:
    if len(value) > LONGEST_NAME:
        raise BadField(name, f"at most {LONGEST_NAME} characters")
    return value
