"""What is said on a picture in words of many kinds: that it came, works, was used, is done, was promised."""

from collections.abc import Iterator

from nlp.picture_layout import Piece
from nlp.picture_words import find, picture_words
from nlp.pictured import Shown


def sign_of(name: str, pieces: list[Piece]) -> Shown | None:
    """The last piece that tells it."""
    turned = picture_words().turned
    for piece in reversed([piece for piece in pieces if len(piece.plain) > 1]):  # one sign alone is an icon
        for start, end in _places(name, piece.plain):
            if name not in turned.signs or not _is_turned(piece.plain, start, end):
                return Shown(piece.line.text, piece.box)
    return None


def _places(name: str, text: str) -> Iterator[tuple[int, int]]:
    words = picture_words()
    for phrase in words.signs.get(name, ()):
        if (at := find(phrase, text)) >= 0:
            yield at, at + len(phrase)
    for form in words.sign_forms.get(name, ()):
        yield from (found.span() for found in form.finditer(text))


def _is_turned(text: str, start: int, end: int) -> bool:
    """「不能用」, 「收到了吗」, 「兑换成功后」: denied, asked, or put off."""
    turned = picture_words().turned
    return bool(turned.before.search(text[:start]) or turned.after.match(text[end:]))
