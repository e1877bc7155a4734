"""Numbers as people write them, and those that only look like order numbers."""

import re

import pytest

from nlp.extract import DEFAULT_ORDER_FORMATS, numbers, passwords, words
from nlp.normal import plain

FORMATS = [re.compile(form) for form in DEFAULT_ORDER_FORMATS]
KM = "KM202611201530012345"


@pytest.mark.parametrize(
    "text, orders",
    [
        (f"订单{KM}没到", (KM,)),
        ("km202611201530012345", (KM,)),
        ("ＫＭ２０２６１１２０１５３００１２３４５", (KM,)),
        ("KM 2026 1120 1530 0123 45", (KM,)),
        ("KM-20261120-1530012345", (KM,)),
        ("KM20261120 1530012345 付了 49.9", (KM,)),
        ("a7k2m9qx4t1zb8wd这单", ("A7K2M9QX4T1ZB8WD",)),
        ("单号：202611201530012345，快点", ("202611201530012345",)),
        ("订单号 2610213705251474", ("2610213705251474",)),
        ("2610213705251474", ("2610213705251474",)),
        ("FK2026101947293A 没到", ("FK2026101947293A",)),
        ("XH20261018120006677", ("XH20261018120006677",)),
        ("XL-418817565 和 XL-418817539", ("XL-418817565", "XL-418817539")),
        ("JY971313296374 49.9", ("JY971313296374",)),
        ("DJ12345678901234567890", ("DJ12345678901234567890",)),
        ("订单号6222021234567890", ("6222021234567890",)),
        ("单子号码儿子抄给我的：2 0 2 6 1 1 2 0 1 5 3 0 0 1 2 3 4 5", ("202611201530012345",)),
        ("订单 Y6K0 R4T9 B2X7 M5NE", ("Y6K0R4T9B2X7M5NE",)),
        ("ZZ2026 1125 1000 00123 没到货", ("ZZ20261125100000123",)),
        ("ZZ2026-1125-100000123 50 元", ("ZZ20261125100000123",)),
        ("ZZ20261125 13812345678", ("ZZ20261125",)),
    ],
)
def test_an_order_number_is_found_however_it_is_written(text: str, orders: tuple[str, ...]) -> None:
    assert numbers(plain(text), FORMATS).orders == orders


@pytest.mark.parametrize(
    "text",
    [
        "手机13800138000",
        "13800138000",
        "卡号8804126677350912对 密码不对",
        "码 XQ7P-22LM-K9T4-8ZB1 一输就提示被绑定",
        "激活码A7K2M9QX4T1ZB8WD无效",
        "QQ 1234567890",
        "支付宝交易号2026112022001400001234567890",
        "流水号202611201530012345",
        "身份证号110101199003071234",
        "银行卡 6222 0212 3456 7890",
        "2026-11-20 15:30 下的单",
        "uid 123456789",
        "退款单RF2611200012",
        "110101199003071234",
        "6222021234567890",
        "申请编号TK20261118-0093到哪一步了",
        "我的快手号是ks88370021",
        "文件名是IMG_20261120_093312",
        "SF1234567890123",
    ],
)
def test_what_only_looks_like_an_order_number_is_none(text: str) -> None:
    assert numbers(plain(text), FORMATS).orders == ()


@pytest.mark.parametrize(
    "text, contacts",
    [
        ("手机13800138000", ("13800138000",)),
        ("138-0013-8000", ("13800138000",)),
        ("138 0013 8000", ("13800138000",)),
        ("+86 13800138000", ("13800138000",)),
        ("邮箱是 Abc.D@Example.com", ("abc.d@example.com",)),
        ("QQ号是45678912", ("45678912",)),
        (f"订单{KM}", ()),
        ("13800138000 13911112222", ("13800138000", "13911112222")),
        ("my phone is 13800138000 please refund", ("13800138000",)),
        (f"order {KM} phone 13800138000", ("13800138000",)),
        ("138 0013 8000 谢谢，退1张", ("13800138000",)),
        ("138 0013 8000 1234", ()),
        ("手机号一三八零零一三八零零零", ("13800138000",)),
        ("幺三八〇〇一三八〇〇〇", ("13800138000",)),
    ],
)
def test_contacts_are_told_from_orders(text: str, contacts: tuple[str, ...]) -> None:
    assert numbers(plain(text), FORMATS).contacts == contacts


def test_a_number_of_no_known_shape_is_a_candidate() -> None:
    assert numbers("abc12345", FORMATS).candidates == ("ABC12345",)


def test_a_shops_own_format_is_found() -> None:
    assert numbers("单号 9-12345", [re.compile(r"\d-\d{5}")]).orders == ("9-12345",)


def test_case_numbers_are_the_houses_own() -> None:
    assert numbers("rf2611200012 到哪了", FORMATS).cases == ("RF2611200012",)


def test_passwords_are_kept_as_they_were_written() -> None:
    assert passwords("查询密码是 Hades9，谢谢") == ("Hades9",)
    assert passwords("卡密码 Hades9") == ()
    assert "Hades9" in words("就是Hades9啊")
