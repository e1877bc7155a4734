"""Draws made-up pictures with their labels: `python -m tests.pictures.make FOLDER [SEED [other | third]]`. Needs Chromium.

Sets of pages by several heads: what is mended by looking at the one is measured on the others.
"""

import json
import random
import sys
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

from PIL import Image, ImageEnhance
from playwright.sync_api import Page, sync_playwright

from tests.pictures import more_pages, other_make, pages, spoil
from tests.pictures.pages import STYLE, Scene

SCENES = (
    pages.order_pages,
    pages.errors,
    pages.successes,
    more_pages.faults,
    more_pages.listings,
    more_pages.received,
    more_pages.chats,
    more_pages.services,
    more_pages.payments,
    more_pages.unrelated,
)


def make(folder: Path, seed: int, of: str = "first") -> None:
    if of != "first":
        other_make.make(folder, seed, of)
        return
    rng = random.Random(seed)
    scenes = list(chain.from_iterable(of(rng) for of in SCENES))
    labels: list[dict[str, Any]] = []
    dups: list[dict[str, Any]] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=spoil.CHROMIUM, args=["--no-sandbox"])
        drawing = browser.new_page(device_scale_factor=2)
        for n, scene in enumerate(scenes):
            labels.append(_one(drawing, scene, f"g{n:03d}", folder, rng))
            if scene.kind in ("order_page", "activation_error", "service_record", "payment") and n % 4 == 0:
                dups += _again(drawing, scene, labels[-1], f"z{n:03d}", folder, rng)
        browser.close()
    for name, some in (("labels.jsonl", labels), ("dups.jsonl", dups)):
        (folder / name).write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in some))


def draw(page: Page, scene: Scene) -> Image.Image:
    page.set_viewport_size({"width": scene.size[0], "height": scene.size[1]})
    page.set_content(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{scene.html}")
    bar = (
        ""
        if scene.size[0] > 500
        else "<div style='position:fixed;top:6px;left:22px;right:22px;display:flex;justify-content:space-between;font-size:13px;mix-blend-mode:difference;color:#ddd'><b>10:2%d</b><span>5G 8%d%%</span></div>"
    )
    if bar:
        page.evaluate(
            "html => document.body.insertAdjacentHTML('beforeend', html)",
            bar % (len(scene.html) % 10, len(scene.html) % 7),
        )
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def _one(page: Page, scene: Scene, name: str, folder: Path, rng: random.Random) -> dict[str, Any]:
    picture, shows, tampered, extra = draw(page, scene), dict(scene.shows), False, {}
    verdict = scene.verdict
    if (
        scene.kind == "order_page"
        and scene.template != "op_list"
        and scene.verdict == "contradicts"
        and rng.random() < 0.55
    ):
        done = _tamper(page, picture, scene, rng)
        if done:
            picture, tampered = done, True
            shows["status"], verdict = "待发货", "supports"
            scene.claim["order"] |= {"order_no": shows["order_no"], "amount_paid": shows["amount"]}
            if rng.random() < 0.35:
                extra = {"exif": spoil.with_program("Adobe Photoshop 24.0 (Windows)")}
    how = rng.random()
    ops: list[str] = []
    if how < 0.12 and not tampered:
        picture, ops = spoil.photo(picture, rng), ["photo"]
    elif how < 0.55:
        picture, ops = spoil.smaller(picture, rng), ["smaller"]
    if 0.5 < how < 0.62 and not tampered:
        picture, ops = spoil.annotated(picture, rng), [*ops, "circle"]
    if 0.62 < how < 0.68:
        picture, ops = ImageEnhance.Brightness(picture).enhance(0.85), ["dim"]
    if extra:
        data, suffix = spoil.jpeg(picture, 88, **extra), ".jpg"
    else:
        data, suffix = spoil.saved(picture, rng)
    file = spoil.write(folder, name + suffix, data)
    label = {"order_no": None, "status": None, "amount": None, **shows}
    return {
        "file": file,
        "kind": scene.kind,
        **label,
        "times": {},
        "claim": scene.claim,
        "verdict": verdict,
        "tampered": tampered,
        "why": scene.template + " " + ",".join(ops),
    }


def _tamper(page: Page, picture: Image.Image, scene: Scene, rng: random.Random) -> Image.Image | None:
    """The status pasted over, where the template prints it in Chinese and by itself."""
    status = scene.shows["status"]
    words = {**pages.ZH}
    for text in (words[status], status, pages.TW[status]):
        found = page.get_by_text(text, exact=True)
        if found.count() >= 1:
            box = found.last.evaluate(
                "el => { const r = document.createRange(); r.selectNodeContents(el); const b = r.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom] }"
            )
            return spoil.touched_up(picture, tuple(int(2 * v) for v in box), "待发货", rng)
    return None


def _again(
    page: Page, scene: Scene, label: dict[str, Any], name: str, folder: Path, rng: random.Random
) -> list[dict[str, Any]]:
    first = Image.open(folder / label["file"]).convert("RGB")
    how = rng.randrange(4)
    if how == 0:
        data = spoil.jpeg(first, 45)
    elif how == 1:
        data = spoil.jpeg(
            first.resize((int(0.75 * first.width), int(0.75 * first.height)), Image.Resampling.LANCZOS), 80
        )
    elif how == 2:
        data = spoil.jpeg(first.crop((9, 7, first.width - 8, first.height - 11)), 82)
    else:
        data = spoil.jpeg(ImageEnhance.Brightness(first).enhance(1.06), 85)
    out = [{"file": spoil.write(folder, f"{name}a.jpg", data), "duplicate_of": label["file"], "how": str(how)}]
    number = label["order_no"]
    if number and number in scene.html and not label["tampered"]:
        digits = list(number)
        places = [i for i, c in enumerate(digits) if c.isdigit()][-4:]
        for i in places:
            digits[i] = str((int(digits[i]) + rng.randint(1, 9)) % 10)
        twin = Scene(
            scene.kind,
            scene.template,
            scene.html.replace(number, "".join(digits)),
            scene.claim,
            scene.verdict,
            scene.size,
        )
        out.append(
            {
                "file": spoil.write(folder, f"{name}b.jpg", spoil.jpeg(draw(page, twin), 80)),
                "lookalike_of": label["file"],
                "how": "other number",
            }
        )
    return out


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1, *sys.argv[3:4])
