"""The learnt weights: which of the classes the pieces of a text speak for, summed in one addition per piece."""

import base64
import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LANE = 2
"""Bytes a class takes in a packed row: room for the sum of `_AT_ONCE` weights."""
_AT_ONCE = 256
_NONE = 128
"""The byte of a weight that says nothing; those below speak against a class."""

Known = list[tuple[str, int]]
"""Features that have weights, with their packed rows."""


@dataclass(frozen=True)
class Model:
    """Weights as rows: one large number holds a feature's weight for every class, so that rows are added."""

    classes: tuple[str, ...]
    step: float
    sharpness: float
    bias: tuple[float, ...]
    rows: dict[str, int]
    weights: dict[str, bytes]

    def known(self, found: Sequence[str]) -> Known:
        get = self.rows.get
        return [(name, row) for name in found if (row := get(name)) is not None]

    def odds(self, known: Known, size: int) -> list[float]:
        """The share of each class, in the order of `classes`, for a text of so many features."""
        share = self.step / math.sqrt(size or 1)
        sums = [0] * len(self.classes)
        for start in range(0, len(known), _AT_ONCE):
            more = self._summed([row for _, row in known[start : start + _AT_ONCE]])
            sums = [one + other for one, other in zip(sums, more, strict=True)]
        return softmax([(value * share + base) * self.sharpness for value, base in zip(sums, self.bias, strict=True)])

    def _summed(self, rows: Sequence[int]) -> list[int]:
        size, raised = len(self.classes), _NONE * len(rows)
        packed = sum(rows).to_bytes(_LANE * size, "little")
        return [value - raised for value in struct.unpack(f"<{size}H", packed)]

    def strongest(self, names: Sequence[str], place: int, count: int) -> list[tuple[int, str]]:
        """The features that say most for one class, and how much they say."""
        weights = self.weights
        weighed = [(weight, name) for name in names if (weight := weights[name][place]) > _NONE]
        return sorted(weighed, reverse=True)[:count]


def softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    raised = [math.exp(score - top) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]


def parse(text: str) -> Model:
    """A model as the training writes it: one byte a weight."""
    shipped = json.loads(text)
    weights = {name: base64.b85decode(row) for name, row in shipped["weights"].items()}
    rows = {name: _packed(row) for name, row in weights.items()}
    return Model(
        tuple(shipped["classes"]), shipped["step"], shipped["sharpness"], tuple(shipped["bias"]), rows, weights
    )


def _packed(weights: bytes) -> int:
    row = bytearray(_LANE * len(weights))
    row[::_LANE] = weights
    return int.from_bytes(row, "little")


@cache
def default() -> Model:
    return parse((Path(__file__).parent / "model.json").read_text(encoding="utf-8"))
