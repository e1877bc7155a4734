"""What a program leaves of its name, what cannot be measured, and that honest pages show nothing."""

import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.bot.reading.pages import found, page


def test_an_honest_page_shows_nothing() -> None:
    assert found(*page()) == []


@pytest.mark.parametrize(
    "name, codes", [("Adobe Photoshop 25.5 (Windows)", ["software"]), ("Meitu", ["software"]), ("iPhone 15", [])]
)
def test_a_program_for_editing_leaves_its_name(name: str, codes: list[str]) -> None:
    exif = Image.Exif()
    exif[0x0131] = name
    assert found(*page(), exif=exif) == codes


def test_a_text_that_a_customer_drew_a_circle_around_is_left_alone() -> None:
    picture, lines = page()
    left, top, right, bottom = lines[5].box
    picture.paste(picture.crop(lines[5].box).filter(ImageFilter.GaussianBlur(1.6)), lines[5].box)
    ImageDraw.Draw(picture).ellipse((left + 4, top - 9, right - 4, bottom + 9), outline=(226, 28, 28), width=4)
    assert found(picture, lines) == []
