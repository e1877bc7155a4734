"""Loads the words of the trade and finds them in a text; a line of a shop's own file that cannot be used is named."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind
from msgspec import Struct

from nlp.extract import DEFAULT_ORDER_FORMATS
from nlp.normal import plain

Table = dict[str, dict[str, list[str]]]
"""Section, name, words: the shape of the file."""


class Hit(NamedTuple):
    """A phrase of the lexicon at its place in the plain text, and the names it stands under."""

    start: int
    end: int
    names: tuple[str, ...]


class Phrases:
    """Finds many phrases in one pass. Of overlapping ones the first counts, and of those the longest."""

    def __init__(self, named: Mapping[str, Iterable[str]]) -> None:
        names: dict[str, list[str]] = {}
        for name, words in named.items():
            for word in words:
                names.setdefault(plain(word), []).append(name)
        self.words = tuple(names)
        self._names = tuple(tuple(dict.fromkeys(found)) for found in names.values())
        self._bordered = tuple(word[:1].isascii() or word[-1:].isascii() for word in self.words)
        self._first_longest = AhoCorasick(self.words or ("\0",), matchkind=MatchKind.LeftmostLongest)
        self._all = AhoCorasick(self.words or ("\0",))

    def find(self, text: str) -> list[Hit]:
        return [Hit(*found) for found in self.found(text)]

    def found(self, text: str) -> list[tuple[int, int, tuple[str, ...]]]:
        """The same without a name on each part: for who has to look at every message."""
        bordered, names = self._bordered, self._names
        matches = self._first_longest.find_matches_as_indexes(text)
        for index, start, end in matches:
            if bordered[index] and not _stands_alone(text, start, end):
                return self._without_parts_of_words(text)
        return [(start, end, names[index]) for index, start, end in matches]

    def _without_parts_of_words(self, text: str) -> list[tuple[int, int, tuple[str, ...]]]:
        """The same where a part of a word hides what it meets: 「not work」 in 「not working」 hides 「not」."""
        hits: list[tuple[int, int, tuple[str, ...]]] = []
        free, matches = 0, self._all.find_matches_as_indexes(text, overlapping=True)
        for start, end, index in sorted([(start, -end, index) for index, start, end in matches]):
            if start >= free and (not self._bordered[index] or _stands_alone(text, start, -end)):
                hits.append((start, -end, self._names[index]))
                free = -end
        return hits


def _stands_alone(text: str, start: int, end: int) -> bool:
    """English words and figures only count whole; Chinese words have no border."""
    return not (_go_on(text, start - 1) or _go_on(text, end - 1))


def _go_on(text: str, at: int) -> bool:
    """Whether two signs that follow each other are of one word or one figure."""
    if at < 0 or text[at] > "z":
        return False
    pair = text[at : at + 2]
    return len(pair) == 2 and pair.isascii() and (pair.isalpha() or pair.isdigit())


class Lexicon(Struct, frozen=True):
    """Everything that the reading looks words up in."""

    concepts: Phrases
    products: Phrases
    wishes: Phrases
    fillers: Mapping[int, str]
    calls: Phrases
    parts: Phrases
    used: Phrases
    topics: Phrases
    answers: Mapping[str, str]
    order_formats: tuple[re.Pattern[str], ...]
    faults: tuple[str, ...] = ()


def load(*texts: str, order_formats: Sequence[str] = DEFAULT_ORDER_FORMATS) -> Lexicon:
    """The packaged lexicon with a shop's own texts merged over it. What of them cannot be used is named in `faults`."""
    table: Table = tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text(encoding="utf-8"))
    faults: list[str] = []
    for text in texts:
        faults.extend(_merge(table, text))
    formats, wrong = _formats(order_formats)
    return _built(table, formats, (*faults, *wrong))


@cache
def default() -> Lexicon:
    return load()


def _built(table: Table, formats: tuple[re.Pattern[str], ...], faults: tuple[str, ...]) -> Lexicon:
    kinds = {f"is_{kind}": words for kind, words in table["products"].items()}
    wishes = [word for words in table["shorthand"].values() for word in words]
    return Lexicon(
        concepts=Phrases({**table["words"], **kinds}),
        products=Phrases(table["products"]),
        wishes=Phrases({"wishes": [word for word in wishes if len(word) > 1]}),
        fillers={ord(word): " " for word in wishes if len(word) == 1 and not word.isascii()},
        calls=Phrases(table["calls"]),
        parts=Phrases(table["parts"]),
        used=Phrases(table["used"]),
        topics=Phrases(table["topics"]),
        answers={squeezed(plain(word)): name for name, words in table["answers"].items() for word in words},
        order_formats=formats,
        faults=faults,
    )


_NOISE = re.compile(r"[^\w/]+|_")


def squeezed(text: str) -> str:
    """A short text without spaces and signs: how short answers are compared."""
    return _NOISE.sub("", text)


def _formats(patterns: Sequence[str]) -> tuple[tuple[re.Pattern[str], ...], list[str]]:
    formats, wrong = [], []
    for pattern in patterns:
        try:
            formats.append(re.compile(pattern))
        except re.error as error:
            wrong.append(f"order format {pattern!r}: {error}")
    return tuple(formats), wrong


# --- a shop's own file -----------------------------------------------------------------------------------------------


def _merge(table: Table, text: str) -> Iterator[str]:
    """Adds what can be used, names what cannot."""
    section = ""
    for line, statement in _statements(text):
        try:
            parsed = tomllib.loads(statement)
        except tomllib.TOMLDecodeError as error:
            yield f"line {line}: {error}"
            continue
        if statement.lstrip().startswith("["):
            section = next(iter(parsed))
            if section not in table:
                yield f"line {line}: there is no section [{section}]{_nearest(section, table)}"
            continue
        for name, words in parsed.items():
            yield from _add(table.get(section), section, name, words, line)


def _add(names: dict[str, list[str]] | None, section: str, name: str, words: object, line: int) -> Iterator[str]:
    if names is None:
        yield f"line {line}: {name} stands under no section that is known"
    elif name not in names:
        yield f"line {line}: [{section}] has no {name}{_nearest(name, names)}"
    elif not isinstance(words, list):
        yield f"line {line}: {name} must be a list of words"
    else:
        good = [word for word in words if isinstance(word, str) and word.strip()]
        names[name] = [*names[name], *good]
        for word in words:
            if word not in good:
                yield f"line {line}: {word!r} in {name} is not a word"


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return f"; {near[0]} is meant?" if near else ""


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The file in pieces that can be judged one by one: a header, or an assignment with its whole list."""
    first, held = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if held and (re.match(r"\s*[\w-]+\s*=", line) or re.match(r"\s*\[\w+\]\s*$", line)):
            yield first, held
            held = ""
        if not held and (not line.strip() or line.lstrip().startswith("#")):
            continue
        first, held = (first if held else number), f"{held}\n{line}" if held else line
        if _closed(held):
            yield first, held
            held = ""
    if held:
        yield first, held


def _closed(statement: str) -> bool:
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*', "", statement)
    return bare.count("[") <= bare.count("]")
