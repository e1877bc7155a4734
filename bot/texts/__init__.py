"""The catalogue: a text key and its values become a sentence, in the language of whoever reads it."""

import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from string import Formatter

from flows.amount import yuan
from flows.model import Text, Value, Yuan
from flows.workdays import SHANGHAI

HERE = Path(__file__).parent
FALLBACK = "zh-CN"
# fmt: off
DAYS: Mapping[str, Callable[[datetime], str]] = {
    "zh-CN": lambda day: f"{day.month}月{day.day}日 ",
    "en":    lambda day: f"{day:%b} {day.day}, ",
}
SHAPES: Mapping[str, tuple[str, str, str]] = {
    #        around an amount  between the parts of a list
    "zh-CN": ("",  " 元",       "、"),
    "en":    ("¥", "",          ", "),
}
# fmt: on
Parts = tuple[tuple[str, str | None], ...]
"""A sentence taken apart: the words before each value and its name, and last the words after them all."""


class Catalogue:
    """Every text in every language; a shop's own wording may be laid over it."""

    def __init__(self, own: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._texts = {language: {**texts, **(own or {}).get(language, {})} for language, texts in packaged().items()}
        self._parts: dict[str, dict[str, Parts]] = {language: {} for language in self._texts}

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._texts)

    def say(self, language: str, text: Text) -> str:
        """The sentence. Raises KeyError for a key or a placeholder that is not there: a mistake that the tests find."""
        return self._said(language if language in self._texts else FALLBACK, text)

    def _said(self, language: str, text: Text) -> str:
        parts, values, said = self._parts[language].get(text.key), text.values, ""
        for words, name in parts or self._taken_apart(language, text.key):
            said += words
            if name is not None:
                value = values[name]
                kind = type(value)
                # The two that are nearly all of them; and each sentence of the rules is a dozen of them.
                if kind is str:
                    said += value  # type: ignore[operator]  # it is one
                elif kind is Text:
                    said += self._said(language, value)  # type: ignore[arg-type]  # it is one
                else:
                    said += self._show(language, value)
        return said.strip()

    def _taken_apart(self, language: str, key: str) -> Parts:
        """Once for each sentence: it is said more often than it is read."""
        parts = tuple((words, name) for words, name, _, _ in Formatter().parse(self._texts[language][key]))
        self._parts[language][key] = parts
        return parts

    def _show(self, language: str, value: Value) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, Text):
            return self._said(language, value)
        if isinstance(value, datetime):
            return _moment(value, DAYS[language])
        before, after, between = SHAPES[language]
        if isinstance(value, Yuan):
            return before + yuan(value.cents) + after
        if isinstance(value, tuple):
            return between.join([self._show(language, part) for part in value])
        return str(value)


def _moment(at: datetime, day: Callable[[datetime], str]) -> str:
    """Shanghai time. Midnight is the end of the day before: deadlines lie there."""
    local = at.astimezone(SHANGHAI)
    if not (local.hour or local.minute or local.second):
        return day(local - timedelta(days=1)) + "24:00"
    return f"{day(local)}{local.hour:02d}:{local.minute:02d}"


@cache
def packaged() -> Mapping[str, Mapping[str, str]]:
    """The texts that come with the house, by language: key to sentence."""
    return {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(HERE.glob("*.toml"))}


def as_json(values: Mapping[str, Value]) -> str:
    """What a sentence was filled with, for the record."""
    return _ENCODER.encode(values)


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return {"key": value.key, "values": value.values}
    if isinstance(value, Yuan):
        return yuan(value.cents)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a sentence")


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain)
