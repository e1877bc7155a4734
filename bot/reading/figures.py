"""A figure of a number that differs from all its others: of another colour or weight, or standing higher or lower.

Whoever changes an amount copies a figure from elsewhere on the page. The figures of one number are set in one fount,
one size and one colour, and stand on one line: there is no design in which one of them differs.
"""

import itertools
import math
import re
import statistics
from collections.abc import Iterator, Sequence

from msgspec import Struct
from PIL import Image, ImageChops

from bot.reading.patches import distance, ground_of
from nlp.pictured import Box, Line, Trace

FIGURE = 0.6
"""How much the sign weighs."""
FEWEST = 4
"""So many figures a number needs for one of them to be the odd one."""
SMALLEST, THINNEST = 13, 1.9
"""Pixels of height that a figure needs to be measured at all, and of a stroke for its weight to be."""
OTHER_COLOUR, ONE_COLOUR = 60, 15
OTHER_WEIGHT, ONE_WEIGHT = 0.28, 0.1
OTHER_PLACE, LEAST_PLACE, ONE_PLACE = 0.2, 4, 1
"""How far the odd one is off what the others mostly are, and how near to that each of these is."""
BARE = "1"
"""A mere stroke: its weight is not that of a figure that bends."""
WIDE_GAP, WIDEST = 1.5, 1.4
_FIGURES = re.compile(r"^[!-~¥￥]*|[!-~¥￥]*$")
_RUN = re.compile(rb"[^\0]+")

Run = tuple[int, int]
"""Where in a row something that is drawn begins and ends."""


class Figure(Struct, frozen=True):
    """One figure as it is drawn: where it begins and ends, how thick its strokes are, and its colour."""

    sign: str
    top: int
    bottom: int
    weight: float
    colour: tuple[float, float, float]


def odd_figures(picture: Image.Image, lines: Sequence[Line]) -> Iterator[Trace]:
    """Numbers in which one figure differs from all others."""
    for line in lines:
        figures = figures_of(picture, line)
        if len(figures) >= FEWEST and any(
            _is_odd(one, [*figures[:n], *figures[n + 1 :]]) for n, one in enumerate(figures)
        ):
            yield Trace("figure", FIGURE, line.box)


def figures_of(picture: Image.Image, line: Line) -> list[Figure]:
    """The figures of a number, where each stands apart from the next; none where they do not or are too small."""
    text = re.sub(r"\s", "", line.text)
    signs = max(_FIGURES.findall(text), key=len)
    if sum(map(str.isdigit, signs)) < FEWEST:
        return []
    piece = picture.crop(line.box)
    ground = ground_of(piece, 0.15)
    if ground is None:
        return []
    off = distance(piece, ground)
    contrast = _percentile(off, 0.97)
    if contrast < 60:
        return []
    ink = off.point([255 if value > 0.35 * contrast else 0 for value in range(256)])
    runs = [found.span() for found in _RUN.finditer(ink.resize((ink.width, 1), Image.Resampling.BOX).tobytes())]
    if len(runs) < len(signs) or (len(signs) == len(text) and len(runs) != len(signs)):
        return []
    cut = len(signs) if text.startswith(signs) else len(runs) - len(signs)
    runs, rest = (runs[:cut], runs[cut:]) if text.startswith(signs) else (runs[cut:], runs[:cut])
    drawn = [(sign, run) for sign, run in zip(signs, runs, strict=True) if sign.isdigit()]
    if not _stand_apart(runs, rest) or not _are_single([run for _, run in drawn]):
        return []
    figures = [_figure(sign, piece, off, ink, run, contrast) for sign, run in drawn]
    heights = [one.bottom - one.top for one in figures]
    whole = min(heights) >= max(SMALLEST, 0.75 * max(heights))
    return figures if whole else []


def _stand_apart(runs: Sequence[Run], rest: Sequence[Run]) -> bool:
    """Whether a number is further from the words beside it than its figures are from each other."""
    if not rest:
        return True
    gap = runs[0][0] - rest[-1][1] if rest[0][0] < runs[0][0] else rest[0][0] - runs[-1][1]
    return gap > WIDE_GAP * statistics.median(after[0] - before[1] for before, after in itertools.pairwise(runs))


def _are_single(runs: Sequence[Run]) -> bool:
    """Whether none is two figures that touch."""
    widths = [right - left for left, right in runs]
    return max(widths) <= WIDEST * statistics.median(widths)


def _figure(
    sign: str, piece: Image.Image, off: Image.Image, ink: Image.Image, run: Run, contrast: int
) -> Figure:
    left, right = run
    box = ink.crop((left, 0, right, ink.height)).getbbox()
    assert box
    drawn: Box = (left, box[1], right, box[3])
    drop = off.crop(drawn)
    darkest = _percentile(drop, 0.85)
    core = drop.point([255 if value >= darkest else 0 for value in range(256)])
    return Figure(sign, box[1], box[3], _weight(drop, contrast), _mean(piece.crop(drawn), core))


def _weight(drop: Image.Image, contrast: int) -> float:
    """Pixels of a stroke's breadth: twice the surface by its edge, however the figure bends."""
    bordered = Image.new("L", (drop.width + 2, drop.height + 2))
    bordered.paste(drop, (1, 1))
    bordered = bordered.point([min(255, round(255 * value / contrast)) for value in range(256)])
    edge = sum(_sum(ImageChops.difference(bordered, ImageChops.offset(bordered, *by))) for by in ((1, 0), (0, 1)))
    return 2 * _sum(bordered) / max(1, edge)


def _is_odd(one: Figure, others: list[Figure]) -> bool:
    return _has_other_colour(one, others) or _has_other_weight(one, others) or _stands_elsewhere(one, others)


def _has_other_colour(one: Figure, others: list[Figure]) -> bool:
    usual = [statistics.median(other.colour[channel] for other in others) for channel in range(3)]
    off = [max(abs(a - b) for a, b in zip(other.colour, usual, strict=True)) for other in (one, *others)]
    return off[0] > OTHER_COLOUR and max(off[1:]) < ONE_COLOUR


def _has_other_weight(one: Figure, others: list[Figure]) -> bool:
    usual = statistics.median(other.weight for other in others)
    off = [abs(math.log(other.weight / usual)) for other in (one, *others)]
    return one.sign != BARE and usual >= THINNEST and off[0] > OTHER_WEIGHT and max(off[1:]) < ONE_WEIGHT


def _stands_elsewhere(one: Figure, others: list[Figure]) -> bool:
    top = statistics.median(float(other.top) for other in others)
    bottom = statistics.median(float(other.bottom) for other in others)
    off = [abs(other.top - top) + abs(other.bottom - bottom) for other in (one, *others)]
    return off[0] > max(LEAST_PLACE, OTHER_PLACE * (bottom - top)) and max(off[1:]) <= ONE_PLACE


def _mean(piece: Image.Image, mask: Image.Image) -> tuple[float, float, float]:
    histogram, means = piece.histogram(mask), []
    for channel in range(3):
        counts = histogram[256 * channel : 256 * channel + 256]
        means.append(sum(value * count for value, count in enumerate(counts)) / max(1, sum(counts)))
    return (means[0], means[1], means[2])


def _sum(grey: Image.Image) -> int:
    return sum(value * count for value, count in enumerate(grey.histogram()))


def _percentile(grey: Image.Image, part: float) -> int:
    histogram, seen = grey.histogram(), 0
    for value, count in enumerate(histogram):
        seen += count
        if seen >= part * grey.width * grey.height:
            return value
    return 255
