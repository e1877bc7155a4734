"""Learns the weights of the reading from the messages in data/, and measures them on messages held back.

python -m tests.nlp.learning train      writes nlp/model.json and data/misread.txt, what it misreads all the same
python -m tests.nlp.learning report     cross-validation: accuracy by class, confusion, reliability, speed
python -m tests.nlp.learning misses     … and every message that was misread while it was held back
"""

import base64
import hashlib
import json
import random
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp import model as learnt_model
from nlp.codes import Intent, Reason
from nlp.features import features
from nlp.lexicon import default
from nlp.normal import clean, plain
from nlp.replies import answer
from nlp.verdict import Meant, judged

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[2]
MODEL = ROOT / "nlp" / "model.json"
MISREAD = DATA / "misread.txt"
REASONS = tuple(reason.value for reason in Reason)
CLASSES = (*REASONS, "vague", *(intent.value for intent in Intent if intent is not Intent.REFUND))
KEPT = 9_000
"""Features that are shipped: with more of them the accuracy no longer rises."""
SHARPNESS = 1.15
"""What the scores are multiplied by: so that a confidence is the share of right answers on messages held back."""
SURE = 0.8

Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class How:
    """How it is learnt. Chosen by cross-validation; the seeds never were."""

    epochs: int = 14
    rate: float = 0.8
    drop: float = 0.3
    least: int = 2
    kept: int = KEPT
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Learnt:
    vocabulary: dict[str, int]
    weights: Weights
    bias: Weights


def examples() -> list[Example]:
    """Every message of the data, the label being the name of its file."""
    lines = ((label, (DATA / f"{label}.txt").read_text(encoding="utf-8").splitlines()) for label in CLASSES)
    return [Example(line, label) for label, found in lines for line in found if line.strip()]


def source() -> str:
    """What the weights were learnt from, as a hash: the messages, the notions, and the way features are made."""
    lexicon = tomllib.loads((ROOT / "nlp" / "lexicon.toml").read_text(encoding="utf-8"))
    told = [[example.text, example.label] for example in examples()]
    made = (ROOT / "nlp" / "features.py").read_text(encoding="utf-8")
    return hashlib.sha256(json.dumps([told, lexicon["words"], lexicon["products"], made]).encode()).hexdigest()[:16]


def seen(texts: Iterable[str]) -> list[list[str]]:
    lexicon = default()
    return [sorted(features(plain(clean(text)), lexicon)) for text in texts]


def learn(found: Sequence[Example], how: How = How()) -> Learnt:
    """A softmax over sums of weights. Learnt twice: over every feature, and over the strongest of them."""
    names, labels = seen(example.text for example in found), [CLASSES.index(example.label) for example in found]
    counts = Counter(name for one in names for name in one)
    every = [name for name, count in counts.items() if count >= how.least]
    learnt = _descend(every, names, labels, how)
    if len(every) <= how.kept:
        return learnt
    strength = np.abs(learnt.weights).max(axis=1) * np.sqrt([min(counts[name], 50) for name in every])
    return _descend([every[place] for place in sorted(np.argsort(-strength)[: how.kept])], names, labels, how)


def _descend(kept: Sequence[str], names: Sequence[list[str]], labels: Sequence[int], how: How) -> Learnt:
    """Message by message down the slope, a part of the features left out each time; later rounds are averaged."""
    dice = np.random.default_rng(how.seed)
    vocabulary = {name: place for place, name in enumerate(kept)}
    weights = np.zeros((len(kept), len(CLASSES)), np.float32)
    grown, total, bias = np.full_like(weights, 0.02), np.zeros_like(weights), np.zeros(len(CLASSES), np.float32)
    rows = [np.array([vocabulary[name] for name in one if name in vocabulary], np.int64) for one in names]
    scale = [np.float32(1 / max(1, len(one)) ** 0.5 / (1 - how.drop)) for one in names]
    for epoch in range(how.epochs):
        for at in dice.permutation(len(rows)):
            row = rows[at][dice.random(len(rows[at])) >= how.drop]
            pushed = _push(bias + weights[row].sum(axis=0) * scale[at], labels[at])
            bias -= np.float32(0.02) * pushed
            slope = pushed * scale[at]
            grown[row] += slope * slope
            weights[row] -= np.float32(how.rate) * slope / np.sqrt(grown[row])
        if epoch >= how.epochs // 2:
            total += weights
    return Learnt(vocabulary, total / np.float32(how.epochs - how.epochs // 2), bias)


def _push(scores: Weights, label: int) -> Weights:
    odds: Weights = np.exp(scores - scores.max())
    odds /= odds.sum()
    odds[label] -= 1
    return odds


def packed(learnt: Learnt) -> str:
    """The weights as they are shipped: one byte each."""
    step = float(np.abs(learnt.weights).max()) / 127
    rows = np.clip(np.rint(learnt.weights / step) + 128, 0, 255).astype(np.uint8)
    order = sorted(learnt.vocabulary.items())
    weights = {name: base64.b85encode(rows[place].tobytes()).decode() for name, place in order}
    bias = [round(float(value), 4) for value in learnt.bias]
    head = {"learnt_from": source(), "classes": CLASSES, "step": step, "sharpness": SHARPNESS, "bias": bias}
    return json.dumps({**head, "weights": weights}, ensure_ascii=False, indent=0, separators=(",", ":"))


def label_of(meant: Meant) -> str:
    if meant.reason is not None:
        return meant.reason.value
    return "vague" if meant.vague else meant.intent.value


def read_by(weights: learnt_model.Model, text: str) -> Meant:
    """A message read whole, rules included, by weights of one's own."""
    even = plain(clean(text))
    return judged(even, default(), answer(even, default()), weights)


def misread() -> list[str]:
    """What the shipped weights misread of the messages that they were learnt from, counted in the first line."""
    weights = learnt_model.parse(MODEL.read_text(encoding="utf-8"))
    read = [(one, label_of(read_by(weights, one.text))) for one in examples()]
    missed = [f"{one.label} <- {got} {one.text}" for one, got in read if got != one.label]
    return [f"# {len(missed)} of {len(read)}", *missed]


def held_back(found: Sequence[Example], parts: int = 5, seed: int = 1) -> Iterator[tuple[list[Example], list[Example]]]:
    """The messages in parts: each part once held back from the rest."""
    order = list(found)
    random.Random(seed).shuffle(order)
    for part in range(parts):
        yield [one for at, one in enumerate(order) if at % parts != part], order[part::parts]


Result = tuple[Example, Meant]


def results(parts: int = 5, seed: int = 1, at_most: int | None = None) -> list[Result]:
    """Each message as read by weights that never saw it; of the first parts only, where so much is enough."""
    read: list[Result] = []
    for rest, held in list(held_back(examples(), parts, seed))[:at_most]:
        weights = learnt_model.parse(packed(learn(rest)))
        read.extend((example, read_by(weights, example.text)) for example in held)
    return read


@dataclass(frozen=True, slots=True)
class Figures:
    """What is promised of the reading, measured."""

    intent: float
    reason: float
    weakest_reason: float
    vague_f1: float
    sure_share: float
    sure_right: float


def figures(read: Sequence[Result]) -> Figures:
    pairs = [(example.label, label_of(meant)) for example, meant in read]
    reasons = [pair for pair in pairs if pair[0] in REASONS]
    by_reason = [_share([want == got for want, got in reasons if want == reason]) for reason in REASONS]
    vague = [(want == "vague", got == "vague") for want, got in pairs]
    both, either = sum(want and got for want, got in vague), sum(want + got for want, got in vague)
    sure = [label_of(meant) == example.label for example, meant in read if meant.confidence >= SURE]
    return Figures(
        intent=_share([_intent(want) == _intent(got) for want, got in pairs]),
        reason=_share([want == got for want, got in reasons]),
        weakest_reason=min(by_reason),
        vague_f1=2 * both / max(1, either),
        sure_share=len(sure) / len(read),
        sure_right=_share(sure),
    )


def _intent(label: str) -> str:
    return "refund" if label in REASONS or label == "vague" else label


def _share(right: Sequence[bool]) -> float:
    return sum(right) / max(1, len(right))


def report(read: Sequence[Result]) -> Iterator[str]:
    """Accuracy by class with what it was taken for, then how far a confidence can be trusted."""
    yield f"{len(read)} messages, each read by weights that never saw it"
    for label in CLASSES:
        got = Counter(label_of(meant) for example, meant in read if example.label == label)
        taken = ", ".join(f"{other} {count}" for other, count in got.most_common(5) if other != label)
        yield f"{label:17} {got[label] / max(1, got.total()):6.1%} of {got.total():4}   {taken}"
    for low in (0.0, 0.2, 0.4, 0.6, 0.8, 0.9):
        high = {0.8: 0.9, 0.9: 1.01}.get(low, low + 0.2)
        band = [label_of(meant) == example.label for example, meant in read if low <= meant.confidence < high]
        yield f"confidence {low:.1f} to {min(high, 1):.1f}: {_share(band):6.1%} right of {len(band):4}"
    for name in Figures.__slots__:
        yield f"{name:17} {getattr(figures(read), name):6.1%}"


def microseconds(size: int = 40) -> float:
    """The median time of one whole reading of a message of about so many signs."""
    from nlp.read import read

    texts = [example.text for example in examples() if abs(len(example.text) - size) <= 4]
    taken: list[float] = []
    for text in texts * 5:
        start = time.perf_counter()
        read(text)
        taken.append(time.perf_counter() - start)
    return sorted(taken)[len(taken) // 2] * 1e6


def main(wish: str) -> None:
    if wish == "train":
        MODEL.write_text(packed(learn(examples())), encoding="utf-8")
        MISREAD.write_text("\n".join((*misread(), "")), encoding="utf-8")
        return
    read = results()
    if wish == "misses":
        for example, meant in read:
            if label_of(meant) != example.label:
                print(f"{example.label} <- {label_of(meant)} {meant.confidence:.2f} {example.text}")
    print(*report(read), f"reading           {microseconds():.0f} us", sep="\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "report")
