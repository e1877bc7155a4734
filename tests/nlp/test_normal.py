"""One plain form of what people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.normal import clean, plain


@pytest.mark.parametrize(
    "written, even",
    [
        ("ＫＭ２０２６", "km2026"),
        ("還沒審完嗎？", "还没审完吗?"),
        ("激活马无效", "激活码无效"),
        ("退宽", "退款"),
        ("没到帐", "没到账"),
        ("「無效」", '"无效"'),
        ("再吗", "在吗"),
    ],
)
def test_different_ways_of_writing_become_one(written: str, even: str) -> None:
    assert plain(written) == even


def test_what_no_one_can_see_is_taken_out() -> None:
    assert clean("退\u200b款\x00\ud800\ufe0f") == "退款"


@given(st.text(max_size=60))
def test_every_place_stays_where_it_was(text: str) -> None:
    assert len(plain(clean(text))) == len(clean(text))
