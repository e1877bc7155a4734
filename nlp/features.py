"""What a text is weighed by: its clauses in one run, whose pieces count; the trade's notions, words and marks."""

import re
from functools import cache
from itertools import pairwise

from nlp.lexicon import Lexicon

_LONG = re.compile(r"(?=[a-z0-9_-]*\d)[a-z0-9][a-z0-9_-]{7,}|[\w.+-]+@[\w.-]+|https?://\S+")
_FIGURES = re.compile(r"[\d@]|http")
_FIGURE = re.compile(r"\d+(?:[.:/]\d+)*")
_BREAK = re.compile(r"[|,;:?!.\n…~][|,;:?!.\n…~ ]*|(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])")
_ENGLISH = re.compile(r"[a-z][a-z'+-]*")
_DENIAL = re.compile(
    r"\|(?:(?:我|又|也|可|真|都|这|那|绝对|并|东西|你们)?(?:不是|并非|不存在)"
    r"|唔系|it's not|not because|i'm not|别误会)[^|]*"
)
"""A clause that says what is not the matter."""
_NEAR = 4
"""Signs between a negation and what it denies."""
_LONGEST = 2
"""Signs of a piece."""


def shape(plain: str) -> str:
    """The text with every figure as 0 and every long number as #: what they are is read elsewhere."""
    return _FIGURE.sub("0", _LONG.sub("#", plain))


UNSEEN = frozenset("@%<>=")
"""What features begin with that stand for no piece of the text."""


def features(plain: str, lexicon: Lexicon) -> tuple[str, set[str]]:
    """The clauses of a text in one run, `|` before and after each, and the names of what else is weighed."""
    figures = _FIGURES.search(plain) is not None
    run = _BREAK.sub("|", f"|{_LONG.sub('#', plain) if figures else plain}|")
    names = _notions(run, lexicon)
    if figures:
        run = _FIGURE.sub("0", run)
        if "#" in run:
            names.add("%number")
    words = _ENGLISH.findall(plain)
    if words:
        names.update([f"={word}" for word in words], [f"={one} {two}" for one, two in pairwise(words)])
    names.add(f"%size{min(len(plain), 127).bit_length()}")
    _endings(plain, names)
    return run, names


def pieces(run: str) -> set[str]:
    """Every piece of a run that can have a weight: a model knows some of them."""
    sizes = range(1, _LONGEST + 1)
    found = {run[at : at + size] for size in sizes for at in range(len(run) - size + 1)}
    return {piece for piece in found if piece[0] not in UNSEEN}


def _notions(run: str, lexicon: Lexicon) -> set[str]:
    """The notions, marked where they are denied, near by or by the whole clause; those that open and that end apart."""
    denied = [found.span() for found in _DENIAL.finditer(run)]
    clause: list[str] = []
    clauses = [clause]
    turn, near = run.find("|", 1), -_NEAR - 1
    for start, end, names in lexicon.concepts.found(run):
        if start > turn:
            turn, near = run.find("|", start), -_NEAR - 1
            if clause:
                clause = []
                clauses.append(clause)
        if "neg" in names:
            near = end
            clause.append("@neg")
        else:
            far = denied and any(begins < start < ends for begins, ends in denied)
            clause += _marked("@~" if far else "@!" if start - near <= _NEAR else "@", names)
    if not clause and len(clauses) > 1:
        clauses.pop()
    return {*["<" + name for name in clauses[0]], *[">" + name for name in clauses[-1]]}.union(*clauses)


@cache
def _marked(mark: str, names: tuple[str, ...]) -> list[str]:
    return [mark + name for name in names]


def _endings(plain: str, names: set[str]) -> None:
    end = plain.rstrip(" .!~")
    if end.endswith("?"):
        names.add("%asks")
    elif end.endswith(("吗", "呢", "么")):
        names.add("%particle")
