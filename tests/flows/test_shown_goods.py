"""Screens, listings, goods as they came, and how far a service is."""

import pytest
from msgspec.structs import replace

from flows.model import Says
from nlp.codes import Reason
from tests.flows.holding import ERROR, LISTING, ORDER, N, O, R, Row, Y, every, held, says_so

WORKED = "卡券兑换中心\n兑换成功\n卡密 WY**-****-****-T2M9\n{when}"
FAULT = "会员中心\n会员已失效\n续费会员\n{when}"
SERVED = "服务进度\n{done}\n订单编号|{number}\n约定完成|2026-11-22 12:00\n{ended}"
MEMBER = "我的会员\n会员类型|{kind}\n到期时间|2027-11-20 10:00"

# fmt: off
ROWS: list[Row] = [
    (ERROR.format(when=""),                                         R.INVALID_CODE,     Y, "error_shown"),
    (ERROR.format(when="2026-11-10 10:00"),                         R.INVALID_CODE,     N, "before_order"),
    (ERROR.format(when=""),                                         R.WRONG_PURCHASE,   N, "code_used"),
    (WORKED.format(when=""),                                        R.INVALID_CODE,     N, "works"),
    (WORKED.format(when=""),                                        R.WRONG_PURCHASE,   N, "works"),
    (WORKED.format(when=""),                                        R.MALFUNCTION,      Y, "activated"),
    (FAULT.format(when=""),                                         R.MALFUNCTION,      Y, "fault_shown"),
    (FAULT.format(when="2026-11-01 10:00"),                         R.MALFUNCTION,      N, "before_order"),
    (SERVED.format(done="35%\n进行中", number=ORDER.order_no, ended=""), R.SERVICE_FAILED, Y, "service_open"),
    (SERVED.format(done="100%\n已完成", number=ORDER.order_no, ended="实际完成|2026-11-21 12:00"), R.SERVICE_FAILED, N, "service_done"),
    (SERVED.format(done="100%\n已完成", number=ORDER.order_no, ended="实际完成|2026-11-23 12:00"), R.SERVICE_FAILED, Y, "service_late"),
    (LISTING.format(product="100元点卡"),                            R.NOT_AS_DESCRIBED, Y, "listing_shown"),
    (LISTING.format(product="和平精英陪玩"),                          R.NOT_AS_DESCRIBED, O, "other_product"),
]
# fmt: on


@every(ROWS)
def test_what_it_says_of_a_claim(text: str, reason: Reason, says: Says, code: str) -> None:
    says_so(text, reason, says, code)


@pytest.mark.parametrize("kind, says", [("年度会员", N), ("7天体验卡", Y)])
def test_what_came_is_compared_with_what_was_ordered(kind: str, says: Says) -> None:
    yearly = replace(ORDER, product="红云音乐会员 年卡")
    assert held(MEMBER.format(kind=kind), R.NOT_AS_DESCRIBED, yearly).says is says


def test_what_is_written_over_a_picture_is_no_part_of_what_came() -> None:
    sixty = replace(ORDER, product="逍遥游 60级 成品号")
    came = "角色信息\n角色名|青衫\n等级|{level}级\n{remark}"
    assert held(came.format(level=42, remark="说好的60级"), R.NOT_AS_DESCRIBED, sixty).says is Y
    assert held(came.format(level=60, remark=""), R.NOT_AS_DESCRIBED, sixty).says is N
