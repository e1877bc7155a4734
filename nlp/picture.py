"""Lines of a screenshot → PictureReading: kind, orders, status, amounts, times, error. Gets lines, not files."""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from nlp.picture_fields import SURE_OF_LABEL, code_tail, order_numbers, per_cent, sums
from nlp.picture_kind import kind_of
from nlp.picture_layout import Page, Piece, join
from nlp.picture_signs import sign_of
from nlp.picture_status import status_of
from nlp.picture_talk import own_words
from nlp.picture_tilt import tilt_of
from nlp.picture_times import moments
from nlp.picture_words import has, picture_words
from nlp.pictured import Line, Moment, OrderShown, PictureKind, PictureReading, Shown, Sum

K = PictureKind
SCREENS = (K.ACTIVATION_ERROR, K.ACTIVATION_OK, K.FAULT_SCREEN)
"""Where a code stands more often than an order's number: only what is called one is one."""
DATED = (K.ORDER_PAGE, K.SERVICE_RECORD, K.RECEIVED_GOODS)
"""Pages that tell when something was ordered: elsewhere 「提交时间」, 「创建时间」 is that of what is shown."""
LONGEST_ERROR = 60
LONGEST_SUCCESS = 24
SIGNS = ("received", "not_received", "not_working", "done", "undone", "agreement", "promise", "trade", "used", "unused",
         "refunded", "not_begun", "running", "finished")  # fmt: skip
WRITTEN_OVER = 1.7
"""So much higher than the lines of a talk is what a customer wrote over it afterwards."""
OWN_SIGNS = ("works",)
"""What only the customer himself can say: a shop says of every code that it works."""


def read_picture(lines: Sequence[Line], size: tuple[int, int], about: date | None = None) -> PictureReading:
    """What the lines of one picture tell, in whatever order they come.

    `about` is a day near which it was taken: a time without a year, on a page without one, is the nearest to it.
    """
    tilt = tilt_of(lines)
    if tilt:
        return tilt.back(_read([tilt.straight(line) for line in lines], size, about))
    return _read(lines, size, about)


def _read(lines: Sequence[Line], size: tuple[int, int], about: date | None) -> PictureReading:
    page = Page(lines)
    told = page.told or page.pieces
    numbers = order_numbers(page, told, bill=True)
    times = moments(page, told, about)
    amounts = sums(page, told)
    status = status_of(page, told, came=any(moment.of == "delivered" for moment in times))
    error = _telling(page, told, _tells_of(K.ACTIVATION_ERROR), LONGEST_ERROR)
    fault = _telling(page, told, _tells_of(K.FAULT_SCREEN), LONGEST_ERROR)
    success = _telling(page, told, _tells_of(K.ACTIVATION_OK), LONGEST_SUCCESS)
    trouble = _telling(page, told, _tells_of_trouble, LONGEST_ERROR)
    if trouble and not error and fault in (None, trouble):
        error, fault = (trouble, None) if _asks_for_a_code(told) else (None, trouble)
    bought = success is not None and any(one.paid for one in amounts)
    tail, done = code_tail(page, told), per_cent(page, told)
    kind = kind_of(page, {
        "status": status is not None, "promised": any(moment.of == "promised" for moment in times),
        "ordered": any(moment.of == "ordered" for moment in times), "order": bool(numbers), "error": error is not None,
        "success": success is not None and not bought, "bought": bought, "code": tail is not None,
        "fault": fault is not None, "per_cent": done is not None, "sum": bool(amounts), "negative": _negative(told),
    })  # fmt: skip
    if kind in SCREENS:
        numbers = order_numbers(page, told, SURE_OF_LABEL)
    elif kind is not K.PAYMENT:
        numbers = order_numbers(page, told)
    if kind in SCREENS:
        times = tuple(replace(one, of="event") for one in times)
    elif kind not in DATED:
        times = tuple(replace(one, of="event") if one.of == "ordered" else one for one in times)
    return PictureReading(
        kind, size, tuple(piece.line for piece in page.pieces),
        _orders(page, told, numbers, times, amounts, kind), amounts,
        error=error if kind is K.ACTIVATION_ERROR else fault if kind is K.FAULT_SCREEN else None,
        success=success if kind is K.ACTIVATION_OK else None,
        code_tail=tail, progress=done,
        signs=_signs(page, told, kind),
    )  # fmt: skip


def _signs(page: Page, told: list[Piece], kind: PictureKind) -> dict[str, Shown]:
    own: list[Piece] = []
    if kind is K.CHAT:
        told = [piece for piece in told if piece.height < WRITTEN_OVER * page.height]
        own = own_words(page, told)
    said = {name: sign_of(name, told) for name in SIGNS} | {name: sign_of(name, own) for name in OWN_SIGNS}
    return {name: shown for name, shown in said.items() if shown}


def _telling(page: Page, told: list[Piece], tells: Callable[[str], int], longest: int) -> Shown | None:
    """The line that most plainly says what happened, with its second half where it is broken over two lines."""
    saying = [
        (piece.height + 4 * told_by, piece)
        for piece in told
        if len(piece.plain) <= longest and (told_by := tells(piece.plain))
    ]
    if not saying:
        return None
    piece = max(saying, key=lambda one: one[0])[1]
    wide = piece.box[2] - piece.box[0] > 0.6 * (page.right - page.left)
    rest = next(
        (below for below in page.below(piece, 1.0) if abs(below.height - piece.height) < 0.3 * piece.height), None
    )
    if wide and rest and abs(rest.box[0] - piece.box[0]) < piece.height and not piece.plain.endswith((".", "!")):
        return Shown(piece.line.text + rest.line.text, join(piece.box, rest.box))
    return Shown(piece.line.text.lstrip("×xX✕⚠!●• "), piece.box)


def _tells_of(kind: PictureKind) -> Callable[[str], int]:
    """How many signs of a text say what kind of page it is; 0 where none do."""
    words = picture_words()
    strong = [phrase for phrase, weight in words.kinds[kind].items() if weight >= 3]

    def tells(text: str) -> int:
        phrases = (len(phrase) for phrase in strong if has(phrase, text))
        return max((*phrases, _longest(words.forms.get(kind, ()), text)), default=0)

    return tells


def _tells_of_trouble(text: str) -> int:
    return _longest(picture_words().trouble, text)


def _longest(forms: Iterable[re.Pattern[str]], text: str) -> int:
    return max((len(found[0]) for form in forms if (found := form.search(text))), default=0)


def _asks_for_a_code(told: list[Piece]) -> bool:
    return any(has(word, piece.plain) for word in picture_words().labels["code"] for piece in told)


def _negative(told: list[Piece]) -> bool:
    """「-¥9.90」: money that went."""
    return any(piece.plain.lstrip().startswith(("-¥", "-￥", "- ¥")) or _is_minus(piece.plain) for piece in told)


def _is_minus(text: str) -> bool:
    bare = text.strip()
    return bare[:1] == "-" and bare[1:].lstrip().replace(".", "", 1).isdigit() and "." in bare


def _orders(
    page: Page, told: list[Piece], numbers: tuple[Shown, ...], times: tuple[Moment, ...], amounts: tuple[Sum, ...],
    kind: PictureKind,
) -> tuple[OrderShown, ...]:  # fmt: skip
    """Each order with what stands in its part of the page."""
    bounds = _parts(page, numbers)
    shown = []
    for n, (top, bottom) in enumerate(bounds):
        inside = [piece for piece in told if top <= piece.middle < bottom]
        inside_times = tuple(one for one in times if top <= (one.box[1] + one.box[3]) / 2 < bottom)
        came = any(one.of == "delivered" for one in inside_times)
        status = status_of(page, inside, came=came) if kind is K.ORDER_PAGE else None
        near = [one for one in amounts if top <= (one.box[1] + one.box[3]) / 2 < bottom]
        shown.append(
            OrderShown(
                numbers[n] if n < len(numbers) else None,
                status[0] if status else None,
                status[1].box if status else None,
                _paid(near, kind, numbers[n] if len(numbers) > 1 and kind is K.PAYMENT else None),
                _placed(inside_times, len(numbers) > 1) if kind is K.ORDER_PAGE else inside_times,
            )
        )
    return tuple(shown)


def _placed(times: tuple[Moment, ...], in_list: bool) -> tuple[Moment, ...]:
    """Where nothing is called so: when it was placed is the only time in a list, else one before it is due or came."""
    others = [one for one in times if one.of == "event"]
    if len(others) != 1 or any(one.of == "ordered" for one in times):
        return times
    before = len(times) > 1 and all(others[0].at <= one.at for one in times)
    goes_without_saying = before or (in_list and len(times) == 1)
    return tuple(replace(one, of="ordered") if one in others and goes_without_saying else one for one in times)


def _parts(page: Page, numbers: tuple[Shown, ...]) -> list[tuple[float, float]]:
    """Where one order's part of the page ends and the next begins: at the widest gap between their numbers."""
    middles = [(number.box[1] + number.box[3]) / 2 for number in numbers]
    cuts: list[float] = []
    for one, other in itertools.pairwise(middles):
        edges = sorted((piece.box[1], piece.box[3]) for piece in page.pieces if one <= piece.middle <= other)
        low, gaps = edges[0][1] if edges else one, []
        for top, bottom in edges[1:]:
            gaps.append((top - low, (top + low) / 2))
            low = max(low, bottom)
        cuts.append(max(gaps)[1] if gaps else (one + other) / 2)
    edges_of = [float("-inf"), *cuts, float("inf")]
    return list(itertools.pairwise(edges_of))


def _paid(amounts: list[Sum], kind: PictureKind, beside: Shown | None) -> Sum | None:
    """What was paid: the amount called so; on a list of payments the nearest to the number; else by size or place."""
    named = [one for one in amounts if one.paid]
    if not amounts:
        return None
    if beside:
        return min(amounts, key=lambda one: abs(one.box[1] + one.box[3] - beside.box[1] - beside.box[3]))
    if named:
        return named[-1]
    if kind in (K.PAYMENT, K.LISTING):
        # A round one is what the goods are worth, drawn large over their price.
        return max(amounts, key=lambda one: (one.yuan.as_tuple().exponent != 0, one.box[3] - one.box[1]))
    return amounts[-1]
