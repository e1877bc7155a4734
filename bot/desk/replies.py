"""Replies that staff send again and again: texts as data, filled in from the case."""

import string
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from flows.model import Case, Text, Value
from flows.wording import about

HERE = Path(__file__).parent
FALLBACK = "zh-CN"
PLACES = ("number", "order", "order_no", "reason", "state", "back", "paid_with", "due", "agent")
Speaks = Callable[[Text], str]


class BadReply(ValueError):
    """What is wrong with the shop's replies, by the reply's name."""


class Replies:
    """By name, each in one language or more."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._texts = texts

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._texts)

    def text(self, name: str, language: str) -> str | None:
        """As it is written, with its places; None where there is no such reply."""
        texts = self._texts.get(name, {})
        return texts.get(language) or texts.get(FALLBACK) or next(iter(texts.values()), None)

    def filled(self, name: str, language: str, case: Case, agent: str, speak: Speaks) -> str | None:
        """What the customer reads. `speak` says a text in the customer's language."""
        text = self.text(name, language)
        if text is None:
            return None
        values: dict[str, Value] = {**about(case), "agent": agent, "order_no": case.order.order_no}
        values["due"] = case.due_at or Text("reply.no_due")
        # Whatever a sentence of the catalogue can be filled with, shown as it would show it.
        shown = {name: speak(Text("reply.value", {"value": values[name]})) for name in PLACES}
        return text.format_map(shown)


def load(own: str | None = None) -> Replies:
    """The packaged ones, with the shop's own laid over them by name. Raises BadReply."""
    texts = {**_read((HERE / "replies.toml").read_text("utf-8")), **(_read(own) if own else {})}
    return Replies(texts)


def _read(text: str) -> dict[str, dict[str, str]]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadReply(str(error)) from None
    for name, texts in raw.items():
        if not isinstance(texts, dict) or not texts or not all(isinstance(value, str) for value in texts.values()):
            raise BadReply(f"{name}: expected a text for each language, such as zh-CN = \"...\"")
        for value in texts.values():
            _check(name, value)
    return raw


def _check(name: str, text: str) -> None:
    try:
        named = {place for _, place, _, _ in string.Formatter().parse(text) if place is not None}
    except ValueError as error:
        raise BadReply(f"{name}: {error}") from None
    if unknown := named - set(PLACES):
        raise BadReply(f"{name}: {{{min(unknown)}}} cannot be filled in; known are {', '.join(PLACES)}")
