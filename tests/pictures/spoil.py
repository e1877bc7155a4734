"""What happens to a screenshot on its way: saved again, made smaller, photographed, cropped, drawn on, touched up."""

import os
import random
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"


def jpeg(picture: Image.Image, quality: int, **more: Any) -> bytes:
    out = BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality, **more)
    return out.getvalue()


def saved(picture: Image.Image, rng: random.Random, **more: Any) -> tuple[bytes, str]:
    """As messengers and phones save it."""
    kind = rng.choice(["jpg"] * 6 + ["png", "webp"])
    if kind == "jpg":
        return jpeg(picture, rng.choice([50, 62, 70, 78, 85, 92]), **more), ".jpg"
    out = BytesIO()
    picture.convert("RGB").save(out, kind.upper(), **({"quality": 75} if kind == "webp" else {}))
    return out.getvalue(), "." + kind


def photo(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A photo of the screen: turned a little, in perspective, with moire, uneven light and a dark edge."""
    w, h = picture.size
    pad = int(0.06 * max(w, h))
    canvas = Image.new("RGB", (w + 2 * pad, h + 2 * pad), (38, 36, 34))
    canvas.paste(picture.convert("RGB"), (pad, pad))
    W, H = canvas.size
    j = lambda: rng.randint(0, pad // 2)  # noqa: E731
    quad = (j(), j(), j(), H - j(), W - j(), H - j(), W - j(), j())
    canvas = canvas.transform((W, H), Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    canvas = canvas.rotate(rng.uniform(-2, 2), Image.Resampling.BICUBIC, fillcolor=(38, 36, 34))
    light = (
        Image.linear_gradient("L")
        .resize((W, H))
        .rotate(rng.choice([0, 90, 180, 270]), expand=False)
        .point(lambda v: 200 + v // 5)
    )
    canvas = Image.composite(canvas, Image.new("RGB", (W, H), (20, 20, 24)), light)
    lines = Image.new("L", (W, H), 0)
    draw = ImageDraw.Draw(lines)
    for y in range(0, H, 3):
        draw.line([(0, y), (W, y)], fill=14)
    canvas = Image.composite(Image.new("RGB", (W, H), (0, 0, 0)), canvas, lines)
    canvas = canvas.filter(ImageFilter.GaussianBlur(0.7))
    if max(canvas.size) > 1700:
        canvas.thumbnail((1700, 1700))
    return canvas


def annotated(picture: Image.Image, rng: random.Random) -> Image.Image:
    picture = picture.convert("RGB")
    draw = ImageDraw.Draw(picture)
    w, h = picture.size
    x, y = rng.randint(int(0.1 * w), int(0.5 * w)), rng.randint(int(0.3 * h), int(0.7 * h))
    draw.ellipse([x, y, x + w // 3, y + 60], outline=(230, 20, 20), width=5)
    draw.line([w - 60, h - 80, x + w // 3, y + 60], fill=(230, 20, 20), width=5)
    return picture


def smaller(picture: Image.Image, rng: random.Random) -> Image.Image:
    scale = rng.choice([0.62, 0.75, 0.8, 0.9])
    return picture.resize((int(picture.width * scale), int(picture.height * scale)), Image.Resampling.LANCZOS)


def touched_up(picture: Image.Image, box: tuple[int, int, int, int], text: str, rng: random.Random) -> Image.Image:
    """A patch over a text in nearly the colour of its ground, and another text on it in another letter, perhaps blurred."""
    picture = picture.convert("RGB")
    left, top, right, bottom = box
    ground = picture.getpixel((max(0, left - 4), max(0, top - 3)))
    ink = max(
        (picture.getpixel((x, y)) for x in range(left, right, 2) for y in range(top, bottom, 2)),
        key=lambda p: sum(abs(a - b) for a, b in zip(p, ground, strict=True)),
    )
    near = tuple(max(0, min(255, v + rng.choice([-4, -3, -2, 2, 3, 4]))) for v in ground)
    font = ImageFont.truetype(FONT if rng.random() < 0.6 else FONT.replace("Serif", "Sans"), int(0.78 * (bottom - top)))
    wide = int(font.getlength(text))
    patch = Image.new("RGB", (max(right - left, wide) + 8, bottom - top + 4), near)
    ImageDraw.Draw(patch).text((4, 0), text, fill=ink, font=font)
    if rng.random() < 0.5:
        patch = patch.filter(ImageFilter.GaussianBlur(rng.choice([0.8, 1.2])))
    picture.paste(patch, (left - 4, top - 2))
    return picture


def with_program(name: str) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0131] = name
    return exif


def write(folder: Path, name: str, data: bytes) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return name
