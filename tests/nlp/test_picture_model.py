"""A page is told by pairs of signs, by words, and by what the rules say of it."""

import json
import zlib
from base64 import b64encode

from nlp.picture_model import names_of, parse
from nlp.pictured import PictureKind
from tests.nlp.pages import page_of

K = PictureKind


def a_model(words: bytes, of_scores: list[list[float]]) -> str:
    kinds, names = [K.CHAT, K.LISTING], ["w:hello", "购买"]
    squeezed = b64encode(zlib.compress(words)).decode()
    return json.dumps(
        {"kinds": kinds, "names": "\n".join(names), "step": 0.1, "weights": squeezed, "of_scores": of_scores, "bias": [0, 0]}
    )


def test_a_line_begins_and_ends_and_words_come_alone_and_in_pairs() -> None:
    assert names_of(page_of("购买|Buy now")) == {"^购", "购买", "买$", "w:buy", "w:now", "w:buy now"}


def test_the_kind_is_that_for_which_most_speaks() -> None:
    model = parse(a_model(bytes([10, 0, 0, 10]), [[0, 0], [0, 0]]))
    assert model.kind_of({"w:hello"}, {}) is K.CHAT
    assert model.kind_of({"购买", "买$"}, {}) is K.LISTING


def test_what_the_rules_say_weighs_with_it() -> None:
    model = parse(a_model(bytes([1, 0, 0, 1]), [[3, 0], [0, 3]]))
    assert model.kind_of({"w:hello"}, {K.LISTING: 9.0}) is K.LISTING
    assert model.kind_of({"w:hello"}, {K.LISTING: -9.0}) is K.CHAT
