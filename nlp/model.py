"""The learnt weights: two layers of small numbers, packed so that a piece of a text costs one addition."""

import json
import math
import struct
import zlib
from base64 import b85decode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path

_ROW_LANE = 2
"""Bytes for each unit in a packed row of the first layer: room for the sum of `_AT_ONCE` weights."""
_AT_ONCE = 256
_SUM_LANE = 4
"""Bytes for each class in a packed row of the second layer: room for the sum of all units at their strongest."""
_NONE = 128
"""The byte of a weight that says nothing; those below speak against."""
_FULL = 4_095
"""The strongest that a unit may speak, in steps of `_FINE`."""
_FINE = 256


@dataclass(frozen=True)
class Model:
    """Pieces of a text speak to units, units speak for classes; a unit that is spoken against keeps silent."""

    classes: tuple[str, ...]
    steps: tuple[float, float]
    """What one step of a weight is worth, in the first and in the second layer."""
    unit_bias: tuple[float, ...]
    class_bias: tuple[float, ...]
    sharpness: float
    rows: dict[str, int]
    units: tuple[int, ...]
    told: dict[str, str]
    """For which classes a piece of text speaks most by itself: letter and strength, 「c7a2」."""

    def odds(self, found: Sequence[str]) -> list[float]:
        """The share of each class, in the order of `classes`, for the features of a text."""
        share = self.steps[0] / math.sqrt(len(found) or 1)
        heard, raised = self._heard(list(filter(None, map(self.rows.get, found))))
        loud = [
            said if (said := int(value * share + bias - raised * share)) > 0 else 0
            for value, bias in zip(heard, self.unit_bias, strict=True)
        ]
        if max(loud) > _FULL:
            loud = [min(said, _FULL) for said in loud]
        together = sum(map(mul, loud, self.units)).to_bytes(_SUM_LANE * len(self.classes), "little")
        step, silent = self.steps[1] * self.sharpness, _NONE * sum(loud)
        sums = struct.unpack(f"<{len(self.classes)}I", together)
        return softmax([(value - silent) * step + bias for value, bias in zip(sums, self.class_bias, strict=True)])

    def _heard(self, rows: Sequence[int]) -> tuple[Sequence[int], int]:
        """What each unit is told by all rows together, and by how much all of it is raised."""
        size = len(self.units)
        heard: Sequence[int] = [0] * size
        for start in range(0, len(rows), _AT_ONCE):
            together = sum(rows[start : start + _AT_ONCE]).to_bytes(_ROW_LANE * size, "little")
            more = struct.unpack(f"<{size}H", together)
            heard = [one + other for one, other in zip(heard, more, strict=True)] if start else more
        return heard, _NONE * len(rows)

    def strongest(self, found: Sequence[str], place: int, count: int) -> list[tuple[str, str]]:
        """The pieces of a text that say most for one class by themselves: how much of nine, and the piece."""
        letter, told = letter_of(place), self.told
        said = [(speaks, name) for name in found if (speaks := told.get(name)) is not None and letter in speaks]
        return sorted([(speaks[speaks.index(letter) + 1], name) for speaks, name in said], reverse=True)[:count]


def letter_of(place: int) -> str:
    return chr(ord("a") + place)


def softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    raised = [math.exp(score - top) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]


def parse(text: str) -> Model:
    """A model as the training writes it: one byte a weight, squeezed."""
    shipped = json.loads(text)
    names: list[str] = shipped["names"].split("\n")
    units = len(shipped["unit_bias"])
    first = zlib.decompress(b85decode(shipped["first"]))
    second = zlib.decompress(b85decode(shipped["second"]))
    classes = len(shipped["classes"])
    rows = {name: packed(first[at * units : (at + 1) * units], _ROW_LANE) for at, name in enumerate(names)}
    told = {name: speaks for name, speaks in zip(names, shipped["told"].split("\n"), strict=True) if speaks}
    return Model(
        classes=tuple(shipped["classes"]),
        steps=(shipped["steps"][0] * _FINE, shipped["steps"][1] / _FINE),
        unit_bias=tuple(value * _FINE for value in shipped["unit_bias"]),
        class_bias=tuple(value * shipped["sharpness"] for value in shipped["class_bias"]),
        sharpness=shipped["sharpness"],
        rows=rows,
        units=tuple(packed(second[at * classes : (at + 1) * classes], _SUM_LANE) for at in range(units)),
        told=told,
    )


def packed(weights: bytes, lane: int) -> int:
    """Bytes as one large number, each in a lane of its own: such numbers add up, and multiply, lane by lane."""
    row = bytearray(lane * len(weights))
    row[::lane] = weights
    return int.from_bytes(row, "little")


@cache
def default() -> Model:
    return parse((Path(__file__).parent / "model.json").read_text(encoding="utf-8"))
