"""Dates with times in the ways that pages print them, and what each is the time of."""

from datetime import datetime

import pytest

from nlp.picture_times import moments
from tests.nlp.pages import page_of

AT = datetime(2026, 11, 20, 15, 40)


# fmt: off
@pytest.mark.parametrize("printed", [
    "2026-11-20 15:40", "2026-11-20 15:40:12", "2026/11/20 15:40", "2026.11.20 15:40", "2026年11月20日 15:40",
    "2026-11-2015:40:12", "Nov 20, 2026 03:40 PM", "20 Nov 2026 15:40", "2026年11月20日 下午3:40",
])
def test_a_time_is_read_however_it_is_printed(printed: str) -> None:
    page = page_of(f"发货时间|{printed}")
    [moment] = moments(page, page.pieces)
    assert (moment.at, moment.of) == (AT, "delivered")


def test_a_year_that_is_left_out_is_that_of_the_page() -> None:
    page = page_of("下单时间|2026-11-19 10:00\n承诺发货|11-20 15:40")
    assert [(moment.of, moment.at) for moment in moments(page, page.pieces)][-1] == ("promised", AT)


def test_a_day_and_a_time_read_as_two_pieces_are_one_moment() -> None:
    page = page_of("下单时间|2026-11-20|15:40:11")
    assert [moment.at for moment in moments(page, page.pieces)] == [AT]


@pytest.mark.parametrize("printed", ["2026-13-40 10:00", "2026-11-20", "15:40", "99:99"])
def test_what_is_no_moment_gives_none(printed: str) -> None:
    page = page_of(f"时间|{printed}")
    assert moments(page, page.pieces) == ()
