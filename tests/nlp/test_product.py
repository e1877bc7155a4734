"""What a product's name promises, so that it can be compared with what came."""

import pytest

from nlp.product import alike, promised


# fmt: off
@pytest.mark.parametrize("one, other", [
    ("腾讯视频VIP 年卡",        "会员类型 年度会员 365天"),
    ("爱奇艺会员 季卡",         "时长 3个月"),
    ("优酷会员 月卡",           "1个月会员"),
    ("PSN点卡 港服 HK$200",    "Hong Kong HK$200"),
    ("QQ超级会员",             "SVIP 有效"),
    ("逍遥游 80级 成品号",      "等级80"),
])
def test_the_same_promise_in_other_words_is_the_same(one: str, other: str) -> None:
    first, second = promised(one), promised(other)
    both = first.keys() & second.keys()
    assert both and all(first[sort] & second[sort] for sort in both)


# fmt: off
@pytest.mark.parametrize("one, other", [
    ("红云音乐会员 年卡",       "7天体验卡"),
    ("PSN点卡 港服 HK$200",    "面值 US$25 地区 美服"),
    ("Steam 充值卡 100元",     "面值 50元"),
    ("Windows 11 专业版",      "Windows 11 家庭版"),
    ("视频白金会员 季卡",       "会员类型 黄金VIP 季卡"),
])
def test_another_promise_differs(one: str, other: str) -> None:
    first, second = promised(one), promised(other)
    assert any(not first[sort] & second[sort] for sort in first.keys() & second.keys())


def test_a_products_name_is_found_on_its_own_listing_only() -> None:
    assert alike("知乎盐选会员 年卡", "知乎盐选会员 年卡 12个月 充自己号") > 0.9 > 0.3 > alike("知乎盐选会员 年卡", "和平精英陪玩")
