"""What was paid or is claimed, told from face values and differences."""

from decimal import Decimal

import pytest

from nlp.amounts import amount
from nlp.normal import plain


@pytest.mark.parametrize(
    "text, yuan",
    [
        ("49.9元", "49.9"),
        ("49块9", "49.9"),
        ("四十九块九", "49.9"),
        ("￥49.90", "49.90"),
        ("两百块", "200"),
        ("花了两百", "200"),
        ("三百二十块", "320"),
        ("一百零五块", "105"),
        ("两百五十元", "250"),
        ("1,299元", "1299"),
        ("付了49.9", "49.9"),
        ("60块一小时", "60"),
        ("189.9给我退回来", "189.9"),
        ("I paid 20 yuan", "20"),
        ("100元话费没到，付了98.5", "98.5"),
        ("面值100元的卡，扣了我95元", "95"),
        ("别家便宜5块，我付了30元", "30"),
        ("一共270块", "270"),
        ("两块半", "2.5"),
        ("充值68蚊", "68"),
        ("同款才29，我花了45", "45"),
        ("付的三百二", "320"),
        ("付了66块一千个赞", "66"),
    ],
)
def test_the_amount_is_what_was_paid(text: str, yuan: str) -> None:
    assert amount(plain(text)) == Decimal(yuan)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "一毛一样",
        "等了3天",
        "别家便宜10块",
        "面值100元",
        "扣了10分信誉分",
        "充了6480原石",
        "万元",
        "尾号7722的卡",
        "余额还是上月剩的三块六",
        "要我另付6块",
    ],
)
def test_other_figures_are_no_amount(text: str) -> None:
    assert amount(plain(text)) is None
