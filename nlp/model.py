"""The learnt weights: two layers of small numbers, packed so that a feature of a text costs one addition."""

import json
import struct
import zlib
from base64 import b64decode
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from math import exp, sqrt
from operator import itemgetter
from pathlib import Path

from ahocorasick_rs import AhoCorasick
from msgspec import Struct

from nlp.features import UNSEEN

_ROW_LANE = 2
"""Bytes for each unit in a packed row of the first layer: room for the sum of `_AT_ONCE` weights."""
_AT_ONCE = 256
_SUM_LANE = 8
"""Bytes for each class in a packed row of the second layer: room for all units, however loud."""
_NONE = 128
"""The byte of a weight that says nothing; those below speak against."""
_FINE = 256
"""Steps in which a unit speaks."""


class Model(Struct, frozen=True):
    """Features of a text speak to units, units speak for classes; a unit that is spoken against keeps silent."""

    classes: tuple[str, ...]
    steps: tuple[float, float]
    """What one step of a weight is worth, in the first and in the second layer."""
    unit_bias: tuple[float, ...]
    class_bias: tuple[float, ...]
    sharpness: float
    names: tuple[str, ...]
    """The features that have weights, those that are pieces of the text first."""
    pieces: AhoCorasick
    others: Mapping[str, int]
    """The places, in `names`, of those that are none."""
    rows: tuple[int, ...]
    units: tuple[int, ...]
    """Rows of the second layer, with a last lane for a class that no unit speaks for."""
    told: tuple[bytes, ...]
    """For each class, how much each feature says for it by itself, of nine."""

    def known(self, run: str, names: Collection[str]) -> set[int]:
        """The features of a text that have weights, as places in `names`."""
        found = set(map(itemgetter(0), self.pieces.find_matches_as_indexes(run, overlapping=True)))
        others = self.others
        found.update([others[name] for name in names if name in others])
        return found

    def odds(self, known: Collection[int]) -> list[float]:
        """The share of each class, in the order of `classes`, for the known features of a text."""
        rows = [self.rows[place] for place in known]
        share = self.steps[0] / sqrt(len(rows) or 1)
        silent = _NONE * share * len(rows)
        said = [
            int(told - silent) * unit
            for value, bias, unit in zip(self._heard(rows), self.unit_bias, self.units, strict=True)
            if (told := value * share + bias) > silent
        ]
        size = len(self.classes) + 1
        *sums, nothing = struct.unpack(f"<{size}Q", sum(said).to_bytes(_SUM_LANE * size, "little"))
        step = self.steps[1] * self.sharpness
        return softmax([(value - nothing) * step + bias for value, bias in zip(sums, self.class_bias, strict=True)])

    def _heard(self, rows: Sequence[int]) -> Sequence[int]:
        """What each unit is told by all rows together."""
        size = len(self.units)
        heard: Sequence[int] = [0] * size
        for start in range(0, len(rows), _AT_ONCE):
            together = sum(rows[start : start + _AT_ONCE]).to_bytes(_ROW_LANE * size, "little")
            more = struct.unpack(f"<{size}H", together)
            heard = [one + other for one, other in zip(heard, more, strict=True)] if start else more
        return heard

    def strongest(self, known: Collection[int], place: int, count: int) -> list[tuple[int, str]]:
        """The pieces of a text that say most for one class by themselves: how much of nine, and the piece."""
        told = self.told[place]
        ranked = sorted([(told[at], at) for at in known if told[at]], reverse=True)
        return [(strength, self.names[at]) for strength, at in ranked[:count]]


def softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    raised = [exp(score - top) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]


def parse(text: str) -> Model:
    """A model as the training writes it: one byte a weight, squeezed."""
    shipped = json.loads(text)
    names: list[str] = shipped["names"].split("\n")
    pieces = [name for name in names if name[0] not in UNSEEN]
    first, second, told = (zlib.decompress(b64decode(shipped[part])) for part in ("first", "second", "told"))
    return Model(
        classes=tuple(shipped["classes"]),
        steps=(shipped["steps"][0] * _FINE, shipped["steps"][1] / _FINE),
        unit_bias=tuple(value * _FINE for value in shipped["unit_bias"]),
        class_bias=tuple(value * shipped["sharpness"] for value in shipped["class_bias"]),
        sharpness=shipped["sharpness"],
        names=tuple(names),
        pieces=AhoCorasick(pieces),
        others={name: place for place, name in enumerate(names) if place >= len(pieces)},
        rows=packed(first, len(shipped["unit_bias"]), _ROW_LANE),
        units=packed(second, len(shipped["classes"]) + 1, _SUM_LANE),
        told=tuple(told[at : at + len(names)] for at in range(0, len(told), len(names))),
    )


def packed(weights: bytes, size: int, lane: int) -> tuple[int, ...]:
    """Rows of `size` bytes as large numbers, a lane for each byte: such numbers add up, and multiply, lane by lane."""
    spread = bytearray(lane * len(weights))
    spread[::lane] = weights
    return tuple([int.from_bytes(spread[at : at + lane * size], "little") for at in range(0, len(spread), lane * size)])


@cache
def default() -> Model:
    return parse((Path(__file__).parent / "model.json").read_text(encoding="utf-8"))
