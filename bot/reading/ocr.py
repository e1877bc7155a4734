"""A picture → its lines of text, by faster-paddle's small Chinese model, which comes inside its package."""

from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image

from nlp.pictured import Line

MODEL, SIDE = "tiny", 1280
SURE = 0.8
ENOUGH = 12
"""Signs that were read surely: a picture that gives fewer may stand on its side or on its head."""
TRIAL_SIDE = 900
LONG = 4.6
"""So many times longer than wide, a screenshot is read in pieces."""

Engine = Callable[[bytes], list[Line]]
_TURNS = (Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180)


@cache
def engine() -> Engine:
    """The one engine of this process, with one thread: one picture at a time on one core."""
    from faster_paddle import OcrEngine

    loaded = OcrEngine(model_size=MODEL, threads=1, det_max_side=SIDE)

    def read(encoded: bytes) -> list[Line]:
        found: dict[str, Any] = loaded.ocr(encoded)["bounds"]
        return [
            Line(one["text"], (*one["topLeftCoord"], *one["bottomRightCoord"]), round(one["confidence"], 3))
            for one in found.values()
        ]

    return read


def lines_of(picture: Image.Image, read: Engine | None = None) -> tuple[list[Line], Image.Image]:
    """The lines, and the picture as they stand in it: turned where it was turned."""
    read = read or engine()
    lines = _read(picture, read)
    if is_upright(lines):
        return lines, picture
    small = picture.copy()
    small.thumbnail((TRIAL_SIDE, TRIAL_SIDE))
    tried = [(sureness(read(_encoded(small.transpose(turn)))), turn) for turn in _TURNS]
    best, turn = max(tried, key=lambda one: one[0])
    if best < ENOUGH or best < 1.5 * sureness(lines):
        return lines, picture
    turned = picture.transpose(turn)
    return _read(turned, read), turned


def is_upright(lines: list[Line]) -> bool:
    """Text enough, and most of it wider than high."""
    standing = sum(1 for line in lines if len(line.text) > 2 and _height(line) > 1.5 * _width(line))
    lying = sum(1 for line in lines if len(line.text) > 2 and _height(line) <= 1.5 * _width(line))
    return sureness(lines) >= ENOUGH and lying >= standing


def sureness(lines: list[Line]) -> float:
    """How many signs were read surely."""
    return sum(len(line.text) * line.sure for line in lines if line.sure >= SURE)


def _read(picture: Image.Image, read: Engine) -> list[Line]:
    if picture.height <= LONG * picture.width:
        return read(_encoded(picture))
    return list(_in_pieces(picture, read))


def _in_pieces(picture: Image.Image, read: Engine) -> Iterator[Line]:
    """A long screenshot from top to bottom; a line in two pieces is taken from the one that has it whole."""
    step, overlap = int(2.6 * picture.width), int(0.15 * picture.width)
    top = 0
    while top < picture.height:
        bottom = min(picture.height, top + step + overlap)
        last = bottom == picture.height
        for line in read(_encoded(picture.crop((0, top, picture.width, bottom)))):
            left, upper, right, lower = line.box
            in_the_upper_overlap = top > 0 and (upper + lower) / 2 < overlap / 2
            in_the_lower_overlap = not last and (upper + lower) / 2 >= step + overlap / 2
            if not (in_the_upper_overlap or in_the_lower_overlap):
                yield Line(line.text, (left, upper + top, right, lower + top), line.sure)
        if last:
            return
        top += step


def _encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "BMP")
    return out.getvalue()


def _width(line: Line) -> int:
    return line.box[2] - line.box[0]


def _height(line: Line) -> int:
    return line.box[3] - line.box[1]
