"""Words that would have decided what a person had to correct."""

import pytest

from nlp.codes import Reason
from nlp.suggest import suggest

pytestmark = pytest.mark.filterwarnings("ignore")
"""jieba's own sources warn when they are loaded."""

SAID = [
    ("买的徽章变成了雪糕形状", Reason.NOT_AS_DESCRIBED),
    ("雪糕徽章跟我想的两样", Reason.NOT_AS_DESCRIBED),
    ("徽章用了三天就褪色", Reason.MALFUNCTION),
]


def test_a_word_of_one_reason_alone_is_suggested() -> None:
    assert ("雪糕", Reason.NOT_AS_DESCRIBED, 2) in [(one.word, one.reason, one.cases) for one in suggest(SAID)]


def test_a_word_of_several_reasons_tells_none() -> None:
    assert "徽章" not in [one.word for one in suggest(SAID)]


def test_what_the_lexicon_knows_is_not_suggested_again() -> None:
    assert "退款" not in [one.word for one in suggest([("要退款", Reason.CHANGE_OF_MIND)] * 3)]


def test_nothing_corrected_suggests_nothing() -> None:
    assert suggest([]) == []
