"""What a picture goes through in other hands: photographed askew, cut, drawn on, sent through three messengers, forged."""

import random
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from tests.pictures.spoil import jpeg

Box = tuple[int, int, int, int]
Boxes = Mapping[str, Box]
"""Where the fields of a page stand, in pixels."""
SANS, SERIF = (f"/usr/share/fonts/opentype/noto/Noto{of}CJK-Regular.ttc" for of in ("Sans", "Serif"))
RED = (226, 28, 28)


def handled(picture: Image.Image, boxes: Boxes, rng: random.Random) -> tuple[Image.Image, list[str]]:
    """As it reaches the shop, and what was done to it. No field is hidden or cut off."""
    done: list[str] = []
    if picture.width > 1500:
        picture = _scaled(picture, rng.uniform(0.5, 0.62))
        boxes = {name: tuple(int(v * 0.56) for v in box) for name, box in boxes.items()}
    how = rng.random()
    if "private" in boxes and rng.random() < 0.5 and how > 0.3:
        picture, done = mosaic(picture, boxes["private"]), ["mosaic"]
    if how < 0.10:
        return photographed(picture, rng), ["photo"]
    if how < 0.20:
        return drawn_on(picture, boxes, rng), [*done, "drawn on"]
    if how < 0.30:
        return cut(picture, boxes, rng), [*done, "cut"]
    if how < 0.40:
        return passed_on(picture, rng), [*done, "passed on"]
    if how < 0.46:
        return watermarked(picture, rng), [*done, "watermark"]
    if how < 0.52:
        return _scaled(picture, 0.52), [*done, "small"]
    if how < 0.56:
        return bubble(picture, boxes, rng), [*done, "bubble"]
    if how < 0.59:
        return viewed(picture, rng), [*done, "viewer"]
    if how < 0.62:
        return ImageEnhance.Brightness(picture).enhance(rng.choice([0.75, 1.15])), [*done, "light"]
    if how < 0.85:
        return _scaled(picture, rng.uniform(0.7, 1.0)), [*done, "scaled"]
    return picture, done


def _scaled(picture: Image.Image, by: float) -> Image.Image:
    return picture.resize((int(picture.width * by), int(picture.height * by)), Image.Resampling.LANCZOS)


def photographed(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A screen on a table: perspective, moire of two grids, a reflection, noise, softness."""
    scale = 1100 / max(picture.size)
    picture = _scaled(picture, scale)
    w, h = picture.size
    pad = int(0.09 * max(w, h))
    W, H = w + 2 * pad, h + 2 * pad
    table = np.array(Image.new("RGB", (W, H), rng.choice([(92, 70, 52), (40, 42, 48), (150, 148, 142)])))
    framed = Image.new("RGB", (w + 24, h + 24), (12, 12, 14))
    framed.paste(picture, (12, 12))
    j = lambda: rng.randint(-pad // 2, pad // 3)  # noqa: E731
    corners = [(pad + j(), pad + j()), (W - pad + j(), pad + j()), (W - pad + j(), H - pad + j()), (pad + j(), H - pad + j())]
    moved = framed.transform((W, H), Image.Transform.PERSPECTIVE, _perspective(corners, framed.size), Image.Resampling.BICUBIC)
    mask = Image.new("L", framed.size, 255).transform((W, H), Image.Transform.PERSPECTIVE, _perspective(corners, framed.size))
    values = np.where(np.array(mask)[..., None] > 128, np.array(moved), table).astype(np.float32)
    y, x = np.mgrid[0:H, 0:W].astype(np.float32)
    a, b = rng.uniform(0.9, 1.3), rng.uniform(-0.5, 0.5)
    waves = np.sin(a * x + b * y) * np.sin((a + 0.07) * x + (b + 0.05) * y) * rng.uniform(5, 12)
    light = 1.05 - 0.25 * np.hypot(x - rng.random() * W, y - rng.random() * H) / max(W, H)
    noise = np.random.default_rng(rng.randrange(1 << 30)).normal(0, 3, (H, W, 1))
    values = (values + waves[..., None] + noise) * light[..., None]
    return Image.fromarray(values.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.7)))


def _perspective(corners: list[tuple[int, int]], size: tuple[int, int]) -> list[float]:
    w, h = size
    rows, wanted = [], []
    for (x, y), (u, v) in zip(corners, [(0, 0), (w, 0), (w, h), (0, h)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return list(np.linalg.solve(np.array(rows, float), np.array(wanted, float)))


def drawn_on(picture: Image.Image, boxes: Boxes, rng: random.Random) -> Image.Image:
    """A circle around a field, an arrow to it, a scribble and a note, as people do before they send."""
    picture = picture.copy()
    draw, (w, h) = ImageDraw.Draw(picture), picture.size
    fields = [box for name, box in boxes.items() if name != "private"]
    left, top, right, bottom = rng.choice(fields) if fields else (w // 4, h // 2, w // 2, h // 2 + 40)
    thick = max(3, w // 180)
    if rng.random() < 0.7:
        draw.ellipse([left - 22, top - 14, right + 22, bottom + 14], outline=RED, width=thick)
    else:
        points = [(x, bottom + 6 + rng.randint(-3, 3)) for x in range(left, right, 12)]
        draw.line(points, fill=RED, width=thick)
    if rng.random() < 0.5:
        end = (min(w - 10, right + 30), bottom + 20)
        draw.line([(min(w - 5, end[0] + 90), min(h - 5, end[1] + 120)), end], fill=RED, width=thick)
        draw.polygon([end, (end[0] + 26, end[1] + 8), (end[0] + 6, end[1] + 28)], fill=RED)
    if rng.random() < 0.5:
        font = ImageFont.truetype(SANS, max(22, w // 26))
        draw.text((int(0.3 * w), int(0.93 * h)), rng.choice(["看这里！", "还没有发货", "骗子店铺", "到现在都没到", "请尽快处理"]), fill=RED, font=font)
    return picture


def mosaic(picture: Image.Image, box: Box) -> Image.Image:
    picture = picture.copy()
    piece = picture.crop(box)
    small = piece.resize((max(1, piece.width // 12), max(1, piece.height // 12)), Image.Resampling.BOX)
    picture.paste(small.resize(piece.size, Image.Resampling.NEAREST), box[:2])
    return picture


def cut(picture: Image.Image, boxes: Boxes, rng: random.Random) -> Image.Image:
    """Cropped to what matters: above the first field and below the last one a part is gone."""
    fields = [*boxes.values()] or [(int(0.1 * picture.width), int(0.2 * picture.height), 0, int(0.8 * picture.height))]
    top = int(min(box[1] for box in fields) * rng.uniform(0.3, 0.8))
    low = max(box[3] for box in fields)
    bottom = low + int((picture.height - low) * rng.uniform(0.3, 0.9)) + 8
    return picture.crop((0, top, picture.width, min(picture.height, bottom)))


def passed_on(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Through two or three messengers, each of which makes it smaller and saves it again."""
    for _ in range(rng.choice([2, 3])):
        picture = Image.open(BytesIO(jpeg(_scaled(picture, rng.uniform(0.88, 0.99)), rng.choice([55, 62, 70])))).convert("RGB")
    return picture


def watermarked(picture: Image.Image, rng: random.Random) -> Image.Image:
    w, h = picture.size
    layer = Image.new("RGBA", (2 * w, 2 * h))
    draw, font = ImageDraw.Draw(layer), ImageFont.truetype(SANS, max(20, w // 30))
    said = rng.choice(["仅供售后使用", "@数码小李", "订单截图 请勿盗用"])
    for y in range(0, 2 * h, h // 5):
        for x in range(0, 2 * w, w // 2):
            draw.text((x, y), said, font=font, fill=(128, 128, 128, 52))
    turned = layer.rotate(24).crop((w // 2, h // 2, w // 2 + w, h // 2 + h))
    return Image.alpha_composite(picture.convert("RGBA"), turned).convert("RGB")


def bubble(picture: Image.Image, boxes: Boxes, rng: random.Random) -> Image.Image:
    """A floating ball of the phone at the right edge, where no field is."""
    picture = picture.copy()
    d = picture.width // 8
    for _ in range(20):
        y = rng.randint(0, picture.height - d)
        x = picture.width - d - 6
        if all(box[2] < x or box[3] < y or box[1] > y + d for box in boxes.values()):
            ImageDraw.Draw(picture).ellipse([x, y, x + d, y + d], fill=(120, 120, 128), outline=(220, 220, 220), width=6)
            return picture
    return picture


def viewed(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A screenshot of the picture as a messenger shows it: black around it, a counter and buttons."""
    w = 828
    inner = _scaled(picture, rng.uniform(0.86, 1.0) * w / picture.width)
    h = max(1500, inner.height + 240)
    out = Image.new("RGB", (w, h), (0, 0, 0))
    out.paste(inner, ((w - inner.width) // 2, (h - inner.height) // 2))
    draw, font = ImageDraw.Draw(out), ImageFont.truetype(SANS, 30)
    draw.text((w // 2 - 20, 60), "1/3", fill=(220, 220, 220), font=font)
    draw.text((w - 150, h - 70), "···", fill=(220, 220, 220), font=font)
    return out


# ---- forging

FORGERIES = ("patch", "same ground", "noisy", "blurred", "other letters", "copied digits", "program", "program")


def forged(picture: Image.Image, box: Box, text: str, how: str, rng: random.Random) -> Image.Image:
    """Another text where one stood."""
    picture = picture.copy()
    left, top, right, bottom = box
    ground = _ground(picture, box)
    ink = max((picture.getpixel((x, y)) for x in range(left, right, 2) for y in range(top, bottom, 2)), key=lambda p: sum(abs(a - b) for a, b in zip(p, ground, strict=True)))
    size = int(0.72 * (bottom - top))
    font = ImageFont.truetype(SERIF if how in ("other letters", "same ground") else SANS, size)
    wide = max(right - left, int(font.getlength(text))) + 6
    shade = ground
    if how == "patch":
        shade = tuple(max(0, min(255, v + rng.choice([-6, -4, -3, 3, 4, 6]))) for v in ground)
    patch = Image.new("RGB", (wide, bottom - top), shade)
    ImageDraw.Draw(patch).text((3, int(0.1 * (bottom - top))), text, fill=ink, font=font)
    if how == "noisy":
        values = np.array(patch, np.float32) + np.random.default_rng(rng.randrange(1 << 30)).normal(0, 7, (patch.height, patch.width, 1))
        patch = Image.fromarray(values.clip(0, 255).astype(np.uint8))
    if how == "blurred":
        patch = patch.filter(ImageFilter.GaussianBlur(1.5))
    picture.paste(patch, (left - 3, top))
    return picture


def _ground(picture: Image.Image, box: Box) -> Any:
    return picture.getpixel((max(0, box[0] - 5), (box[1] + box[3]) // 2))


def copied_digits(picture: Image.Image, box: Box, number: str, rng: random.Random) -> tuple[Image.Image, str]:
    """One digit of a number covered with a copy of another one."""
    picture = picture.copy()
    left, top, right, bottom = box
    step = (right - left) / len(number)
    digits = [i for i, sign in enumerate(number) if sign.isdigit()]
    to = digits[-rng.randint(2, 5)]
    of = rng.choice([i for i in digits if number[i] != number[to]])
    piece = picture.crop((int(left + of * step), top, int(left + (of + 1) * step), bottom))
    picture.paste(piece, (int(left + to * step), top))
    return picture, number[:to] + number[of] + number[to + 1 :]
