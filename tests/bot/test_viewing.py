"""Whoever looks at a picture sees its pixels, and never where, when or by what it was taken."""

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from bot.viewing import for_others

MODEL, ORIENTATION, GPS = 0x0110, 0x0112, 0x8825
SECRET = "Meizu of Li Hua"


def with_notes(form: str, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[MODEL], exif[ORIENTATION] = SECRET, orientation
    exif.get_ifd(GPS)[2] = (31.0, 14.0, 5.0)
    out = BytesIO()
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET)
    more = {"pnginfo": notes} if form == "PNG" else {}
    Image.new("RGB", (60, 40), "teal").save(out, form, exif=exif, xmp=f"<x>{SECRET}</x>".encode(), **more)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_notes_of_the_camera_are_gone_and_the_picture_is_there(form: str) -> None:
    assert SECRET.encode() in with_notes(form)
    seen = for_others(with_notes(form))
    with Image.open(BytesIO(seen)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == (form, (60, 40), {})
    assert SECRET.encode() not in seen


def test_a_picture_taken_sideways_stands_upright() -> None:
    with Image.open(BytesIO(for_others(with_notes("JPEG", orientation=6)))) as picture:
        assert picture.size == (40, 60)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_without_notes_is_shown_as_it_is(form: str) -> None:
    out = BytesIO()
    Image.new("P" if form == "GIF" else "RGB", (60, 40)).save(out, form)
    assert for_others(out.getvalue()) == out.getvalue()


def test_a_comment_is_a_note_too() -> None:
    out = BytesIO()
    Image.new("RGB", (60, 40)).save(out, "JPEG", comment=SECRET)
    assert SECRET.encode() not in for_others(out.getvalue())


def test_a_picture_whose_notes_are_broken_is_there_without_them() -> None:
    broken = with_notes("JPEG").replace(b"Exif\0\0MM\0*", b"Exif\0\0MX\0*")
    seen = for_others(broken)
    with Image.open(BytesIO(seen)) as picture:
        assert picture.size == (60, 40)
    assert SECRET.encode() in broken and SECRET.encode() not in seen
