"""What kind of page a picture shows: by its words, by how its lines stand, and by weights learnt from such pages."""

from collections.abc import Mapping

from nlp.picture_layout import Page
from nlp.picture_model import default, names_of
from nlp.picture_talk import bubbles, spoken
from nlp.picture_words import has, picture_words
from nlp.pictured import PictureKind

K = PictureKind
A_SENTENCE = 30
OF_A_FORM = 3.0
TOLD_OF = (K.SERVICE_RECORD, K.RECEIVED_GOODS, K.FAULT_SCREEN, K.ACTIVATION_ERROR, K.ACTIVATION_OK, K.UNRELATED)
"""What people who write to each other tell of: words of it that are said in a talk tell nothing of the page."""


def kind_of(page: Page, facts: Mapping[str, bool]) -> PictureKind:
    """The likeliest kind. `facts` are what was found: a status, an order number, an error, a code ..."""
    return default().kind_of(names_of(page), scores(page, facts)) if page.pieces else K.UNRELATED


def scores(page: Page, facts: Mapping[str, bool]) -> dict[PictureKind, float]:
    """How much speaks for each kind by rule."""
    said = {piece.plain for piece in spoken(page)}
    unsaid = [text for text in page.sentences if not any(words in text for words in said)]
    weights = {
        kind: _of_kind(kind, unsaid if kind in TOLD_OF else page.sentences) for kind in picture_words().kinds
    }
    weights[K.CHAT] += 1.2 * min(bubbles(page), 6)
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
    "bought": {K.ORDER_PAGE: 3, K.ACTIVATION_OK: -3},
    "code": {K.ACTIVATION_ERROR: 1.5, K.ACTIVATION_OK: 1.5, K.RECEIVED_GOODS: 1.5, K.FAULT_SCREEN: -2},
    "fault": {K.FAULT_SCREEN: 3},
    "per_cent": {K.SERVICE_RECORD: 3},
    "negative": {K.PAYMENT: 3},
    "sum": {K.UNRELATED: -1.5, K.CHAT: -0.5},
}


def _of_kind(kind: PictureKind, told: list[str]) -> float:
    forms = picture_words().forms.get(kind, ())
    has_form = any(form.search(text) for form in forms for text in told)
    return _of_words(picture_words().kinds[kind], told) + OF_A_FORM * has_form


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
