"""Numbers and what they are called: an order's, a payment's, an amount."""

from decimal import Decimal

import pytest

from nlp.picture_fields import code_tail, order_numbers, per_cent, sums
from tests.nlp.pages import page_of


# fmt: off
@pytest.mark.parametrize("text, number", [
    ("订单编号|KM202611201530012345",            "KM202611201530012345"),
    ("订单编号：XL-841460854",                   "XL-841460854"),
    ("Order number|S261103-480961",             "S261103-480961"),
    ("商户单号|FK2026112095809C\n交易单号|4200002026112000112233", "FK2026112095809C"),
    ("訂單編號：2611054756711070",               "2611054756711070"),
    ("Order #ORD-2026-17.2028",                 "ORD-2026-172028"),
    ("订单号|2026 1103 4455 6677",               "2026110344556677"),
    ("正在咨询订单：SP7C2DFEAB41",               "SP7C2DFEAB41"),
    ("订单|KP-D509CD26",                        "KP-D509CD26"),
    ("流水号|SDC76343367268",                    "SDC76343367268"),
    ("付款|QQ超级会员年卡\n商户订单号|LY20261110103109104", "LY20261110103109104"),
])
def test_an_orders_number_is_what_is_called_so(text: str, number: str) -> None:
    page = page_of(text)
    assert [shown.text for shown in order_numbers(page, page.pieces)] == [number]


@pytest.mark.parametrize("text", ["●提交订单|10-1705:08", "时间|2026-1124 08:22:00", "手机号|13800138000", "卡密|8842-1123-9981", "下单时间|2026-11-20 10:11:12", "型号|SP7C2DFEAB41"])
def test_other_numbers_are_none(text: str) -> None:
    page = page_of(text)
    assert order_numbers(page, page.pieces) == ()


def test_a_trades_number_is_an_orders_but_for_a_bill() -> None:
    page = page_of("交易单号|420000202611200011")
    assert [shown.text for shown in order_numbers(page, page.pieces)] == ["420000202611200011"]
    assert order_numbers(page, page.pieces, bill=True) == ()


def test_a_column_of_numbers_has_its_name_at_its_head_though_a_menu_stands_to_the_left() -> None:
    page = page_of("会员菜单||订单号|状态\n我的卡密||LY20261107140816453|已完成\n资金明细||LY20261107140914335|处理中")
    assert [shown.text for shown in order_numbers(page, page.pieces)] == ["LY20261107140816453", "LY20261107140914335"]


def test_some_shops_print_three_places() -> None:
    page = page_of("实付金额：|98.500元")
    assert [(str(one.yuan), one.paid) for one in sums(page, page.pieces)] == [("98.50", True)]


def test_dollars_are_yuan_misread_where_no_yuan_are_read() -> None:
    both, dollars = page_of("Xbox 礼品卡|$25\n实付款|¥172.00"), page_of("实付款|$97.50")
    assert [one.yuan for one in sums(both, both.pieces)] == [Decimal("172.00")]
    assert [one.yuan for one in sums(dollars, dollars.pieces)] == [Decimal("97.50")]


def test_what_was_paid_is_told_from_prices_discounts_and_face_values() -> None:
    page = page_of("骏卡 100元\n商品总价|¥99.00\n优惠|-¥1.50\n实付款|¥97.50")
    assert [(one.yuan, one.paid) for one in sums(page, page.pieces)] == [(Decimal("99.00"), False), (Decimal("97.50"), True)]


def test_a_large_amount_may_stand_over_what_it_is() -> None:
    page = page_of("交易完成\n68.00元\n实付金额")
    assert [(one.yuan, one.paid) for one in sums(page, page.pieces)] == [(Decimal("68.00"), True)]


def test_what_sending_costs_is_not_what_was_paid() -> None:
    page = page_of("实付款\n¥45.00\n(含运费：¥0.00)")
    assert [one.yuan for one in sums(page, page.pieces)] == [Decimal("45.00")]


def test_a_yuan_sign_may_be_read_as_a_letter_and_a_version_is_no_amount() -> None:
    page = page_of("Charged|V536.00 CNY\nTotal paid|CNV64.00\nApp v2.0\nY7BC-****-TQ6A")
    assert [one.yuan for one in sums(page, page.pieces)] == [Decimal("536.00"), Decimal("64.00")]


def test_other_money_is_no_yuan() -> None:
    page = page_of("面值|HK$200")
    assert sums(page, page.pieces) == ()


def test_a_batterys_per_cent_is_no_progress() -> None:
    assert done("22:40|5G 34%") is None
    assert done("22:40|5G 34%\n服务进度\n未完成\n35%") == 35


def test_a_per_cent_in_the_name_of_a_service_is_no_progress() -> None:
    assert done("代刷详情\n项目|主线剧情100%\n状态|未开始\n当前进度|0% 排队中") == 0
    assert done("代刷详情\n项目|主线剧情100%\n状态|未开始\n开始时间|-") is None


def done(text: str) -> int | None:
    page = page_of(text)
    return per_cent(page, page.pieces)


def test_a_tail_is_read_where_the_rest_is_hidden() -> None:
    page = page_of("卡密|**** **** *** 5516")
    assert code_tail(page, page.pieces) == "5516"


def test_what_was_paid_back_is_told_also_at_the_end_of_a_long_line() -> None:
    page = page_of("云集点卡|-42.80\n09月13日19:53 商户单号KM202609131952250240已全额退款\n便利店|-12.50")
    assert [(one.yuan, one.refunded) for one in sums(page, page.pieces)] == [(Decimal("42.80"), True), (Decimal("12.50"), False)]
