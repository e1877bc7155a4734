"""What a text is weighed by: pieces of one and two signs, words, and the trade's notions, denied or not."""

import re
from itertools import accumulate, pairwise
from operator import add

from nlp.lexicon import Lexicon

_LONG = re.compile(r"(?=[a-z0-9_-]*\d)[a-z0-9][a-z0-9_-]{7,}|[\w.+-]+@[\w.-]+|https?://\S+")
_FIGURES = re.compile(r"[\d@]|http")
_FIGURE = re.compile(r"\d+(?:[.:/]\d+)*")
_BREAK = re.compile(r"[,;:?!.。\n…~]+|(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])")
_ENGLISH = re.compile(r"[a-z][a-z'+-]*")
_DENIAL = re.compile(
    r" *(?:(?:我|又|也|可|真|都|这|那|绝对|并|东西|你们)?(?:不是|并非|不存在)"
    r"|唔系|it's not|not because|i'm not|别误会)"
)
_BETWEEN = "$^"
"""Where one clause ends and the next begins."""
_NEAR = 4
"""Signs between a negation and what it denies."""


def shape(plain: str) -> str:
    """The text with every figure as 0 and every long number as #: what they are is read elsewhere."""
    return _FIGURE.sub("0", _LONG.sub("#", plain))


UNSEEN = frozenset("@%$<~")
"""What features begin with that stand for no piece of the text."""


def features(plain: str, lexicon: Lexicon) -> set[str]:
    """Everything that has a weight."""
    figures = _FIGURES.search(plain) is not None
    clauses = _clauses(_LONG.sub("#", plain) if figures else plain)
    denied = [_DENIAL.match(clause) is not None for clause in clauses]
    found: set[str] = set()
    _notions(clauses, denied, lexicon, found)
    run = _BETWEEN.join(clauses)
    if figures:
        run = _FIGURE.sub("0", run)
    if True not in denied:
        _pieces(f"^{run}$", found)
    else:
        for clause, deny in zip(run.split(_BETWEEN), denied, strict=True):
            _pieces(f"^{clause}$", found, "~" if deny else "")
    _words(plain, found)
    _marks(plain, found)
    if figures and "#" in run:
        found.add("%number")
    return found


def _clauses(text: str) -> list[str]:
    return [clause for part in _BREAK.split(text) if (clause := part.strip())]


def _notions(clauses: list[str], denied: list[bool], lexicon: Lexicon, found: set[str]) -> None:
    """The notions, marked where they are denied, near by or by the whole clause; those that open and that end apart."""
    told: list[list[str]] = [[] for _ in clauses]
    ends = list(accumulate(len(clause) + len(_BETWEEN) for clause in clauses))
    place, near = 0, -_NEAR - 1
    for start, end, names in lexicon.concepts.find(_BETWEEN.join(clauses)):
        while start >= ends[place]:
            place, near = place + 1, -_NEAR - 1
        if "neg" in names:
            near = end
            told[place].append("@neg")
        else:
            mark = "@~" if denied[place] else "@!" if start - near <= _NEAR else "@"
            told[place].extend([mark + name for name in names])
    spoken = [names for names in told if names]
    if spoken:
        found.update(*spoken, ["<" + name for name in spoken[0]], ["$" + name for name in spoken[-1]])


def _pieces(run: str, found: set[str], mark: str = "") -> None:
    pieces = {*run, *map(add, run, run[1:])}
    found.update([mark + piece for piece in pieces] if mark else pieces)


def _words(plain: str, found: set[str]) -> None:
    words = _ENGLISH.findall(plain)
    if not words:
        return
    found.update([f"w:{word}" for word in words])
    found.update([f"w:{one} {two}" for one, two in pairwise(words)])


def _marks(plain: str, found: set[str]) -> None:
    stripped = plain.rstrip(" .!~")
    if stripped.endswith("?"):
        found.add("%asks")
    if stripped.endswith(("吗", "呢", "么")):
        found.add("%particle")
    found.add(f"%size{min(len(plain), 127).bit_length()}")
