"""Order pages and bills: a status, what was paid, ordered or paid twice."""

import pytest

from flows.model import Says
from nlp.codes import Reason
from tests.flows.holding import ORDER, N, R, Row, Y, every, held, page, says_so

BILL = "账单\n云点数卡|-90.00\n11月20日 10:01 商户单号 {one}|{back}\n云点数卡|-90.00\n11月20日 10:02 商户单号 {two}\n2026年11月"
TWO = "我的订单\n\n订单号 {one}|已完成\n100元点卡\n实付 ¥90.00\n\n\n订单号 KM202611201530099999|{status}\n100元点卡\n实付 ¥{paid}"

# fmt: off
ROWS: list[Row] = [
    (page("待发货"),                                                 R.NOT_DELIVERED,    Y, "status_fits"),
    (page("处理中"),                                                 R.NOT_DELIVERED,    Y, "status_fits"),
    (page("已发货", more="发货时间|2026-11-20 11:00"),                R.NOT_DELIVERED,    N, "status_mismatch"),
    (page("交易成功"),                                               R.NOT_DELIVERED,    N, "status_mismatch"),
    (page("交易关闭"),                                               R.NOT_DELIVERED,    N, "status_mismatch"),
    (page("待付款"),                                                 R.NOT_DELIVERED,    N, "status_mismatch"),
    (page(number="KM202611201530012346"),                           R.NOT_DELIVERED,    N, "order_mismatch"),
    (page(paid="900.00"),                                           R.NOT_DELIVERED,    N, "amount_mismatch"),
    (page("已发货", more="卡密|未使用"),                              R.WRONG_PURCHASE,   Y, "code_unused"),
    (TWO.format(one=ORDER.order_no, status="已完成", paid="90.00"),   R.DUPLICATE_ORDER,  Y, "two_orders"),
    (TWO.format(one=ORDER.order_no, status="已关闭", paid="90.00"),   R.DUPLICATE_ORDER,  N, "second_lapsed"),
    (TWO.format(one=ORDER.order_no, status="已完成", paid="12.00"),   R.DUPLICATE_ORDER,  N, "sums_differ"),
]
# fmt: on


@every(ROWS)
def test_what_it_says_of_a_claim(text: str, reason: Reason, says: Says, code: str) -> None:
    says_so(text, reason, says, code)


@pytest.mark.parametrize("back, says", [("", Y), ("已全额退款", N)])
def test_two_equal_payments_are_two_unless_one_came_back(back: str, says: Says) -> None:
    text = BILL.format(one=ORDER.order_no, two="KM202611201530099999", back=back)
    assert held(text, R.DUPLICATE_ORDER).says is says
