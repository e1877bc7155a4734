"""Signs of touching up add up, and only what is worth a look is put before staff."""

import pytest

from flows.doubts import doubts, forged, impossible, used_before
from nlp.pictured import Trace
from tests.flows.talking import in_chinese
from tests.nlp.pages import reads

HONEST = reads("订单详情\n待发货\n订单编号|KM202611201530012345\n下单时间|2026-11-20 15:30")
PATCH = Trace("patch", 0.75, (40, 100, 120, 130))
"""Under the status."""


def test_each_sign_takes_its_share_and_none_is_ever_certain() -> None:
    assert forged([], HONEST) == 0.0
    assert forged([PATCH], HONEST) == 0.75 < forged([PATCH, PATCH], HONEST) < 1


def test_a_weak_sign_alone_is_put_before_nobody() -> None:
    assert doubts([Trace("software", 0.25, None, "Meitu")], HONEST) == ()
    [doubt] = doubts([PATCH], HONEST)
    assert doubt.sort == "doubt" and doubt.mark and "底色" in in_chinese(doubt.detail)


def test_what_nobody_would_change_is_no_sign() -> None:
    elsewhere = Trace("blur", 0.55, (600, 900, 700, 930))
    assert forged([elsewhere], HONEST) == 0.0 and doubts([elsewhere], HONEST) == ()


# fmt: off
@pytest.mark.parametrize("page, code", [
    ("订单详情\n订单编号|XL-841460854\n下单时间|2026-11-20 15:30\n承诺发货时间|2026-11-20 15:00", "wrong_order"),
    ("订单详情\n订单编号|XL-841460854\n下单时间|2026-11-20 15:30\n支付时间|2026-11-20 15:00",     "wrong_order"),
    ("订单详情\n订单编号|XL-841460854\n下单时间|2026-11-20 15:30\n付款|2026-11-20 15:00",         "wrong_order"),
    ("订单详情\n订单编号|KM202611101530012345\n下单时间|2026-11-20 15:30",                     "other_day"),
    ("订单详情\n待发货\n订单编号|XL-841460854\n发货时间|2026-11-20 15:40",                      "sent_unsent"),
])
def test_times_that_cannot_be_are_a_sign(page: str, code: str) -> None:
    assert [trace.code for trace in impossible(reads(page))] == [code]


def test_another_time_than_that_of_paying_may_be_earlier() -> None:
    page = "订单详情\n订单编号|XL-841460854\n下单时间|2026-11-20 15:30\n当前时间|2026-11-20 15:00"
    assert list(impossible(reads(page))) == []


def test_an_honest_page_has_no_sign() -> None:
    assert list(impossible(HONEST)) == []


def test_where_a_picture_was_used_before_is_said_with_case_and_customer() -> None:
    assert "RF1" in in_chinese(used_before("RF1", "u2").detail)
