"""Letters that differ from all others of a page: softer ones, and those of another fount."""

import re
from collections.abc import Iterator, Sequence

from PIL import Image, ImageChops

from nlp.pictured import Line, Trace

BLUR, LETTERS = 0.55, 0.55
"""How much each sign weighs."""
MANY = 3
"""So many soft texts are a page's design, or a photo's."""
SOFT, SOFTER, ENOUGH_LINES = 0.7, 0.8, 6
TALL = 30
"""Pixels that a Chinese letter needs for its strokes to be measured."""
OTHER_FOUNT, SANS_SERIF = 1.3, 0.8
DRAWN_AT, BOLD = 96, 10
"""The height at which letters are measured, and the breadth of standing strokes there whose lying ones are thinner."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_RUN = re.compile(rb"\xff+")


def blurred(picture: Image.Image, lines: Sequence[Line]) -> Iterator[Trace]:
    """A text that is softer than all others on a page whose texts are equally sharp."""
    grey = picture.convert("L")
    heights = sorted(line.box[3] - line.box[1] for line in lines)
    usual_height = heights[len(heights) // 2] if heights else 0
    alike = [line for line in lines if 0.6 * usual_height < line.box[3] - line.box[1] < 1.6 * usual_height]
    sharp = [(value, line) for line in alike if (value := sharpness(grey.crop(line.box))) is not None]
    if len(sharp) < ENOUGH_LINES:
        return
    values = sorted(value for value, _ in sharp)
    usual, second = values[len(values) // 2], values[1 + len(values) // 12]
    soft = [line for value, line in sharp if value < SOFT * usual and value < SOFTER * second]
    if 0 < len(soft) < MANY:
        yield from (Trace("blur", BLUR, line.box) for line in soft)


def sharpness(grey: Image.Image) -> float | None:
    """The steepest step from pixel to pixel, as a part of the contrast. None where there is hardly any contrast."""
    low, high = _percentile(grey, 0.02), _percentile(grey, 0.98)
    if high - low < 40:
        return None
    shifted = ImageChops.offset(grey, 1, 0)
    steps = ImageChops.difference(grey, shifted).crop((1, 0, grey.width, grey.height))
    return _percentile(steps, 0.985) / (high - low)


def _percentile(grey: Image.Image, part: float) -> int:
    histogram, seen = grey.histogram(), 0
    wanted = part * grey.width * grey.height
    for value, count in enumerate(histogram):
        seen += count
        if seen >= wanted:
            return value
    return 255


# ---- founts


def other_letters(picture: Image.Image, lines: Sequence[Line]) -> Iterator[Trace]:
    """A Chinese text with serifs, its lying strokes thin, on a page where no other has any."""
    grey = picture.convert("L")
    chinese = [line for line in lines if _is_chinese(line) and line.box[3] - line.box[1] >= TALL]
    found = [(value, line) for line in chinese if (value := contrast_of_strokes(grey.crop(line.box)))]
    if len(found) < ENOUGH_LINES:
        return
    usual = sorted(value for value, _ in found)[len(found) // 2]
    other = [line for value, line in found if value < usual / OTHER_FOUNT]
    if usual >= SANS_SERIF and len(other) < MANY:
        yield from (Trace("letters", LETTERS, line.box) for line in other)


def _is_chinese(line: Line) -> bool:
    count = len(_CHINESE.findall(line.text))
    return count >= 3 and count >= 0.6 * len(line.text)


def contrast_of_strokes(grey: Image.Image) -> float | None:
    """How thick the lying strokes of a text are, as a part of the standing ones: about 1 sans serif, half of it with.

    None where there is hardly any contrast, or hardly any stroke, or where it is bold: then any fount has thin ones.
    """
    text = grey.resize((max(8, grey.width * DRAWN_AT // max(1, grey.height)), DRAWN_AT), Image.Resampling.BICUBIC)
    histogram = text.histogram()
    ground = max(range(256), key=lambda value: sum(histogram[max(0, value - 2) : value + 3]))
    low, high = _percentile(text, 0.02), _percentile(text, 0.98)
    ink = low if ground - low > high - ground else high
    if abs(ink - ground) < 50:
        return None
    middle = (ink + ground) / 2
    mask = text.point([255 if (value < middle) == (ink < ground) else 0 for value in range(256)])
    standing, lying = _usual_run(mask), _usual_run(mask.transpose(Image.Transpose.TRANSPOSE))
    return lying / standing if lying and 0 < standing < BOLD else None


def _usual_run(mask: Image.Image) -> float:
    """How long a run of ink in a row mostly is; 0 where there are too few.

    Of those in the middle by length the mean: strokes are a few pixels wide, and one of them alone says little. What
    runs out of the picture is no stroke, but what is around a chip.
    """
    data, width = mask.tobytes(), mask.width
    rows = (data[top : top + width] for top in range(0, len(data), width))
    runs = sorted(
        found.end() - found.start()
        for row in rows
        for found in _RUN.finditer(row)
        if found.start() > 0 and found.end() < width
    )
    middle = runs[len(runs) // 4 : 5 * len(runs) // 8]
    return sum(middle) / len(middle) if len(runs) >= 20 else 0
