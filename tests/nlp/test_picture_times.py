"""Dates with times in the ways that pages print them, and what each is the time of."""

from datetime import date, datetime

import pytest

from nlp.picture_layout import Page
from nlp.picture_times import moments
from nlp.pictured import Line
from tests.nlp.pages import page_of

AT = datetime(2026, 11, 20, 15, 40)


# fmt: off
@pytest.mark.parametrize("printed", [
    "2026-11-20 15:40", "2026-11-20 15:40:12", "2026/11/20 15:40", "2026.11.20 15:40", "2026年11月20日 15:40",
    "2026-11-2015:40:12", "2026112015:40:12", "Nov 20, 2026 03:40 PM", "20 Nov 2026 15:40", "2026年11月20日 下午3:40", "2026年11月20日周五 15:40",
])
def test_a_time_is_read_however_it_is_printed(printed: str) -> None:
    page = page_of(f"发货时间|{printed}")
    [moment] = moments(page, page.pieces)
    assert (moment.at, moment.of) == (AT, "delivered")


def test_a_year_that_is_left_out_is_that_of_the_page() -> None:
    page = page_of("下单时间|2026-11-19 10:00\n承诺发货|11-20 15:40")
    assert [(moment.of, moment.at) for moment in moments(page, page.pieces)][-1] == ("promised", AT)


@pytest.mark.parametrize("printed", ["11-20 15:40", "11-2015:40", "11/20 15:40", "11月20日 下午3:40", "Nov 20, 3:40 PM"])
def test_without_a_year_on_the_page_it_is_the_nearest_to_the_day_it_is_about(printed: str) -> None:
    for page in (page_of(f"下单时间|{printed}"), page_of(f"下单时间：{printed}")):
        assert [moment.at for moment in moments(page, page.pieces, date(2027, 1, 3))] == [AT]
    assert moments(page, page.pieces) == ()


@pytest.mark.parametrize("printed, hour", [("上午12:05", 0), ("中午12:05", 12), ("晚上9:05", 21), ("凌晨1:05", 1), ("中午11:05", 11)])
def test_the_part_of_the_day_tells_the_hour(printed: str, hour: int) -> None:
    page = page_of(f"2026年11月20日 {printed}")
    assert [(moment.at.hour, moment.at.minute) for moment in moments(page, page.pieces)] == [(hour, 5)]


@pytest.mark.parametrize("text, of", [
    ("预计发货时间|2026-11-20 15:40", "promised"), ("订购时间|2026-11-20 15:40", "ordered"), ("出货时间|2026-11-20 15:40", "delivered"),
    ("2026-11-20 15:40:12 下单", "ordered"), ("2026-11-20 15:40 前发货", "promised"), ("2026-11-20 15:40 商家发货", "delivered"),
    ("待发货\n创建日期|2026-11-20 15:40", "ordered"), ("出货时间|14/Nov/2026 15:40", "delivered"), ("出货时间：20261114 15:40:00", "delivered"),
    ("2026-11-20 15:40|订单号：KM202611201530012345", "ordered"), ("Order ID: KM202611201530012345\nFri, Nov 20, 2026 3:40 PM", "ordered"),
    ("状态|下单时间|承诺时间\n卖家已发货|2026-11-20 15:40|", "ordered"), ("Delivered at Friday, November 20, 2026 3:40 PM", "delivered"), ("ORDERDATE\n2026-11-20 15:40", "ordered"), ("等待商家发货\n●提交订单 2026-11-20 15:40", "ordered"), ("等待商家发货\n●支付成功 2026-11-20 15:40", "event"),
])  # fmt: skip
def test_a_time_is_of_what_is_said_beside_it(text: str, of: str) -> None:
    page = page_of(text)
    assert [moment.of for moment in moments(page, page.pieces)] == [of]


def test_a_day_and_a_time_read_as_two_pieces_are_one_moment() -> None:
    for text in ("下单时间|2026-11-20|15:40:11", "下单时间\n2026年11月20日下午\n3:40"):
        page = page_of(text)
        assert [moment.at for moment in moments(page, page.pieces)] == [AT]


def test_where_the_blank_before_an_hour_was_not_read_the_hour_has_two_figures() -> None:
    page = page_of("下单时间|2026/11/215:40\n发货时间|2026/11/2015:40\n承诺发货|2026年11月2日5:40")
    assert [f"{moment.at:%d %H:%M}" for moment in moments(page, page.pieces)] == ["02 15:40", "20 15:40", "02 05:40"]


def test_two_times_that_were_read_as_one_line_stand_under_their_labels() -> None:
    lines = [Line("预计到账", (60, 560, 150, 590)), Line("到账时间", (350, 560, 440, 590))]
    page = Page([*lines, Line("2026年11月20日15:40 2026年11月20日15:38", (60, 600, 628, 627))])
    assert [(moment.of, moment.at.minute) for moment in moments(page, page.pieces)] == [("promised", 40), ("delivered", 38)]


def test_the_half_of_the_day_may_stand_in_the_next_line() -> None:
    page = page_of("Delivered at|Friday, November 20, 2026 3:40\n|PM")
    [moment] = moments(page, page.pieces)
    assert (moment.at, moment.of) == (AT, "delivered")


@pytest.mark.parametrize("printed", ["2026-13-40 10:00", "2026-11-20", "15:40", "99:99"])
def test_what_is_no_moment_gives_none(printed: str) -> None:
    page = page_of(f"时间|{printed}")
    assert moments(page, page.pieces) == ()
