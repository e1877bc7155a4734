"""The same picture again is found; pages that only look alike are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reuse import PARTS, Earlier, reused, traits
from nlp.pictured import Line

FLAT, OTHER = "0f" * 8 + "80" * 576, "f0" * 8 + "10" * 576
ORDER = (
    "待发货",
    "订单编号",
    "KM202611201530012345",
    "下单时间",
    "2026-11-20 15:30:12",
    "承诺发货时间",
    "实付款：¥97.50",
)


def lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line(text, (0, 0, 10, 10)) for text in texts)


def changed(**new: str) -> tuple[Line, ...]:
    return lines(*(new.get(f"_{n}", text) for n, text in enumerate(ORDER)))


def again(*, print_: str = FLAT, now: tuple[Line, ...], before: tuple[Line, ...], earlier_print: str = FLAT) -> bool:
    return reused(print_, now, [Earlier("a", earlier_print, before)]) is not None


def test_the_same_text_on_the_same_picture_is_the_same() -> None:
    assert again(now=lines(*ORDER), before=lines(*ORDER))


def test_a_line_cut_off_or_misread_does_not_hide_it() -> None:
    assert again(now=lines(*ORDER[1:], "I0:22"), before=lines(*ORDER, "10:22 5G"))


@pytest.mark.parametrize(
    "new", [{"_2": "KM202611201530012346"}, {"_4": "2026-11-20 15:31:12"}, {"_6": "实付款：¥98.50"}]
)
def test_another_number_minute_or_amount_is_another_picture(new: dict[str, str]) -> None:
    assert not again(now=changed(**new), before=lines(*ORDER))


def test_an_order_of_another_shop_on_the_same_page_is_another_picture() -> None:
    page = ("首页", "商品选购", "我的订单", "资金流水", "个人设置", "用户中心/订单管理", "商品名称", "下单时间")
    assert not again(now=lines(*page, "XL-841460854"), before=lines(*page, "2611054756711070"))


def test_another_codes_tail_is_another_picture() -> None:
    before = lines("该兑换码已失效", "TY**-****-****-K7P3", "返回重新输入", "卡券兑换中心")
    after = lines("该兑换码已失效", "TY**-****-****-9QX2", "返回重新输入", "卡券兑换中心")
    assert not again(now=after, before=before)


def test_of_several_that_could_be_it_the_one_with_most_in_common_is() -> None:
    less, more = Earlier("less", FLAT, lines(*ORDER[:5])), Earlier("more", FLAT, lines(*ORDER))
    assert reused(FLAT, lines(*ORDER), [less, more]) is more


def test_without_text_looks_decide() -> None:
    assert again(now=(), before=())
    assert not again(now=(), before=(), earlier_print=OTHER)


def test_in_a_frame_it_looks_quite_unlike_and_is_found_by_its_figures() -> None:
    assert again(print_=OTHER, now=lines(*ORDER), before=lines(*ORDER))
    bare = lines("兑换失败", "联系客服", "返回首页")
    assert not again(print_=OTHER, now=bare, before=bare)


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=PARTS - 1))
def test_hashes_that_differ_by_few_bits_share_a_trait_wherever_they_differ(look: int, flipped: set[int]) -> None:
    other = look ^ sum(1 << bit for bit in flipped)
    assert traits(f"{look:016x}", ()) & traits(f"{other:016x}", ())


def photo(bits: str, change: int = 0) -> str:
    """A photo with a bright half and a dark one; every second place of it a little changed."""
    return bits + "".join(f"{(200 if n < 288 else 40) + change * (n % 2):02x}" for n in range(576))


def test_a_photo_without_text_is_found_again_though_its_hash_came_out_otherwise() -> None:
    before, after = "0f" * 8, "0f" * 5 + "f0" * 3
    assert again(print_=photo(after, 2), earlier_print=photo(before), now=(), before=())


def test_another_photo_of_the_same_ground_is_another_picture() -> None:
    before, after = "0f" * 8, "0f" * 5 + "f0" * 3
    assert not again(print_=photo(after, 20), earlier_print=photo(before), now=(), before=())
    even = "80" * 576
    assert not again(print_=after + "80" * 500 + "82" * 76, earlier_print=before + even, now=(), before=())
