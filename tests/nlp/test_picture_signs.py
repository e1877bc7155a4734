"""What is said is told, and not what is denied, asked or put off."""

import pytest

from nlp.picture_signs import sign_of
from tests.nlp.pages import page_of


@pytest.mark.parametrize("sign, text", [
    ("works", "行啦，激活成功"), ("works", "登上去了 谢谢"), ("works", "已经成功兑换"), ("works", "It works now, thanks"), ("works", "充好了"),
    ("received", "收到了 谢谢"), ("received", "已到账，没问题"), ("done", "星耀已经打到了"), ("done", "目标段位达成"),
    ("used", "已经兑换了"), ("used", "激活了才发现买错"), ("used", "用了一会"), ("unused", "卡密没动过"), ("unused", "没看也没用"),
    ("not_received", "等了三个小时了"), ("not_received", "还没给我发"), ("not_received", "还要多久"), ("done", "日常全部做完啦"),
    ("works", "收到 已经加入家庭组了"), ("works", "收到，谢谢"), ("used", "用了 刚才已经充值到号里了"), ("done", "提前完成，厉害"),
    ("done", "钻石到了"), ("undone", "约好的没上线"), ("not_working", "这个码不能用"), ("not_working", "登不上去"),
])  # fmt: skip
def test_what_is_said_is_told(sign: str, text: str) -> None:
    assert sign_of(sign, page_of(text).pieces)


@pytest.mark.parametrize("sign, text", [
    ("works", "兑换成功了吗"), ("works", "兑换成功后请确认收货"), ("works", "不能用了"), ("works", "没激活成功"), ("works", "能不能用"),
    ("received", "收到了没"), ("received", "已收到您的反馈"), ("received", "We have received your order"), ("received", "等收到了再说"), ("works", "可以用吗"),
    ("used", "兑换码用了吗"), ("used", "用了就不能退了"), ("done", "钻石还没到了"), ("works", "收到的是错的"), ("done", "还没打完了"), ("done", "打完了吗"), ("finished", "未完成"), ("used", "not used"), ("finished", "完成进度"), ("finished", "约定完成"),
])  # fmt: skip
def test_what_is_denied_asked_or_put_off_is_not(sign: str, text: str) -> None:
    assert sign_of(sign, page_of(text).pieces) is None
