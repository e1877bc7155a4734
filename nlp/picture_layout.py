"""Where the lines of a picture stand to one another: what is beside, above and below, and what is fine print."""

import re
from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from nlp.normal import plain
from nlp.picture_words import mended, picture_words
from nlp.pictured import Box, Line

NOISE = 0.5
"""Read less surely than this, a line is a picture's ornament more often than a text."""
PRINT_LENGTH = 10
OFTEN, SLANTING = 3, 0.5
DIALOG = 0.01
"""So far from one another, in widths of the page, are the middles of a dialog's lines."""
FACTS = ("order", "ordered", "promised", "delivered", "paid")


_ADVICE = re.compile("[\u4e00-\u9fff]{0,4}(?:说明|须知|声明|规则):.{4}")
_CLOCK = re.compile(r"\d:\d\d")
_SPREAD = re.compile(r"^([\u4e00-\u9fff])\s+([\u4e00-\u9fff])(?=\s*(?::|$))")


class Piece(Struct, frozen=True):
    """A line with its plain form: simplified, lower case, half width."""

    line: Line
    plain: str

    @property
    def box(self) -> Box:
        return self.line.box

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


class Page:
    """The lines of a picture from top to bottom, with the questions that are asked of their places."""

    def __init__(self, lines: Sequence[Line]) -> None:
        seen = (line for line in lines if line.text.strip() and line.sure >= NOISE)
        kept = _unwrapped([Piece(line, _close(mended(plain(line.text)))) for line in seen])
        printed = _printed_over(kept)
        self.pieces = sorted(
            (piece for piece in kept if piece not in printed), key=lambda piece: (piece.middle, piece.box[0])
        )
        self.left = min((piece.box[0] for piece in self.pieces), default=0)
        self.right = max((piece.box[2] for piece in self.pieces), default=1)
        self.bottom = max((piece.box[3] for piece in self.pieces), default=1)

    @cached_property
    def text(self) -> str:
        return "\n".join(piece.plain for piece in self.pieces)

    @cached_property
    def height(self) -> float:
        """Of an ordinary line, in pixels."""
        heights = sorted(piece.height for piece in self.pieces if len(piece.plain) > 2)
        return heights[len(heights) // 2] if heights else 20

    def in_row(self, piece: Piece) -> list[Piece]:
        """What stands in the same row, from left to right, the piece itself left out."""
        row = [other for other in self.pieces if other is not piece and beside(piece, other)]
        return sorted(row, key=lambda other: other.box[0])

    def left_of(self, piece: Piece) -> Piece | None:
        """The nearest piece to the left, also where the picture is a little turned."""
        near = [other for other in self.in_row(piece) if other.box[2] <= piece.box[0] + piece.height]
        return max(near, key=lambda other: other.box[2], default=None)

    def right_of(self, piece: Piece) -> Piece | None:
        near = [other for other in self.in_row(piece) if other.box[0] >= piece.box[2] - piece.height]
        return min(near, key=lambda other: other.box[0], default=None)

    def above(self, piece: Piece, reach: float = 3.5) -> list[Piece]:
        """What stands over it, the nearest first."""
        over = [
            other
            for other in self.pieces
            if other is not piece
            and other.middle < piece.middle
            and not beside(piece, other)
            and piece.box[1] - other.box[3] < reach * piece.height
            and _over(piece.box, other.box)
        ]
        return sorted(over, key=lambda other: -other.middle)

    def below(self, piece: Piece, reach: float = 2.0) -> list[Piece]:
        under = [
            other
            for other in self.pieces
            if other is not piece
            and other.middle > piece.middle
            and not beside(piece, other)
            and other.box[1] - piece.box[3] < reach * piece.height
            and _over(piece.box, other.box)
        ]
        return sorted(under, key=lambda other: other.middle)

    @cached_property
    def fine_print(self) -> frozenset[int]:
        """Places in `pieces` of what is said to everybody: notices, rules, advice, recommended goods."""
        words, fine, under = picture_words().labels["fine_print"], set(), False
        for n, piece in enumerate(self.pieces):
            text = piece.plain.strip(" :·•*-[]")
            heads = len(text) <= PRINT_LENGTH + 8 * text.isascii() and any(text.endswith(word) for word in words)
            if is_advice(piece.plain):
                fine.add(n)
            elif heads and self._heads_notice(n):
                fine.add(n)
                under = True
            elif under and not self._is_fact(piece) and not self._is_dialogs(piece):
                fine.add(n)
            else:
                under = False
        return frozenset(fine)

    def _heads_notice(self, n: int) -> bool:
        """A heading stands alone, on the left, not at the very top; in the middle it is a dialog's."""
        piece = self.pieces[n]
        on_the_left = piece.box[0] < self.left + 0.25 * (self.right - self.left)
        return on_the_left and not self.in_row(piece) and piece.middle > 0.15 * self.bottom and n + 2 < len(self.pieces)

    def _is_fact(self, piece: Piece) -> bool:
        """A label of the order with what it names: where notices end and the order goes on."""
        labels = picture_words().labels
        named = any(
            piece.plain.startswith(word) for of in FACTS for word in labels[of] if len(word) > 1 + 2 * word.isascii()
        )
        value = any(any(map(str.isdigit, other.plain)) for other in (piece, *self.in_row(piece)))
        return named and value and len(piece.plain) < 45

    def _is_dialogs(self, piece: Piece) -> bool:
        """In the middle, with another line above or below in the same middle: a dialog that lies over a notice.

        Of the notice nothing is left beside it but its bullets or figures.
        """
        if any(len(other.plain) > 2 for other in self.in_row(piece)):
            return False
        near = DIALOG * (self.right - self.left)
        over_and_under = (*self.above(piece), *self.below(piece, 3.5))
        others = [
            other for other in over_and_under
            if abs(other.box[0] + other.box[2] - piece.box[0] - piece.box[2]) < 2 * near
            and abs(other.box[0] - piece.box[0]) > near
        ]  # fmt: skip
        return bool(others) and piece.box[0] > self.left + 0.2 * (self.right - self.left)

    @cached_property
    def told(self) -> list[Piece]:
        """What this page tells of this customer: everything but the fine print."""
        return [piece for n, piece in enumerate(self.pieces) if n not in self.fine_print]

    @cached_property
    def sentences(self) -> list[str]:
        """What is told, line by line, and then what goes on in a next line, joined."""
        joined = []
        for piece in self.told:
            rest = next(
                (other for other in self.below(piece, 1.0) if abs(other.height - piece.height) < 0.4 * piece.height),
                None,
            )
            if rest and len(piece.plain) > 8:
                joined.append(piece.plain + (" " if piece.plain.isascii() else "") + rest.plain)
        return [*(piece.plain for piece in self.told), *joined]


def _unwrapped(pieces: list[Piece]) -> list[Piece]:
    """A label whose last sign stands in a line of its own, 「承诺发货时」 over 「间」, is one."""
    labels = {word for words in picture_words().labels.values() for word in words}
    whole = list(pieces)
    for rest in [piece for piece in pieces if len(piece.plain) == 1 and not piece.plain.isascii()]:
        for first in whole:
            gap, aside = rest.box[1] - first.box[3], abs(rest.box[0] - first.box[0])
            label = mended(first.plain + rest.plain)
            if max(abs(gap), aside) < 0.4 * first.height and label in labels:
                joined = Line(label, join(first.box, rest.box), first.line.sure)
                whole = [Piece(joined, label) if piece is first else piece for piece in whole if piece is not rest]
                break
    return whole


def _printed_over(pieces: list[Piece]) -> list[Piece]:
    """A watermark: the same words again and again, slanting."""
    askew = [piece for piece in pieces if slants(piece.line)]
    again = {piece.plain for piece in askew if sum(piece.plain in other.plain for other in askew) >= OFTEN}
    return [piece for piece in askew if any(text in piece.plain or piece.plain in text for text in again)]


def slants(line: Line) -> bool:
    """Whether a text does not stand level: its box is too high for so short a text."""
    wide = sum(0.5 + 0.5 * (not sign.isascii()) for sign in line.text)  # in heights of a letter
    return line.box[2] - line.box[0] < SLANTING * wide * (line.box[3] - line.box[1])


def _close(text: str) -> str:
    """「状  态：」 is a label of two signs that was spread to the width of the others."""
    return _SPREAD.sub(r"\1\2", text)


def beside(one: Piece, other: Piece) -> bool:
    """Whether two pieces stand in one row."""
    overlap = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return overlap > 0.5 * min(one.height, other.height)


def _over(one: Box, other: Box) -> bool:
    """Whether two boxes share a part of their width."""
    shared = min(one[2], other[2]) - max(one[0], other[0])
    return shared > 0.3 * min(one[2] - one[0], other[2] - other[0])


def is_advice(text: str) -> bool:
    """「1. 请勿…」「提示：…」「Q：…」: a sentence for everybody."""
    bare = text.strip()
    numbered = len(bare) > 8 and bare[:1].isdigit() and bare[1:2] in ".、)" and not bare[2:3].isdigit()
    marked = len(bare) > 8 and bare[:1] in "·•*※●▪" and not _CLOCK.search(bare)
    is_short = len(bare) <= PRINT_LENGTH and not any(word in bare for word in picture_words().labels["advises"])
    named = bare.startswith("提示:") and not is_short  # 「提示：卡号不存在」 is said to this customer
    named = named or bare.startswith(("注:", "注意:", "温馨提示", "q:", "a:", "note:", "tip", "小贴士"))
    return numbered or marked or named or _ADVICE.match(bare) is not None


def join(*boxes: Box) -> Box:
    """The box around all of them."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
