"""Numbers on a picture and what stands beside them: order numbers, amounts, a code's tail, per cent; and signs."""

import re
from collections.abc import Iterator
from decimal import Decimal

from nlp.picture_layout import Page, Piece
from nlp.picture_status import status_in
from nlp.picture_words import has, picture_words
from nlp.pictured import Shown, Sum

# ---- order numbers

_NUMBER = re.compile(r"(?<![a-z0-9*])[a-z]{0,5}[-_]?\d(?:[a-z0-9]|[-_](?=[a-z0-9])){5,31}(?![a-z0-9*]|-\*)")
_SHAPE = re.compile(
    r"[A-Z]{1,5}[-_]?\d{6,22}[A-Z0-9]{0,4}|20\d{10,20}|2[5-9]\d{12,16}|\d{12,20}|[A-Z]{1,4}(?:-\d{3,10}){1,4}|\d{3,8}(?:-\d{4,8}){1,3}"
)
_DATE = re.compile(r"20\d\d[-_/.]\d{1,2}[-_/.]\d{1,2}")
_GOES_ON_TO_A_CLOCK = re.compile(r"[-\d]*\s?:\s?\d\d")
_CLOCK_FOLLOWS = re.compile(r"\s?[012]?\d:[0-5]\d")
_SPECK = re.compile(r"(?<=\d)\.(?=\d{3})")
_SPACED = re.compile(r"(?<=[a-z0-9])[ ](?=[a-z0-9]*\d)")
_GROUPS = re.compile(r"[a-z]{0,4} ?\d{3,6}(?: \d{3,6}){2,5}")
SURE_OF_LABEL, MAYBE = 2, 1


def order_numbers(page: Page, pieces: list[Piece], least: int = 1) -> tuple[Shown, ...]:
    """Numbers that are called an order's, from the top; where none is, those that look like one.

    `least` of `SURE_OF_LABEL` leaves out those that only look like one.
    """
    found: dict[str, tuple[int, Shown]] = {}
    for piece in pieces:
        for text, start, whole in _numbers(piece):
            number = text.upper().strip("-_")
            weight = _weight(page, piece, whole[:start], number)
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
        if not _DATE.match(text) and sum(map(str.isdigit, text)) >= 6 and "." not in text:
            yield text, found.start(), whole


def _weight(page: Page, piece: Piece, before: str, number: str) -> int:
    """2: it is called an order's number; 1: it only looks like one; 0: it is called something else."""
    left = page.left_of(piece) if not before.strip(" :#·") else None
    texts = [before, left.plain if left else ""]
    if not before.strip(" :#·") and not (left and _label_of(left.plain)):
        texts += [above.plain for above in page.above(piece)[:1]]
    for text in texts:
        label = _label_of(text)
        if label == "not_order":
            return 0
        if label == "order":
            return SURE_OF_LABEL
    return MAYBE if _SHAPE.fullmatch(number) and not re.fullmatch(r"1[3-9]\d{9}", number) else 0


def _label_of(text: str) -> str | None:
    """Which label ends a text: the longest of those that end last."""
    text = text.rstrip(" :#·,(").strip()
    if not text or len(text) > 40:
        return None
    best: tuple[int, int, str] | None = None
    for of in ("not_order", "order"):
        for word in picture_words().labels[of]:
            at = text.rfind(word)
            if at >= 0 and has(word, text) and (best is None or (at + len(word), len(word)) > best[:2]):
                best = (at + len(word), len(word), of)
    return best[2] if best and len(text) - best[0] <= 6 else None


def _named(text: str, of: str) -> bool:
    return any(has(word, text) for word in picture_words().labels[of] if len(word) > 1)


# ---- amounts

_FIGURE = r"(?P<{0}>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?|\d{{1,7}}(?:\.\d{{1,2}})?)"
_SUM = re.compile(
    rf"(?:[¥$半]|cny|rmb)\s*{_FIGURE.format('signed')}(?![\d*])"
    rf"|(?<!\d:)(?<![\d.,*a-z/-]){_FIGURE.format('named')}\s*(?:元|yuan|cny|rmb)(?![\u4e00-\u9fff])"
    r"|(?<![a-z0-9])(?:cn)?[vy]\s?(?P<misread>\d{1,6}\.\d{2})(?![\d.])"
    r"|(?<!\d:)(?<![\d.,*a-z/-])[-+]?\s?(?P<bare>\d{1,6}\.\d{2})(?![\d.%:/a-z-])"
)
_FOREIGN = re.compile(r"(?:us|hk|nt|s|au|ca)\s?\$|€|£|jp¥|円|日元|港币|美元")


def sums(page: Page, pieces: list[Piece]) -> tuple[Sum, ...]:
    """Amounts in yuan in the order in which they stand. 100元 in a product's name is none."""
    found: list[Sum] = []
    for piece in pieces:
        if _FOREIGN.search(piece.plain):
            continue
        for match in _SUM.finditer(piece.plain):
            called = _called(page, piece, piece.plain[: match.start()])
            if match["named"] and "." not in match["named"] and not called:
                continue
            figure = match["signed"] or match["named"] or match["misread"] or match["bare"]
            if called != "less":
                back = _paid_back(page, piece)
                found.append(Sum(Decimal(figure.replace(",", "")), called == "paid", piece.box, back))
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
    return None


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
_PROGRESS = ("完成", "进度", "当前进度", "progress", "done", "completed")
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


def per_cent(pieces: list[Piece]) -> int | None:
    """How much of a service is done, by the largest printed per cent. A battery's stands alone at the very top."""
    heights = [
        (piece.height, int(found[1]))
        for n, piece in enumerate(pieces)
        if (found := _PERCENT.search(piece.plain))
        and int(found[1]) <= 100
        and len(piece.plain) < 16
        and (n > 2 or piece.plain.startswith(_PROGRESS))
    ]
    return max(heights)[1] if heights else None


def sign_of(name: str, pieces: list[Piece]) -> Shown | None:
    """The last piece that tells it."""
    words = picture_words()
    phrases, forms = words.signs[name], words.sign_forms.get(name, ())
    for piece in reversed(pieces):
        if any(has(phrase, piece.plain) for phrase in phrases) or any(form.search(piece.plain) for form in forms):
            return Shown(piece.line.text, piece.box)
    return None
