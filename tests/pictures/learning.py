"""Learns the weights by which a page's kind is told, from the pages in data/pages.jsonl.

python -m tests.pictures.learning            writes nlp/picture_model.json
python -m tests.pictures.learning held-out   how well pages of each hand are known by weights of all others'
"""

import hashlib
import json
import sys
import zlib
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from nlp import picture, picture_kind
from nlp.picture_layout import Page
from nlp.picture_model import GAIN, KindModel, flat, names_of, parse
from nlp.pictured import Line, PictureKind
from tests.nlp.pages import SIZE, lines_of

PAGES = Path(__file__).parent / "data" / "pages.jsonl"
MODEL = Path(__file__).parents[2] / "nlp" / "picture_model.json"
KINDS = tuple(PictureKind)
LEAST = 2
"""A pair or a word that stands on fewer pages is left out."""
PENALTY = 0.5
"""What weights cost, for each page. Chosen by holding back whole hands."""
STEPS, RATE = 200, 0.05
MADE = 0.3
"""What a page counts that was made by tests.pictures.make: of those there are many alike."""

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    """A page with its kind, and what the rules say of it."""

    hand: str
    kind: PictureKind
    names: frozenset[str]
    scores: Mapping[PictureKind, float]


def examples() -> list[Example]:
    return [_example(json.loads(line)) for line in PAGES.read_text(encoding="utf-8").splitlines()]


def _example(raw: dict[str, Any]) -> Example:
    asked: list[tuple[Page, Mapping[PictureKind, float]]] = []

    def note(page: Page, facts: Mapping[str, bool]) -> PictureKind:
        asked.append((page, picture_kind.scores(page, facts)))
        return PictureKind.UNRELATED

    with patch.object(picture, "kind_of", note):
        picture.read_picture(*lines_and_size(raw))
    [(page, scores)] = asked
    return Example(raw["hand"], PictureKind(raw["kind"]), frozenset(names_of(page)), scores)


def lines_and_size(raw: dict[str, Any]) -> tuple[list[Line], tuple[int, int]]:
    """Of a page that was read from a picture as it was read; of one that was written, in rows from top to bottom."""
    if "text" in raw:
        return lines_of(raw["text"]), SIZE
    width, height = raw["size"]
    return [Line(text, tuple(box), sure) for text, *box, sure in raw["lines"]], (width, height)


def learn(found: Sequence[Example]) -> str:
    """The weights as they are shipped: of softmax, with a price on their squares, all pages at each step."""
    counts = Counter(name for one in found for name in one.names)
    names = sorted(name for name, count in counts.items() if count >= LEAST)
    places = {name: at for at, name in enumerate(names)}
    shown = np.zeros((len(found), len(names) + len(KINDS) + 1), np.float32)
    for row, one in zip(shown, found, strict=True):
        known = [places[name] for name in one.names if name in places]
        row[known] = GAIN / sqrt(len(known) or 1)
        row[len(names) : -1] = [flat(one.scores.get(kind, 0.0)) for kind in KINDS]
    shown[:, -1] = 1
    wanted = np.eye(len(KINDS), dtype=np.float32)[[KINDS.index(one.kind) for one in found]]
    worth = np.array([[MADE if one.hand.startswith("made") else 1] for one in found], np.float32)
    weights = _down_the_slope(shown, wanted, worth)
    step = float(np.quantile(np.abs(weights[: len(names)]), 0.9999)) / 127
    coarse = np.clip(np.rint(weights[: len(names)] / step), -127, 127).astype(np.int8)
    parts = {
        "learnt_from": source(), "kinds": KINDS, "step": step, "names": "\n".join(names),
        "weights": b64encode(zlib.compress(coarse.tobytes(), 9)).decode(),
        "of_scores": _rounded(weights[len(names) : -1]), "bias": _rounded(weights[-1]),
    }  # fmt: skip
    return json.dumps(parts, ensure_ascii=False, indent=0)


def _rounded(weights: Numbers) -> list[object]:
    return [round(one, 3) if isinstance(one, float) else [round(value, 3) for value in one] for one in weights.tolist()]


def _down_the_slope(shown: Numbers, wanted: Numbers, worth: Numbers) -> Numbers:
    """By Adam's rule: each weight at a pace of its own."""
    weights = np.zeros((shown.shape[1], wanted.shape[1]), np.float32)
    steady, pace = np.zeros_like(weights), np.zeros_like(weights)
    price = np.full((shown.shape[1], 1), PENALTY, np.float32)
    price[-1] = 0
    for step in range(1, STEPS + 1):
        said = shown @ weights
        odds = np.exp(said - said.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        slope = shown.T @ ((odds - wanted) * worth) + price * weights
        steady = 0.9 * steady + 0.1 * slope
        pace = 0.99 * pace + 0.01 * slope**2
        weights -= RATE * (steady / (1 - 0.9**step)) / (np.sqrt(pace / (1 - 0.99**step)) + 1e-8)
    return weights


def source() -> str:
    """What the weights were learnt from, as a hash."""
    return hashlib.sha256(PAGES.read_bytes()).hexdigest()[:16]


def right(model: KindModel, found: Sequence[Example]) -> int:
    return sum(model.kind_of(one.names, one.scores) is one.kind for one in found)


def held_out() -> dict[str, tuple[int, int]]:
    """For each hand how many of its pages are known, and of how many, by weights that saw none of them."""
    found = examples()
    hands = sorted({one.hand for one in found})
    known = {}
    for hand in hands:
        of_hand = [one for one in found if one.hand == hand]
        others = parse(learn([one for one in found if one.hand != hand]))
        known[hand] = (right(others, of_hand), len(of_hand))
    return known


if __name__ == "__main__":
    if sys.argv[1:] == ["held-out"]:
        for name, (hits, count) in held_out().items():
            print(f"{name:16} {hits:4} of {count}   {100 * hits / count:5.1f} %")
    else:
        MODEL.write_text(learn(examples()), encoding="utf-8")
