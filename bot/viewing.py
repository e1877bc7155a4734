"""A picture as others see it: its pixels, without where, when and by what it was taken. The original stays as it is."""

from io import BytesIO

HARMLESS = frozenset({
    "adobe", "adobe_transform", "background", "chromaticity", "dpi", "duration", "extension", "gamma", "icc_profile",
    "interlace", "jfif", "jfif_density", "jfif_unit", "jfif_version", "loop", "progression", "progressive", "srgb",
    "timestamp", "transparency", "version",
})  # fmt: skip
"""What may stand beside the pixels: it tells how to draw them and nothing else."""


def for_others(data: bytes) -> bytes:
    """The picture itself where there is nothing to hide, as in most screenshots; else its first frame, drawn anew."""
    from PIL import Image, ImageOps

    with Image.open(BytesIO(data)) as picture:
        if not picture.getexif() and set(picture.info) <= HARMLESS:
            return data
        clean = ImageOps.exif_transpose(picture)
        form = picture.format
    kept = {name: clean.info[name] for name in ("icc_profile", "transparency") if name in clean.info}
    clean.info = {}  # first: broken notes would be read from it once more
    clean.getexif().clear()
    out = BytesIO()
    clean.save(out, form, **kept, **({"quality": 92} if form in ("JPEG", "WEBP") else {}))
    return out.getvalue()
