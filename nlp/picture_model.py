"""The learnt weights by which a page's kind is told: of pairs of signs, of words, and of what the rules make of it."""

import json
import re
import struct
import zlib
from base64 import b64decode
from collections.abc import Collection, Mapping
from functools import cache
from itertools import pairwise
from math import sqrt, tanh
from pathlib import Path

from msgspec import Struct

from nlp.picture_layout import Page
from nlp.pictured import PictureKind

SIGNS = re.compile(r"[\^$¥%:\u4e00-\u9fff]+")
WORDS = re.compile(r"[a-z]+(?:'[a-z]+)?")
MUCH, LOUD = 8.0, 2.0
"""A kind for which the rules say more than so much is hardly surer by more; and how much they weigh beside words."""
GAIN = 6.0
"""How much all pairs and words of a page weigh, however many there are."""


class KindModel(Struct, frozen=True):
    """What each pair and each word says for each kind, and what the rules' score of one kind says for each."""

    kinds: tuple[PictureKind, ...]
    rows: Mapping[str, tuple[float, ...]]
    of_scores: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]

    def kind_of(self, names: Collection[str], scores: Mapping[PictureKind, float]) -> PictureKind:
        told = [self.rows[name] for name in names if name in self.rows]
        share = GAIN / sqrt(len(told) or 1)
        sums = [bias + share * sum(row[at] for row in told) for at, bias in enumerate(self.bias)]
        for kind, row in zip(self.kinds, self.of_scores, strict=True):
            score = flat(scores.get(kind, 0.0))
            sums = [value + score * weight for value, weight in zip(sums, row, strict=True)]
        return self.kinds[max(range(len(sums)), key=sums.__getitem__)]


def flat(score: float) -> float:
    return LOUD * tanh(score / MUCH)


def names_of(page: Page) -> set[str]:
    """Pairs of neighbouring signs, a line's beginning and end among them; words, and pairs of words."""
    found: set[str] = set()
    for piece in page.pieces:
        for run in SIGNS.findall(f"^{piece.plain}$"):
            found.update(run[at : at + 2] for at in range(len(run) - 1))
        words = WORDS.findall(piece.plain)
        found.update(f"w:{word}" for word in words)
        found.update(f"w:{one} {other}" for one, other in pairwise(words))
    return found


def parse(text: str) -> KindModel:
    """A model as the training writes it: one byte a weight, squeezed."""
    shipped = json.loads(text)
    kinds, names = tuple(map(PictureKind, shipped["kinds"])), shipped["names"].split("\n")
    step, size = shipped["step"], len(kinds)
    weights = struct.iter_unpack(f"{size}b", zlib.decompress(b64decode(shipped["weights"])))
    rows = {name: tuple(value * step for value in row) for name, row in zip(names, weights, strict=True)}
    return KindModel(kinds, rows, tuple(map(tuple, shipped["of_scores"])), tuple(shipped["bias"]))


@cache
def default() -> KindModel:
    return parse((Path(__file__).parent / "picture_model.json").read_text(encoding="utf-8"))
