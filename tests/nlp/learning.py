"""Learns the weights of the reading from the messages in data/, and measures them by cross-validation.

    python -m tests.nlp.learning train      writes nlp/model.json
    python -m tests.nlp.learning report     cross-validation: accuracy, confusion, reliability of the confidence
"""

import base64
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.codes import Intent, Reason
from nlp.features import features
from nlp.lexicon import default
from nlp.normal import clean, plain

DATA = Path(__file__).parent / "data"
MODEL = Path(__file__).parents[2] / "nlp" / "model.json"
CLASSES = (*(reason.value for reason in Reason), "vague", *(intent.value for intent in Intent if intent is not Intent.REFUND))
KEPT = 9_000
"""Features that are shipped: beyond these the accuracy no longer rises."""

SHARPNESS = 1.15
"""What the scores are multiplied by, so that a confidence is the share of right answers on messages that were held back."""

Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    label: str


def examples() -> list[Example]:
    """Every message of the data, the label being the name of its file."""
    found = [Example(line, label) for label in CLASSES for line in (DATA / f"{label}.txt").read_text(encoding="utf-8").splitlines()]
    return [example for example in found if example.text.strip()]


@dataclass(frozen=True, slots=True)
class Learnt:
    vocabulary: dict[str, int]
    weights: Weights
    bias: Weights

    def scores(self, names: Sequence[str]) -> Weights:
        known = [self.vocabulary[name] for name in names if name in self.vocabulary]
        if not known:
            return self.bias
        return self.bias + self.weights[known].sum(axis=0) / np.float32(len(names) ** 0.5)


def seen(texts: Iterable[str]) -> list[list[str]]:
    lexicon = default()
    return [features(plain(clean(text)), lexicon) for text in texts]


def learn(names: Sequence[list[str]], labels: Sequence[int], *, epochs: int = 14, rate: float = 0.8, drop: float = 0.3, decay: float = 0.0, kept: int = KEPT, least: int = 2, seed: int = 7) -> Learnt:
    """A softmax over sums of weights, learnt message by message; a part of the features is left out each time."""
    counts = Counter(name for found in names for name in found)
    vocabulary = {name: place for place, name in enumerate(name for name, count in counts.items() if count >= least)}
    learnt = _descend(vocabulary, names, labels, epochs, rate, drop, seed, decay)
    if len(vocabulary) <= kept:
        return learnt
    strength = np.abs(learnt.weights).max(axis=1) * np.sqrt([min(counts[name], 50) for name in vocabulary])
    best = np.argsort(-strength)[:kept]
    ordered = list(vocabulary)
    return _descend({ordered[place]: new for new, place in enumerate(sorted(best))}, names, labels, epochs, rate, drop, seed, decay)


def _descend(vocabulary: dict[str, int], names: Sequence[list[str]], labels: Sequence[int], epochs: int, rate: float, drop: float, seed: int, decay: float) -> Learnt:
    dice = np.random.default_rng(seed)
    weights = np.zeros((len(vocabulary), len(CLASSES)), np.float32)
    grown = np.full_like(weights, 0.02)
    bias = np.zeros(len(CLASSES), np.float32)
    rows = [np.array([vocabulary[name] for name in found if name in vocabulary], np.int64) for found in names]
    scale = [np.float32(1 / max(1, len(found)) ** 0.5) for found in names]
    total = np.zeros_like(weights)
    for epoch in range(epochs):
        for at in dice.permutation(len(rows)):
            row = rows[at]
            row = row[dice.random(len(row)) >= drop]
            step = scale[at] / np.float32(1 - drop)
            pushed = _push(bias + weights[row].sum(axis=0) * step, labels[at])
            bias -= np.float32(0.02) * pushed
            slope = pushed * step
            grown[row] += slope * slope
            weights[row] -= np.float32(rate) * slope / np.sqrt(grown[row])
        if decay:
            weights *= np.float32(1 - decay)
        if epoch >= epochs // 2:
            total += weights
    return Learnt(vocabulary, total / np.float32(epochs - epochs // 2), bias)


def _push(scores: Weights, label: int) -> Weights:
    odds = np.exp(scores - scores.max())
    odds /= odds.sum()
    odds[label] -= 1
    return odds


def ship(learnt: Learnt, path: Path = MODEL) -> None:
    """Writes weights as one byte each."""
    step = float(np.abs(learnt.weights).max()) / 127
    rows = np.clip(np.rint(learnt.weights / step) + 128, 0, 255).astype(np.uint8)
    weights = {name: base64.b85encode(rows[place].tobytes()).decode() for name, place in sorted(learnt.vocabulary.items())}
    shipped = {"classes": CLASSES, "step": step, "sharpness": SHARPNESS, "bias": [round(float(value), 4) for value in learnt.bias], "weights": weights}
    path.write_text(json.dumps(shipped, ensure_ascii=False, indent=0, separators=(",", ":")), encoding="utf-8")


def folds(count: int, parts: int, seed: int) -> list[list[int]]:
    order = list(range(count))
    random.Random(seed).shuffle(order)
    return [order[part::parts] for part in range(parts)]


def cross_validated(found: Sequence[Example], *, parts: int = 5, seed: int = 1, **settings: float) -> list[tuple[Example, Weights]]:
    """Each message with the scores of a model that never saw it."""
    names, labels = seen(example.text for example in found), [CLASSES.index(example.label) for example in found]
    results: list[tuple[Example, Weights]] = []
    for held in folds(len(found), parts, seed):
        left = sorted(set(range(len(found))) - set(held))
        learnt = learn([names[at] for at in left], [labels[at] for at in left], **settings)  # type: ignore[arg-type]  # settings are named by the caller
        results.extend((found[at], learnt.scores(names[at])) for at in held)
    return results


def main() -> None:
    found = examples()
    if sys.argv[1:] == ["train"]:
        ship(learn(seen(example.text for example in found), [CLASSES.index(example.label) for example in found]))
        return
    results = cross_validated(found)
    if sys.argv[2:] == ["misses"]:
        for example, scores in sorted(results, key=lambda result: result[0].label):
            if CLASSES[int(scores.argmax())] != example.label:
                print(example.label, "<-", CLASSES[int(scores.argmax())], example.text)
    right = Counter(example.label for example, scores in results if CLASSES[int(scores.argmax())] == example.label)
    total = Counter(example.label for example, _ in results)
    for label in CLASSES:
        print(f"{label:18} {right[label]:4} of {total[label]:4}  {right[label] / total[label]:.3f}")
    print(f"all {sum(right.values()) / len(results):.3f} of {len(results)}")


if __name__ == "__main__":
    main()
