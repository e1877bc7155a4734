"""Whoever looks at a picture sees its pixels, and never where, when or by what it was taken."""

from io import BytesIO
from pathlib import Path

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


def shown(folder: Path, data: bytes) -> bytes:
    (folder / "picture").write_bytes(data)
    seen = for_others(folder / "picture")
    assert (folder / "picture").read_bytes() == data, "the original stays as it is"
    return seen


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_notes_of_the_camera_are_gone_and_the_picture_is_there(tmp_path: Path, form: str) -> None:
    assert SECRET.encode() in with_notes(form)
    seen = shown(tmp_path, with_notes(form))
    with Image.open(BytesIO(seen)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == (form, (60, 40), {})
    assert SECRET.encode() not in seen


def test_a_picture_taken_sideways_stands_upright(tmp_path: Path) -> None:
    with Image.open(BytesIO(shown(tmp_path, with_notes("JPEG", orientation=6)))) as picture:
        assert picture.size == (40, 60)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_without_notes_is_shown_as_it_is(tmp_path: Path, form: str) -> None:
    out = BytesIO()
    Image.new("P" if form == "GIF" else "RGB", (60, 40)).save(out, form)
    assert shown(tmp_path, out.getvalue()) == out.getvalue()


def test_a_comment_is_a_note_too(tmp_path: Path) -> None:
    out = BytesIO()
    Image.new("RGB", (60, 40)).save(out, "JPEG", comment=SECRET)
    assert SECRET.encode() not in shown(tmp_path, out.getvalue())
