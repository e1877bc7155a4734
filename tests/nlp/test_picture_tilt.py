"""A page that was photographed at an angle is read as if it stood straight; places are told as they are."""

import pytest

from nlp.picture import read_picture
from nlp.picture_tilt import tilt_of
from nlp.pictured import Line, PageStatus
from tests.nlp.pages import SIZE, lines_of

PAGE = """
账单详情
付款时间|2026-11-20 19:42
付款方式|花呗
商品说明|瑞幸咖啡代金券
订单状态|已发货
支付奖励|立即领取2积分
商家订单号|261120361961443
下单时间|2026-11-20 19:40
"""


def tilted(text: str, slope: float) -> list[Line]:
    """Values stand far to the right of their names, so much lower or higher."""
    moved = []
    for line in lines_of(text):
        left, top, right, bottom = line.box
        lower = round(slope * (left + right) / 2)
        moved.append(Line(line.text, (left, top + lower, right, bottom + lower), line.sure))
    return moved


@pytest.mark.parametrize("slope", [-0.1, -0.06, 0.05, 0.1])
def test_rows_are_read_as_rows_whichever_way_they_fall(slope: float) -> None:
    reading = read_picture(tilted(PAGE, slope), SIZE)
    [order] = reading.orders
    assert order.number and order.number.text == "261120361961443" and order.status is PageStatus.SENT
    [number] = [line.box for line in tilted(PAGE, slope) if line.text == "261120361961443"]
    assert all(abs(one - other) <= 6 for one, other in zip(order.number.box, number, strict=True))


def test_what_stands_straight_is_left_alone() -> None:
    assert tilt_of(lines_of(PAGE)) is None


@pytest.mark.parametrize("text", ["", "待发货", "在吗\n|在的\n什么时候发货\n|今天"])
def test_where_nothing_tells_nothing_is_turned(text: str) -> None:
    assert tilt_of(lines_of(text)) is None
