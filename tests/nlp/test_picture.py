"""A screenshot's lines become what it tells: kind, order, status, amount, times, error."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nlp.picture import read_picture
from nlp.pictured import Line, PageStatus, PictureKind
from tests.nlp.pages import reads

K, P = PictureKind, PageStatus

ORDER = """
订单详情
待发货
订单编号|KM202611201530012345
下单时间|2026-11-20 15:30:12
承诺发货时间|2026-11-20 15:40:12
实付款|¥97.50
"""

# fmt: off
PAGES = {
    K.ORDER_PAGE:       ORDER,
    K.ACTIVATION_ERROR: "卡券兑换中心\n卡密\nTY**-****-****-K7P3\n该激活码已被使用，请联系卖家\n我知道了",
    K.ACTIVATION_OK:    "卡券兑换中心\n兑换成功\n腾讯视频VIP 月卡\n卡密 WY**-****-****-T2M9\n去使用",
    K.FAULT_SCREEN:     "会员中心\n会员已失效\n续费会员\n联系客服",
    K.LISTING:          "商品详情\n腾讯视频VIP 月卡 自动发货\n¥25.00\n已售 3000+\n买家评价（326）\n加入购物车|立即购买",
    K.RECEIVED_GOODS:   "我的会员\n会员类型|7天体验卡\n开通时间|2026-11-04 13:37\n到期时间|2026-11-11 13:37",
    K.SERVICE_RECORD:   "服务进度\n35%\n进行中\n订单编号|KM202611201530012345\n约定完成|2026-11-22 12:00",
    K.PAYMENT:          "账单详情\n-97.00\n交易成功\n支付时间|2026-11-20 10:11:59\n付款方式|花呗\n商户单号|KM202611201530012345",
    K.UNRELATED:        "杭州市\n23°\n多云 最高26° 最低17°",
}
# fmt: on


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_known_for_what_it_is(kind: PictureKind) -> None:
    assert reads(PAGES[kind]).kind is kind


def test_an_order_page_gives_its_order_whole() -> None:
    order = reads(ORDER).first
    assert order.number and order.number.text == "KM202611201530012345"
    assert order.status is P.UNSENT and order.paid and order.paid.yuan == Decimal("97.50")
    ordered, promised = order.moment("ordered"), order.moment("promised")
    assert ordered and promised and f"{ordered.at:%H:%M} {promised.at:%H:%M}" == "15:30 15:40"


@pytest.mark.parametrize("said", ["网络繁忙，请稍候重试", "礼品卡尚未启用", "卡号校验失败", "请求超时，请重试", "Server busy, please try again later"])
def test_trouble_where_a_code_is_asked_for_is_an_error_of_the_code(said: str) -> None:
    read = reads(f"点卡直充|我的记录\n游戏账号|wang**86\n卡号|5521 **** **** 7718\n{said}\n确认充值")
    assert read.kind is K.ACTIVATION_ERROR and read.error and read.error.text == said


@pytest.mark.parametrize("said", ["内存不足，无法打开文件。", "程序已停止工作", "发生未知错误，请稍后再试", "The server is busy. Try again later"])
def test_other_trouble_is_a_fault_of_what_was_bought(said: str) -> None:
    assert reads(f"画图专家\n{said}\n确定").kind is K.FAULT_SCREEN


def test_success_with_what_was_paid_is_the_status_of_an_order() -> None:
    read = reads("充值成功\n68.00元\n实付金额")
    assert read.kind is K.ORDER_PAGE and read.first.status is P.DONE
    assert reads("充值成功\n到账账号 wang**86\n返回首页").kind is K.ACTIVATION_OK


def test_a_list_says_over_each_order_when_it_was_made() -> None:
    page = """
    已买到的商品
    2026-11-08 19:02|订单号：XL-530256758|某某数码
    视频会员 月卡|¥24.00|交易成功
    |(含运费：¥0.00)
    2026-11-08 19:00 订单号：XL-637044101|某某数码
    视频会员 月卡|¥24.00|交易成功
    |(含运费：¥0.00)
    """
    first, second = reads(page).orders
    for order, minute in ((first, "19:02"), (second, "19:00")):
        ordered = order.moment("ordered")
        assert ordered and f"{ordered.at:%H:%M}" == minute
        assert order.paid and order.paid.yuan == Decimal("24.00")


def test_two_orders_on_a_page_are_kept_apart() -> None:
    page = """
    订单记录

    单号：XL-530256758|已发货
    下单时间：2026-11-08 19:02
    实付：￥24.00


    单号：XL-637044101|已关闭
    下单时间：2026-11-08 19:03
    实付：￥31.00
    """
    first, second = reads(page).orders
    assert (first.status, second.status) == (P.SENT, P.CLOSED)
    assert first.paid and second.paid and (first.paid.yuan, second.paid.yuan) == (Decimal("24.00"), Decimal("31.00"))


def test_an_error_broken_over_two_lines_is_one() -> None:
    error = reads("登录异常\n该账号已通过绑定手机找回密码，您的登录状态\n已失效，请重新验证身份").error
    assert error is not None


def test_a_codes_tail_is_four_signs_and_a_phone_number_is_no_code() -> None:
    assert reads(PAGES[K.ACTIVATION_ERROR]).code_tail == "K7P3"
    assert reads("充值账号|150****7788\n订单详情").code_tail is None


@given(some.lists(some.text(max_size=30), max_size=12))
def test_whatever_is_read_something_is_made_of_it(texts: list[str]) -> None:
    lines = [Line(text, (0, 40 * n, 300, 40 * n + 30), 0.9) for n, text in enumerate(texts)]
    assert read_picture(lines, (400, 800)).kind in PictureKind


def test_on_a_screen_where_codes_stand_only_what_is_called_an_order_is_one() -> None:
    refused = "兑换礼品卡\n激活码不存在或已失效\n{}\n知道了"
    assert reads(refused.format("000000004409")).first.number is None
    named = reads(refused.format("订单号|KM202611201530012345")).first.number
    assert named and named.text == "KM202611201530012345"


def test_a_list_says_one_time_of_each_order_and_it_is_when_it_was_placed() -> None:
    list_of_two = "我的订单\n订单号 WF-261113-72482|2026-11-13 20:51\n网易云会员月卡|¥45.00|已发货\n订单号 WF-261113-44971|2026-11-13 20:53\n网易云会员月卡|¥45.00|已发货"
    assert [[one.of for one in order.times] for order in reads(list_of_two).orders] == [["ordered"], ["ordered"]]


def test_a_result_tells_when_it_happened_whatever_it_calls_that() -> None:
    result = reads("充值结果\n充值成功\n移动充值卡30元\n卡密|**********1179\n完成时间|2026-11-04 10:26")
    assert [one.of for one in result.orders[0].times] == ["event"]


def test_what_a_card_is_worth_is_no_price() -> None:
    listing = reads("¥200\n骏网智充卡200元 自动发货\n¥193.00\n已售 234|库存充足\n商品说明\n立即购买")
    assert listing.orders[0].paid and str(listing.orders[0].paid.yuan) == "193.00"


def test_the_one_time_before_it_is_due_is_when_it_was_placed() -> None:
    receipt = reads("订单小票\n待发货\n订单号|KM202611201530012345\n时间|2026-11-19 20:02\n限时|2026-11-19 20:32\n实付款|¥97.50")
    assert [(one.of, one.at.minute) for one in receipt.orders[0].times] == [("ordered", 2), ("promised", 32)]
