"""`refund-desk inspect`: an evidence picture and its claim a line, what is found in it a line."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from bot.config import EvidenceLimits
from bot.evidence import MEGA, sort_of
from bot.fields import BadField, code, must, name_of
from bot.json_lines import BadLine, Json, answered, line_id
from bot.orders.order_json import BadOrder, parse_order
from bot.reading import Reader, Seen, Unfit
from flows.bench import claimed, local, same_number
from flows.doubts import forged
from flows.findings import hold
from flows.model import Order, Text
from flows.reuse import Earlier, reused
from nlp.codes import Reason
from nlp.picture import read_picture
from nlp.pictured import OrderShown, PictureReading

Say = Callable[[Text], str]


def findings(source: BinaryIO, root: Path, reader: Reader, say: Say, limits: EvidenceLimits) -> Iterator[str]:
    """The same lines, looked at; a picture that was seen in an earlier line is found again."""
    inspection = _Inspection(root, reader, say, limits)
    return answered(source, inspection.answer)


class _Inspection:
    def __init__(self, root: Path, reader: Reader, say: Say, limits: EvidenceLimits) -> None:
        self._root, self._reader, self._say, self._limits = root, reader, say, limits
        self._earlier: list[Earlier] = []

    def answer(self, raw: Json) -> Json:
        given = line_id(raw)
        reason, order = _claim(raw.get("claim"))
        seen = self._look(name_of(raw, "file"))
        picture = read_picture(seen.lines, seen.size, local(order.ordered_at).date())
        held = hold(picture, reason, order)
        again = reused(seen.print, seen.lines, self._earlier)
        self._earlier.append(Earlier(str(given), seen.print, seen.lines))
        return {
            "id": given,
            **_shown(picture, claimed(picture, order.order_no), order),
            "verdict": held.says.value,
            "findings": [{"code": one.code, "detail": self._say(one.detail)} for one in held.findings],
            "tampered": forged(seen.traces, picture),
            "reused_from": again.id if again else None,
        }

    def _look(self, name: str) -> Seen:
        path = self._root / name
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise BadField("file", "a file that can be read", name)
            with path.open("rb") as file:
                data = file.read(self._limits.max_megabytes * MEGA + 1)
        except (OSError, ValueError):
            raise BadField("file", "a file that can be read", name) from None
        try:
            seen = self._reader.read(data, sort_of(data, self._limits), self._limits.max_megapixels)
        except Unfit as unfit:
            raise BadLine("unfit", f"file: no picture that can be read ({unfit.problem})") from None
        if seen is None:
            raise BadLine("unfit", "file: it could not be read in time")
        return seen


def _claim(raw: object) -> tuple[Reason, Order]:
    if not isinstance(raw, dict):
        raise BadField("claim", "an object with reason and order")
    reason = must(code(raw, "reason", Reason), "reason")
    try:
        return reason, parse_order(raw.get("order"))  # type: ignore[arg-type]  # what is no object is refused there
    except BadOrder as bad:
        raise BadLine("bad_order", f"order: {bad}") from None


def _shown(picture: PictureReading, order: OrderShown, claim: Order) -> Json:
    number = order.number and (claim.order_no if same_number(order.number.text, claim.order_no) else order.number.text)
    times: dict[str, str] = {}
    for moment in order.times:
        times.setdefault(moment.of, moment.at.isoformat(timespec="minutes"))
    return {
        "kind": picture.kind.value,
        "order_no": number,
        "status": order.status.value if order.status else None,
        "amount": f"{order.paid.yuan:.2f}" if order.paid else None,
        "times": times,
        "lines": [line.text for line in picture.lines],
    }
