"""The amount that a message names as paid or claimed, in yuan: 49.9, 49块9, 四十九块九, ¥49.90, 两百."""

import re
from decimal import Decimal, InvalidOperation

_SAID = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN = "[零〇一二两三四五六七八九十百千万半]"
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:\.\d{1,2})?"


def _any(words: str) -> str:
    """An alternative of the words of a list."""
    return f"(?:{'|'.join(words.split())})"


_YUAN = _any("万块 千块 块 元 圆 rmb yuan cny kuai 大洋 人民币 软妹币 蚊")
_NOT_A_TAIL = "(?![个张月天年次十百千万小半共样直下回点级单])"
_MONEY = re.compile(
    rf"(?:[¥$]|rmb|cny|人民币)\s*(?P<signed>{_FIGURE})(?!\d)"
    rf"|(?<![\da-z])(?<!\d\.)(?P<figure>{_FIGURE})\s*(?P<unit>{_YUAN})"
    rf"(?P<tail>\d{{1,2}}(?![\d个张月天年次元块小级/])|[一二三四五六七八九]{_NOT_A_TAIL}|半)?"
    rf"|(?P<said>{_HAN}{{1,9}})\s*(?:块|元|圆|大洋|蚊)"
    rf"(?P<tail_said>[一二三四五六七八九][一二三四五六七八九]?{_NOT_A_TAIL}|半|\d(?!\d))?"
)
_FIGURED = re.compile(r"[\d百千十块元圆]")
_PAYING = _any(
    "付[了的]? 花[了的]? 划走了? 扣了?我? 收了?我? 支付了? 实付 退我 退款 退回 退 给了 交了 转了 掏了 花掉"
    " 价格 金额 一共 总共 合计 共 才 paid charged cost refund"
)
_NO_MONEY = r"(?![\d.]*[\da-z:/\-年月日号点个张天次分单秒小钟遍回人级%折k星图集套份枚g])"
_BARE = re.compile(rf"{_PAYING}(?:款|费|钱|是|为|我)?[ :]*(?P<paid>\d{{1,5}}(?:\.\d{{1,2}})?){_NO_MONEY}")
_YEAR = re.compile(r"20[12]\d")
_BACK = re.compile(r"(?<![\d.a-z])(?P<back>\d{1,5}\.\d{1,2})(?=\s*(?:给我|退|还我|拿来|还来|没了|全退))")
_PRICE = r"(?<![\d.a-z:/-])(?:\d{2,4}(?:\.\d{1,2})?|\d\.\d{1,2})(?![\d.a-z])"
_CENTS = r"\d{1,4}\.\d{1,2}"
_DONE_WITH_IT = _any(
    "退 的?退款 买 拿下 一口价 一人 一份 一局 一单 一年 一个月 一小时 到账 已?原路 呢 哪去 花 喂了 不是钱 没加 我付 吧"
)
_THING = _any(
    "会员 月卡 年卡 季卡 点卡 成品号 典藏 皮肤 套餐 加油卡 电子?卡 购物卡 超市 半?年会员 成交 那单 那笔 那张 这单 这笔"
)
_AT_STAKE = _any(
    "那个 那单 那笔 那张 另一笔 整 俩 都是 实付 谈好的?是? 一共 赔 拿 收了?我? 付了整?"
    " 这 那 我花 我 就值 定价 买了个? 都 用 全款 你家卖 一小时 一个月 一人"
)
_COUNTED = r"(?!\s*[个张次天分单年小级点号%人粉话条星局把米枚集遍回位块键月日台套])"
_NO_PRICE = "(?![版折级分倍号日才截点个元万秒米度更])"
_LOOSE = re.compile(
    rf"({_PRICE})(?=\s*{_DONE_WITH_IT}|的?\s*{_THING}|的[^,.]{{0,3}}[卡号单])"
    rf"|{_AT_STAKE}({_PRICE}){_COUNTED}"
    rf"|(?<=[\u4e00-\u9fff])(?<![第到级才是号版])({_CENTS}|(?<=[卡员包])\d{{2,4}})(?=\s*(?:$|[,;!?]))"
    rf"|(?:^|[,;.!?])({_CENTS})(?=[\u4e00-\u9fff]){_NO_PRICE}"
    rf"|(?:^|[,;.!?~])\s*({_PRICE})\s*(?=$|[,;!?~]|\.(?!\d))"
)
"""A price that is named without a unit: of two figures and more, and where nothing but a price would stand."""
_TAIL_NUMBERS = re.compile(r"尾号[^\d,.;!?]{0,4}\d+(?:[,和]\d+)*")
"""The last figures of a card or a phone."""
_DIGIT = "[一二三四五六七八九]"
_BARE_SAID = re.compile(
    rf"{_any('付[了的]? 花了 出了? 本钱 划走了? 扣了?我? 收了?我? 退我 给了 交了 掏了 花掉')}"
    rf"(?P<paid>[一二两三四五六七八九]百{_DIGIT}?十?{_DIGIT}?|[一二两三四五六七八九]千|[二三四五六七八九]十{_DIGIT}?)"
    "(?![个张天次分单年月多小级遍回])"
)
_FACE_BEFORE = re.compile(
    _any(
        "面值 面额 价值 满 (?<!点)券 抵扣 减 优惠 便宜了? 贵了? 省了? 差价 打折 降到 涨到 降了? 涨了?"
        " 另付 再付 单独花 每月给 同款才? 另要"
        " 别家 别人家? 别处 官方才? 官网才? 隔壁 淘宝 拼多多 咸鱼 闲鱼"
        " 标的 写的? 描述 说好的? 应该是? 变成 只有 只到了? 到账 入账 到了 只值 原价 标价 现价 充进去"
    )
    + r"[^,.!?;。\d]{0,4}$|(?:余额|零钱)[^,.;!?\d]{0,4}[还只剩是][^,.;!?\d]{0,5}$"
)
_FACE_AFTER = re.compile(
    rf"\s*(?:{_any('面值 面额 以上 以下 以内 的?差价 便宜')}|的?{_any('券(?!号) 优惠 代金 额度 红包 余额 点券')})"
)
_GOODS_AFTER = re.compile(
    r"\s*的?" + _any("话费 点卡 礼品卡 充值卡 e卡 京东 加油卡 购物卡 电费 卡(?!了) 会员 套餐")
)
_GOODS_OF = -2
"""What weighs against a figure that may be the face value of goods: it counts where no other is named."""
_PAID_BEFORE = re.compile(
    _any("付 花 扣 收 支付 实付 退我? 退款 给 交 转 掏 一共 总共 合计 金额 价格 paid charged refund cost 拍")
    + r"[了的款费钱我是为掉去出 :]{0,4}$"
)
_PAID_AFTER = re.compile(
    r"\s*" + _any("钱 被扣 扣 付 买 拍 没了 打水漂 不要 退 的?(?:那|这)?(?:个|单|笔|张) 还我 全款")
)


def amount(plain: str) -> Decimal | None:
    """What was paid or is claimed, in yuan; face values and differences of price only where nothing else is named."""
    if not _FIGURED.search(plain):
        return None
    best: tuple[int, Decimal] | None = None
    for found in _MONEY.finditer(plain):
        value = _value(found)
        if value and found["said"] != "一" and (best is None or _weight(plain, found) > best[0]):
            best = (_weight(plain, found), value)
    if best is not None and best[0] >= 0:
        return best[1]
    return _bare(plain) or (best[1] if best is not None and best[0] == _GOODS_OF else None)


def _weight(plain: str, found: re.Match[str]) -> int:
    before, after = plain[max(0, found.start() - 10) : found.start()], plain[found.end() : found.end() + 8]
    weight = 0
    if _PAID_BEFORE.search(before) or _PAID_AFTER.match(after):
        weight += 2
    if _FACE_AFTER.match(after):
        weight -= 4
    elif _GOODS_AFTER.match(after):
        weight += _GOODS_OF
    if _FACE_BEFORE.search(before):
        weight -= 3
    return weight


def _value(found: re.Match[str]) -> Decimal | None:
    figure = found["signed"] or found["figure"]
    if figure is not None:
        value = _decimal(figure)
        unit = found["unit"] or ""
        scale = 10_000 if unit.startswith("万") else 1_000 if unit.startswith("千") else 1
        return None if value is None else value * scale + _tail(found["tail"])
    said = _spoken(found["said"])
    return None if said is None else said + _tail(found["tail_said"])


def _tail(tail: str | None) -> Decimal:
    """The 9 of 49块9, the 九九 of 四十九块九九, the half of 两块半."""
    if not tail:
        return Decimal(0)
    if tail == "半":
        return Decimal("0.5")
    digits = "".join(str(_SAID.get(sign, sign)) for sign in tail)
    return Decimal(f"0.{digits}")


def _decimal(figure: str) -> Decimal | None:
    try:
        return Decimal(figure.replace(",", ""))
    except InvalidOperation:
        return None


def _spoken(said: str) -> Decimal | None:
    """四十九, 两百五, 一千二: numerals as they are said, the short ones too."""
    total, digit, unit = 0, 0, 1
    for sign in said:
        if sign == "半":
            return None
        if sign == "万":
            total, digit, unit = (total + digit) * 10_000, 0, 10_000
        elif sign in _UNITS:
            unit = _UNITS[sign]
            total, digit = total + (digit or 1) * unit, 0
        else:
            digit = _SAID[sign]
            unit = 1 if sign in "零〇" else unit
    if digit and unit >= 100:
        digit *= unit // 10
    return Decimal(total + digit)


def _bare(plain: str) -> Decimal | None:
    """An amount without its unit, after a word of paying: 「付了49.9」「花了两百」."""
    plain = _TAIL_NUMBERS.sub("", plain)
    for found in _BARE.finditer(plain):
        if not _FACE_BEFORE.search(plain[max(0, found.start() - 10) : found.start("paid")]):
            return _decimal(found["paid"])
    if back := _BACK.search(plain):
        return _decimal(back["back"])
    if said := _BARE_SAID.search(plain):
        return _spoken(said["paid"])
    for found in _LOOSE.finditer(plain):
        figure = str(next(filter(None, found.groups())))
        if not _YEAR.fullmatch(figure):
            return _decimal(figure)
    return None
