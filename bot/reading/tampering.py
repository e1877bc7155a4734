"""Signs that a picture was touched up: a program's name in the file, and what is odd about single texts.

A screenshot's grounds are flat and its letters equally sharp and of one hand. Whoever pastes another status over the
first one leaves a patch whose ground is not quite that around it, or has a grain of its own, or letters of another
sharpness or fount; whoever changes an amount leaves a figure that does not go with the rest. Signs, no proofs: which of
them stand on something that matters is known where the picture is understood (flows/doubts.py).
"""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image, ImageChops

from bot.reading.figures import odd_figures
from bot.reading.grain import grained
from bot.reading.letters import blurred, other_letters
from bot.reading.patches import bars, patches
from nlp.picture_layout import slants
from nlp.pictured import Box, Line, Trace

EDITORS = re.compile(r"photoshop|gimp|affinity|coreldraw|paint\.net|pixelmator|lightroom", re.IGNORECASE)
TOUCHING = re.compile(r"meitu|美图|picsart|snapseed|xingtu|醒图|faceapp|photogrid|canva|ps express|稿定", re.IGNORECASE)
SOFTWARE_TAGS = (0x0131, 0x013B, 0x9C9D)
TOLD_BY = ("software", "comment", "xmp")
EDITED, TOUCHED = 0.7, 0.25
"""How much each sign weighs."""
SURE, LONG_ENOUGH, HIGH_ENOUGH = 0.8, 2, 14
MANY = 3
"""So many patches are a page's design."""
OUTSIDE, RED = 5, 70
"""Pixels around a text, where a stroke that runs into it is seen; and how much redder than else it is."""


def traces(picture: Image.Image, lines: Sequence[Line], data: bytes, kind: str) -> list[Trace]:
    """Every sign that was found, with its place."""
    clear = [line for line in lines if line.sure >= SURE and _is_measurable(line, picture)]
    pasted = [*patches(picture, clear), *bars(picture, clear)]
    return [
        *_software(data, kind), *(pasted if len(pasted) < MANY else ()),
        *blurred(picture, clear), *other_letters(picture, clear), *grained(picture, clear),
        *odd_figures(picture, clear),
    ]  # fmt: skip


def _is_measurable(line: Line, picture: Image.Image) -> bool:
    left, top, right, bottom = line.box
    inside = left >= 0 and top >= 0 and right <= picture.width and bottom <= picture.height
    is_level = right - left > bottom - top and not slants(line)
    is_text = inside and len(line.text.strip()) >= LONG_ENOUGH and bottom - top >= HIGH_ENOUGH and is_level
    return is_text and not _is_crossed(picture, line.box)


def _is_crossed(picture: Image.Image, box: Box) -> bool:
    """Whether a stroke of a pen runs into it, as of a circle that a customer drew around it."""
    left, top, right, bottom = box
    strips = (
        (left, top - OUTSIDE, right, top - OUTSIDE + 2), (left, bottom + OUTSIDE - 2, right, bottom + OUTSIDE),
        (left - OUTSIDE, top, left - OUTSIDE + 2, bottom), (right + OUTSIDE - 2, top, right + OUTSIDE, bottom),
    )  # fmt: skip
    return sum(_has_stroke(picture.crop(strip)) for strip in strips) >= 2


def _has_stroke(strip: Image.Image) -> bool:
    """Whether a small part of a strip is red, as people draw, and the rest is not."""
    red, green, blue = strip.split()
    redder = ImageChops.subtract(red, ImageChops.lighter(green, blue)).point(lambda value: 255 * (value > RED))
    share = redder.histogram()[255] / max(1, strip.width * strip.height)
    return 0.01 < share < 0.5


def _software(data: bytes, kind: str) -> Iterator[Trace]:
    if kind == "PDF":
        return
    with Image.open(BytesIO(data)) as file:
        exif = file.getexif()
        said = [str(exif.get(tag, "")) for tag in SOFTWARE_TAGS]
        said += [str(value)[:2000] for name, value in file.info.items() if str(name).lower() in TOLD_BY]
    for text in said:
        for pattern, weight in ((EDITORS, EDITED), (TOUCHING, TOUCHED)):
            if found := pattern.search(text):
                yield Trace("software", weight, None, found[0])
                return
