"""A picture held against a claim: supports, contradicts, or has nothing to do with it, in words and with the place."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flows.findings import Held, hold, mark, same_number
from flows.model import Cents, Mark, Order, OrderStatus, Says
from nlp.codes import Reason
from tests.conftest import NOON, an_order
from tests.flows.talking import in_chinese
from tests.nlp.pages import reads

R, Y, N, O = Reason, Says.SUPPORTS, Says.CONTRADICTS, Says.UNRELATED  # noqa: E741
UNSENT: dict[str, Any] = {"status": OrderStatus.UNDELIVERED, "delivered_at": None}
ORDER = an_order(ordered_at=NOON - timedelta(hours=2))
"""Ordered at 10:00 in Shanghai."""
PAGE = "订单详情\n{status}\n订单编号|{number}\n下单时间|2026-11-20 10:00\n实付款|¥{paid}\n{more}"


def page(status: str = "待发货", number: str = ORDER.order_no, paid: str = "90.00", more: str = "") -> str:
    return PAGE.format(status=status, number=number, paid=paid, more=more)


def held(text: str, reason: Reason, order: Order = ORDER, other: str | None = None) -> Held:
    return hold(reads(text), reason, order, other)


ERROR = "卡券兑换中心\n卡密\nTY**-****-****-K7P3\n该激活码已被使用\n{when}"
WORKED = "卡券兑换中心\n兑换成功\n卡密 WY**-****-****-T2M9\n{when}"
FAULT = "会员中心\n会员已失效\n续费会员\n{when}"
SERVED = "服务进度\n{done}\n订单编号|{number}\n约定完成|2026-11-22 12:00\n{ended}"
BILL = "账单\n云点数卡|-90.00\n11月20日 10:01 商户单号 {one}|{back}\n云点数卡|-90.00\n11月20日 10:02 商户单号 {two}\n2026年11月"
TWO = "我的订单\n\n订单号 {one}|已完成\n100元点卡\n实付 ¥90.00\n\n\n订单号 KM202611201530099999|{status}\n100元点卡\n实付 ¥{paid}"
MEMBER = "我的会员\n会员类型|{kind}\n到期时间|2027-11-20 10:00"
LISTING = "商品详情\n{product} 自动发货\n¥90.00\n已售 3000+\n立即购买"

# fmt: off
CASES: list[tuple[str, Reason, Says, str | None]] = [
    (page("待发货"),                                                 R.NOT_DELIVERED,    Y, "status_fits"),
    (page("处理中"),                                                 R.NOT_DELIVERED,    Y, "status_fits"),
    (page("已发货", more="发货时间|2026-11-20 11:00"),                R.NOT_DELIVERED,    N, "status_mismatch"),
    (page("交易成功"),                                               R.NOT_DELIVERED,    N, "status_mismatch"),
    (page("交易关闭"),                                               R.NOT_DELIVERED,    N, "status_mismatch"),
    (page("待付款"),                                                 R.NOT_DELIVERED,    N, "status_mismatch"),
    (page(number="KM202611201530012346"),                           R.NOT_DELIVERED,    N, "order_mismatch"),
    (page(paid="900.00"),                                           R.NOT_DELIVERED,    N, "amount_mismatch"),
    (page("已发货"),                                                 R.INVALID_CODE,     O, "wrong_kind"),
    (page("已发货"),                                                 R.MALFUNCTION,      O, "wrong_kind"),
    (page("已发货", more="卡密|未使用"),                              R.WRONG_PURCHASE,   Y, "code_unused"),
    (ERROR.format(when=""),                                         R.INVALID_CODE,     Y, "error_shown"),
    (ERROR.format(when="2026-11-10 10:00"),                         R.INVALID_CODE,     N, "before_order"),
    (ERROR.format(when=""),                                         R.SERVICE_FAILED,   O, "wrong_kind"),
    (ERROR.format(when=""),                                         R.WRONG_PURCHASE,   N, "code_used"),
    (WORKED.format(when=""),                                        R.INVALID_CODE,     N, "works"),
    (WORKED.format(when=""),                                        R.WRONG_PURCHASE,   N, "works"),
    (WORKED.format(when=""),                                        R.MALFUNCTION,      Y, "activated"),
    (FAULT.format(when=""),                                         R.MALFUNCTION,      Y, "fault_shown"),
    (FAULT.format(when="2026-11-01 10:00"),                         R.MALFUNCTION,      N, "before_order"),
    (FAULT.format(when=""),                                         R.DUPLICATE_ORDER,  O, "wrong_kind"),
    (SERVED.format(done="35%\n进行中", number=ORDER.order_no, ended=""), R.SERVICE_FAILED, Y, "service_open"),
    (SERVED.format(done="100%\n已完成", number=ORDER.order_no, ended="实际完成|2026-11-21 12:00"), R.SERVICE_FAILED, N, "service_done"),
    (SERVED.format(done="100%\n已完成", number=ORDER.order_no, ended="实际完成|2026-11-23 12:00"), R.SERVICE_FAILED, Y, "service_late"),
    (TWO.format(one=ORDER.order_no, status="已完成", paid="90.00"),   R.DUPLICATE_ORDER,  Y, "two_orders"),
    (TWO.format(one=ORDER.order_no, status="已关闭", paid="90.00"),   R.DUPLICATE_ORDER,  N, "second_lapsed"),
    (TWO.format(one=ORDER.order_no, status="已完成", paid="12.00"),   R.DUPLICATE_ORDER,  N, "sums_differ"),
    (LISTING.format(product="100元点卡"),                            R.NOT_AS_DESCRIBED, Y, "listing_shown"),
    (LISTING.format(product="和平精英陪玩"),                          R.NOT_AS_DESCRIBED, O, "other_product"),
    (LISTING.format(product="100元点卡"),                            R.NOT_DELIVERED,    O, "wrong_kind"),
    ("杭州市\n23°\n多云 最高26° 最低17°",                             R.NOT_DELIVERED,    O, "wrong_kind"),
    ("",                                                            R.NOT_DELIVERED,    O, "unreadable"),
]
# fmt: on


@pytest.mark.parametrize("text, reason, says, code", CASES, ids=range(len(CASES)))
def test_what_a_picture_says_of_a_claim(text: str, reason: Reason, says: Says, code: str) -> None:
    found = held(text, reason)
    assert (found.says, found.findings[0].code) == (says, code)


@pytest.mark.parametrize("back, says", [("", Y), ("已全额退款", N)])
def test_two_equal_payments_are_two_unless_one_came_back(back: str, says: Says) -> None:
    text = BILL.format(one=ORDER.order_no, two="KM202611201530099999", back=back)
    assert held(text, R.DUPLICATE_ORDER).says is says


@pytest.mark.parametrize("kind, says", [("年度会员", N), ("7天体验卡", Y)])
def test_what_came_is_compared_with_what_was_ordered(kind: str, says: Says) -> None:
    yearly = replace(ORDER, product="红云音乐会员 年卡")
    assert held(MEMBER.format(kind=kind), R.NOT_AS_DESCRIBED, yearly).says is says


def test_a_finding_says_in_words_what_does_not_fit_and_where() -> None:
    [finding] = held(page("已发货", more="发货时间|2026-11-20 15:40"), R.NOT_DELIVERED).findings
    assert in_chinese(finding.detail) == "截图显示“已发货 15:40”，和“未发货/未到账”不符"
    assert finding.mark and finding.mark.width > 0


def test_a_price_before_coupons_is_no_other_amount() -> None:
    couponed = replace(ORDER, price=Cents(9900), coupon=Cents(900))
    text = page().replace("实付款|¥90.00", "订单金额|¥99.00")
    assert held(text, R.NOT_DELIVERED, couponed).says is Y


def test_letters_read_for_digits_make_no_other_order_and_another_digit_does() -> None:
    assert same_number("KMO20", "KM020") and same_number("XL-84", "xl84") and not same_number("KM021", "KM020")


def test_a_place_is_told_in_thousandths_and_stays_inside() -> None:
    assert mark((0, 0, 400, 800), (400, 800)) == Mark(0, 0, 1000, 1000)
