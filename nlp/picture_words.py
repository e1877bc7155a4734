"""The words of nlp/picture.toml, loaded and made ready to be looked for."""

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from nlp.pictured import PageStatus, PictureKind

WEIGHTS = {"strong": 3.0, "fair": 1.5, "weak": 0.5}


class Turned(Struct, frozen=True):
    """Which signs the words around them may turn, and by what."""

    signs: frozenset[str]
    before: re.Pattern[str]
    after: re.Pattern[str]


class PictureWords(Struct, frozen=True):
    """Phrases by what they tell."""

    kinds: Mapping[PictureKind, Mapping[str, float]]
    forms: Mapping[PictureKind, tuple[re.Pattern[str], ...]]  # what is said in many ways; as strong as strong words
    labels: Mapping[str, tuple[str, ...]]
    statuses: tuple[tuple[str, PageStatus], ...]  # the longest first
    misread: Mapping[int, str]  # a sign that is read → the sign that is meant, to translate a text with
    misread_words: Mapping[str, str]
    signs: Mapping[str, tuple[str, ...]]
    sign_forms: Mapping[str, tuple[re.Pattern[str], ...]]
    turned: Turned
    trouble: tuple[re.Pattern[str], ...]


@cache
def picture_words() -> PictureWords:
    raw = tomllib.loads((Path(__file__).parent / "picture.toml").read_text(encoding="utf-8"))
    kinds = {
        PictureKind(kind): {phrase: WEIGHTS[weight] for weight in reversed(WEIGHTS) for phrase in groups[weight]}
        for kind, groups in raw["kinds"].items()
    }
    statuses = {phrase: PageStatus(status) for status, said in raw["statuses"].items() for phrase in _phrases(said)}
    forms = {
        PictureKind(kind): tuple(map(re.compile, groups["forms"]))
        for kind, groups in raw["kinds"].items()
        if "forms" in groups
    }
    return PictureWords(
        kinds,
        forms,
        {label: tuple(sorted(_unspaced(phrases), key=len, reverse=True)) for label, phrases in raw["labels"].items()},
        tuple(sorted(statuses.items(), key=lambda one: len(one[0]), reverse=True)),
        {ord(read): meant for meant, signs in raw["misread"]["signs"].items() for read in signs},
        {read: meant for meant, words in raw["misread"]["words"].items() for read in words},
        {sign: tuple(phrases) for sign, phrases in raw["signs"].items()},
        {sign: tuple(map(re.compile, forms)) for sign, forms in raw["sign_forms"].items()},
        Turned(
            frozenset(raw["turned"]["signs"]), re.compile(raw["turned"]["before"]), re.compile(raw["turned"]["after"])
        ),
        tuple(map(re.compile, raw["trouble"]["forms"])),
    )


def _unspaced(phrases: list[str]) -> set[str]:
    """English labels also as they are read where the letters stand close: 「ORDERDATE」."""
    return {*phrases, *(phrase.replace(" ", "") for phrase in phrases)}


def _phrases(said: Mapping[str, Any]) -> Iterator[str]:
    """The words themselves, and one of each row joined: English ones with a blank between them."""
    yield from said["words"]
    for rows in said["joined"]:
        for parts in itertools.product(*rows):
            yield (" " if "".join(parts).isascii() else "").join(filter(None, parts))


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """A phrase as it stands in a line: Chinese anywhere, other words not inside longer ones."""
    head = r"(?<![a-z])" if phrase[0].isascii() and phrase[0].isalpha() else ""
    tail = r"(?![a-z])" if phrase[-1].isascii() and phrase[-1].isalpha() else ""
    return re.compile(head + re.escape(phrase) + tail)


def find(phrase: str, text: str) -> int:
    """Where a phrase stands in a plain text; -1 where it does not."""
    if phrase not in text:
        return -1
    found = _pattern(phrase).search(text)
    return found.start() if found else -1


def has(phrase: str, text: str) -> bool:
    return find(phrase, text) >= 0


def mended(text: str) -> str:
    """A plain text with the words that are meant where others were read."""
    for read, meant in picture_words().misread_words.items():
        text = text.replace(read, meant)
    return text
