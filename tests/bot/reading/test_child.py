"""The process's own side: questions in, answers out, nothing but what was asked."""

import json
from io import BytesIO

from PIL import Image

from bot.reading.child import serve


def asked(question: dict[str, object], data: bytes) -> dict[str, object]:
    out = BytesIO()
    serve(BytesIO(json.dumps(question | {"bytes": len(data)}).encode() + b"\n" + data), out)
    answer: dict[str, object] = json.loads(out.getvalue().split(b"\n", 1)[0])
    return answer


def test_what_is_fit_is_answered_with_nothing() -> None:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    assert asked({"do": "check", "kind": "PNG", "megapixels": 25}, out.getvalue()) == {"bytes": 0}


def test_what_is_not_fit_is_answered_with_its_problem() -> None:
    assert asked({"do": "check", "kind": "PNG", "megapixels": 25}, b"\x89PNG")["unfit"] == "broken"
