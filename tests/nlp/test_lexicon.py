"""The words of the trade, and a shop's own over them."""

import pytest

from nlp.lexicon import Phrases, default, load
from nlp.read import read


def test_of_overlapping_phrases_the_first_and_longest_counts() -> None:
    hits = Phrases({"a": ["到账", "没到"], "b": ["没到账"]}).find("还没到账")
    assert [(hit.start, hit.end, hit.names) for hit in hits] == [(1, 4, ("b",))]


def test_english_words_and_figures_only_count_whole() -> None:
    phrases = Phrases({"x": ["key", "315"]})
    assert not phrases.find("monkey 13155")
    assert [hit.start for hit in phrases.find("我的key 315")] == [2, 6]


def test_a_shops_own_words_are_read() -> None:
    own = load('[products]\ntopup = ["喵喵币"]')
    assert read("昨天买的喵喵币", own).terms == ("喵喵币",)
    assert read("昨天买的喵喵币").terms == ()
    assert own.faults == ()


@pytest.mark.parametrize(
    "text, fault",
    [
        ('[products]\ntopup = ["甲", 3]', "line 2: 3 in topup is not a word"),
        ("[products]\nnonsense", "line 2: Expected '=' after a key"),
        ('[prodcts]\ntopup = ["甲"]', "line 1: there is no section [prodcts]; products is meant?"),
        ('[products]\ntopp = ["甲"]', "line 2: [products] has no topp; topup is meant?"),
        ('[products]\ntopup = "甲"', "line 2: topup must be a list of words"),
        ('topup = ["甲"]', "line 1: topup stands under no section that is known"),
    ],
)
def test_a_bad_line_is_named(text: str, fault: str) -> None:
    assert load(text).faults[0].startswith(fault)


def test_the_good_lines_beside_a_bad_one_are_used() -> None:
    own = load('[products]\nbad line\ntopup = [\n  "喵喵币",\n]\n')
    assert len(own.faults) == 1
    assert read("喵喵币没到", own).terms == ("喵喵币",)


def test_a_format_that_is_no_pattern_is_named() -> None:
    own = load(order_formats=("[", r"ZZ\d{6}"))
    assert len(own.faults) == 1
    assert read("ZZ123456", own).order_nos == ("ZZ123456",)


def test_the_packaged_words_have_no_fault() -> None:
    assert default().faults == ()
