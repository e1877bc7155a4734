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
