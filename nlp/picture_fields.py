"""Numbers on a picture and what stands beside them: order numbers, amounts, a code's tail, per cent."""

import re
from collections.abc import Iterator
from decimal import Decimal

from nlp.picture_layout import Page, Piece
from nlp.picture_status import status_in
from nlp.picture_words import has, picture_words
from nlp.pictured import Shown, Sum

# ---- order numbers

_NUMBER = re.compile(
    r"(?<![a-z0-9*])(?:[a-z]{1,5}[-_])?[a-z]{0,5}[-_]?\d(?:[a-z0-9]|[-_](?=[a-z0-9])){5,31}(?![a-z0-9*]|-\*)"
)
_SHAPE = re.compile(
    r"[A-Z]{1,5}[-_]?\d{6,22}[A-Z0-9]{0,4}|20\d{10,20}|2[5-9]\d{12,16}|\d{12,20}|[A-Z]{1,4}(?:-\d{3,10}){1,4}|\d{3,8}(?:-\d{4,8}){1,3}"
)
_DATE = re.compile(r"20\d\d[-_/.]\d{1,2}[-_/.]\d{1,2}")
_GOES_ON_TO_A_CLOCK = re.compile(r"[-\d]*\s?:\s?\d\d")
_CLOCK_FOLLOWS = re.compile(r"\s?[012]?\d:[0-5]\d")
_SPECK = re.compile(r"(?<=\d)\.(?=\d{3})")
_SPACED = re.compile(r"(?<=[a-z0-9])[ ](?=[a-z0-9]*\d)")
_IN_A_COLUMN = re.compile(r"[a-z0-9_-]*\d[a-z0-9_-]{5,}")
_GROUPS = re.compile(r"[a-z]{0,4} ?\d{3,6}(?: \d{3,6}){2,5}")
SURE_OF_LABEL, A_TRADES, MAYBE = 3, 2, 1
"""It is called an order's; it is called a trade's, which some shops call their orders; it only looks like one."""
WEIGHTS = {"not_order": 0, "order": SURE_OF_LABEL, "trade": A_TRADES}
"""By what a number is called (nlp/picture.toml, labels)."""
NEARER = 5
"""By so many heights of the number a heading has to be nearer than what stands to the left."""
FIGURES_NAMED, FIGURES = 3, 6
"""So many a number has that is called an order's, as some are of letters for the most part; and one that is not."""


def order_numbers(page: Page, pieces: list[Piece], least: int = MAYBE, *, bill: bool = False) -> tuple[Shown, ...]:
    """Numbers that are called an order's, from the top; where none is, a trade's; else those that look like one.

    `least`: those that are less surely one are left out. `bill`: a trade's number is that of the payment.
    """
    found: dict[str, tuple[int, Shown]] = {}
    for piece in pieces:
        for text, start, whole in _numbers(piece):
            number = text.upper().strip("-_")
            weight = _weight(page, piece, whole[:start], number)
            if bill and weight == A_TRADES:
                continue
            if sum(map(str.isdigit, text)) < (FIGURES_NAMED if weight == SURE_OF_LABEL else FIGURES):
                continue
            if weight and weight > found.get(number, (0, None))[0]:
                found[number] = (weight, Shown(number, piece.box))
    best = max((weight for weight, _ in found.values()), default=0)
    return tuple(shown for weight, shown in found.values() if weight == best >= least)


def _numbers(piece: Piece) -> Iterator[tuple[str, int, str]]:
    whole = _SPECK.sub("", piece.plain)  # no amount and no date has three figures behind a point
    if not any(map(str.isdigit, whole)):
        return
    numbers = [*_NUMBER.finditer(whole)]
    if not numbers and (_named(whole, "order") or _GROUPS.fullmatch(whole)):
        whole = _SPACED.sub("", whole)  # a long number that is printed in groups
        numbers = [*_NUMBER.finditer(whole)]
    for found in numbers:
        text = found[0]
        is_a_day = text.startswith("20") and _CLOCK_FOLLOWS.match(whole, found.end())
        if is_a_day or _GOES_ON_TO_A_CLOCK.match(whole, found.end()):
            continue
        if not _DATE.match(text) and "." not in text:
            yield text, found.start(), whole


def _weight(page: Page, piece: Piece, before: str, number: str) -> int:
    """How surely it is an order's number; 0: it is called something else."""
    label = _label_of(before)
    if label is None and not before.strip(" :#·"):
        label = next((named for _, named in sorted(_labels_near(page, piece)) if named), None)
    if label is not None:
        return WEIGHTS[label]
    return MAYBE if _SHAPE.fullmatch(number) and not re.fullmatch(r"1[3-9]\d{9}", number) else 0


def _labels_near(page: Page, piece: Piece) -> Iterator[tuple[float, str]]:
    """What it is called to its left and over it, each with how far off that stands, in heights of the number.

    What stands over it is more often the value before than a heading: it has to be nearer by far, and a label alone.
    """
    if left := page.left_of(piece):
        yield (piece.box[0] - left.box[2]) / piece.height, _label_of(left.plain) or ""
    if head := _head(page, piece):
        yield (piece.box[1] - head.box[3]) / piece.height + NEARER, _label_of(head.plain, behind=0) or ""


def _head(page: Page, piece: Piece) -> Piece | None:
    """What stands over it; in a column of numbers, over the first of them."""
    over = next(iter(page.above(piece)), None)
    while over and _IN_A_COLUMN.fullmatch(over.plain.strip()) and abs(over.box[0] - piece.box[0]) < piece.height:
        over = next(iter(page.above(over)), None)
    return over


def _label_of(text: str, behind: int = 6) -> str | None:
    """Which label ends a text, with so many signs behind it: the longest of those that end last."""
    text = text.rstrip(" :#·,(").strip()
    if not text or len(text) > 40:
        return None
    best: tuple[int, int, str] | None = None
    for of in WEIGHTS:
        for word in picture_words().labels[of]:
            at = text.rfind(word)
            if at >= 0 and has(word, text) and (best is None or (at + len(word), len(word)) > best[:2]):
                best = (at + len(word), len(word), of)
    return best[2] if best and len(text) - best[0] <= behind else None


def _named(text: str, of: str) -> bool:
    return any(has(word, text) for word in picture_words().labels[of] if len(word) > 1)


# ---- amounts

_FIGURE = r"(?P<{0}>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}}0?)?|\d{{1,7}}(?:\.\d{{1,2}}0?)?)"
_SUM = re.compile(
    rf"(?:[¥$半]|cny|rmb)\s*{_FIGURE.format('signed')}(?![\d*])"
    rf"|(?<!\d:)(?<![\d.,*a-z/-]){_FIGURE.format('named')}\s*(?:元|yuan|cny|rmb)(?![\u4e00-\u9fff])"
    r"|(?<![a-z0-9])(?:cn)?[vy]\s?(?P<misread>\d{1,6}\.\d{2})(?![\d.])"
    r"|(?<!\d:)(?<![\d.,*a-z/-])[-+]?\s?(?P<bare>\d{1,6}\.\d{2})(?![\d.%:/a-z-])"
)
_THIRD_PLACE = re.compile(r"(?<=\.\d\d)0$")
_FOREIGN = re.compile(r"(?:us|hk|nt|s|au|ca)\s?\$|€|£|jp¥|円|日元|港币|美元")


def sums(page: Page, pieces: list[Piece]) -> tuple[Sum, ...]:
    """Amounts in yuan in the order in which they stand. 100元 in a product's name is none.

    「$」 is a 「¥」 that was misread, but for a page that has both.
    """
    found: list[Sum] = []
    has_yuan = any("¥" in piece.plain for piece in pieces)
    for piece in pieces:
        if _FOREIGN.search(piece.plain) or (has_yuan and "$" in piece.plain):
            continue
        for match in _SUM.finditer(piece.plain):
            called = _called(page, piece, piece.plain[: match.start()])
            if match["named"] and "." not in match["named"] and not called:
                continue
            figure = (match["signed"] or match["named"] or match["misread"] or match["bare"]).replace(",", "")
            if called != "less":
                back = _paid_back(page, piece)
                found.append(Sum(Decimal(_THIRD_PLACE.sub("", figure)), called == "paid", piece.box, back))
    return tuple(found)


def _called(page: Page, piece: Piece, before: str) -> str | None:
    left = page.left_of(piece)
    for text in (before, left.plain if left else "", *(above.plain for above in page.above(piece)[:1])):
        text = text.rstrip(" :(-").strip()
        is_beside = text != before.rstrip(" :(-").strip()
        if not text or len(text) > 30 or (is_beside and (any(map(str.isdigit, text)) or status_in(text, within=0))):
            continue
        for of in ("less", "paid", "total"):
            if any(text.endswith(word) or text.startswith(word) for word in picture_words().labels[of]):
                return of
    return _called_below(page, piece)


def _called_below(page: Page, piece: Piece) -> str | None:
    """A large figure over what it is: a label with no value of its own beside it."""
    under = next(iter(page.below(piece, 1.5)), None)
    if under is None or any(any(map(str.isdigit, other.plain)) for other in page.in_row(under)):
        return None
    bare, labels = under.plain.strip(" :()"), picture_words().labels
    return next((of for of in ("less", "paid", "total") if bare in labels[of]), None)


def _paid_back(page: Page, piece: Piece) -> bool:
    """A word of it in the same row, or below with no other amount between."""
    near = [piece, *page.in_row(piece)]
    for below in page.below(piece, 2.5):
        if _SUM.search(below.plain):
            break
        near.append(below)
    words = picture_words().signs["refunded"][:-1]
    texts = [other.plain for other in near]
    return any(has(word, text) and (len(text) < 20 or text.endswith(word)) for text in texts for word in words)


# ---- a code's tail, and how far a service is

_HIDDEN = re.compile(r"(?:[*x•●·_米x]{2,}[\s-]*)+([a-z0-9]{2,6})(?![a-z0-9])")
_CODE = re.compile(r"(?<![a-z0-9])(?:[a-z0-9]{4,6}-){2,5}([a-z0-9]{4,6})(?![a-z0-9-])")
_TAIL = re.compile(r"(?:尾号|末四位|后四位|ending(?: in)?)\s*:?\s*([a-z0-9]{4})(?![a-z0-9])")
PROGRESS_LENGTH = 24
_PERCENT = re.compile(r"(?<!\d)(\d{1,3})\s?%")


NOT_A_CODE = ("手机", "电话", "账号", "phone", "id", "用户", "昵称", "qq", "尾号为", "card ending")


def code_tail(page: Page, pieces: list[Piece]) -> str | None:
    """The last signs of a code, four at most. A phone number's tail is none."""
    for piece in pieces:
        for form in (_TAIL, _CODE, _HIDDEN):
            found = form.search(piece.plain)
            left = page.left_of(piece)
            before = piece.plain[: found.start()] if found else ""
            near = f"{left.plain if left else ''} {before}"
            is_phone = re.match(r"\s*1[3-9]\d", piece.plain) or any(word in near for word in NOT_A_CODE)
            if found and not is_phone:
                return found[1].upper()[-4:]
    return None


def per_cent(page: Page, pieces: list[Piece]) -> int | None:
    """How much of a service is done: the largest per cent that is called so, else the largest that stands alone.

    A battery's stands alone at the very top; one behind other words is of a product's name.
    """
    found: list[tuple[bool, int, int]] = []
    for n, piece in enumerate(pieces):
        figure = _PERCENT.search(piece.plain)
        if not figure or int(figure[1]) > 100 or len(piece.plain) > PROGRESS_LENGTH:
            continue
        before, left = piece.plain[: figure.start()], page.left_of(piece)
        stands_alone = not any(map(str.isalpha, before))
        beside = [left.plain if left else "", *(above.plain for above in page.above(piece)[:1])] if stands_alone else []
        named = any(_named(text, "progress") for text in (before, *beside))
        if named or (stands_alone and n > 2):
            found.append((named, piece.height, int(figure[1])))
    return max(found)[2] if found else None
