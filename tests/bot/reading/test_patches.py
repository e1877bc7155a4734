"""What a patch and a bar leave behind, and what is a design."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.reading.tampering import traces
from nlp.pictured import Line
from tests.bot.reading.pages import BACK, found, page


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


@pytest.mark.parametrize("shift, codes", [((-17, -9, -17), []), ((-15, -15, -15), ["patch"])])
def test_a_ground_of_another_hue_is_a_chip_with_square_corners(shift: tuple[int, int, int], codes: list[str]) -> None:
    picture, lines = page()
    left, top, right, bottom = lines[7].box
    ground = tuple(value + off for value, off in zip(BACK, shift, strict=True))
    patch = Image.new("RGB", (right - left + 20, bottom - top + 16), ground)
    ImageDraw.Draw(patch).text((10, 8), "Other 1", fill=(30, 30, 30), font=ImageFont.load_default(28))
    picture.paste(patch, (left - 10, top - 8))
    assert found(picture, lines) == codes


def test_a_patch_under_what_stands_behind_a_colon_is_found() -> None:
    picture, lines = page()
    (left, top, _, bottom), right = lines[6].box, lines[7].box[2]
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(28)
    draw.rectangle((left - 4, top - 6, right + 4, bottom + 6), fill=BACK)
    draw.text((left, top + 3), "Status:", fill=(30, 30, 30), font=font)
    patch = Image.new("RGB", (150, bottom - top + 10), tuple(value - 7 for value in BACK))
    ImageDraw.Draw(patch).text((8, 5), "Not sent", fill=(30, 30, 30), font=font)
    picture.paste(patch, (left + 100, top - 2))
    whole = Line("Status:Not sent", (left, top, left + 240, bottom))
    assert found(picture, [*lines[:6], whole, *lines[8:]]) == ["patch"]
