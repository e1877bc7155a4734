"""`refund-desk classify`: a message a line, what was understood of it a line."""

from collections.abc import Iterator
from typing import BinaryIO

from bot.fields import BadField
from bot.json_lines import Json, answered, line_id
from nlp.lexicon import Lexicon
from nlp.read import read
from nlp.reading import Reading


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
        "alternatives": [{"reason": one.reason.value, "confidence": one.confidence} for one in reading.alternatives],
        "order_no": next(iter(reading.order_nos), None),
        "amount": None if reading.amount is None else f"{reading.amount:.2f}",
    }


def _text(raw: Json) -> str:
    text = raw.get("text")
    if not isinstance(text, str):
        raise BadField("text", "text in quotes")
    return text
