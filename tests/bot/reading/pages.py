"""A plain page for tests of what touching up leaves behind, and what is found on it when it is saved."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from bot.reading.tampering import traces
from nlp.pictured import Line

BACK = (250, 250, 252)


def page() -> tuple[Image.Image, list[Line]]:
    """Ten rows of a label and a value on one ground."""
    picture, lines = Image.new("RGB", (700, 1000), BACK), []
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(28)
    for n in range(10):
        for x, text in ((40, "Label text"), (380, f"Value {n}23456")):
            left, top, right, bottom = draw.textbbox((x, 60 + 90 * n), text, font=font)
            draw.text((x, 60 + 90 * n), text, fill=(30, 30, 30), font=font)
            lines.append(Line(text, (int(left), int(top) - 3, int(right), int(bottom) + 3)))
    return picture, lines


def found(picture: Image.Image, lines: list[Line], **save: object) -> list[str]:
    out = BytesIO()
    picture.save(out, "JPEG", quality=88, **save)
    return [trace.code for trace in traces(Image.open(out).convert("RGB"), lines, out.getvalue(), "JPEG")]
