"""What kind of page it is, by its words and by how its lines stand."""

import pytest

from nlp.picture_kind import kind_of
from nlp.picture_layout import Page
from nlp.pictured import Line, PictureKind
from tests.nlp.pages import page_of, reads

K = PictureKind


def test_what_people_who_write_to_each_other_tell_of_is_not_what_the_page_is() -> None:
    lines = [
        Line("代练打手今天上号了吗 段位还是原来的", (40, 100, 460, 130)), Line("当前段位没变是因为服务还没开始", (330, 180, 760, 210)),
        Line("约定完成是昨天", (40, 260, 280, 290)), Line("打手接单了", (500, 340, 760, 370)),
    ]  # fmt: skip
    assert kind_of(Page(lines), {}) is PictureKind.CHAT


@pytest.mark.parametrize("field", ["输入消息，Ctrl + Enter 发送", "发条消息吧", "按住 说话", "Type a reply"])
def test_the_field_that_one_writes_in_makes_a_talk_of_a_page(field: str) -> None:
    assert kind_of(page_of(f"小周\n昨天 20:11\n{field}"), {}) is PictureKind.CHAT


def test_what_nothing_speaks_for_is_unrelated() -> None:
    assert kind_of(page_of("一只猫"), {}) is PictureKind.UNRELATED


# fmt: off
@pytest.mark.parametrize("kind, text", [
    (K.ACTIVATION_ERROR, "文字处理专家\n产品激活\n该序列号已在 3 台设备上使用，无法继续激活。\n确定"),
    (K.ACTIVATION_ERROR, "兑换代码\n您输入的代码可能不正确或已失效\nE-82000134"),
    (K.ACTIVATION_ERROR, "兑换激活码\n该激活码仅限新用户使用\n我知道了"),
    (K.ACTIVATION_ERROR, "卡券核销\n券码 3301****9920\n券已核销，请勿重复使用\n返回"),
    (K.ACTIVATION_ERROR, "话费充值\n卡密|8812 **** 7731\n该卡已过有效期\n返回"),
    (K.ACTIVATION_ERROR, "Redeem Gift Card\nThe code you entered has been deactivated\nDone"),
    (K.ACTIVATION_ERROR, "Product activation\nThis key has reached its activation limit\nClose"),
    (K.ACTIVATION_ERROR, "点卡充值\n卡号：20481199****3302\n提示：卡号不存在\n重填"),
    (K.ACTIVATION_OK,    "绑卡成功\n您的京东E卡 500元 已绑定\n查看余额"),
    (K.ACTIVATION_OK,    "恭喜您成为超级会员\n有效期至 2027-11-20"),
    (K.ACTIVATION_OK,    "You're all set!\nYour subscription is now active\nContinue"),
    (K.FAULT_SCREEN,     "设备列表\n你的账号于 11-20 在另一台手机上登录，本机已退出\n重新登录"),
    (K.FAULT_SCREEN,     "播放出错\n当前内容需要开通VIP观看\n开通会员"),
    (K.FAULT_SCREEN,     "许可证验证失败\n此软件副本不是正版\n购买"),
    (K.FAULT_SCREEN,     "This account has too many people using it\nTry again"),
    (K.FAULT_SCREEN,     "听书\n会员专享内容，您的会员已于11-18失效\n续费"),
    (K.RECEIVED_GOODS,   "优惠券详情\n20元代金券\n满100元可用\n有效期 2026.11.20-2026.12.20"),
    (K.SERVICE_RECORD,   "陪练订单\n教练：阿北\n已上课 2节 / 共10节\n状态：进行中"),
    (K.LISTING,          "爱奇艺季卡\n券后 ¥45.9\n已拼2.3万件\n发起拼单|单独购买"),
    (K.LISTING,          "王者荣耀代练\n起步价 ¥20/星\n接单量 5231\n好评率 99%\n下单"),
    (K.PAYMENT,          "账单详情\n星河数码\n- 38.00\n交易成功\n创建时间|2026-11-20 10:00"),
    (K.PAYMENT,          "快捷支付\n您尾号1234的储蓄卡支出人民币38.00元\n余额 1200.00"),
    (K.UNRELATED,        "快递\n包裹已签收\n签收人：门卫"),
    (K.UNRELATED,        "附近餐厅\n江边小馆\n4.2分 月售310\n18分钟 2.6km"),
])
def test_pages_of_many_makers_are_known_by_what_such_pages_say(kind: PictureKind, text: str) -> None:
    assert reads(text).kind is kind
# fmt: on
