"""What a text is weighed by: pieces of one and two signs, words, and the trade's notions, denied or not."""

import re
from itertools import pairwise

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
_NEAR = 4
"""Signs between a negation and what it denies."""


def shape(plain: str) -> str:
    """The text with every figure as 0 and every long number as #: what they are is read elsewhere."""
    return _FIGURE.sub("0", _LONG.sub("#", plain))


UNSEEN = frozenset("@%$<~")
"""What features begin with that stand for no piece of the text."""


def features(plain: str, lexicon: Lexicon) -> list[str]:
    """Everything that has a weight, each once."""
    found: set[str] = set()
    figures = _FIGURES.search(plain) is not None
    clauses = _clauses(_LONG.sub("#", plain) if figures else plain)
    told = [_notions(clause, lexicon) for clause in clauses]
    for names in told:
        found.update(["@" + name for name in names])
    spoken = [names for names in told if names]
    if spoken:
        found.update([f"<@{name}" for name in spoken[0]], [f"$@{name}" for name in spoken[-1]])
    for clause in clauses:
        _pieces(_FIGURE.sub("0", clause) if figures else clause, found)
    _words(plain, found)
    _marks(plain, clauses, found)
    return list(found)


def _clauses(text: str) -> list[str]:
    return [clause for part in _BREAK.split(text) if (clause := part.strip())]


def _notions(clause: str, lexicon: Lexicon) -> list[str]:
    """The notions of a clause, in order; marked where they are denied, near by or by the whole clause."""
    names: list[str] = []
    denied, far = -_NEAR - 1, _DENIAL.match(clause) is not None
    for start, end, hit_names in lexicon.concepts.find(clause):
        if "neg" in hit_names:
            denied = end
            names.append("neg")
        elif far:
            names.extend(["~" + name for name in hit_names])
        elif start - denied <= _NEAR:
            names.extend(["!" + name for name in hit_names])
        else:
            names.extend(hit_names)
    return names


def _pieces(clause: str, found: set[str]) -> None:
    run = f"^{clause}$"
    pieces = [*run, *[one + two for one, two in pairwise(run)]]
    found.update(["~" + piece for piece in pieces] if _DENIAL.match(clause) else pieces)


def _words(plain: str, found: set[str]) -> None:
    words = _ENGLISH.findall(plain)
    found.update([f"w:{word}" for word in words])
    found.update([f"w:{one} {two}" for one, two in pairwise(words)])


def _marks(plain: str, clauses: list[str], found: set[str]) -> None:
    stripped = plain.rstrip(" .!~")
    if stripped.endswith("?"):
        found.add("%asks")
    if stripped.endswith(("吗", "呢", "么")):
        found.add("%particle")
    found.add(f"%size{min(len(plain), 127).bit_length()}")
    if clauses and "#" in "".join(clauses):
        found.add("%number")
