"""Letters that are softer than all others of a page, or of another fount."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bot.reading.letters import contrast_of_strokes, other_letters, sharpness
from nlp.pictured import Line
from tests.bot.reading.pages import BACK, found, page

FOUNTS = Path("/usr/share/fonts/opentype/noto")
TEXTS = ("订单编号", "商品名称", "实付金额", "下单时间", "承诺发货时间", "支付方式", "联系客服", "已发货")
with_founts = pytest.mark.skipif(not FOUNTS.exists(), reason="no Chinese founts here to draw with")


def test_one_text_softer_than_all_others_is_found() -> None:
    picture, lines = page()
    box = lines[5].box
    picture.paste(picture.crop(box).filter(ImageFilter.GaussianBlur(1.6)), box)
    assert "blur" in found(picture, lines)


def test_without_contrast_there_is_no_sharpness() -> None:
    assert sharpness(Image.new("L", (40, 20), 128)) is None


def chinese(*serif: int) -> tuple[Image.Image, list[Line]]:
    """Rows of Chinese sans serif, those of the given places with serifs."""
    picture, lines = Image.new("RGB", (500, 80 * len(TEXTS)), BACK), []
    for n, text in enumerate(TEXTS):
        fount = ImageFont.truetype(FOUNTS / f"Noto{'Serif' if n in serif else 'Sans'}CJK-Regular.ttc", 36)
        box = ImageDraw.Draw(picture).textbbox((30, 20 + 80 * n), text, font=fount)
        ImageDraw.Draw(picture).text((30, 20 + 80 * n), text, fill=(30, 30, 30), font=fount)
        lines.append(Line(text, (int(box[0]), int(box[1]), int(box[2]), int(box[3]))))
    return picture, lines


@with_founts
def test_one_text_with_serifs_among_others_without_is_found() -> None:
    picture, lines = chinese(7)
    assert [trace.box for trace in other_letters(picture, lines)] == [lines[7].box]


@with_founts
@pytest.mark.parametrize("serif", [(), tuple(range(8)), (0, 2, 5)], ids=["none", "all", "several"])
def test_a_page_of_one_fount_or_of_a_mixture_shows_nothing(serif: tuple[int, ...]) -> None:
    assert list(other_letters(*chinese(*serif))) == []


@with_founts
@pytest.mark.parametrize("weight, is_measured", [("Regular", True), ("Bold", False)])
def test_strokes_of_bold_letters_tell_nothing_of_the_fount(weight: str, is_measured: bool) -> None:
    picture = Image.new("L", (220, 60), 255)
    fount = ImageFont.truetype(FOUNTS / f"NotoSansCJK-{weight}.ttc", 36)
    ImageDraw.Draw(picture).text((10, 30), "等待卖家", fill=20, font=fount, anchor="lm")
    assert (contrast_of_strokes(picture.crop((4, 8, 160, 52))) is not None) is is_measured


def test_without_contrast_there_are_no_strokes() -> None:
    assert contrast_of_strokes(Image.new("L", (80, 30), 128)) is None


@with_founts
@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_edges_of_a_chip_are_no_strokes(weight: str) -> None:
    picture, lines = chinese()
    left, top, right, bottom = lines[7].box
    draw = ImageDraw.Draw(picture)
    draw.rectangle((left - 30, top + 2, right + 30, bottom - 2), fill=(90, 184, 92))
    fount = ImageFont.truetype(FOUNTS / f"NotoSansCJK-{weight}.ttc", 36)
    draw.text((30, 20 + 80 * 7), TEXTS[7], fill="white", font=fount)
    lines[7] = Line(TEXTS[7], (left - 30, top - 4, right + 30, bottom + 4))
    assert list(other_letters(picture, lines)) == []


def test_a_text_that_is_hardly_softer_is_no_sign() -> None:
    picture, lines = page()
    box = lines[5].box
    picture.paste(picture.crop(box).filter(ImageFilter.GaussianBlur(0.35)), box)
    assert "blur" not in found(picture, lines)
