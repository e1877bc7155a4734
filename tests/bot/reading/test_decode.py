"""A picture is decoded upright, in plain colours and within bounds, whatever its bytes were made to do."""

from io import BytesIO

import pytest
from PIL import Image

from bot.reading import Unfit
from bot.reading.decode import LONGEST_SIDE, for_reading, opened


def encoded(picture: Image.Image, form: str, **more: object) -> bytes:
    out = BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()


def test_a_picture_on_its_side_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(encoded(Image.new("RGB", (40, 20)), "JPEG", exif=exif), "JPEG", 25).size == (20, 40)


@pytest.mark.parametrize("mode, form", [("CMYK", "JPEG"), ("I;16", "PNG"), ("1", "PNG"), ("P", "GIF"), ("LA", "PNG")])
def test_every_kind_of_colour_becomes_plain(mode: str, form: str) -> None:
    assert opened(encoded(Image.new(mode, (30, 20)), form), form, 25).mode == "RGB"


def test_sixteen_bits_keep_their_light() -> None:
    assert opened(encoded(Image.new("I;16", (4, 4), 0x8000), "PNG"), "PNG", 25).getpixel((1, 1)) == (128, 128, 128)


def test_what_is_clear_is_shown_on_white() -> None:
    assert opened(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 0)), "PNG"), "PNG", 25).getpixel((1, 1)) == (
        255,
        255,
        255,
    )


def test_an_iphones_picture_is_decoded() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    assert opened(encoded(Image.new("RGB", (64, 48), "red"), "HEIF"), "HEIF", 25).size == (64, 48)


def test_of_a_document_the_first_page_is_drawn() -> None:
    pages = [Image.new("RGB", (200, 400), "white") for _ in range(3)]
    drawn = opened(encoded(pages[0], "PDF", save_all=True, append_images=pages[1:]), "PDF", 25)
    assert max(drawn.size) <= 1600 and drawn.height > drawn.width


# fmt: off
@pytest.mark.parametrize("data, kind, problem", [
    (b"%PDF-1.7\n%%EOF",                            "PDF",  "document_broken"),
    (b"\0\0\0\x18ftypheic" + b"\0" * 40,            "HEIF", "broken"),
    (b"\x89PNG\r\n\x1a\n",                          "PNG",  "broken"),
])
def test_what_cannot_be_decoded_is_said_so(data: bytes, kind: str, problem: str) -> None:
    with pytest.raises(Unfit) as unfit:
        opened(data, kind, 25)
    assert unfit.value.problem == problem


def test_more_pixels_than_are_taken_are_refused() -> None:
    with pytest.raises(Unfit) as unfit:
        opened(encoded(Image.new("L", (2000, 1000)), "PNG"), "PNG", 1)
    assert unfit.value.problem == "too_many_pixels"


def test_a_large_picture_is_made_smaller_before_it_is_read() -> None:
    assert max(for_reading(Image.new("RGB", (4000, 3000))).size) == LONGEST_SIDE
    assert for_reading(Image.new("RGB", (800, 600))).size == (800, 600)
