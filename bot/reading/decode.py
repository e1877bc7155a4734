"""Bytes → a picture, within bounds of pixels, and as nothing else than what their content says they are."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps

from bot.reading import Unfit

MEGA = 1_000_000
LONGEST_SIDE = 2400
"""Pixels to which a picture is made smaller before it is read; a long screenshot may be longer."""
PAGE_SIDE = 1600
"""Pixels of the longer side of a PDF's page as it is drawn."""

warnings.simplefilter("error", Image.DecompressionBombWarning)


def opened(data: bytes, kind: str, megapixels: int) -> Image.Image:
    """The picture upright, in colours of 8 bits. Of a moving picture the first frame, of a PDF the first page."""
    picture = _page(data) if kind == "PDF" else _picture(data, kind, megapixels)
    upright = ImageOps.exif_transpose(picture)
    return _in_colours(upright)


def _picture(data: bytes, kind: str, megapixels: int) -> Image.Image:
    if kind == "HEIF":
        _with_heif()
    try:
        picture = Image.open(BytesIO(data), formats=[kind])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unfit("too_many_pixels") from None
    except Exception:
        # A decoder may fail with anything on bytes that were made to break it.
        raise Unfit("broken") from None
    if picture.width * picture.height > megapixels * MEGA:
        raise Unfit("too_many_pixels")
    try:
        if kind == "JPEG":
            # A camera's picture is decoded at half or a quarter of its size: text stays large enough.
            picture.draft("RGB", (LONGEST_SIDE // 2, LONGEST_SIDE // 2))
        picture.load()
    except Exception:
        raise Unfit("broken") from None
    return picture


def _with_heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)


def _page(data: bytes) -> Image.Image:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        page = document[0]
        width, height = page.get_size()
        scale = min(3.0, PAGE_SIDE / max(width, height, 1.0))
        drawn: Image.Image = page.render(scale=scale).to_pil()
        document.close()
    except Exception:
        raise Unfit("document_broken") from None
    return drawn


def _in_colours(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        # 16 bits a pixel: the upper eight of them are what can be seen.
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        # What is transparent is shown on white, as a browser does.
        clear = picture.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return picture.convert("RGB")


def for_reading(picture: Image.Image) -> Image.Image:
    """As large as helps the reading: the shorter side of a long screenshot stays readable."""
    longest = LONGEST_SIDE if max(picture.size) < 2.6 * min(picture.size) else 4 * LONGEST_SIDE
    if max(picture.size) <= longest:
        return picture
    scale = longest / max(picture.size)
    return picture.resize(
        (max(1, int(picture.width * scale)), max(1, int(picture.height * scale))), Image.Resampling.BOX
    )
