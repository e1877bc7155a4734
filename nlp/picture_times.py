"""Dates with times on a picture, in the ways that pages print them, and what each is the time of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from nlp.picture_layout import Page, Piece, join
from nlp.picture_words import picture_words
from nlp.pictured import Box, Moment

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: n for n, name in enumerate(_NAMES, 1)}
_NAME = "(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CLOCK = r"(?P<h>[01]?\d|2[0-3])\s?[:.]\s?(?P<min>[0-5]\d)(?:\s?[:.]\s?[0-5]\d)?(?!\d)(?:\s*(?P<half>am|pm))?"
_GAP = r"[\s,t·|]{0,3}(?:at\s)?(?:上午|下午|周.|星期.|\(周.\))?\s?"
_FORMS = tuple(
    re.compile(day + _GAP + _CLOCK)
    for day in (
        r"(?<!\d)(?P<y>20\d\d)\s?[-/.年]\s?(?P<m>1[0-2]|0?[1-9])\s?[-/.月]\s?(?P<d>3[01]|[12]\d|0?[1-9])日?",
        rf"{_NAME}\.?\s?(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?:,?\s?(?P<y>20\d\d))?",
        rf"(?<!\d)(?P<d>3[01]|[12]\d|0?[1-9])\s?{_NAME}\.?(?:,?\s?(?P<y>20\d\d))?",
        r"(?<![\d:.])(?P<m>1[0-2]|0?[1-9])\s?[-/月]\s?(?P<d>3[01]|[12]\d|0?[1-9])(?:[日/](?P<y>20\d\d))?日?",
    )
)
_DAY_ALONE = re.compile(rf"(?:20\d\d[-/.年]\d\d?[-/.月]\d\d?日?|\d\d?月\d\d?日|{_NAME}\.? ?\d\d?(?:, ?20\d\d)?)[ ,]*$")
_CLOCK_FIRST = re.compile(r"^\s*(?:[01]?\d|2[0-3]):[0-5]\d")
_YEAR = re.compile(r"(?<!\d)(20[2-4]\d)(?=[-/.年]\d)")
KINDS_OF_TIME = ("promised", "delivered", "ordered", "event")


@dataclass(frozen=True, slots=True)
class _Printed:
    at: datetime
    piece: Piece
    start: int
    text: str
    box: Box


def moments(page: Page, pieces: list[Piece]) -> tuple[Moment, ...]:
    """Every date with a time, in the order in which they stand."""
    year = next((int(found) for found in _YEAR.findall(page.text)), None)
    return tuple(
        Moment(printed.at, _time_of(page, printed), printed.box)
        for piece in pieces
        for printed in _printed(page, piece, year)
    )


def _printed(page: Page, piece: Piece, year: int | None) -> Iterator[_Printed]:
    text, box = piece.plain, piece.box
    if _DAY_ALONE.search(text):
        # The day and the time were read as two pieces: beside, or below where the column is narrow.
        nexts = [other for other in (page.right_of(piece), *page.below(piece, 1.0)) if other]
        clock = next((other for other in nexts if _CLOCK_FIRST.match(other.plain)), None)
        if clock:
            text, box = f"{text} {clock.plain}", join(box, clock.box)
    for form in _FORMS:
        found_any = False
        for found in form.finditer(text):
            at = _moment(found, year)
            if at:
                found_any = True
                yield _Printed(at, piece, found.start(), text, box)
        if found_any:
            return


def _moment(found: re.Match[str], year: int | None) -> datetime | None:
    parts = found.groupdict()
    of_year = int(parts["y"]) if parts.get("y") else year
    if of_year is None:
        return None
    month = MONTHS[parts["name"]] if parts.get("name") else int(parts["m"])
    hour = int(parts["h"])
    if parts["half"] and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (parts["half"] == "pm")
    elif "下午" in found[0] and hour < 12:
        hour += 12
    try:
        return datetime(of_year, month, int(parts["d"]), hour, int(parts["min"]))
    except ValueError:
        return None


def _time_of(page: Page, printed: _Printed) -> str:
    """By the words before it, then those to its left, then those above: the first that name a time."""
    piece = printed.piece
    left = page.left_of(piece)
    named = [printed.text[: printed.start]]
    named += [left.plain] if left else []
    if not (left and _names(left.plain)):
        named += [above.plain for above in page.above(piece)[:2]]
    return next((of for text in named if (of := _names(text))), "event")


def _names(text: str) -> str | None:
    """The last word before a time is what names it."""
    labels = picture_words().labels
    text = text.rstrip(" :|·-")
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
    return best[2]
