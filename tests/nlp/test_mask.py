"""Codes and passwords in a customer's words are never repeated whole."""

import pytest

from nlp.mask import masked


@pytest.mark.parametrize(
    "written, shown",
    [
        ("我的卡密是QW8R-77KD-P3ZX-19MN 你们试", "我的卡密是****19MN 你们试"),
        ("密码：hades9x", "密码：****es9x"),
        ("输进去 8KQ2M4XW7T 说无效", "输进去 ****XW7T 说无效"),
        ("昨天买的点卡，25块", "昨天买的点卡，25块"),
    ],
)
def test_a_code_is_shown_by_its_last_four_characters(written: str, shown: str) -> None:
    assert masked(written) == shown


def test_the_number_of_an_order_stays_readable() -> None:
    assert masked("KM202611201412337781 没到", ("KM202611201412337781",)) == "KM202611201412337781 没到"
