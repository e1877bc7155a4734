"""The learnt weights: which of the classes the pieces of a text speak for, summed in one addition per piece."""

import base64
import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LANE = 4
"""Bytes a class takes in a packed row: room for the sum of every feature of the longest text."""


@dataclass(frozen=True)
class Model:
    """Weights as whole rows: one large number holds a feature's weight for every class, so that rows are added, not weights."""

    classes: tuple[str, ...]
    step: float
    bias: tuple[float, ...]
    rows: dict[str, int]
    weights: dict[str, bytes]

    def odds(self, found: Sequence[str]) -> list[float]:
        """The share of each class, in the order of `classes`."""
        get = self.rows.get
        known = [row for name in found if (row := get(name)) is not None]
        share = self.step / math.sqrt(len(found) or 1)
        packed = sum(known).to_bytes(_LANE * len(self.classes), "little")
        sums = struct.unpack(f"<{len(self.classes)}I", packed)
        raised = 128 * len(known)
        return softmax([(value - raised) * share + base for value, base in zip(sums, self.bias, strict=True)])

    def strongest(self, found: Sequence[str], place: int, count: int) -> list[tuple[int, str]]:
        """The features that say most for one class, and how much they say."""
        get = self.weights.get
        weighed = [(row[place] - 128, name) for name in found if (row := get(name)) is not None and row[place] > 128]
        return sorted(weighed, reverse=True)[:count]


def softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    raised = [math.exp(score - top) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]


def parse(text: str) -> Model:
    """A model as the training writes it: one byte a weight, 128 being none."""
    shipped = json.loads(text)
    classes = tuple(shipped["classes"])
    weights = {name: base64.b85decode(packed) for name, packed in shipped["weights"].items()}
    rows = {name: _spread(row) for name, row in weights.items()}
    return Model(classes, shipped["step"], tuple(shipped["bias"]), rows, weights)


def _spread(weights: bytes) -> int:
    row = bytearray(_LANE * len(weights))
    row[::_LANE] = weights
    return int.from_bytes(row, "little")


@cache
def default() -> Model:
    return parse((Path(__file__).parent / "model.json").read_text(encoding="utf-8"))
