"""One figure of a number that differs from all its others, and numbers in which none does."""

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.reading.figures import figures_of, odd_figures
from nlp.pictured import Box, Line
from tests.bot.reading.pages import BACK

INK, SIZE, GAP = (30, 30, 30), 34, 4
PLACES = ("8", "3", "6", ".", "0", "0")


def number(
    at: int = 0, ink: tuple[int, int, int] = INK, size: int = SIZE, lower: int = 0, bold: int = 0
) -> tuple[Image.Image, Line]:
    """「836.00」, the figure at one place of another colour, size, height or weight."""
    picture, x = Image.new("RGB", (260, 80), BACK), 20
    draw = ImageDraw.Draw(picture)
    for n, sign in enumerate(PLACES):
        odd = n == at
        font = ImageFont.load_default(size if odd else SIZE)
        base = 55 + (lower if odd else 0)
        draw.text((x, base), sign, fill=ink if odd else INK, font=font, anchor="ls", stroke_width=bold if odd else 0)
        x += round(font.getlength(sign)) + GAP
    box: Box = (14, 20, x + 4, 66)
    return picture, Line("".join(PLACES), box)


def is_odd(picture: Image.Image, line: Line) -> bool:
    found = [trace.code for trace in odd_figures(picture, [line])]
    assert found in ([], ["figure"])
    return bool(found)


def test_in_an_honest_number_no_figure_is_odd() -> None:
    picture, line = number()
    assert "".join(one.sign for one in figures_of(picture, line)) == "83600" and not is_odd(picture, line)


def test_a_figure_of_another_colour_is_found() -> None:
    assert is_odd(*number(ink=(220, 80, 20)))


def test_a_bolder_figure_is_found() -> None:
    assert is_odd(*number(bold=1))


def test_a_figure_that_stands_lower_is_found() -> None:
    assert is_odd(*number(lower=5))


def test_a_little_is_no_difference() -> None:
    assert not is_odd(*number(ink=(55, 50, 50), lower=1))


def test_a_number_that_was_taken_for_longer_than_it_is_drawn_is_not_measured() -> None:
    picture, line = number(lower=9)
    assert figures_of(picture, Line("8836.00", line.box)) == []


@pytest.mark.parametrize("text", ["836", "abc.de", ""])
def test_where_figures_are_few_none_is_odd(text: str) -> None:
    picture, line = number(lower=9)
    assert not is_odd(picture, Line(text, line.box))
