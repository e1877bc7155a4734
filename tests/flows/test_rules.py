"""The nouns of the rules: lengths by goods, and when a row fits."""

from datetime import UTC, datetime, timedelta

from flows.model import Cents, Eligible, Goods, Order, OrderStatus
from flows.policy import load
from flows.rules import CONDITIONS, Claim, Lengths, Rule
from nlp.codes import Reason

POLICY = load()
AT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
LENGTHS = Lengths(7 * HOUR, {Goods.CARD: HOUR}, (("腾讯年卡", 3 * HOUR), ("腾讯", 2 * HOUR)))


def an_order(**more) -> Order:
    return Order(**{"order_no": "KM1", "product": "Q币", "amount_paid": Cents(100), "status": OrderStatus.DELIVERED,
                    "ordered_at": AT, "delivered_at": AT, **more})  # fmt: skip


def test_the_product_goes_before_the_kind_and_the_kind_before_the_default():
    assert LENGTHS.of(an_order(product="腾讯年卡 VIP", kind=Goods.CARD)) == 3 * HOUR
    assert LENGTHS.of(an_order(product="腾讯月卡", kind=Goods.CARD)) == 2 * HOUR
    assert LENGTHS.of(an_order(kind=Goods.CARD)) == HOUR
    assert LENGTHS.of(an_order(kind=Goods.SERVICE)) == 7 * HOUR


def test_the_case_of_a_products_name_makes_no_difference():
    shop = load('[windows.quality.products]\n"STEAM" = "2h"\n[products]\nnever_without_cause = ["Steam"]')
    order = an_order(product="steam 充值卡")
    assert shop.windows["quality"].of(order) == 2 * HOUR
    assert Claim(shop, order, AT).is_never_without_cause()
    assert not Claim(POLICY, order, AT).is_never_without_cause()


def test_a_promise_of_the_orders_own_goes_before_the_platforms():
    assert POLICY.promised_at(an_order(promised_at=AT + HOUR / 2)) == AT + HOUR / 2
    assert POLICY.promised_at(an_order(kind=Goods.SERVICE)) == AT + 24 * HOUR


def test_a_row_fits_where_all_that_it_asks_for_holds():
    row = Rule("mine", frozenset(Reason), ("delivered", "kind_card"), Eligible.NO, within="not_delivered")
    card = an_order(kind=Goods.CARD)
    assert row.fits(Claim(POLICY, card, AT + HOUR))
    assert not row.fits(Claim(POLICY, card, AT + HOUR + timedelta(microseconds=1)))
    assert not row.fits(Claim(POLICY, an_order(), AT))


def test_a_window_neither_holds_nor_is_over_where_no_delivery_is_on_record():
    order = an_order(delivered_at=None)
    for window in ({"within": "quality"}, {"after": "quality"}):
        assert not Rule("mine", frozenset(Reason), ("delivered",), Eligible.NO, **window).fits(Claim(POLICY, order, AT))


def test_every_condition_holds_somewhere_and_fails_somewhere():
    listed = load('[products]\nnever_without_cause = ["Q币"]')
    orders = [
        an_order(status=status, kind=kind, delivered_at=done, service_started_at=begun)
        for status in OrderStatus for kind in Goods for done in (None, AT) for begun in (None, AT)
    ]  # fmt: skip
    claims = [
        Claim(policy, order, now, used, granted)
        for policy in (POLICY, listed) for order in orders
        for now in (AT, AT + 30 * HOUR) for used in (None, True) for granted in (0, 1)
    ]  # fmt: skip
    for name, condition in CONDITIONS.items():
        assert {condition(claim) for claim in claims} == {True, False}, name
