"""An order is theirs by the shop's record or by what was given at checkout, and guessing closes the door."""

from datetime import datetime, timedelta

import pytest

from flows.ownership import closed_until, fits, is_theirs
from tests.conftest import NOON, an_order

HOUR = timedelta(hours=1)


def test_it_is_theirs_where_the_record_names_them_or_it_was_shown_before() -> None:
    order = an_order(buyer="u1")
    assert is_theirs(order, "u1", ()) and is_theirs(order, "u2", {order.order_no})
    assert not is_theirs(order, "u2", {"another"})


@pytest.mark.parametrize("buyer", [None, ""])
def test_an_order_of_nobody_is_not_everybodys(buyer: str | None) -> None:
    assert not is_theirs(an_order(buyer=buyer), "", ())


@pytest.mark.parametrize(
    "contact, said",
    [
        ("13800138000", "13800138000"),
        ("13800138000", "+8613800138000"),
        ("13800138000", "86 138-0013-8000"),
        ("+86 138 0013 8000", "13800138000"),
        ("Li.Hua@Example.com", "li.hua@example.com"),
    ],
)
def test_a_contact_fits_however_it_is_written(contact: str, said: str) -> None:
    assert fits(an_order(contact=contact), ["nothing", said])


@pytest.mark.parametrize("said", ["13800138001", "3800138000", "138****8000", "8000", "", "li.hua", "abc"])
def test_a_part_of_a_contact_or_another_does_not_fit(said: str) -> None:
    assert not fits(an_order(contact="13800138000", query_password="abc123"), [said])


def test_the_query_password_fits_only_as_it_was_given() -> None:
    order = an_order(contact=None, query_password="aBc123")
    assert fits(order, ["aBc123"]) and not fits(order, ["abc123"])


@pytest.mark.parametrize("nothing", [None, ""])
def test_where_nothing_was_given_at_checkout_nothing_fits(nothing: str | None) -> None:
    assert not fits(an_order(contact=nothing, query_password=nothing), ["", "None", "13800138000"])


def tries(*minutes: int) -> list[datetime]:
    return [NOON + timedelta(minutes=minute) for minute in minutes]


def test_the_door_closes_for_an_hour_from_the_try_that_reached_the_limit() -> None:
    assert closed_until(tries(0, 1, 2, 3), 5, 1, NOON + timedelta(minutes=4)) is None
    assert closed_until(tries(0, 1, 2, 3, 4), 5, 1, NOON + timedelta(minutes=5)) == tries(4)[0] + HOUR


def test_it_is_open_again_after_the_hour_and_the_count_begins_anew() -> None:
    after = tries(4)[0] + HOUR
    assert closed_until(tries(0, 1, 2, 3, 4), 5, 1, after) is None
    assert closed_until([*tries(0, 1, 2, 3, 4), after], 5, 1, after) is None


def test_tries_of_more_than_a_day_ago_are_forgotten() -> None:
    old = [NOON - timedelta(hours=25)] * 4
    assert closed_until([*old, NOON], 5, 1, NOON) is None
