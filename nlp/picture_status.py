"""What an order page says of its order: beside the word for it, else what stands alone and large."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from nlp.picture_layout import Page, Piece
from nlp.picture_words import find, picture_words
from nlp.pictured import PageStatus

STEPS = frozenset(
    {"下单", "付款", "发货", "完成", "评价", "收货", "全部", "all", "ordered", "paid", "shipped", "提交订单", "售后"}
)
TIME_LABELS = ("时间", "承诺发货", "预计发货", "发货", "time", "delivered", "备注", "卡密", "内容", "发货内容", "退款")
ENDS = " .!:。·•✓√×>()[]\"'“”"
_LANGUAGES, _PARTS = re.compile(r"\s*[/|]\s*"), re.compile(r"\s*[,·;、()—]\s*|\s+-\s+")
_NUMBERED = re.compile(r"^\d{1,2}(?=[\u4e00-\u9fff])")
_BRACKETED = re.compile(r"^[\[【(]([^\]】)]{2,10})[\]】)]")
_A_TIME = re.compile(r"\d\s?[:月]\s?\d|\d[-/]\d+[-/]\d|[a-z]{3}\.? \d")
STAMPED, STEP = 8, 6
WAITED_FOR = (PageStatus.UNPAID, PageStatus.UNSENT, PageStatus.PROCESSING)
NAMED, LONG, CLOSE, SIGNS = 6, 8, 0.88, 4
"""Behind the word for it a status may stand in so many other signs, and be misread by so much."""
TURNING = frozenset("未已待不没非")
ONCE = tuple("后前时再才即")
"""「充值到账后请…」: what happens once it is so."""
SHORT, TERSE = 24, 5
"""「sent」 and 「paid」 stand in too many phrases to be told from a part of one."""


def status_of(page: Page, pieces: list[Piece], *, came: bool = False) -> tuple[PageStatus, Piece] | None:
    """The status, and the piece that tells it. `came`: the page says when the goods came."""
    for value, text in (named for piece in pieces for named in _after_label(page, piece)):
        status = status_in(text, within=NAMED)
        if status:
            return status, value
    alone = [(piece, status) for piece in pieces if (status := _alone(page, piece))]
    if not alone:
        return _stamped(pieces) or _of_steps(page, pieces, came)
    piece, status = max(alone, key=lambda one: (one[0].height, -one[0].middle))
    return status, piece


def _of_steps(page: Page, pieces: list[Piece], came: bool) -> tuple[PageStatus, Piece] | None:
    """Of a row of steps whose colours say how far it is: the first once the goods came, else the last before that."""
    for piece in pieces:
        row = [step for step in (piece, *page.in_row(piece)) if len(step.plain) <= STEP]
        steps = [(of, step) for step in row if (of := status_in(step.plain, within=1))]
        is_tabs = any(of is PageStatus.UNPAID for of, _ in steps)
        if len(steps) == len(row) >= 3 and not is_tabs:
            steps.sort(key=lambda step: step[1].box[0])
            before, after = ([step for step in steps if (step[0] in WAITED_FOR) is waits] for waits in (True, False))
            return next(iter(after if came else before[::-1]), None)
    return None


def _stamped(pieces: list[Piece]) -> tuple[PageStatus, Piece] | None:
    """A stamp that was read as the end of the date that it touches: 「下单时间：2026年10月19日21处理中」."""
    for piece in pieces:
        if sum(map(str.isdigit, piece.plain)) >= STAMPED:
            for phrase, status in picture_words().statuses:
                if len(phrase) >= 3 and piece.plain.endswith(phrase):
                    return status, piece
    return None


def _after_label(page: Page, piece: Piece) -> Iterator[tuple[Piece, str]]:
    text = piece.plain.strip(" ·•|")
    for label in picture_words().labels["status"]:
        if not text.startswith(label):
            continue
        rest = text[len(label) :].strip(" :/")
        if rest and rest not in picture_words().labels["status"]:
            yield piece, rest
            return
        right = page.right_of(piece)
        beside_and_below = [right] if right and not _is_any_label(right.plain) else []
        beside_and_below += page.below(piece, 2.5)[:1]
        yield from ((value, value.plain) for value in beside_and_below)
        return


@lru_cache(4096)
def status_in(text: str, within: int) -> PageStatus | None:
    """The status that a short text is, give or take `within` signs.

    Of several parts the last that is one says it; of two languages the first.
    """
    if len(text) > 2 * SHORT:
        return None
    if "/" not in text and (whole := _status_of_part(text, within)):
        return whole
    for said in _LANGUAGES.split(text)[:3]:
        parts = [_status_of_part(part, within) for part in _PARTS.split(said)[:6]]
        if found := next((status for status in reversed(parts) if status), None):
            return found
    return None


def _status_of_part(text: str, within: int) -> PageStatus | None:
    bare = _NUMBERED.sub("", text.strip(ENDS))
    if not bare:
        return None
    for word in picture_words().labels["no_status"]:
        bare = bare.replace(word, " ")
    for read in dict.fromkeys((bare, bare.translate(picture_words().misread))):
        said = _said_in(read)
        rest = len(read) - sum(len(phrase) for _, phrase, _ in said)
        if said and rest <= within + 4 * any(phrase.isascii() and len(phrase) > TERSE for _, phrase, _ in said):
            return max(said)[2]
    return _nearly(bare) if within >= NAMED else None


def _said_in(text: str) -> list[tuple[int, str, PageStatus]]:
    """Each status in a text, and where: of 「已付款待发货」 both; in 「尚未发货」 not 「未发货」 as well."""
    said: list[tuple[int, str, PageStatus]] = []
    for phrase, status in picture_words().statuses:
        at = find(phrase, text)
        if at >= 0 and all(at >= other + len(longer) or at + len(phrase) <= other for other, longer, _ in said):
            said.append((at, phrase, status))
    return said


def _nearly(text: str) -> PageStatus | None:
    """Where a status has to stand: an English one with a letter lost, a Chinese one with one sign misread."""
    statuses = picture_words().statuses
    if not text.isascii():
        near = {of for phrase, of in statuses if len(phrase) == len(text) >= SIGNS and _differ_in_one(text, phrase)}
        return near.pop() if len(near) == 1 else None
    if len(text) < LONG:
        return None
    ratios = ((SequenceMatcher(None, text, phrase).ratio(), of) for phrase, of in statuses if phrase.isascii())
    ratio, status = max(ratios, key=lambda one: one[0])
    return status if ratio >= CLOSE else None


def _differ_in_one(text: str, phrase: str) -> bool:
    """In one sign, and not in one that turns the meaning."""
    unlike = [(a, b) for a, b in zip(text, phrase, strict=True) if a != b]
    return len(unlike) == 1 and not TURNING & set(unlike[0])


def _alone(page: Page, piece: Piece) -> PageStatus | None:
    """A status that stands for itself: no label before it, not one of a row of tabs or of steps."""
    status = status_in(piece.plain, within=2)
    if status is None and (headed := _BRACKETED.match(piece.plain)):
        status = status_in(headed[1], within=2)
    if status is None and len(piece.plain) <= 16:
        status = next(
            (
                of for word, of in picture_words().statuses
                if len(word) >= 4 and piece.plain.startswith(word) and piece.plain[len(word) :][:1] not in ONCE
            ), None,
        )  # fmt: skip
    if status is None and "订单" in piece.plain and len(piece.plain) <= 14:
        status = status_in(piece.plain, within=8)
    if status is None or _names_what_is_beside(page, piece):
        return None
    row = page.in_row(piece)
    if sum(1 for other in (piece, *row) if status_in(other.plain, within=1) or other.plain in STEPS) >= 3:
        return None
    left = page.left_of(piece)
    if left and any(left.plain.strip(" :").endswith(word) for word in TIME_LABELS):
        return None
    return status


def _names_what_is_beside(page: Page, piece: Piece) -> bool:
    """「Paid | ¥35.00」, 「支付成功 | 10-17 05:08」: a label, and no status."""
    right, bare, labels = page.right_of(piece), piece.plain.strip(" :"), picture_words().labels
    if right is None:
        return False
    names_a_sum = bare in labels["paid"] and any(map(str.isdigit, right.plain))
    return names_a_sum or (_is_any_label(bare) and _A_TIME.search(right.plain) is not None)


def _is_any_label(text: str) -> bool:
    bare = text.strip(" :")
    return any(bare == word for words in picture_words().labels.values() for word in words)
