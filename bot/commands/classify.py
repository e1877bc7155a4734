"""`refund-desk classify`: a message a line, what was understood of it a line."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from bot.config import Settings
from bot.fields import BadField
from bot.json_lines import Json, answered, line_id
from nlp.lexicon import Lexicon, load
from nlp.read import read
from nlp.reading import Reading


def classify(source: BinaryIO, out: TextIO, settings: Settings) -> None:
    lexicon = shop_lexicon(settings)
    for line in answers(source, lexicon):
        out.write(line)
        out.flush()


def answers(source: BinaryIO, lexicon: Lexicon) -> Iterator[str]:
    """The same lines, read; a line that cannot be used is answered with what is wrong."""
    return answered(source, lambda raw: {"id": line_id(raw), **understood(read(_text(raw), lexicon))})


def understood(reading: Reading) -> Json:
    """What of a reading is shown outside."""
    return {
        "intent": reading.intent.value,
        "reason": None if reading.reason is None else reading.reason.value,
        "vague": reading.vague,
        "confidence": reading.confidence,
        "matched": list(reading.matched),
        "alternatives": [{"reason": other.reason.value, "confidence": other.confidence} for other in reading.alternatives],
        "order_no": next(iter(reading.order_nos), None),
        "amount": None if reading.amount is None else f"{reading.amount:.2f}",
    }


def _text(raw: Json) -> str:
    text = raw.get("text")
    if not isinstance(text, str):
        raise BadField("text", "text in quotes")
    return text


def shop_lexicon(settings: Settings) -> Lexicon:
    """The packaged words, with the shop's own file and order formats laid over them."""
    texts = [Path(settings.words.file).read_text(encoding="utf-8")] if settings.words.file else []
    formats = settings.words.order_formats
    return load(*texts, order_formats=formats) if formats else load(*texts)
