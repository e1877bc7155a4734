"""What stands beside, above and below, and what is said to everybody."""

from nlp.picture import read_picture
from nlp.picture_layout import Page
from nlp.pictured import Line, PictureKind
from tests.nlp.pages import page_of


def test_a_values_label_is_found_to_its_left_and_above_it() -> None:
    page = page_of("订单编号|KM2026\n状态\n待发货")
    value = next(piece for piece in page.pieces if piece.plain == "km2026")
    left = page.left_of(value)
    assert left and left.plain == "订单编号"
    below = next(piece for piece in page.pieces if piece.plain == "待发货")
    assert page.above(below)[0].plain == "状态"


def test_rules_and_advice_are_fine_print_and_the_order_below_them_is_not() -> None:
    page = page_of(
        "订单详情\n待发货\n购买须知\n1. 兑换成功后权益直接到账，不可转移\n未在承诺时间内发货可投诉\n订单编号：KM202611201530012345"
    )
    assert [piece.plain for piece in page.told] == ["订单详情", "待发货", "订单编号:km202611201530012345"]


def test_the_title_of_a_dialog_heads_no_fine_print() -> None:
    page = page_of("幻境大陆\n提示\n登录失败：密码已被修改\n确定")
    assert "登录失败:密码已被修改" in [piece.plain for piece in page.told]


def test_what_the_states_mean_is_fine_print() -> None:
    page = page_of("订单状态|处理中\n状态说明：待发货=等待平台发货；已完成=卡密已发出")
    assert [piece.plain for piece in page.told] == ["订单状态", "处理中"]


def test_a_dialog_over_a_notice_is_told() -> None:
    notice = ["兑换中心", "请输入兑换码", "WY-****-JKB2", "立即兑换", "兑换须知", "1", "2", "3"]
    lines = [Line(said, (40, 100 + 60 * n, 40 + 28 * len(said), 130 + 60 * n), 0.99) for n, said in enumerate(notice)]
    dialog = [Line("兑换成功", (344, 425, 456, 455), 0.99), Line("会员权益已生效", (302, 485, 498, 515), 0.99)]
    lines += [*dialog, Line("正文", (700, 20, 756, 50), 0.99)]
    told = [piece.plain for piece in Page(lines).told]
    assert "兑换成功" in told and "会员权益已生效" in told and "兑换须知" not in told
    assert read_picture(lines, (800, 1000)).kind is PictureKind.ACTIVATION_OK


def test_a_label_that_is_broken_before_its_last_sign_is_one() -> None:
    lines = [Line("承诺发货时", (40, 100, 180, 130), 0.99), Line("间", (40, 132, 68, 160), 0.99), Line("2026-11-04 21:07", (240, 116, 460, 146), 0.99)]
    assert [piece.plain for piece in Page(lines).pieces] == ["承诺发货时间", "2026-11-04 21:07"]
