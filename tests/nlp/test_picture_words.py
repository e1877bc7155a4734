"""The words of the pictures' file are there, and each is looked for as a word."""

from nlp.picture_words import find, has, picture_words
from nlp.pictured import PageStatus, PictureKind


def test_every_kind_has_words_and_every_status_a_name_of_its_own() -> None:
    words = picture_words()
    assert set(words.kinds) == set(PictureKind) and {status for _, status in words.statuses} == set(PageStatus)
    assert {status.value for status in PageStatus} <= {phrase for phrase, _ in words.statuses}


def test_the_longest_status_is_tried_first() -> None:
    lengths = [len(phrase) for phrase, _ in picture_words().statuses]
    assert lengths == sorted(lengths, reverse=True)


def test_an_english_word_is_not_found_inside_another_and_a_chinese_one_is() -> None:
    assert not has("paid", "unpaid order") and has("paid", "you paid 5")
    assert find("发货", "已发货") == 1
