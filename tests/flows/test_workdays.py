"""Working days of the mainland, and the end of a review: known dates, a second walk, pauses, the calendar's end."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.workdays import LAST_KNOWN_YEAR, MAINLAND, SHANGHAI, Calendar, due_at, end_of, stands

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FIRST, LAST = date(2024, 1, 1), date(LAST_KNOWN_YEAR, 12, 31)
WORKING = [*chinese_calendar.get_workdays(FIRST, LAST),
           *(day for n in range(1, 60) for day in [LAST + n * DAY] if day.weekday() < 5)]  # fmt: skip


def at(year, month, day, *clock) -> datetime:
    return datetime(year, month, day, *clock, tzinfo=SHANGHAI)


def second_walk(submitted: datetime, pauses=(), days=3) -> datetime:
    """The same promise by a list: strike out what does not count, take the last of what is left."""
    handed_in = submitted.astimezone(SHANGHAI).date()
    ends = [datetime.combine(day + DAY, time(), SHANGHAI) for day in WORKING if day > handed_in]
    return [end for end in ends if not any(start <= end < until for start, until in pauses)][days - 1]


@pytest.mark.parametrize(("submitted", "due"), [
    (at(2026, 11, 20, 15), at(2026, 11, 26)),             # a Friday: Monday, Tuesday, Wednesday
    (at(2026, 11, 21, 9), at(2026, 11, 26)),              # a Saturday counts no day either
    (at(2026, 9, 30, 23, 59, 59), at(2026, 10, 11)),      # the National Day week, and the Saturday that makes up for it
    (at(2026, 10, 1), at(2026, 10, 11)),
    (at(2026, 2, 13, 8), at(2026, 2, 26)),                # the Spring Festival of 2026: Saturday the 14th is worked
    (at(2025, 1, 24, 18), at(2025, 2, 6)),                # the Spring Festival of 2025: Sunday the 26th is worked
    (at(2024, 4, 3, 12), at(2024, 4, 10)),                # Qingming: Sunday the 7th is worked
])  # fmt: skip
def test_holidays_are_left_out_and_made_up_days_count(submitted, due):
    assert due_at(submitted) == due


def test_every_day_until_the_calendar_ends_agrees_with_a_second_walk():
    for n in range((LAST - FIRST).days + 1):
        for clock in (time(0), time(23, 59, 59)):
            submitted = datetime.combine(FIRST + n * DAY, clock, SHANGHAI)
            assert due_at(submitted) == second_walk(submitted), submitted


@pytest.mark.parametrize("days", [1, 2, 3, 5, 10])
def test_a_review_takes_as_many_days_as_the_rules_give_it(days):
    assert due_at(at(2026, 9, 24, 10), days=days) == second_walk(at(2026, 9, 24, 10), days=days)


def test_the_day_of_submission_is_the_one_in_shanghai():
    late = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert due_at(late - SECOND) == at(2026, 11, 26)
    assert due_at(late) == at(2026, 11, 27)
    assert due_at(late.astimezone(timezone(timedelta(hours=-10)))) == at(2026, 11, 27)


@pytest.mark.parametrize(("waits", "due"), [
    ([(at(2026, 11, 23, 10), at(2026, 11, 23, 23, 59, 59))], at(2026, 11, 26)),          # over before the day is
    ([(at(2026, 11, 23, 10), at(2026, 11, 24))], at(2026, 11, 26)),                      # over with the day
    ([(at(2026, 11, 23, 10), at(2026, 11, 24, 0, 0, 1))], at(2026, 11, 27)),             # the day ends in it
    ([(at(2026, 11, 24), at(2026, 11, 24, 0, 0, 1))], at(2026, 11, 27)),                 # begins with the day's end
    ([(at(2026, 11, 20, 16), at(2026, 11, 22, 20))], at(2026, 11, 26)),                  # a weekend costs nothing
    ([(at(2026, 11, 23, 1), at(2026, 11, 24, 1)), (at(2026, 11, 24, 2), at(2026, 11, 26, 2))], at(2026, 12, 1)),
    ([(at(2026, 11, 23, 1), at(2026, 11, 25, 1)), (at(2026, 11, 24, 2), at(2026, 11, 24, 3))], at(2026, 11, 28)),
])  # fmt: skip
def test_a_working_day_that_ends_while_the_customer_is_awaited_does_not_count(waits, due):
    assert due_at(at(2026, 11, 20, 15), waits) == due


seconds = st.integers(0, 40 * 86400)
pauses = st.lists(st.tuples(seconds, st.integers(0, 6 * 86400)), max_size=4)


@settings(max_examples=250)
@given(st.integers(0, (LAST - FIRST).days - 120), seconds, pauses, st.integers(1, 6))
def test_any_pauses_agree_with_the_second_walk(day, second, spans, days):
    submitted = datetime.combine(FIRST + day * DAY, time(), SHANGHAI) + second * SECOND
    waits = [(submitted + start * SECOND, submitted + (start + length) * SECOND) for start, length in spans]
    assert due_at(submitted, waits, days) == second_walk(submitted, waits, days)


@settings(max_examples=150)
@given(st.integers(0, 900), seconds, seconds, pauses)
def test_whoever_hands_in_later_is_due_no_earlier(day, one, other, spans):
    start = datetime.combine(FIRST + day * DAY, time(), SHANGHAI)
    waits = [(start + begin * SECOND, start + (begin + length) * SECOND) for begin, length in spans]
    first, second = (due_at(start + moment * SECOND, waits) for moment in sorted((one, other)))
    assert first <= second


def test_a_wait_of_centuries_is_walked_at_once():
    assert due_at(at(2026, 11, 20), [(at(2026, 11, 20), at(2899, 1, 1))]) > at(2899, 1, 1)


def test_a_wait_that_lasts_makes_the_clock_stand_unless_the_review_was_due_before():
    submitted = at(2026, 11, 20, 15)
    assert stands(submitted, [(at(2026, 11, 24, 9), None)])
    assert not stands(submitted, [(at(2026, 11, 26), None)])
    assert not stands(submitted, [(at(2026, 11, 24, 9), at(2026, 11, 24, 10))])
    assert due_at(submitted, [(at(2026, 11, 24, 9), None)]) == at(2026, 11, 26)


def test_corrections_come_before_the_calendar():
    shop = Calendar(days_off=frozenset({date(2026, 11, 23)}), days_on=frozenset({date(2026, 11, 21)}))
    assert (shop.is_working(date(2026, 11, 23)), shop.is_working(date(2026, 11, 21))) == (False, True)
    assert due_at(at(2026, 11, 20, 15), calendar=shop) == at(2026, 11, 26)
    assert shop.is_working(date(2026, 11, 24))


def test_past_the_calendar_weekends_alone_are_off_and_it_is_known_where_that_begins():
    assert MAINLAND.known_through() == LAST
    new_year = date(LAST_KNOWN_YEAR + 1, 1, 1)
    assert MAINLAND.is_working(new_year) is (new_year.weekday() < 5)
    assert MAINLAND.is_working(date(1999, 10, 1)), "before its first year, too"


def test_a_year_that_the_shop_fills_in_is_known():
    holidays = frozenset({date(LAST_KNOWN_YEAR + 1, 1, 1), date(LAST_KNOWN_YEAR + 3, 1, 1)})
    shop = Calendar(days_off=holidays, years=frozenset({LAST_KNOWN_YEAR + 1, LAST_KNOWN_YEAR + 3}))
    assert shop.known_through() == date(LAST_KNOWN_YEAR + 1, 12, 31)
    two = Calendar(days_off=holidays, years=frozenset({LAST_KNOWN_YEAR + 1, LAST_KNOWN_YEAR + 2}))
    assert two.known_through() == date(LAST_KNOWN_YEAR + 2, 12, 31)
    assert Calendar(days_off=holidays).known_through() == LAST, "a day alone does not make a year known"
    assert not shop.is_working(date(LAST_KNOWN_YEAR + 1, 1, 1))


def test_the_end_of_a_day_is_midnight_in_shanghai():
    assert end_of(date(2026, 12, 31)) == datetime(2026, 12, 31, 16, tzinfo=UTC)
