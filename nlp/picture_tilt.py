"""A page that was photographed at an angle, put straight: what stands in a row again stands at one height."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import asdict, replace

from nlp.pictured import Box, Line, Moment, OrderShown, PictureReading, Shown, Sum

STEEPEST = 0.14
"""So much a row may rise or fall on its way to the right: more is a picture on its side."""
SLOPES = tuple(n / 100 for n in range(-14, 15))
CHANGES = (-0.12, -0.06, 0.0, 0.06, 0.12)
"""How much steeper the rows may be at the bottom than in the middle, as perspective makes them."""
ROWS, LEVEL = 4, 0.6
"""Fewer rows tell nothing; where so large a part of them is level, the page is."""
GENTLY = 2.0
"""Rows that are as far apart as they fall fit their neighbours as well: the gentler slope is the likelier one."""
NEAR = 0.4
"""Heights of a line within which two pieces are a row."""

T = TypeVar("T")


class _Pair(Struct, frozen=True):
    right: int  # which piece it is that has something to its left
    apart: float
    lower: float  # how much lower it stands, in pixels
    height: float
    place: float  # -1 at the top of the page, 1 at the bottom


class Tilt(Struct, frozen=True):
    """How steep the rows are in the middle, and how much steeper at the bottom; about which place."""

    slope: float
    change: float
    middle: tuple[float, float]
    half: float

    def straight(self, line: Line) -> Line:
        return replace(line, box=self._moved(line.box, -1))

    def back(self, reading: PictureReading) -> PictureReading:
        """The same reading with its boxes where they are in the picture."""
        return self._back(reading)

    def _back(self, value: T) -> T:
        if isinstance(value, (Line, Shown, Sum, Moment)):
            return replace(value, box=self._moved(value.box, 1))
        if isinstance(value, OrderShown) and value.status_box:
            value = replace(value, status_box=self._moved(value.status_box, 1))
        if isinstance(value, (OrderShown, PictureReading)):
            inner = {name: self._back(one) for name, one in asdict(value).items() if name != "status_box"}
            return replace(value, **inner)
        if isinstance(value, tuple) and value and isinstance(value[0], Struct):
            return tuple(map(self._back, value))  # type: ignore[return-value]  # of the same nouns
        if isinstance(value, dict):
            return {name: self._back(one) for name, one in value.items()}  # type: ignore[return-value]  # of the same shape
        return value

    def _moved(self, box: Box, way: int) -> Box:
        left, top, right, bottom = box
        slope = self.slope + self.change * ((top + bottom) / 2 - self.middle[1]) / self.half
        lift = way * slope * ((left + right) / 2 - self.middle[0])
        taller = way * min(abs(slope) * (right - left), (bottom - top) / 2) / 2
        return (left, round(top + lift - taller), right, round(bottom + lift + taller))


def tilt_of(lines: Sequence[Line]) -> Tilt | None:
    """How a page is tilted, by the rows that it then has; None where it stands straight, or nothing tells."""
    pairs = list(_pairs([line for line in lines if len(line.text) > 1 and line.sure >= 0.5]))
    rows = len({pair.right for pair in pairs})
    if rows < ROWS or _rows(pairs, 0, 0) >= LEVEL * rows:
        return None
    every = ((slope, change, _rows(pairs, slope, change)) for slope in SLOPES for change in CHANGES)
    slope, change, found = max(every, key=lambda one: one[2] - GENTLY * rows * abs(one[0]))
    if found < LEVEL * rows or found < 1.5 * _rows(pairs, 0, 0):
        return None
    lefts, tops = [line.box[0] for line in lines], [line.box[1] for line in lines]
    rights, bottoms = [line.box[2] for line in lines], [line.box[3] for line in lines]
    middle = ((min(lefts) + max(rights)) / 2, (min(tops) + max(bottoms)) / 2)
    return Tilt(slope, change, middle, max(1.0, (max(bottoms) - min(tops)) / 2))


def _pairs(lines: list[Line]) -> Iterable[_Pair]:
    top, bottom = min((one.box[1] for one in lines), default=0), max((one.box[3] for one in lines), default=1)
    half = max(1.0, (bottom - top) / 2)
    for n, right in enumerate(lines):
        for left in lines:
            apart = (right.box[0] + right.box[2] - left.box[0] - left.box[2]) / 2
            lower = (right.box[1] + right.box[3] - left.box[1] - left.box[3]) / 2
            height = min(right.box[3] - right.box[1], left.box[3] - left.box[1])
            if left.box[2] < right.box[0] and abs(lower) <= STEEPEST * apart + NEAR * height:
                place = (left.box[1] + left.box[3] - top - bottom) / 2 / half
                yield _Pair(n, apart, lower, height, place)


def _rows(pairs: list[_Pair], slope: float, change: float) -> float:
    """How many pieces then stand in a row with one to their left, the nearer to its height the more."""
    best: dict[int, float] = {}
    for pair in pairs:
        off = abs(pair.lower - (slope + change * pair.place) * pair.apart)
        fit = 1 - off / (NEAR * pair.height)
        if fit > best.get(pair.right, 0.0):
            best[pair.right] = fit
    return sum(best.values())
