"""Grain around one text of a page whose grounds are smooth: what noise leaves that was laid over a patch.

Pictures are kept in blocks of eight pixels, and what keeping them does to letters stays in the blocks of the letters.
So a block without any is as smooth as it was drawn; where those around one text are rough and no others are, grain was
put there. A photograph of a screen is rough all over, and a text over a picture has neighbours that are so too.
"""

from collections.abc import Iterator, Sequence

from PIL import Image, ImageChops

from nlp.pictured import Box, Line, Trace

GRAIN = 0.6
"""How much the sign weighs."""
BLOCK = 8
STEP, EDGE = 2, 21
"""Grey values from pixel to pixel: from the first on a ground is not smooth, from the second on it is an edge."""
ROUGH = 0.4
"""So much of a block's neighbours differ in a rough one."""
FEWEST, PART, OTHERS, SMOOTH = 16, 0.21, 8, 0.02
"""So many rough blocks, and so much of all around the text; so many times those of others; and so few on the page."""
BESIDE = 2
"""So many texts may have grain: the bar of a phone has signs that were not read, and they are no ground."""


def grained(picture: Image.Image, lines: Sequence[Line]) -> Iterator[Trace]:
    """A text around which the ground is rough, where hardly any other's is."""
    if min(picture.size) < BLOCK:
        return
    rough, plain = _blocks(picture.convert("L"))
    if rough.histogram()[255] > SMOOTH * plain.histogram()[255]:
        return
    counted = sorted(((*_around(rough, plain, line), line) for line in lines), key=lambda one: -one[0])
    usual = counted[BESIDE][0] if len(counted) > BESIDE else 0
    for count, of, line in counted[:BESIDE]:
        if count >= max(FEWEST, PART * of, OTHERS * usual):
            yield Trace("grain", GRAIN, line.box)


def _blocks(grey: Image.Image) -> tuple[Image.Image, Image.Image]:
    """A pixel a block: those that are rough, and all those that have no edge in them."""
    wide, high = grey.width // BLOCK * BLOCK, grey.height // BLOCK * BLOCK
    grey = grey.crop((0, 0, wide, high))
    steps = [ImageChops.difference(grey, ImageChops.offset(grey, *by)) for by in ((1, 0), (0, 1))]
    edge = ImageChops.lighter(*steps).point([255 * (value >= EDGE) for value in range(256)]).reduce(BLOCK)
    plain = edge.point([255 * (value == 0) for value in range(256)])
    across, down = (step.point([255 * (value >= STEP) for value in range(256)]).reduce(BLOCK) for step in steps)
    rough = ImageChops.blend(across, down, 0.5).point([255 * (value > 255 * ROUGH) for value in range(256)])
    return ImageChops.darker(rough, plain), plain


def _around(rough: Image.Image, plain: Image.Image, line: Line) -> tuple[int, int]:
    """How many blocks in and close to a text are rough, and how many have no edge."""
    left, top, right, bottom = line.box
    near = (bottom - top) // 4
    box: Box = (
        max(0, -(-(left - near) // BLOCK)), max(0, -(-(top - near) // BLOCK)),
        min(rough.width, (right + near) // BLOCK), min(rough.height, (bottom + near) // BLOCK),
    )  # fmt: skip
    if box[2] <= box[0] or box[3] <= box[1]:
        return 0, 0
    return rough.crop(box).histogram()[255], plain.crop(box).histogram()[255]
