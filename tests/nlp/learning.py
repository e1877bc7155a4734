"""Learns the weights of the reading from the messages in data/.

python -m tests.nlp.learning      writes nlp/model.json and data/misread.txt, what it misreads all the same
"""

import hashlib
import json
import random
import tomllib
import zlib
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp import model as learnt_model
from nlp.codes import Intent, Reason
from nlp.features import UNSEEN, features, pieces
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
SHARPNESS = 0.75
"""What the scores are multiplied by: so that a confidence is the share of right answers on messages held back."""

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    label: str


@dataclass(frozen=True)
class How:
    """How it is learnt. Chosen by holding back whole hands and fifths; the seeds never were."""

    nets: int = 3
    """Small nets side by side, each with dice of its own; their scores are averaged."""
    units: int = 24
    """Units of each."""
    epochs: int = 18
    rate: float = 0.1
    drop: float = 0.4
    """The share of a message's features that are left out each time it is shown to a net."""
    silent: float = 0.05
    """The share of units that are left out."""
    least: int = 3
    """Messages that a feature must occur in."""
    gain: float = 4.0
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Learnt:
    names: list[str]
    first: Numbers
    unit_bias: Numbers
    second: Numbers
    class_bias: Numbers


def examples() -> list[Example]:
    """Every message of the data, the label being the name of its file."""
    lines = ((label, (DATA / f"{label}.txt").read_text(encoding="utf-8").splitlines()) for label in CLASSES)
    return [Example(line, label) for label, found in lines for line in found if line.strip()]


def composed(frames_each: int = 6, turned_each: int = 14, seed: int = 5) -> list[Example]:
    """What people write plainly, put together from the matters and frames of data/plain.toml, no text of the data."""
    dice = random.Random(seed)
    told = tomllib.loads((DATA / "plain.toml").read_text(encoding="utf-8"))
    around = told["around"]
    made = []
    for label, matters in told["matters"].items():
        frames = [*around["same"], *(around["refund"] if label != "other" else ())]
        for matter in matters:
            made += [Example(frame.format(matter), label) for frame in dice.sample(frames, frames_each)]
    matters = [matter for label in REASONS for matter in told["matters"][label]]
    for label, frames in told["turned"].items():
        for frame in frames:
            made += [Example(frame.format(matter), label) for matter in dice.sample(matters, turned_each)]
    known = {example.text for example in examples()}
    return [one for one in dict.fromkeys(made) if one.text not in known]


def source() -> str:
    """What the weights were learnt from, as a hash: the messages, the notions, and the way features are made."""
    lexicon = tomllib.loads((ROOT / "nlp" / "lexicon.toml").read_text(encoding="utf-8"))
    told = [[example.text, example.label] for example in (*examples(), *composed())]
    made = (ROOT / "nlp" / "features.py").read_text(encoding="utf-8")
    return hashlib.sha256(json.dumps([told, lexicon["words"], lexicon["products"], made]).encode()).hexdigest()[:16]


def seen(texts: Iterable[str]) -> list[list[str]]:
    found = (features(plain(clean(text)), default()) for text in texts)
    return [sorted(pieces(run) | names) for run, names in found]


def learn(found: Sequence[Example], how: How = How()) -> Learnt:
    """Two layers, message by message down the slope; the later rounds are averaged."""
    texts, labels = seen(example.text for example in found), [CLASSES.index(example.label) for example in found]
    counts = Counter(name for text in texts for name in text)
    often = [name for name, count in counts.items() if count >= how.least]
    names = sorted(often, key=lambda name: (name[0] in UNSEEN, -counts[name], name))
    vocabulary = {name: place for place, name in enumerate(names)}
    rows = [np.array([vocabulary[name] for name in text if name in vocabulary], np.int64) for text in texts]
    dice = np.random.default_rng(how.seed)
    layers = _drawn(dice, len(names), how)
    grown, kept = [np.full_like(one, 0.01) for one in layers], [np.zeros_like(one) for one in layers]
    for epoch in range(how.epochs):
        for turn, at in enumerate(dice.permutation(len(rows))):
            row = rows[at]
            shown = (dice.random((len(row), how.nets, 1), np.float32) >= how.drop).astype(np.float32)
            shown *= np.float32(how.gain / max(1, len(row)) ** 0.5 / (1 - how.drop))
            heard = (dice.random((how.nets, how.units), np.float32) >= how.silent) / np.float32(1 - how.silent)
            rate = how.rate * (1 - 0.9 * (epoch + turn / len(rows)) / how.epochs)
            _step(layers, grown, row, shown, heard, labels[at], np.float32(rate))
        if epoch >= how.epochs // 2:
            for one, layer in zip(kept, layers, strict=True):
                one += layer
    first, unit_bias, second, class_bias = [one / (how.epochs - how.epochs // 2) for one in kept]
    width = how.nets * how.units
    return Learnt(
        names,
        first.reshape(-1, width) * how.gain,
        unit_bias.reshape(width),
        second.reshape(width, -1) / how.nets,
        class_bias.mean(axis=0),
    )


def _drawn(dice: np.random.Generator, names: int, how: How) -> list[Numbers]:
    """The layers before anything is learnt: small and by chance, or else all units would learn the same."""
    first = dice.standard_normal((names, how.nets, how.units)) * 0.1
    second = dice.standard_normal((how.nets, how.units, len(CLASSES))) / how.units**0.5
    biases = np.zeros((how.nets, how.units)), np.zeros((how.nets, len(CLASSES)))
    return [one.astype(np.float32) for one in (first, biases[0], second, biases[1])]


def _step(
    layers: list[Numbers], grown: list[Numbers], row: NDArray[np.int64], shown: Numbers, heard: Numbers, label: int,
    rate: np.float32,
) -> None:  # fmt: skip
    """One message down the slope, each weight at a pace of its own."""
    first, unit_bias, second, class_bias = layers
    told = (first[row] * shown).sum(axis=0) + unit_bias
    heard = heard * (told > 0)
    loud = told * heard
    scores = (loud[:, None] @ second)[:, 0] + class_bias
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    odds[:, label] -= 1
    back = (second @ odds[:, :, None])[:, :, 0] * heard
    for place, slope in ((1, back), (2, loud[:, :, None] * odds[:, None]), (3, odds)):
        grown[place] += slope * slope
        layers[place] -= rate * slope / np.sqrt(grown[place])
    slope = back * shown
    pace = grown[0][row] + slope * slope
    grown[0][row] = pace
    first[row] -= rate * slope / np.sqrt(pace)


def shipped(learnt: Learnt) -> str:
    """The weights as they are shipped: one byte each, squeezed."""
    first, first_step = _coarse(learnt.first, 4)
    second, second_step = _coarse(np.pad(learnt.second, ((0, 0), (0, 1))), 127)
    parts = {
        "learnt_from": source(),
        "classes": CLASSES,
        "steps": [first_step, second_step],
        "sharpness": SHARPNESS,
        "unit_bias": [round(float(value), 4) for value in learnt.unit_bias],
        "class_bias": [round(float(value), 4) for value in learnt.class_bias],
        "names": "\n".join(learnt.names),
        "first": squeezed(first),
        "second": squeezed(second),
        "told": squeezed(_told(learnt)),
    }
    return json.dumps(parts, ensure_ascii=False, indent=0)


def squeezed(numbers: bytes) -> str:
    return b64encode(zlib.compress(numbers, 9)).decode()


def _coarse(weights: Numbers, levels: int) -> tuple[bytes, float]:
    """The weights in so many steps to either side, the few beyond the last one cut off."""
    step = float(np.quantile(np.abs(weights), 0.9995)) / levels
    return (np.clip(np.rint(weights / step), -levels, levels) + 128).astype(np.uint8).tobytes(), step


_WORTH_TELLING = 3
"""Steps of nine below which a piece of text is no ground that one would name."""


def _told(learnt: Learnt) -> bytes:
    """For each class, what each piece of text says for it by itself, in nine steps: the three that say most."""
    alone = np.maximum(learnt.first, 0) @ learnt.second
    alone -= alone.mean(axis=1, keepdims=True)
    steps = np.minimum(9, alone / (float(np.quantile(alone.max(axis=1), 0.99)) / 9)).astype(np.int8)
    steps[(steps < _WORTH_TELLING) | (alone < np.sort(alone, axis=1)[:, -3:-2])] = 0
    steps[[len(name) == 1 or name[0] in UNSEEN for name in learnt.names]] = 0
    return steps.T.tobytes()


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


if __name__ == "__main__":
    MODEL.write_text(shipped(learn([*examples(), *composed()])), encoding="utf-8")
    MISREAD.write_text("\n".join((*misread(), "")), encoding="utf-8")
