"""A print tells pictures apart as they look, and bears saving again."""

from io import BytesIO

from PIL import Image, ImageDraw

from bot.reading.likeness import print_of
from flows.reuse import traits


def drawn(shift: int = 0) -> Image.Image:
    picture = Image.new("RGB", (320, 640), "white")
    for n in range(8):
        ImageDraw.Draw(picture).rectangle(
            (20 + shift, 30 + 70 * n, 100 + 25 * n, 70 + 70 * n), fill=(40 * n % 256, 90, 120)
        )
    return picture


def test_saved_again_and_made_smaller_it_is_nominated() -> None:
    out = BytesIO()
    drawn().resize((240, 480)).save(out, "JPEG", quality=40)
    assert traits(print_of(drawn()), ()) & traits(print_of(Image.open(out)), ())


def test_another_picture_is_not() -> None:
    other = drawn().transpose(Image.Transpose.ROTATE_90).resize((320, 640))
    assert not traits(print_of(drawn()), ()) & traits(print_of(other), ())
