"""What kind of page a picture shows: by the words on it, and by how its lines stand."""

import itertools
from collections.abc import Iterable, Mapping

from nlp.picture_layout import Page, Piece, beside
from nlp.picture_words import has, picture_words
from nlp.pictured import PictureKind

K = PictureKind
LEAST = 2.5
"""So much must speak for a kind; less is a picture of something else."""
A_SENTENCE = 30
OF_A_FORM = 3.0


def kind_of(page: Page, facts: Mapping[str, bool]) -> PictureKind:
    """The kind that most speaks for. `facts` are what was found: a status, an order number, an error, a code ..."""
    weights = scores(page, facts)
    kind = max(weights, key=lambda one: weights[one])
    return kind if weights[kind] >= LEAST else K.UNRELATED


def scores(page: Page, facts: Mapping[str, bool]) -> dict[PictureKind, float]:
    """How much speaks for each kind."""
    weights = {kind: _of_words(words, page.sentences) for kind, words in picture_words().kinds.items()}
    for kind, forms in picture_words().forms.items():
        weights[kind] += OF_A_FORM * any(form.search(text) for form in forms for text in page.sentences)
    speech = bubbles(page)
    weights[K.CHAT] += 1.2 * min(speech, 6)
    for fact, kinds in FACTS.items():
        if facts.get(fact):
            for kind, weight in kinds.items():
                weights[kind] += weight
    return weights


FACTS: Mapping[str, Mapping[PictureKind, float]] = {
    "status": {K.ORDER_PAGE: 3},
    "promised": {K.ORDER_PAGE: 3, K.SERVICE_RECORD: 1},
    "ordered": {K.ORDER_PAGE: 2, K.SERVICE_RECORD: 1},
    "order": {K.ORDER_PAGE: 1.5, K.SERVICE_RECORD: 0.5, K.LISTING: -3, K.FAULT_SCREEN: -2, K.UNRELATED: -4},
    "error": {K.ACTIVATION_ERROR: 3, K.ACTIVATION_OK: -2, K.RECEIVED_GOODS: -2},
    "success": {K.ACTIVATION_OK: 3, K.ACTIVATION_ERROR: -2},
    "code": {K.ACTIVATION_ERROR: 1.5, K.ACTIVATION_OK: 1.5, K.RECEIVED_GOODS: 1.5, K.FAULT_SCREEN: -2},
    "fault": {K.FAULT_SCREEN: 3},
    "per_cent": {K.SERVICE_RECORD: 3},
    "negative": {K.PAYMENT: 3},
    "sum": {K.UNRELATED: -1.5, K.CHAT: -0.5},
}


def _of_words(words: Mapping[str, float], told: list[str]) -> float:
    """The weights of the phrases that are there; in a long sentence a phrase tells half as much."""
    total = 0.0
    seen: list[str] = []
    for phrase, weight in sorted(words.items(), key=lambda one: -len(one[0])):
        if any(phrase in other for other in seen):
            continue
        lengths = [len(text) for text in told if has(phrase, text)]
        if lengths:
            seen.append(phrase)
            total += weight * (0.5 if min(lengths) - len(phrase) > A_SENTENCE else 1.0)
    return total


def bubbles(page: Page) -> int:
    """Lines that stand alone on the left or on the right, as two people who write to each other."""
    width = max(1, page.right - page.left)
    sides = [side for piece in page.pieces if (side := _side(page, piece, width))]
    turns = sum(1 for one, other in itertools.pairwise(sides) if one != other)
    fewer, more = sorted((sides.count("left"), sides.count("right")))
    return turns if fewer >= 2 or (fewer == 1 and more >= 2 and turns >= 2) else 0


def _side(page: Page, piece: Piece, width: int) -> str | None:
    in_a_row = any(beside(piece, other) or _askew(piece, other) for other in _others(page, piece))
    if in_a_row or piece.box[2] - piece.box[0] > 0.75 * width:
        return None
    left, right = (piece.box[0] - page.left) / width, (page.right - piece.box[2]) / width
    if left < 0.25 and right > max(left, 0.15):
        return "left"
    return "right" if right < 0.22 and left > max(right, 0.25) else None


def _askew(piece: Piece, other: Piece) -> bool:
    """Whether two pieces are a row of a page that was photographed at an angle: two who write leave more between."""
    apart = min(abs(piece.box[0] - other.box[2]), abs(other.box[0] - piece.box[2]))
    disjoint = piece.box[2] < other.box[0] or other.box[2] < piece.box[0]
    return disjoint and apart > piece.height and abs(piece.middle - other.middle) < 0.9 * piece.height


def _others(page: Page, piece: Piece) -> Iterable[Piece]:
    return (other for other in page.pieces if other is not piece)
