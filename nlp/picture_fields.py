"""Numbers on a picture and what stands beside them: order numbers, amounts, statuses, a code's tail, per cent."""

import re
from collections.abc import Iterator
from decimal import Decimal

from nlp.picture_layout import Page, Piece
from nlp.picture_words import find, has, picture_words
from nlp.pictured import PageStatus, Shown, Sum

# ---- order numbers

_NUMBER = re.compile(r"(?<![a-z0-9*])[a-z]{0,5}[-_]?\d(?:[a-z0-9]|[-_](?=[a-z0-9])){5,31}(?![a-z0-9*]|-\*)")
_SHAPE = re.compile(
    r"[A-Z]{1,5}[-_]?\d{6,22}[A-Z0-9]{0,4}|20\d{10,20}|2[5-9]\d{12,16}|\d{12,20}|[A-Z]{1,4}(?:-\d{3,10}){1,4}|\d{3,8}(?:-\d{4,8}){1,3}"
)
_DATE = re.compile(r"20\d\d[-_/.]\d{1,2}[-_/.]\d{1,2}")
_SPACED = re.compile(r"(?<=[a-z0-9])[ ](?=[a-z0-9]*\d)")
_GROUPS = re.compile(r"[a-z]{0,4} ?\d{3,6}(?: \d{3,6}){2,5}")
SURE_OF_LABEL, MAYBE = 2, 1


def order_numbers(page: Page, pieces: list[Piece]) -> tuple[Shown, ...]:
    """Numbers that are called an order's, from the top; where none is, those that look like one."""
    found: dict[str, tuple[int, Shown]] = {}
    for piece in pieces:
        for text, start, whole in _numbers(piece):
            number = text.upper().strip("-_")
            weight = _weight(page, piece, whole[:start], number)
            if weight and weight > found.get(number, (0, None))[0]:
                found[number] = (weight, Shown(number, piece.box))
    best = max((weight for weight, _ in found.values()), default=0)
    return tuple(shown for weight, shown in found.values() if weight == best)


def _numbers(piece: Piece) -> Iterator[tuple[str, int, str]]:
    whole = piece.plain
    if not any(map(str.isdigit, whole)):
        return
    numbers = [*_NUMBER.finditer(whole)]
    if not numbers and (_named(whole, "order") or _GROUPS.fullmatch(whole)):
        whole = _SPACED.sub("", whole)  # a long number that is printed in groups
        numbers = [*_NUMBER.finditer(whole)]
    for found in numbers:
        text = found[0]
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
    rf"(?:[¥$半]|(?<![a-z])y(?=\s?\d)|cny|rmb)\s*{_FIGURE.format('signed')}(?![\d*])"
    rf"|(?<!\d:)(?<![\d.,*a-z/-]){_FIGURE.format('named')}\s*(?:元|yuan|cny|rmb)(?![\u4e00-\u9fff])"
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
            figure = match["signed"] or match["named"] or match["bare"]
            if called != "less":
                back = _paid_back(page, piece)
                found.append(Sum(Decimal(figure.replace(",", "")), called == "paid", piece.box, back))
    return tuple(found)


def _called(page: Page, piece: Piece, before: str) -> str | None:
    left = page.left_of(piece)
    for text in (before, left.plain if left else "", *(above.plain for above in page.above(piece)[:1])):
        text = text.rstrip(" :(-").strip()
        if not text or len(text) > 30:
            continue
        for of in ("less", "paid", "total"):
            if any(text.endswith(word) or text.startswith(word) for word in picture_words().labels[of]):
                return of
    return None


def _paid_back(page: Page, piece: Piece) -> bool:
    words = picture_words().signs["refunded"][:-1]
    near = [piece, *page.in_row(piece), *page.below(piece, 1.2)]
    return any(has(word, other.plain) for other in near for word in words if len(other.plain) < 20)


# ---- the status


def status_of(page: Page, pieces: list[Piece]) -> tuple[PageStatus, Piece] | None:
    """What an order page says of its order: beside the word for it, else what stands alone and large."""
    named = [value for piece in pieces for value in _after_label(page, piece)]
    for piece, text in named:
        status = _status_in(text, within=6)
        if status:
            return status, piece
    alone = [(piece, status) for piece in pieces if (status := _alone(page, piece))]
    if not alone:
        return None
    piece, status = max(alone, key=lambda one: (one[0].height, -one[0].middle))
    return status, piece


def _after_label(page: Page, piece: Piece) -> Iterator[tuple[Piece, str]]:
    text = piece.plain.strip(" ·•|")
    for label in picture_words().labels["status"]:
        if not text.startswith(label):
            continue
        rest = text[len(label) :].strip(" :")
        if rest:
            yield piece, rest
            return
        right = page.right_of(piece)
        beside_and_below = [right] if right and not _is_any_label(right.plain) else []
        beside_and_below += page.below(piece, 2.5)[:1]
        yield from ((value, value.plain) for value in beside_and_below)
        return


def _status_in(text: str, within: int) -> PageStatus | None:
    """The status that a short text is, give or take a few signs."""
    bare = text.strip(" .!:。·•✓√×>()[]\"'“”")
    for phrase, status in picture_words().statuses:
        if has(phrase, bare) and len(bare) - len(phrase) <= within + 4 * bare.isascii():
            return status
    return None


def _alone(page: Page, piece: Piece) -> PageStatus | None:
    """A status that stands for itself: no label before it, not one of a row of tabs or of steps."""
    status = _status_in(piece.plain, within=2)
    if status is None and len(piece.plain) <= 16:
        status = next(
            (of for word, of in picture_words().statuses if len(word) >= 4 and piece.plain.startswith(word)), None
        )
    if status is None and "订单" in piece.plain and len(piece.plain) <= 14:
        status = _status_in(piece.plain, within=8)
    if status is None:
        return None
    row = page.in_row(piece)
    if sum(1 for other in (piece, *row) if _status_in(other.plain, within=1) or other.plain in STEPS) >= 3:
        return None
    left = page.left_of(piece)
    if left and any(left.plain.strip(" :").endswith(word) for word in TIME_LABELS):
        return None
    return status


STEPS = frozenset(
    {"下单", "付款", "发货", "完成", "评价", "收货", "全部", "all", "ordered", "paid", "shipped", "提交订单", "售后"}
)
TIME_LABELS = ("时间", "承诺发货", "预计发货", "发货", "time", "delivered", "备注", "卡密", "内容", "发货内容", "退款")


def _is_any_label(text: str) -> bool:
    bare = text.strip(" :")
    return any(bare == word for words in picture_words().labels.values() for word in words)


# ---- a code's tail, and how far a service is

_HIDDEN = re.compile(r"(?:[*x•●·_米x]{2,}[\s-]*)+([a-z0-9]{2,6})(?![a-z0-9])")
_CODE = re.compile(r"(?<![a-z0-9])(?:[a-z0-9]{4,6}-){2,5}([a-z0-9]{4,6})(?![a-z0-9-])")
_TAIL = re.compile(r"(?:尾号|末四位|后四位|ending(?: in)?)\s*:?\s*([a-z0-9]{4})(?![a-z0-9])")
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
    """How much of a service is done, by the largest printed per cent. A battery's stands at the very top."""
    heights = [
        (piece.height, int(found[1]))
        for n, piece in enumerate(pieces)
        if (found := _PERCENT.search(piece.plain)) and int(found[1]) <= 100 and n > 2 and len(piece.plain) < 16
    ]
    return max(heights)[1] if heights else None


def sign_of(name: str, pieces: list[Piece]) -> Shown | None:
    """The last piece that tells it."""
    for piece in reversed(pieces):
        if any(find(phrase, piece.plain) >= 0 for phrase in picture_words().signs[name]):
            return Shown(piece.line.text, piece.box)
    return None
