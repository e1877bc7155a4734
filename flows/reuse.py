"""Whether a picture is an earlier one again: saved anew, resized, cropped a little, brightened.

Traits nominate, so that a new picture is not held against all others: parts of a hash of how it looks, and lines with
figures. Two orders on one page look alike: what was read decides, a finer look where little is read.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from msgspec import Struct

from nlp.normal import plain
from nlp.pictured import Line

HASH_DIGITS = 16
PARTS = 7
"""Two hashes that differ by fewer bits than this have a part in common, wherever they differ."""
FIGURES, LINES = 4, 12
"""A line with so many figures is a trait; of so many lines at most."""
LOOKS_THE_SAME, HARDLY_DIFFERS = 8, 7.0
"""Where little text decides: so many bits, and so many grey values of 256 in the mean."""
THE_SAME_PHOTO = 0.03
"""Where there is none, a photo saved anew differs by so little of its own contrast; bits of even grounds are chance."""
SURE, TELLS = 0.9, 4
TEXT_ENOUGH = 3
SHARED = 0.6
MISREAD = 1
"""So many signs of a long number may have been misread."""
_TAIL = re.compile(r"[*•]{2,}-?([a-z0-9]{4,6})$")
_LONG = re.compile(r"(?<![\d:])(?!20\d\d[-/.年])(?=[a-z-]*\d[a-z\d-]{7})[a-z\d-]{8,}(?![\d:])")


class Earlier(Struct, frozen=True, dict=True):
    """A picture that was seen before, as it is known."""

    id: str
    print: str
    lines: tuple[Line, ...]

    @cached_property
    def traits(self) -> frozenset[str]:
        return traits(self.print, self.lines)


def traits(print_: str, lines: Sequence[Line]) -> frozenset[str]:
    """By what a picture is found again: only one that shares a trait is looked at more closely.

    A picture saved anew, resized or brightened keeps part of its hash; one that was framed, or cut, its figures.
    """
    look = int(print_[:HASH_DIGITS], 16) if print_ else 0
    cuts = [64 * n // PARTS for n in range(PARTS + 1)]
    parts = (f"{n}:{look >> low & (1 << high - low) - 1:x}" for n, (low, high) in enumerate(pairwise(cuts)))
    told = sorted(set(telling(lines)), key=lambda text: (-_figures(text), text))[:LINES]
    tails = (f"c:{found[1]}" for text in telling(lines) if (found := _TAIL.search(text)))
    figures = (f"t:{text}" for text in told if _figures(text) >= FIGURES)
    return frozenset((*(parts if print_ else ()), *figures, *tails))


def reused(print_: str, lines: Sequence[Line], earlier: Iterable[Earlier]) -> Earlier | None:
    """The earlier picture that this one is again: of several the one that it has most in common with."""
    shown, mine = traits(print_, lines), telling(lines)
    same = [one for one in earlier if shown & one.traits and _is_same(print_, lines, one)]
    return max(same, key=lambda one: (_shared(mine, telling(one.lines)), -_bits(print_, one.print)), default=None)


def _is_same(print_: str, lines: Sequence[Line], other: Earlier) -> bool:
    mine, theirs = telling(lines), telling(other.lines)
    if not print_ or not other.print or _other_numbers(mine, theirs):
        return False
    shared = max(_shared(mine, theirs), _shared(theirs, mine))
    if min(len(mine), len(theirs)) < TEXT_ENOUGH:
        alike = _look_alike(print_, other.print) or (not mine and not theirs and _is_same_photo(print_, other.print))
        return alike and shared >= SHARED * max(len(mine), len(theirs)) and not _differ(mine, theirs)
    return shared >= SHARED * min(len(mine), len(theirs)) and not _differ(mine, theirs)


def _figures(text: str) -> int:
    return sum(map(str.isdigit, text))


def _shared(mine: list[str], theirs: list[str]) -> int:
    """How many lines of the one are on the other: also as a part of a line, where it was read as two."""
    return sum(1 for text in mine if text in theirs or any(text in other for other in theirs))


def telling(lines: Sequence[Line]) -> list[str]:
    """What was read surely and is long enough to tell one page from another, without blanks."""
    texts = ("".join(plain(line.text).split()).strip("●•·-:") for line in lines if line.sure >= SURE)
    return [text for text in texts if len(text) >= TELLS]


def _differ(mine: list[str], theirs: list[str]) -> bool:
    """Whether a number of the one stands in the other with other digits: another order, minute or code."""
    left = [text for text in mine if text not in theirs and _has_number(text)]
    right = [text for text in theirs if text not in mine and _has_number(text)]
    return any(_other_digits(one, other) for one in left for other in right)


def _other_numbers(mine: list[str], theirs: list[str]) -> bool:
    """Whether both show numbers as long as an order's, and none that is on both, give or take a sign."""
    left, right = ({found for text in texts for found in _LONG.findall(text)} for texts in (mine, theirs))
    return bool(left and right) and not any(_nearly(one, other) for one in left for other in right)


def _nearly(one: str, other: str) -> bool:
    if one in other or other in one:
        return True
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= MISREAD


def _has_number(text: str) -> bool:
    return _figures(text) >= 3 or _is_code(text)


def _is_code(text: str) -> bool:
    return text.isascii() and ("*" in text or "-" in text) and any(sign.isdigit() for sign in text)


def _other_digits(one: str, other: str) -> bool:
    """The same piece with other digits or letters in it, and not a misreading: lengths and shapes are the same."""
    if len(one) != len(other) or SequenceMatcher(None, one, other, autojunk=False).ratio() < 0.5:
        return False
    unlike = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return any(a.isalnum() and b.isalnum() and a.isascii() and b.isascii() for a, b in unlike)


def _look_alike(one: str, other: str) -> bool:
    return _bits(one, other) <= LOOKS_THE_SAME and _grey(one, other) <= HARDLY_DIFFERS


def _is_same_photo(one: str, other: str) -> bool:
    greys = bytes.fromhex(one[HASH_DIGITS:])
    mean = sum(greys) / len(greys)
    return _grey(one, other) <= THE_SAME_PHOTO * sum(abs(grey - mean) for grey in greys) / len(greys)


def _bits(one: str, other: str) -> int:
    return (int(one[:HASH_DIGITS], 16) ^ int(other[:HASH_DIGITS], 16)).bit_count()


def _grey(one: str, other: str) -> float:
    """The mean difference of two thumbnails, their brightness evened out."""
    first, second = bytes.fromhex(one[HASH_DIGITS:]), bytes.fromhex(other[HASH_DIGITS:])
    shift = (sum(first) - sum(second)) / len(first)
    return sum(abs(a - b - shift) for a, b in zip(first, second, strict=True)) / len(first)
