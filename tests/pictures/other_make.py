"""The sets of other heads: their pages, drawn, handled as pictures are, some forged, some handed in again."""

import json
import random
from datetime import timedelta
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

from PIL import Image, ImageEnhance
from playwright.sync_api import Page, sync_playwright

from tests.pictures import handled, other_goods, other_orders, other_screens, other_talks, spoil, third_pages
from tests.pictures.handled import Box
from tests.pictures.pages import STYLE, Scene, when

SCENES = (
    other_orders.order_pages, other_screens.errors, other_screens.successes, other_screens.faults, other_goods.listings,
    other_goods.received, other_talks.chats, other_goods.services, other_goods.payments, other_talks.unrelated,
)  # fmt: skip
BOXES = """() => Object.fromEntries([...document.querySelectorAll('[data-f],[data-private]')].map(el => {
  const r = document.createRange(); r.selectNodeContents(el); const b = r.getBoundingClientRect();
  return [el.dataset.f || 'private', [b.left, b.top, b.right, b.bottom].map(v => Math.round(2 * v))] }))"""
TO_FORGE = 12


THIRD = (third_pages.order_pages, third_pages.screens, third_pages.talks, third_pages.others)


def make(folder: Path, seed: int, of: str) -> None:
    rng = random.Random(seed)
    scenes = list(chain.from_iterable(of(rng) for of in (THIRD if of == "third" else SCENES)))
    false = [scene for scene in scenes if _can_be_forged(scene)]
    chosen = {id(scene): n for n, scene in enumerate(rng.sample(false, min(TO_FORGE, len(false))))}
    labels: list[dict[str, Any]] = []
    pairs: list[dict[str, Any]] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=spoil.CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(device_scale_factor=2)
        for n, scene in enumerate(scenes):
            name = f"h{n:03d}"
            label = _forged(page, scene, name, folder, rng, chosen[id(scene)]) if id(scene) in chosen else _honest(page, scene, name, folder, rng)
            labels.append(label)
            if scene.kind in ("order_page", "service_record", "payment", "activation_error", "received_goods") and n % 5 == 2:
                pairs += _pairs(page, scene, label, f"w{n:03d}", folder, rng)
        nothing = other_talks.photo_of_nothing(rng)
        label = labels[0] | {"file": spoil.write(folder, "h900.jpg", spoil.jpeg(nothing, 72)), "kind": "unrelated", "order_no": None, "status": None, "amount": None, "times": {}, "verdict": "unrelated", "tampered": False, "why": "blots"}
        labels.append(label)
        browser.close()
    for file, some in (("labels.jsonl", labels), ("dups.jsonl", pairs)):
        (folder / file).write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in some))


def draw(page: Page, scene: Scene) -> tuple[Image.Image, dict[str, Box]]:
    page.set_viewport_size({"width": scene.size[0], "height": scene.size[1]})
    page.set_content(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{scene.html}")
    if scene.size[0] < 500:
        bar = f"<div style='position:fixed;top:8px;left:24px;right:24px;display:flex;justify-content:space-between;font-size:14px;mix-blend-mode:difference;color:#ccc'><b>{9 + len(scene.html) % 12}:{10 + len(scene.html) % 49}</b><span>5G ▮ {len(scene.html) % 90 + 9}</span></div>"
        page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", bar)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    return picture, {name: tuple(box) for name, box in page.evaluate(BOXES).items()}


def _label(scene: Scene, file: str, ops: list[str], **more: Any) -> dict[str, Any]:
    nothing = {"order_no": None, "status": None, "amount": None, "times": {}, "error_text": None}
    return {"file": file, "kind": scene.kind, **nothing, **scene.shows, "claim": scene.claim, "verdict": scene.verdict, "tampered": False, "why": f"{scene.template} {scene.why} {','.join(ops)}", **more}


def _honest(page: Page, scene: Scene, name: str, folder: Path, rng: random.Random) -> dict[str, Any]:
    picture, ops = handled.handled(*draw(page, scene), rng)
    data, suffix = spoil.saved(picture, rng)
    return _label(scene, spoil.write(folder, name + suffix, data), ops)


def _can_be_forged(scene: Scene) -> bool:
    return scene.kind == "order_page" and scene.verdict == "contradicts" and scene.template not in ("op_cards", "op_both") and scene.shows["status"] in ("已发货", "已完成", "已关闭", "待付款")


def _forged(page: Page, scene: Scene, name: str, folder: Path, rng: random.Random, n: int) -> dict[str, Any]:
    """The status, the amount or the number changed; the claim is for what it now reads."""
    how = (*handled.FORGERIES, "time")[n % (len(handled.FORGERIES) + 1)]
    shows, order = dict(scene.shows), scene.claim["order"]
    if how == "time":
        return _impossible(page, scene, name, folder, rng)
    picture, boxes = draw(page, scene)
    if how == "copied digits":
        picture, shows["order_no"] = handled.copied_digits(picture, boxes["number"], shows["order_no"], rng)
        order["order_no"], verdict = shows["order_no"], "contradicts"
    elif n % 3 == 2:
        shows["amount"] = f"{float(shows['amount']) * 10:.2f}"
        picture, verdict = handled.forged(picture, boxes["amount"], "¥" + shows["amount"], how, rng), "contradicts"
    else:
        shows["status"] = "待发货"
        picture, verdict = handled.forged(picture, boxes["status"], "待发货", how, rng), "supports"
    if picture.width > 1500:
        picture = picture.resize((int(picture.width * 0.56), int(picture.height * 0.56)), Image.Resampling.LANCZOS)
    more = {"exif": spoil.with_program(rng.choice(["Adobe Photoshop 25.1 (Macintosh)", "PicsArt", "GIMP 2.10.34", "Snapseed 2.0"]))} if how == "program" else {}
    data = spoil.jpeg(picture, rng.choice([80, 88, 92]), **more)
    return _label(scene, spoil.write(folder, name + ".jpg", data), [f"forged: {how}"], **shows, verdict=verdict, tampered=True)


def _impossible(page: Page, scene: Scene, name: str, folder: Path, rng: random.Random) -> dict[str, Any]:
    """The day of the order changed to a later one, so that it was delivered before it was ordered."""
    picture, boxes = draw(page, scene)
    at = when(scene.shows["times"]["ordered"]) + timedelta(days=3)
    picture = handled.forged(picture, boxes["ordered"], f"{at:%Y-%m-%d %H:%M}", "same ground", rng)
    times = scene.shows["times"] | {"ordered": at.isoformat(timespec="minutes")}
    data = spoil.jpeg(picture, 88)
    return _label(scene, spoil.write(folder, name + ".jpg", data), ["forged: time"], times=times, tampered=True)


def _pairs(page: Page, scene: Scene, label: dict[str, Any], name: str, folder: Path, rng: random.Random) -> list[dict[str, Any]]:
    first = Image.open(folder / label["file"]).convert("RGB")
    w, h = first.size
    part = rng.uniform(0.02, 0.06)
    ways = {
        "saved again": lambda: first, "smaller": lambda: first.resize((int(0.6 * w), int(0.6 * h)), Image.Resampling.LANCZOS),
        "cut": lambda: first.crop((int(part * w / 2), int(part * h), w - int(part * w / 2), h - int(part * h))), "brighter": lambda: ImageEnhance.Brightness(first).enhance(rng.choice([1.08, 0.9])),
        "framed": lambda: _framed(first), "viewer": lambda: handled.viewed(first, rng), "passed on": lambda: handled.passed_on(first, rng), "drawn on": lambda: handled.drawn_on(first, {}, rng),
    }  # fmt: skip
    how = list(ways)[int(name[1:]) // 5 % len(ways)]
    out = [{"file": spoil.write(folder, f"{name}a.jpg", spoil.jpeg(ways[how](), rng.choice([45, 70, 85]))), "duplicate_of": label["file"], "how": how}]
    number = label["order_no"]
    if number and number in scene.html and not label["tampered"]:
        twin, what = scene.html, rng.choice(["number", "number and minutes", "number and amount"])
        digits = list(number)
        for i in [i for i, c in enumerate(digits) if c.isdigit()][-5:]:
            digits[i] = str((int(digits[i]) + rng.randint(1, 9)) % 10)
        twin = twin.replace(number, "".join(digits))
        if what == "number and minutes" and label["times"]:
            for at in label["times"].values():
                twin = twin.replace(at[11:16], (when(at) + timedelta(minutes=17)).strftime("%H:%M"))
        elif what == "number and amount" and label["amount"]:
            twin = twin.replace(label["amount"], f"{float(label['amount']) + 3:.2f}")
        again = Scene(scene.kind, scene.template, twin, scene.claim, scene.verdict, scene.size)
        picture, _ = draw(page, again)
        picture = picture.resize(first.size, Image.Resampling.LANCZOS) if abs(picture.width / picture.height - w / h) < 0.02 else picture
        out.append({"file": spoil.write(folder, f"{name}b.jpg", spoil.jpeg(picture, 82)), "lookalike_of": label["file"], "how": what})
    return out


def _framed(picture: Image.Image) -> Image.Image:
    out = Image.new("RGB", (picture.width + 60, picture.height + 60), (235, 235, 235))
    out.paste(picture, (30, 30))
    return out
