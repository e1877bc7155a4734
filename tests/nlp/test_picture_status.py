"""What an order page says of its order, in whatever words and wherever it stands."""

import pytest

from nlp.picture_status import status_of
from nlp.pictured import PageStatus
from tests.nlp.pages import page_of

P = PageStatus


# fmt: off
@pytest.mark.parametrize("text, status", [
    ("订单状态|处理中",                          P.PROCESSING),
    ("买家已付款，等待商家发货",                  P.UNSENT),
    ("Status|Awaiting shipment",                P.UNSENT),
    ("訂單狀態：待發貨",                          P.UNSENT),
    ("卖家已发货",                               P.SENT),
    ("交易成功",                                 P.DONE),
    ("交易关闭",                                 P.CLOSED),
    ("等待买家付款",                             P.UNPAID),
    ("全部|待付款|待发货|已发货\n订单号|状态\nKM202611201530012345|已完成", P.DONE),
    ("发货时间|未发货\n订单状态|处理中",           P.PROCESSING),
    ("已付款，待发货",                            P.UNSENT),
    ("等待卖家发货 / Awaiting delivery",          P.UNSENT),
    ("Paid - waiting for delivery",             P.UNSENT),
    ("已付款待发货",                              P.UNSENT),
    ("超时未支付已关闭",                           P.CLOSED),
    ("订单状态|发货失败已退款",                     P.CLOSED),
    ("待繳款",                                   P.UNPAID),
    ("尚未出貨",                                 P.UNSENT),
    ("状态 Status|排队充值中",                    P.PROCESSING),
    ("状 态：正在出库",                           P.PROCESSING),
    ("订单状态|外理中",                           P.PROCESSING),
    ("待確認收貨",                               P.SENT),
    ("已发码",                                   P.SENT),
    ("下单时间：2026年10月19日215钉单处理中",       P.PROCESSING),
    ("订单状态|买家已付歌",                        P.UNSENT),
    ("Status|Unfulflled",                       P.UNSENT),
    ("Item|Delivered|¥16.80 CNY",               P.SENT),
    ("Fulfillment status\nPreparing your order", P.UNSENT),
    ("[商家备货中] Office 365",                   P.UNSENT),
    ("[等待出库] CDKEY 艾尔登法环 豪华版",         P.UNSENT),
    ("订单状态|订单超时取消",                      P.CLOSED),
    ("充值失败，已退款",                          P.CLOSED),
    ("订单已取消",                               P.CLOSED),
    ("订单状态\n待支付",                         P.UNPAID),
])
def test_a_status_is_known_by_its_kin(text: str, status: PageStatus) -> None:
    page = page_of(text)
    found = status_of(page, page.pieces)
    assert found and found[0] is status


@pytest.mark.parametrize("tabs", ["全部|待付款|待发货|已发货|已完成", "待付款|待发货|已完成", "充值到账后请至网点圈存"])
def test_tabs_and_what_comes_afterwards_are_no_status(tabs: str) -> None:
    page = page_of(tabs)
    assert status_of(page, page.pieces) is None


@pytest.mark.parametrize("came, status", [(False, P.PROCESSING), (True, P.SENT)])
def test_of_steps_in_a_row_the_time_of_delivery_tells_how_far_it_is(came: bool, status: PageStatus) -> None:
    page = page_of("已付款|充值中|已到账\n下单时间|2026-11-03 14:10")
    found = status_of(page, page.pieces, came=came)
    assert found and found[0] is status


@pytest.mark.parametrize("text", ["Paid|¥35.00", "支付成功|10-17 05:08", "【自动发货】骏卡 100元", "充值中心", "兑换中心首页", "发货方式|自动发货"])
def test_a_word_that_names_what_is_beside_it_is_no_status(text: str) -> None:
    page = page_of(text)
    assert status_of(page, page.pieces) is None
