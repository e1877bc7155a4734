"""One picture beside one claim: whether it is of the order, and where on it a thing stands."""

from msgspec.structs import replace

from flows.bench import claimed, mark, same_number
from flows.model import Cents, Mark
from tests.flows.holding import ORDER, R, Y, held, page
from tests.nlp.pages import reads


def test_a_price_before_coupons_is_no_other_amount() -> None:
    couponed = replace(ORDER, price=Cents(9900), coupon=Cents(900))
    text = page().replace("实付款|¥90.00", "订单金额|¥99.00")
    assert held(text, R.NOT_DELIVERED, couponed).says is Y


def test_letters_read_for_digits_make_no_other_order_and_another_digit_does() -> None:
    assert same_number("KMO20", "KM020") and same_number("XL-84", "xl84") and not same_number("KM021", "KM020")


def test_a_number_with_signs_lost_is_the_same_and_one_with_another_digit_is_not() -> None:
    assert same_number("ORD-2026-00950", "ORD-2026-009587") and not same_number("ORD-2026-009588", "ORD-2026-009587")
    assert not same_number("KM2026", "KM202611201530012345") and not same_number("XL-84146085", "XL-53025675")


def test_a_place_is_told_in_thousandths_and_stays_inside() -> None:
    assert mark((0, 0, 400, 800), (400, 800)) == Mark(0, 0, 1000, 1000)


def test_of_several_orders_the_claimed_one_is_looked_at() -> None:
    two = f"我的订单\n订单号 KM202611201530099999|已完成\n\n\n订单号 {ORDER.order_no}|待发货"
    assert claimed(reads(two), ORDER.order_no).number == reads(two).orders[1].number
