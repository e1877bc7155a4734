"""Who writes on a page: the lines on the left and on the right of people who write to each other."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable

from nlp.picture_layout import Page, Piece, beside

_WHEN = re.compile(
    r"(?:20\d\d[-/.年])?(?:\d{1,2}[-/.月]\d{1,2}日?)?(?:今天|昨天|前天|星期.|周.|[a-z]{3,9},?)? ?"
    r"(?:凌晨|早上|上午|中午|下午|傍晚|晚上)? ?\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?"
)
SQUARE, LARGER = 1.4, 2.0
"""In the picture of somebody who has set none stands his initial, or 「我」: no wider than that."""
A_TALK = 3
ONESELF = ("我", "me", "you", "我:", "me:")
"""What stands over one's own words where a page names who writes."""
MIDDLE = 0.008
"""So far from one another, in widths of the page, are the middles of centred lines."""
FACES = 3
"""Fewer initials at the edge are icons of a page."""


def bubbles(page: Page) -> int:
    """How much it looks like a talk: turns between left and right, and each line that stands beside a face."""
    faces = _faces(page)
    sides = [*_sides(page, faces).values()]
    turns = sum(1 for one, other in itertools.pairwise(sides) if one != other)
    fewer, more = sorted((sides.count("left"), sides.count("right")))
    when = _times_written(page)
    is_talk = fewer >= 2 or (fewer == 1 and (when or (more >= 2 and turns >= 2)))
    return (turns + when if is_talk else 0) + len(faces)


def _times_written(page: Page) -> int:
    return sum(1 for piece in page.pieces if _is_when(page, piece))


def _is_when(page: Page, piece: Piece) -> bool:
    """「昨天 20:12」 alone in the middle: when the next lines were written. At the very top it is the clock."""
    off = abs((piece.box[0] + piece.box[2]) - (page.left + page.right)) / 2
    is_central = off < 0.1 * (page.right - page.left) and piece.middle > 0.05 * page.bottom
    return is_central and _WHEN.fullmatch(piece.plain.strip(" -—")) is not None and not page.in_row(piece)


def spoken(page: Page) -> frozenset[Piece]:
    """What is said on a page that looks like a talk."""
    return frozenset(_sides(page, _faces(page))) if bubbles(page) >= A_TALK else frozenset()


def own_words(page: Page, pieces: Iterable[Piece]) -> list[Piece]:
    """What the one says whose screen it is: apps put it on the right. Everything, where all stands on the left."""
    sides = _sides(page, _faces(page))
    is_told = "right" in sides.values()
    return [piece for piece in pieces if not is_told or sides.get(piece) == "right"]


def _sides(page: Page, faces: dict[Piece, Piece]) -> dict[Piece, str]:
    width, centred = max(1, page.right - page.left), _centred(page)
    sides = {piece: _side(page, piece, width, faces) for piece in page.pieces if piece not in centred}
    return {piece: side for piece, side in sides.items() if side}


def _centred(page: Page) -> frozenset[Piece]:
    """A dialog: lines of several lengths over one middle. What is written in a talk begins or ends at one edge."""
    near = MIDDLE * (page.right - page.left)
    found = set[Piece]()
    for piece in page.pieces:
        alike = [other for other in page.pieces if abs(_middle(other) - _middle(piece)) <= near]
        lengths = {round((other.box[2] - other.box[0]) / piece.height) for other in alike}
        found |= {piece} if len(lengths) >= A_TALK else set()
    return frozenset(found)


def _middle(piece: Piece) -> float:
    return (piece.box[0] + piece.box[2]) / 2


def _faces(page: Page) -> dict[Piece, Piece]:
    """What is written beside an initial at the edge → that initial; nothing where they do not come again and again.

    Of a list of goods or of places each has one of its own, on the left, and larger than what stands beside it.
    """
    width, found = max(1, page.right - page.left), {}
    for piece in page.pieces:
        if not piece.plain.isalpha() or piece.box[2] - piece.box[0] > SQUARE * piece.height:
            continue
        on_the_left = piece.box[0] - page.left < 0.1 * width
        said = page.right_of(piece) if on_the_left else page.left_of(piece)
        at_the_edge = on_the_left or page.right - piece.box[2] < 0.1 * width
        if said and at_the_edge and len(page.in_row(piece)) <= 2 and piece.height < LARGER * said.height:
            found[said] = piece
    whose = Counter(face.plain for face in found.values())
    on_both_sides = len({face.box[0] < said.box[0] for said, face in found.items()}) == 2
    come_again = max(whose.values(), default=0) > 1 if on_both_sides else 2 * len(whose) <= len(found)
    few_but_dated = on_both_sides and len(found) > 1 and _times_written(page)
    return found if (len(found) >= FACES and come_again) or few_but_dated else {}


def _side(page: Page, piece: Piece, width: int, faces: dict[Piece, Piece]) -> str | None:
    if face := faces.get(piece):
        return "left" if face.box[0] < piece.box[0] else "right"
    if any(_heads(other, piece) for other in page.pieces if other.plain in ONESELF):
        return "right"
    # One sign beside it is somebody's initial, or what was read of a face.
    others = [other for other in _others(page, piece) if len(other.plain) > 1]
    in_a_row = any(beside(piece, other) or _askew(piece, other) for other in others)
    if in_a_row or piece.box[2] - piece.box[0] > 0.75 * width:
        return None
    left, right = (piece.box[0] - page.left) / width, (page.right - piece.box[2]) / width
    if left < 0.25 and right > max(left, 0.15):
        return "left"
    return "right" if right < 0.22 and left > max(right, 0.25) else None


def _heads(name: Piece, said: Piece) -> bool:
    """Whether a name stands over the end of what is said: on the right, where one's own words stand."""
    gap, aside = said.box[1] - name.box[3], abs(said.box[2] - name.box[2])
    return 0 <= gap < 1.5 * said.height and aside < 1.5 * said.height


def _askew(piece: Piece, other: Piece) -> bool:
    """Whether two pieces are a row of a page that was photographed at an angle: two who write leave more between."""
    apart = min(abs(piece.box[0] - other.box[2]), abs(other.box[0] - piece.box[2]))
    disjoint = piece.box[2] < other.box[0] or other.box[2] < piece.box[0]
    return disjoint and apart > piece.height and abs(piece.middle - other.middle) < 0.9 * piece.height


def _others(page: Page, piece: Piece) -> Iterable[Piece]:
    return (other for other in page.pieces if other is not piece)
