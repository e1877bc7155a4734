"""The demo's evidence: pictures made from pictures/source.html, with the order's own number and times drawn in."""

from datetime import datetime
from io import BytesIO
from pathlib import Path

from bot.demo.orders import SHANGHAI
from flows.model import Order

HERE = Path(__file__).parent / "pictures"
INK, LIGHT = "#222222", "#dfe3e6"
CODE = "5KXJ2-8VQ4M-T****"


def draw(name: str, order: Order) -> bytes:
    """The picture of this name for this order, as a PNG."""
    from PIL import Image, ImageDraw, ImageFont

    with Image.open(HERE / f"{name}.png") as blank:
        picture = blank.convert("RGB")
    pen = ImageDraw.Draw(picture)
    for (x, y), text, ink in _writing(name, order):
        pen.text((x, y), text, fill=ink, font=ImageFont.load_default(22))
    out = BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _writing(name: str, order: Order) -> tuple[tuple[tuple[int, int], str, str], ...]:
    writing = {
        "order_page": (
            ((41, 520), order.order_no, INK),
            ((290, 576), _time(order.ordered_at), INK),
            ((290, 625), _time(order.delivered_at), INK),
        ),
        "error_screen": (((58, 215), CODE, LIGHT),),
        "service_record": (((41, 431), order.order_no, INK), ((290, 487), _time(order.service_started_at), INK)),
    }
    return writing.get(name, ())


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
