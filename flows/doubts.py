"""Signs that a picture was touched up or was used before, with their reasons. For staff eyes: nothing here decides."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from flows.bench import mark
from flows.model import Finding
from nlp.pictured import Box, Moment, OrderShown, PageStatus, PictureReading, Trace

SERIOUS = 0.5
"""From here on a picture is put before staff as one that may have been touched up."""
WRONG_ORDER, OTHER_DAY, SENT_UNSENT = 0.6, 0.5, 0.5
A_MINUTE = timedelta(minutes=1)
_PAYING = re.compile(
    r"^\s*(?:(?:支付|付款)(?:时间|時間)?|payment time|paid(?: at| on)?)[:：\s]*(?:\d|$)", re.IGNORECASE
)
_DAY_IN_NUMBER = re.compile(r"^[A-Z]{0,4}-?(?P<y>20\d\d|2[5-9])(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])\d{4,}")


def forged(traces: Iterable[Trace], picture: PictureReading) -> float:
    """How much speaks for its having been touched up, 0 to 1: each sign takes its share of what is left of honesty."""
    honest = 1.0
    for trace in _every(traces, picture):
        honest *= 1 - trace.weight
    return round(1 - honest, 3)


def doubts(traces: Iterable[Trace], picture: PictureReading) -> tuple[Finding, ...]:
    """The signs in words with their places, where together they are worth a look."""
    every = _every(traces, picture)
    if forged(traces, picture) < SERIOUS:
        return ()
    return tuple(
        Finding(one.code, {"said": one.said}, mark(one.box, picture.size) if one.box else None, "doubt")
        for one in every
    )


def _every(traces: Iterable[Trace], picture: PictureReading) -> tuple[Trace, ...]:
    """What was seen of those texts that somebody would change, and what cannot be."""
    facts = [*_facts(picture)]
    telling = (trace for trace in traces if trace.box is None or trace.code == "bar" or _on(trace.box, facts))
    return (*telling, *impossible(picture))


def _facts(picture: PictureReading) -> Iterator[Box]:
    """Where a number, a status, an amount or a time stands, or what went wrong or right."""
    for order in picture.orders:
        if order.number:
            yield order.number.box
        if order.status_box:
            yield order.status_box
        yield from (moment.box for moment in order.times)
    yield from (one.box for one in picture.sums)
    yield from (shown.box for shown in (picture.error, picture.success) if shown)


def _on(box: Box, facts: Iterable[Box]) -> bool:
    return any(box[0] < fact[2] and fact[0] < box[2] and box[1] < fact[3] and fact[1] < box[3] for fact in facts)


def used_before(case: str | None, customer: str) -> Finding:
    """The same picture was handed in before, by whom and for what."""
    return Finding("reused", {"case": case or "—", "customer": customer}, None, "doubt")


def impossible(picture: PictureReading) -> Iterator[Trace]:
    """Times and states on one page that cannot be together."""
    for order in picture.orders:
        ordered = order.moment("ordered")
        for later in (order.moment("promised"), order.moment("delivered"), _paid_at(order, picture)):
            if ordered and later and later.at < ordered.at - A_MINUTE:
                yield Trace("wrong_order", WRONG_ORDER, later.box)
        if ordered and _other_day(order, ordered.at.date()):
            yield Trace("other_day", OTHER_DAY, ordered.box)
        if order.status in (PageStatus.UNSENT, PageStatus.UNPAID) and order.moment("delivered"):
            yield Trace("sent_unsent", SENT_UNSENT, order.status_box)


def _paid_at(order: OrderShown, picture: PictureReading) -> Moment | None:
    """When it was paid for, where the row of a time says so."""
    return next((one for one in order.times if one.of == "event" and _is_of_paying(one.box, picture)), None)


def _is_of_paying(box: Box, picture: PictureReading) -> bool:
    middle = (box[1] + box[3]) / 2
    return any(
        line.box[1] < middle < line.box[3] and line.box[0] <= box[0] and _PAYING.search(line.text)
        for line in picture.lines
    )


def _other_day(order: OrderShown, ordered: date) -> bool:
    """Many shops write the day into the number: then it is the day on which it was ordered."""
    found = _DAY_IN_NUMBER.match(order.number.text) if order.number else None
    if not found:
        return False
    year = int(found["y"]) if len(found["y"]) == 4 else 2000 + int(found["y"])
    try:
        written = date(year, int(found["m"]), int(found["d"]))
    except ValueError:
        return False
    return written.year == ordered.year and timedelta(days=2) < abs(written - ordered)
