"""The weights of pages' kinds are those of the pages that are here, and know pages that they never saw."""

from nlp.picture_model import default, parse
from tests.pictures.learning import MODEL, examples, learn, right, source

TO_TRAIN = "python -m tests.pictures.learning"


def test_the_weights_were_learnt_from_the_pages_that_are_here() -> None:
    assert f'"learnt_from": "{source()}"' in MODEL.read_text(encoding="utf-8"), f"to be learnt again: {TO_TRAIN}"


def test_pages_are_known_those_that_were_learnt_and_those_of_a_hand_that_was_held_back() -> None:
    found = examples()
    assert right(default(), found) >= 0.99 * len(found)
    held_back = [one for one in found if one.hand == "drawn fifth"]
    by_others = parse(learn([one for one in found if one.hand != "drawn fifth"]))
    assert right(by_others, held_back) >= 0.95 * len(held_back)
