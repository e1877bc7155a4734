"""The catalogue: a text key and its values become a sentence, in the language of whoever reads it."""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from flows.amount import yuan
from flows.model import Text, Value, Yuan
from flows.workdays import SHANGHAI

HERE = Path(__file__).parent
FALLBACK = "zh-CN"
# fmt: off
SHAPES: Mapping[str, Mapping[str, str]] = {
    #         before a time              an amount         between the parts of a list
    "zh-CN": {"day": "{0.month}月{0.day}日 ", "yuan": "{} 元", "and": "、"},
    "en":    {"day": "{0:%b} {0.day}, ",      "yuan": "¥{}",   "and": ", "},
}
# fmt: on


class Catalogue:
    """Every text in every language; a shop's own wording may be laid over it."""

    def __init__(self, own: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._texts = {language: {**texts, **(own or {}).get(language, {})} for language, texts in packaged().items()}

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._texts)

    def say(self, language: str, text: Text) -> str:
        """The sentence. Raises KeyError for a key or a placeholder that is not there: a mistake that the tests find."""
        language = language if language in self._texts else FALLBACK
        return self._texts[language][text.key].format_map(_Shown(self._show, language, text.values)).strip()

    def _show(self, language: str, value: Value) -> str:
        if isinstance(value, str):
            return value
        shape = SHAPES[language]
        if isinstance(value, Text):
            return self.say(language, value)
        if isinstance(value, Yuan):
            return shape["yuan"].format(yuan(value.cents))
        if isinstance(value, datetime):
            return _moment(value, shape)
        if isinstance(value, tuple):
            return shape["and"].join(self._show(language, part) for part in value)
        return str(value)


@dataclass(frozen=True, slots=True)
class _Shown:
    """Values as they are shown, and only those that the sentence names: a verdict knows many more."""

    show: Callable[[str, Value], str]
    language: str
    values: Mapping[str, Value]

    def __getitem__(self, name: str) -> str:
        return self.show(self.language, self.values[name])


def _moment(at: datetime, shape: Mapping[str, str]) -> str:
    """Shanghai time. Midnight is the end of the day before: deadlines lie there."""
    local = at.astimezone(SHANGHAI)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return shape["day"].format(local - timedelta(days=1)) + "24:00"
    return shape["day"].format(local) + f"{local:%H:%M}"


@cache
def packaged() -> Mapping[str, Mapping[str, str]]:
    """The texts that come with the house, by language: key to sentence."""
    return {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(HERE.glob("*.toml"))}


def as_json(values: Mapping[str, Value]) -> str:
    """What a sentence was filled with, for the record."""
    return json.dumps(values, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return {"key": value.key, "values": value.values}
    if isinstance(value, Yuan):
        return yuan(value.cents)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a sentence")
