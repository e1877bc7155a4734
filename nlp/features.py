"""What a text is weighed by: pieces of two to four signs, words, and the trade's notions with negation and order. Pure."""

import re
from itertools import pairwise

from nlp.lexicon import Lexicon

_LONG = re.compile(r"(?=[a-z0-9_-]*\d)[a-z0-9][a-z0-9_-]{7,}|[\w.+-]+@[\w.-]+|https?://\S+")
_FIGURE = re.compile(r"\d+(?:[.:/]\d+)*")
_BREAK = re.compile(r"[,;:?!.。\n…~]+|(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])")
_ENGLISH = re.compile(r"[a-z][a-z'+-]*")
_LATER = re.compile(r"但是|可是|不过|然而|结果|其实|but |however")
_NEAR = 4
"""Signs between a negation and what it denies."""


def shape(plain: str) -> str:
    """The text with every figure as 0 and every long number as #: what they are is read elsewhere."""
    return _FIGURE.sub("0", _LONG.sub("#", plain))


def features(plain: str, lexicon: Lexicon) -> list[str]:
    """Everything that has a weight, each once."""
    found: set[str] = set()
    text = shape(plain)
    for hits in _clauses(text, lexicon):
        _notions(hits, found)
    _pieces(text, found)
    _marks(text, found)
    return list(found)


def _clauses(text: str, lexicon: Lexicon) -> list[list[str]]:
    """The notions of each clause, in order, denied ones marked."""
    clauses: list[list[str]] = [[]]
    breaks = [found.start() for found in _BREAK.finditer(text)]
    denied, next_break = -1, 0
    for hit in lexicon.concepts.find(text):
        while next_break < len(breaks) and breaks[next_break] < hit.start:
            next_break, denied = next_break + 1, -1
            if clauses[-1]:
                clauses.append([])
        if "neg" in hit.names:
            denied = hit.end
            clauses[-1].append("neg")
            continue
        mark = "!" if 0 <= hit.start - denied <= _NEAR and denied >= 0 else ""
        clauses[-1].extend(mark + name for name in hit.names)
    return clauses


def _notions(names: list[str], found: set[str]) -> None:
    for place, name in enumerate(names):
        found.add(f"@{name}")
        for other in names[place + 1 : place + 6]:
            if other != name:
                found.add(f"@{name}>{other}")


def _pieces(text: str, found: set[str]) -> None:
    for clause in _BREAK.split(text):
        run = f"^{clause.strip()}$"
        for size in (2, 3, 4):
            found.update([run[at : at + size] for at in range(len(run) - size + 1)])
    words = _ENGLISH.findall(text)
    found.update([f"w:{word}" for word in words])
    found.update([f"w:{one} {two}" for one, two in pairwise(words)])


def _marks(text: str, found: set[str]) -> None:
    stripped = text.rstrip(" .!,。~")
    if stripped.endswith("?"):
        found.add("%asks")
    if stripped.endswith(("吗", "呢", "么")):
        found.add("%particle")
    size = len(text)
    found.add("%size" + str(0 if size < 5 else 1 if size < 10 else 2 if size < 20 else 3 if size < 40 else 4 if size < 80 else 5))
    if "#" in text:
        found.add("%number")
    last = [clause for clause in _BREAK.split(text) if clause.strip(" #0")][-1:]
    for clause in last:
        found.update([f"${clause[at : at + 2]}" for at in range(len(clause) - 1)])


