"""One plain form of a message: full width, traditional characters, case and the trade's misspellings evened out, length kept."""

import re
from functools import cache
from typing import Protocol, cast

READ_AT_MOST = 4_000
"""Characters that are analysed: nobody explains himself better in more, and the time for a message stays bounded."""

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff]")

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_UPPER = {ord(letter): ord(letter) + 32 for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_WIDE_UPPER = {code + 0xFEE0: lower for code, lower in _UPPER.items()}
_SIGNS = dict(zip(map(ord, "\u3000\xa0\t，、；：？！。【】「」『』《》—－―–‐‘’＇`´“”〝〞～￥０"), map(ord, "   ,,;:?!.[]\"\"\"\"\"\"-----'''''\"\"\"\"~¥0"), strict=True))
_EVEN = {**_WIDE, **_UPPER, **_WIDE_UPPER, **_SIGNS}

# fmt: off
_MISSPELT = {
    "到帐": "到账", "到胀": "到账", "道账": "到账", "帐号": "账号", "账户": "账号", "帐户": "账号", "帐单": "账单", "掌号": "账号", "仗号": "账号",
    "再吗": "在吗", "在嘛": "在吗", "在么": "在吗", "再不再": "在不在",
    "激活马": "激活码", "激活玛": "激活码", "击活": "激活", "激话": "激活", "鸡活": "激活", "记活": "激活", "兑换马": "兑换码", "兑唤": "兑换", "对换码": "兑换码", "队换": "兑换", "对焕": "兑换",
    "卡蜜": "卡密", "卡米": "卡密", "卡咪": "卡密", "咔密": "卡密", "咖密": "卡密",
    "退宽": "退款", "退欵": "退款", "推款": "退款", "腿款": "退款", "退筐": "退款", "褪款": "退款", "退前": "退钱", "推钱": "退钱",
    "客伏": "客服", "客副": "客服", "客付": "客服", "克服在": "客服在", "可服": "客服",
    "审合": "审核", "审和": "审核", "审盒": "审核", "神核": "审核", "申核": "审核",
    "冲值": "充值", "重值": "充值", "充直": "充值", "充植": "充值", "冲错": "充错", "冲成": "充成", "冲了": "充了", "冲进": "充进", "冲到": "充到", "冲给": "充给", "冲不": "充不", "冲上": "充上", "冲完": "充完", "冲会员": "充会员", "冲话费": "充话费", "冲游戏": "充游戏",
    "代连": "代练", "带练": "代练", "代炼": "代练", "带连": "代练", "代恋": "代练", "带充": "代充", "代冲": "代充", "陪完": "陪玩", "陪顽": "陪玩", "带打": "代打", "代涮": "代刷",
    "订但": "订单", "定单": "订单", "丁单": "订单", "订淡": "订单", "下但": "下单", "重复夏单": "重复下单",
    "平正": "凭证", "凭正": "凭证", "评证": "凭证", "截途": "截图", "节图": "截图", "截徒": "截图",
    "申述": "申诉", "伸诉": "申诉", "申素": "申诉",
    "转人功": "转人工", "专人工": "转人工", "转仁工": "转人工", "人公": "人工", "人供": "人工",
    "无郊": "无效", "无笑": "无效", "误效": "无效", "失贝": "失败", "失拜": "失败", "过其": "过期", "以使用": "已使用", "己使用": "已使用", "以被使用": "已被使用", "己被使用": "已被使用",
    "会圆": "会员", "会元": "会员", "汇员": "会员", "绘员": "会员",
    "发或": "发货", "发祸": "发货", "没法货": "没发货", "法货": "发货", "未发或": "未发货", "发霍": "发货",
    "买措": "买错", "卖错": "买错", "迈错": "买错", "拍措": "拍错", "派错": "拍错", "充措": "充错", "重父": "重复", "重付下": "重复下", "虫复": "重复", "从复": "重复",
    "摧一下": "催一下", "崔一下": "催一下", "催以下": "催一下", "摧摧": "催催", "崔崔": "催催",
    "投述": "投诉", "头诉": "投诉", "消斜": "消协", "撒销": "撤销", "撒消": "撤销", "撤消": "撤销", "辙销": "撤销",
    "进渡": "进度", "劲度": "进度", "敬度": "进度",
}
# fmt: on
_MISSPELLING = re.compile("|".join(sorted(map(re.escape, _MISSPELT), key=len, reverse=True)))


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _simplifier() -> _Converter:
    import opencc

    return cast(_Converter, opencc.OpenCC("t2s"))


def clean(text: str) -> str:
    """The message without what no one can see."""
    return _INVISIBLE.sub("", text)


def plain(text: str) -> str:
    """The form that everything is found in. Each place in it is the same place in the text, so findings can be shown as written."""
    even = text.translate(_EVEN)
    if even.isascii():
        return even
    return _MISSPELLING.sub(lambda found: _MISSPELT[found.group()], _simplified(even))


def _simplified(text: str) -> str:
    simple = _simplifier().convert(text)
    if len(simple) == len(text):
        return simple
    return "".join(same if len(same := _simplifier().convert(letter)) == 1 else letter for letter in text)
