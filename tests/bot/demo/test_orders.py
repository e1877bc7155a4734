"""The demo's orders: every reason can be tried, and every answer of the rules is among them."""

from collections import Counter
from datetime import UTC, datetime

from bot.demo.orders import PICTURES, SALES, examples
from bot.texts import packaged
from flows.model import Eligible, OrderStatus
from flows.policy import judge, load
from nlp.codes import Reason

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_every_reason_gets_a_yes_or_a_review_for_some_order() -> None:
    policy = load()
    for reason in Reason:
        answers = {judge(policy, example.order, reason, now=NOW).eligible for example in examples(NOW)}
        assert answers & {Eligible.YES, Eligible.REVIEW}, reason
        assert Eligible.NO in answers, reason


def test_the_amounts_of_an_order_add_up() -> None:
    for example in examples(NOW):
        order = example.order
        assert order.price == order.coupon + order.points_value + order.amount_paid


def test_no_order_has_another_ones_number() -> None:
    numbers = [example.order.order_no for example in examples(NOW)]
    assert len(set(numbers)) == len(numbers) == len(SALES)
    assert all(number.startswith("KM") and len(number) == 20 for number in numbers)


def test_the_same_moment_makes_the_same_orders_and_another_makes_others() -> None:
    assert examples(NOW) == examples(NOW)
    later = {example.order.order_no for example in examples(NOW.replace(hour=5))}
    assert later.isdisjoint(example.order.order_no for example in examples(NOW))


def test_times_follow_one_another() -> None:
    for example in examples(NOW):
        order = example.order
        assert order.ordered_at < NOW
        assert order.delivered_at is None or order.ordered_at < order.delivered_at < NOW
        assert (order.delivered_at is not None) is (order.status is OrderStatus.DELIVERED)


def test_two_of_the_orders_are_the_same_thing_bought_twice() -> None:
    assert Counter(sale.product for sale in SALES).most_common(1)[0][1] == 2


def test_each_order_says_what_to_try_in_both_languages() -> None:
    for texts in packaged().values():
        assert all(f"demo.{kind}.{sale.slug}" in texts for sale in SALES for kind in ("try", "say"))
    assert set(PICTURES) <= {sale.slug for sale in SALES}
