"""Grain around one text is found; grain all over a page, and a page without any, are not."""

import random

from PIL import Image

from bot.reading.grain import grained
from nlp.pictured import Box, Line
from tests.bot.reading.pages import page


def with_grain(picture: Image.Image, box: Box) -> None:
    """Each point of a part of a picture a little lighter or darker."""
    chance = random.Random(7)
    for x in range(max(0, box[0]), min(picture.width, box[2])):
        for y in range(max(0, box[1]), min(picture.height, box[3])):
            off = chance.randint(-7, 5)
            red, green, blue = picture.getpixel((x, y))  # type: ignore[misc]  # it has colours
            picture.putpixel((x, y), (red + off, green + off, blue + off))


def roomy() -> tuple[Image.Image, list[Line]]:
    """A page, each text with ground of its own around it."""
    picture, lines = page()
    return picture, [Line(one.text, (one.box[0], one.box[1] - 9, one.box[2] + 60, one.box[3] + 9)) for one in lines]


def test_a_text_in_grain_on_a_smooth_page_is_found() -> None:
    picture, lines = roomy()
    with_grain(picture, lines[7].box)
    assert [trace.box for trace in grained(picture, lines)] == [lines[7].box]


def test_a_smooth_page_has_none() -> None:
    assert list(grained(*roomy())) == []


def test_a_photograph_is_grained_all_over() -> None:
    picture, lines = roomy()
    with_grain(picture, (0, 0, picture.width, picture.height))
    assert list(grained(picture, lines)) == []


def test_several_texts_in_grain_are_a_design() -> None:
    picture, lines = roomy()
    for line in (lines[3], lines[5], lines[7]):
        with_grain(picture, line.box)
    assert list(grained(picture, lines)) == []
