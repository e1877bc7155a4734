"""Measures the reading on messages held back from the learning: accuracy by class, confusion, reliability, speed.

python -m tests.nlp.measuring            the figures, a confusion table, how far a confidence can be trusted
python -m tests.nlp.measuring misses     … and every message that was misread while it was held back
"""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from nlp import model as learnt_model
from nlp.read import read
from nlp.reading import Reading
from nlp.verdict import Meant
from tests.nlp.learning import (
    CLASSES,
    DATA,
    REASONS,
    Example,
    How,
    composed,
    examples,
    label_of,
    learn,
    read_by,
    shipped,
)

SURE = 0.8
Result = tuple[Example, Meant]


def held_back(found: Sequence[Example], parts: int = 5, seed: int = 1) -> Iterator[tuple[list[Example], list[Example]]]:
    """The messages in parts: each part once held back from the rest."""
    order = list(found)
    random.Random(seed).shuffle(order)
    for part in range(parts):
        yield [one for at, one in enumerate(order) if at % parts != part], order[part::parts]


def results(parts: int = 5, seed: int = 1, at_most: int | None = None, epochs: int = How.epochs) -> list[Result]:
    """Each message as read by weights that never saw it; of the first parts only, where so much is enough."""
    found: list[Result] = []
    for rest, held in list(held_back(examples(), parts, seed))[:at_most]:
        weights = learnt_model.parse(shipped(learn([*rest, *composed()], How(epochs=epochs))))
        found.extend((example, read_by(weights, example.text)) for example in held)
    return found


@dataclass(frozen=True, slots=True)
class Figures:
    """What is promised of the reading, measured."""

    intent: float
    reason: float
    weakest_reason: float
    vague_f1: float
    sure_share: float
    sure_right: float


def figures(found: Sequence[Result]) -> Figures:
    pairs = [(example.label, label_of(meant)) for example, meant in found]
    reasons = [pair for pair in pairs if pair[0] in REASONS]
    by_reason = [_share([want == got for want, got in reasons if want == reason]) for reason in REASONS]
    vague = [(want == "vague", got == "vague") for want, got in pairs]
    both, either = sum(want and got for want, got in vague), sum(want + got for want, got in vague)
    sure = [label_of(meant) == example.label for example, meant in found if meant.confidence >= SURE]
    return Figures(
        intent=_share([_intent(want) == _intent(got) for want, got in pairs]),
        reason=_share([want == got for want, got in reasons]),
        weakest_reason=min(by_reason),
        vague_f1=2 * both / max(1, either),
        sure_share=len(sure) / len(found),
        sure_right=_share(sure),
    )


def _intent(label: str) -> str:
    return "refund" if label in REASONS or label == "vague" else label


def _share(right: Sequence[bool]) -> float:
    return sum(right) / max(1, len(right))


def report(found: Sequence[Result]) -> Iterator[str]:
    """Accuracy by class, then what each was taken for, then how far a confidence can be trusted."""
    yield f"{len(found)} messages, each read by weights that never saw it"
    taken = {label: Counter(label_of(meant) for one, meant in found if one.label == label) for label in CLASSES}
    for label, got in taken.items():
        yield f"{label:17} {got[label] / max(1, got.total()):6.1%} of {got.total():4}"
    yield "\nwhat was meant (a line) and what it was taken for (a column), by the order above"
    yield f"{'':17} " + " ".join(f"{place:4}" for place in range(1, len(CLASSES) + 1))
    for place, (label, got) in enumerate(taken.items(), 1):
        yield f"{place:2} {label:17} " + " ".join(f"{got[other] or '.':>4}" for other in CLASSES)
    yield ""
    for low in (0.0, 0.2, 0.4, 0.6, 0.8, 0.9):
        high = {0.8: 0.9, 0.9: 1.01}.get(low, low + 0.2)
        band = [label_of(meant) == example.label for example, meant in found if low <= meant.confidence < high]
        yield f"confidence {low:.1f} to {min(high, 1):.1f}: {_share(band):6.1%} right of {len(band):4}"
    for name in Figures.__slots__:
        yield f"{name:17} {getattr(figures(found), name):6.1%}"


def numbers_read() -> tuple[float, int, float]:
    """The share of order numbers that are read right, the false ones, and the share of amounts."""
    rows = [line.split("\t") for line in (DATA / "numbers.tsv").read_text(encoding="utf-8").splitlines()]
    got = [(read(text), order or None, Decimal(amount) if amount else None) for text, order, amount in rows]
    orders = [(next(iter(one.order_nos), None), order) for one, order, _ in got]
    false = sum(found is not None and want is None for found, want in orders)
    amounts = [one.amount == amount for one, _, amount in got]
    return _share([found == want for found, want in orders]), false, _share(amounts)


def microseconds(size: int = 40) -> tuple[float, float]:
    """The median time of reading a message of about so many signs: what it wants, and with all that it may name."""
    texts = [example.text for example in examples() if abs(len(example.text) - size) <= 4]
    names = [field.name for field in fields(Reading)]
    wish: list[float] = []
    whole: list[float] = []
    for text in texts * 5:
        start = time.perf_counter()
        got = read(text)
        wish.append(time.perf_counter() - start)
        for name in names:
            getattr(got, name)
        whole.append(time.perf_counter() - start)
    return sorted(wish)[len(wish) // 2] * 1e6, sorted(whole)[len(whole) // 2] * 1e6


_LOADED = """
import time
from pathlib import Path
kept = lambda: int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
bare, start = kept(), time.perf_counter()
from nlp.read import read
read("會員沒到")
print(time.perf_counter() - start, kept() - bare)
"""


def loading() -> tuple[float, float]:
    """Seconds from nothing to the first message read, in a process of its own, and the megabytes it keeps (Linux)."""
    said = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True).stdout.split()
    return float(said[0]), float(said[1])


def whole(found: Sequence[Result]) -> Iterator[str]:
    """Everything that is published of the reading."""
    yield from report(found)
    orders, false, amounts = numbers_read()
    seconds, megabytes = loading()
    yield f"order numbers     {orders:6.1%}, {false} false ones"
    yield f"amounts           {amounts:6.1%}"
    wish, all_of_it = microseconds()
    yield f"one reading       {wish:.0f} us (median, 40 signs), {all_of_it:.0f} with everything that it may name"
    yield f"loading           {seconds:.2f} s, {megabytes:.0f} MB"


if __name__ == "__main__":
    held = results()
    if "misses" in sys.argv[1:]:
        for example, meant in held:
            if label_of(meant) != example.label:
                print(f"{example.label} <- {label_of(meant)} {meant.confidence:.2f} {example.text}")
    print(*whole(held), sep="\n")
