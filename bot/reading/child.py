"""The process that decodes and reads: asked on standard input, answers on standard output, and may die without harm."""

import json
import resource
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any, BinaryIO

from bot.reading import Unfit
from bot.reading.decode import for_reading, opened

MEMORY = 2_000_000_000
"""Bytes of address space; the models and one picture take a small part of it."""
SHOWN_BY_BROWSERS = ("JPEG", "PNG", "WEBP", "GIF")
PREVIEW_SIDE = 1600

Json = dict[str, Any]


def serve(source: BinaryIO, out: BinaryIO) -> None:
    """One question after the other: a line of JSON, then so many bytes as it says. The answer has the same shape."""
    while line := source.readline():
        asked = json.loads(line)
        answer, payload = _answer(asked, source.read(asked["bytes"]))
        out.write(json.dumps(answer | {"bytes": len(payload)}).encode() + b"\n" + payload)
        out.flush()


def _answer(asked: Json, data: bytes) -> tuple[Json, bytes]:
    try:
        if asked["do"] == "check":
            opened(data, asked["kind"], asked["megapixels"])
            return {}, b""
        return _seen(data, asked["kind"], asked["megapixels"])
    except Unfit as unfit:
        return {"unfit": unfit.problem}, b""
    except MemoryError:
        return {"unfit": "too_many_pixels"}, b""


def _seen(data: bytes, kind: str, megapixels: int) -> tuple[Json, bytes]:
    from bot.reading.likeness import print_of
    from bot.reading.ocr import lines_of
    from bot.reading.tampering import traces

    whole = opened(data, kind, megapixels)
    upright = for_reading(whole)
    lines, picture = lines_of(upright)
    seen = {
        "size": picture.size,
        "lines": [(line.text, line.box, line.sure) for line in lines],
        "print": print_of(picture),
        "traces": [(one.code, one.weight, one.box, one.said) for one in traces(picture, lines, data, kind)],
    }
    shown_as_it_is = kind in SHOWN_BY_BROWSERS and picture is upright
    return seen, b"" if shown_as_it_is else _preview(picture)


def _preview(picture: Any) -> bytes:
    small, out = picture.copy(), BytesIO()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    small.save(out, "JPEG", quality=85)
    return out.getvalue()


def _bound() -> None:
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _bound()
    serve(sys.stdin.buffer, sys.stdout.buffer)
