"""Dates with times on a picture, in the ways that pages print them, and what each is the time of."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from nlp.picture_layout import Page, Piece, join
from nlp.picture_status import status_in
from nlp.picture_words import picture_words
from nlp.pictured import Box, Moment

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: n for n, name in enumerate(_NAMES, 1)}
_NAME = "(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CLOCK = r"(?P<h>[01]?\d|2[0-3])\s?[:.]\s?(?P<min>[0-5]\d)(?:\s?[:.]\s?[0-5]\d)?(?!\d)(?:\s*(?P<half>am|pm))?"
_HALF = "凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里"
_GAP = rf"[\s,.t·|]{{0,3}}(?:at\s)?(?:周.|星期.|\(周.\)|\(星期.\))?\s?(?:{_HALF})?\s?"
_APART = r"(?:(?<!\d)|(?=\d\d))"
"""A blank that was not read: behind the figures of a day an hour has two, 「2026/11/100:51」 is the first."""
AFTER_NOON = ("下午", "傍晚", "晚上", "夜里", "中午")
_FORMS = tuple(
    re.compile(day + _GAP + _APART + _CLOCK)
    for day in (
        r"(?<!\d)(?P<y>20\d\d)\s?[-/.年]\s?(?P<m>1[0-2]|0?[1-9])\s?[-/.月]\s?(?P<d>3[01]|[12]\d|0?[1-9])日?",
        rf"{_NAME}\.?\s?(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?:,?\s?(?P<y>20\d\d))?",
        rf"(?<!\d)(?P<d>3[01]|[12]\d|0?[1-9])[\s/-]?{_NAME}\.?(?:[,/-]?\s?(?P<y>20\d\d))?",
        r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?=[\s·]|\d\d:)",
        r"(?<!\d)(?<!\d[:.])(?P<m>1[0-2]|0?[1-9])\s?[-/月]\s?(?P<d>3[01]|[12]\d|0?[1-9])(?:[日/](?P<y>20\d\d))?日?",
    )
)
_DAY_ALONE = re.compile(
    rf"(?:20\d\d[-/.年]\d\d?[-/.月]\d\d?日?|\d\d?月\d\d?日|{_NAME}\.? ?\d\d?(?:, ?20\d\d)?)[ ,]*(?:{_HALF})?$"
)
_CLOCK_FIRST = re.compile(r"^\s*(?:[01]?\d|2[0-3]):[0-5]\d")
_CLOCK_LAST = re.compile(r"\d:[0-5]\d$")
_SECONDS = re.compile(r"^:[0-5]\d")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|周.|星期.")
_WEEKDAY_LAST = re.compile(rf"(?<![a-z])(?:{_WEEKDAY.pattern})$")
_YEAR = re.compile(r"(?<!\d)(20[2-4]\d)(?=[-/.年]\d)")
KINDS_OF_TIME = ("promised", "delivered", "ordered", "event")


class _Printed(Struct, frozen=True):
    at: datetime
    piece: Piece
    start: int
    text: str
    box: Box
    end: int


def moments(page: Page, pieces: list[Piece], about: date | None = None) -> tuple[Moment, ...]:
    """Every date with a time, in the order in which they stand. A year is the page's own, or the nearest to `about`."""
    year = next((int(found) for found in _YEAR.findall(page.text)), None)
    return tuple(
        Moment(printed.at, _time_of(page, printed), printed.box)
        for piece in pieces
        for printed in _printed(page, piece, year or about)
    )


def _printed(page: Page, piece: Piece, year: int | date | None) -> Iterator[_Printed]:
    text, box = piece.plain, piece.box
    if _DAY_ALONE.search(text):
        # The day and the time were read as two pieces: beside, or below where the column is narrow.
        nexts = [other for other in (page.right_of(piece), *page.below(piece, 1.2)) if other]
        clock = next((other for other in nexts if _CLOCK_FIRST.match(other.plain)), None)
        if clock:
            text, box = f"{text} {clock.plain}", join(box, clock.box)
    elif _CLOCK_LAST.search(text):
        half = next((other for other in page.below(piece, 1.2) if other.plain.strip(" .") in ("am", "pm")), None)
        text = f"{text} {half.plain}" if half else text
    for form in _FORMS:
        every = [(found, at) for found in form.finditer(text) if (at := _moment(found, year))]
        if len(every) > 1 and text == piece.plain and not any(map(str.isalpha, form.sub("", text))):
            yield from (_of_a_column(piece, found, at) for found, at in every)
        else:
            yield from (_Printed(at, piece, found.start(), text, box, found.end()) for found, at in every)
        if every:
            return


def _of_a_column(piece: Piece, found: re.Match[str], at: datetime) -> _Printed:
    """One of several times that were read as one line: it stands in a column of its own, under its label."""
    left, top, right, bottom = piece.box
    start, end = (left + (right - left) * place // len(piece.plain) for place in found.span())
    text = piece.plain[found.start() : found.end()]
    part = Piece(replace(piece.line, text=text, box=(start, top, end, bottom)), text)
    return _Printed(at, part, 0, text, part.box, len(text))


def _moment(found: re.Match[str], year: int | date | None) -> datetime | None:
    parts = found.groupdict()
    month = MONTHS[parts["name"]] if parts.get("name") else int(parts["m"])
    hour = int(parts["h"])
    if parts["half"] and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (parts["half"] == "pm")
    elif any(half in found[0] for half in AFTER_NOON) and 1 <= hour < 12:
        hour += 12 * (hour != 11 or "中午" not in found[0])
    elif hour == 12 and any(half in found[0] for half in ("上午", "凌晨", "夜里")):
        hour = 0
    years = [int(parts["y"])] if parts.get("y") else _years(year)
    every = [at for of_year in years if (at := _at(of_year, month, int(parts["d"]), hour, int(parts["min"])))]
    if isinstance(year, date):
        about = datetime(year.year, year.month, year.day)
        return min(every, key=lambda at: abs(at - about), default=None)
    return every[0] if every else None


def _years(year: int | date | None) -> list[int]:
    if isinstance(year, date):
        return [year.year - 1, year.year, year.year + 1]
    return [] if year is None else [year]


def _at(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute)
    except ValueError:
        return None


def _time_of(page: Page, printed: _Printed) -> str:
    """By the words before it, then those to its left, then those above: the first that name a time."""
    piece = printed.piece
    before, left = printed.text[: printed.start], page.left_of(piece)
    named = [before]
    if not _says_something(before):
        if after := _named_after(printed.text[printed.end :]):
            return after
        over = [above.plain for above in page.above(piece)[:2] if _may_name(above.plain)]
        if left and status_in(left.plain, within=2):
            named += [*over, left.plain]  # a column of a table beside that of statuses
        elif left:
            named += [left.plain] if _names(left.plain) else over
        else:
            named += over
    if of := next((of for text in named if (of := _names(text))), None):
        return of
    return "ordered" if not _says_something(before) and _heads_an_order(page, printed) else "event"


def _heads_an_order(page: Page, printed: _Printed) -> bool:
    """「2026-11-06 19:24  订单号：KM2026…」: what stands over each of a list of orders; or right under its number."""
    piece = printed.piece
    near = [page.right_of(piece), *([] if page.left_of(piece) else page.above(piece, 1.5)[:1])]
    for text in (printed.text[printed.end :], *(other.plain for other in near if other)):
        said = _SECONDS.sub("", text).lstrip(" :,·|-")
        if said.startswith(picture_words().labels["order"]) and any(map(str.isdigit, said)):
            return True
    return False


def _may_name(text: str) -> bool:
    """Whether a text over a time may be what it is of: a status is not, unless it is the label itself."""
    bare, labels = text.strip(" :"), picture_words().labels
    return status_in(bare, within=0) is None or any(bare in labels[of] for of in KINDS_OF_TIME)


def _named_after(text: str) -> str | None:
    """「10-17 05:08 下单」「… 前发货」: what stands right behind a time, where nothing stands before it."""
    said, labels = _SECONDS.sub("", text).lstrip(" :,·|-"), picture_words().labels
    if said.startswith("前"):
        return "promised"
    words = ((word, of) for of in KINDS_OF_TIME for word in labels[of] if len(word) > 1 and not word.isascii())
    return next((of for word, of in words if said.startswith(word)), None)


def _says_something(text: str) -> bool:
    """Words of its own before a time: they name it, and nothing else does."""
    return sum(sign.isalpha() for sign in _WEEKDAY.sub("", text)) >= 2


def _names(text: str) -> str | None:
    """The last word before a time is what names it; 「预计」 before that makes a promise of it."""
    labels = picture_words().labels
    text = _WEEKDAY_LAST.sub("", text.rstrip(" :|·-,")).rstrip(" :|·-,")
    if not text or len(text) > 60:
        return None
    best: tuple[int, int, str] | None = None
    for of in KINDS_OF_TIME:
        for word in labels[of]:
            at = text.rfind(word)
            if at >= 0 and (best is None or (at + len(word), len(word)) > best[:2]):
                best = (at + len(word), len(word), of)
    if best is None or len(text) - best[0] > 6:
        return None
    before = text[: best[0] - best[1]].rstrip()
    is_promise = best[2] == "delivered" and before.endswith(labels["foretold"])
    return "promised" if is_promise else best[2]
