"""What a patch, a bar, a blurred text and a program's name leave behind, and what honest pages show of it."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bot.reading.tampering import sharpness, traces
from nlp.pictured import Line

BACK = (250, 250, 252)


def page() -> tuple[Image.Image, list[Line]]:
    """Ten rows of a label and a value on one ground."""
    picture, lines = Image.new("RGB", (700, 1000), BACK), []
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(28)
    for n in range(10):
        for x, text in ((40, "Label text"), (380, f"Value {n}23456")):
            left, top, right, bottom = draw.textbbox((x, 60 + 90 * n), text, font=font)
            draw.text((x, 60 + 90 * n), text, fill=(30, 30, 30), font=font)
            lines.append(Line(text, (int(left), int(top) - 3, int(right), int(bottom) + 3)))
    return picture, lines


def found(picture: Image.Image, lines: list[Line], **save: object) -> list[str]:
    out = BytesIO()
    picture.save(out, "JPEG", quality=88, **save)
    return [trace.code for trace in traces(Image.open(out).convert("RGB"), lines, out.getvalue(), "JPEG")]


def test_an_honest_page_shows_nothing() -> None:
    assert found(*page()) == []


def test_a_text_pasted_on_another_ground_is_found_with_its_place() -> None:
    picture, lines = page()
    left, top, right, bottom = lines[7].box
    patch = Image.new("RGB", (right - left + 20, bottom - top + 16), tuple(value - 9 for value in BACK))
    ImageDraw.Draw(patch).text((10, 8), "Other 1", fill=(30, 30, 30), font=ImageFont.load_default(28))
    picture.paste(patch, (left - 10, top - 8))
    assert found(picture, lines) == ["patch"]


def test_a_coloured_chip_with_round_corners_is_a_design() -> None:
    picture, lines = page()
    left, top, right, bottom = lines[7].box
    chip = picture.crop((left - 12, top - 9, right + 12, bottom + 9))
    ImageDraw.Draw(picture).rounded_rectangle((left - 12, top - 9, right + 12, bottom + 9), 18, fill=(236, 242, 252))
    picture.paste(
        chip.point(lambda value: min(value, 40) if value < 120 else 0),
        (left - 12, top - 9),
        chip.convert("L").point(lambda value: 255 if value < 150 else 0),
    )
    assert "patch" not in found(picture, lines)


def test_a_value_gone_under_a_bar_is_found() -> None:
    picture, lines = page()
    left, top, _, bottom = lines[9].box
    ImageDraw.Draw(picture).rectangle((left - 10, top - 4, 660, bottom + 4), fill=tuple(value - 8 for value in BACK))
    out = BytesIO()
    picture.save(out, "PNG")
    rest = [line for line in lines if line is not lines[9]]
    assert [trace.code for trace in traces(picture, rest, out.getvalue(), "PNG")] == ["bar"]


def test_one_text_softer_than_all_others_is_found() -> None:
    picture, lines = page()
    box = lines[5].box
    picture.paste(picture.crop(box).filter(ImageFilter.GaussianBlur(1.6)), box)
    assert "blur" in found(picture, lines)


@pytest.mark.parametrize(
    "name, codes", [("Adobe Photoshop 25.5 (Windows)", ["software"]), ("Meitu", ["software"]), ("iPhone 15", [])]
)
def test_a_program_for_editing_leaves_its_name(name: str, codes: list[str]) -> None:
    exif = Image.Exif()
    exif[0x0131] = name
    assert found(*page(), exif=exif) == codes


def test_without_contrast_there_is_no_sharpness() -> None:
    assert sharpness(Image.new("L", (40, 20), 128)) is None
