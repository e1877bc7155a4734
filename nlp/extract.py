"""What a message names: order and case numbers, phones, mail addresses, amounts. Works on the plain form."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

DEFAULT_ORDER_FORMATS = (r"KM\d{18}", r"\d{18}", r"(?=.*\d)[A-Z0-9]{16}")
"""What an order number looks like, as patterns of the whole number in upper case; a shop names its own in the settings."""

_PREFIXED = re.compile(r"[A-Z]{2,3}(?<!QQ)(?<!RF)-?\d{8,20}[A-Z]?")
"""The shape that most shops' numbers have, whatever the settings say: a few letters and many digits."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a message, by what they are."""

    orders: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


# fmt: off
_MAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
_PHONE = re.compile(r"(?<![a-z0-9])(?:\(?\+?86\)?[ -]?)?(1[3-9]\d(?:[ -]?\d{4}){2})(?![ -]?[a-z0-9])")
_QQ = re.compile(r"(?:qq|扣扣|企鹅)(?:号码?|是|为|[ :.])*([1-9]\d{4,10})(?!\d)")
_SEVERAL = re.compile(r"\d[a-z -]*\d[a-z -]*\d[a-z -]*\d")
_CASE = re.compile(r"(?<![a-z0-9])rf[ -]?(\d{8,16})(?![a-z0-9])")
_LINK = re.compile(r"https?://\S+")
_CLOCK = re.compile(r"(?<!\d)(?:20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ t]?\d{1,2}:\d\d(?::\d\d)?)?|\d{1,2}:\d\d(?::\d\d)?)(?!\d)")
_PIECE = re.compile(r"[a-z0-9]+")
_JOINT = re.compile(r"[ \-_]{1,3}")
_WORD = re.compile(r"[A-Za-z0-9._@-]{3,}")
_LABEL = r"[^\s,;.!?\n]{0,6}[ :=#]*$"
_SECRET = re.compile(
    r"(?:卡密|卡号|密码|激活码|兑换码|序列号|序号|提货码|充值码|礼品码|券码|cd ?-?key|cdk|key|code|pin|serial|兑换|卡券|(?<!条形)(?<!二维)码)" + _LABEL
)
_PAYMENT = re.compile(
    r"(?:交易号|交易单号|流水号?|商户单?号|商家单?号|商户订单号|支付单号|付款单号|支付号|转账单号|凭证号|银行卡号?|身份证号?|transaction(?: id)?|trade no|payment (?:id|no)"
    r"|快递单?号|物流单?号|uid|id|账号|手机号?|电话|qq|微信号?|群号?|房间号?)" + _LABEL
)
_ORDER = re.compile(r"(?:订单|单号|order|这单|那单|一单|单子|编号|号是)[^,;.!?\n]{0,8}[ :=#]*$")
# fmt: on


def numbers(plain: str, formats: Sequence[re.Pattern[str]]) -> Numbers:
    """Order numbers, what could be one, contacts and case numbers, each in the order of appearance."""
    if "@" not in plain and not _SEVERAL.search(plain):
        return Numbers()
    mails, rest = _taken(_MAIL, plain)
    cases, rest = _taken(_CASE, _LINK.sub(_blank, rest))
    orders, rest = _orders(rest, formats)
    names, rest = _taken(_QQ, rest)
    phones, rest = _taken(_PHONE, rest)
    contacts = [*mails, *(re.sub(r"\D", "", phone) for phone in phones), *names]
    return Numbers(_once(orders), _once(_candidates(rest)), _once(contacts), _once(f"RF{case}" for case in cases))


def _once(items: Sequence[str] | Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


def _blank(found: re.Match[str]) -> str:
    return "\n" * len(found.group())


def _taken(pattern: re.Pattern[str], text: str) -> tuple[list[str], str]:
    """What the pattern finds, and the text with those places blanked."""
    found = pattern.findall(text)
    return (found, pattern.sub(_blank, text)) if found else ([], text)


def _orders(text: str, formats: Sequence[re.Pattern[str]]) -> tuple[list[str], str]:
    orders: list[str] = []
    for run in _runs(text):
        for start, end, number in _fitting(text, run, formats):
            if not _is_something_else(text, start, end, number):
                orders.append(number)
            text = text[:start] + "\n" * (end - start) + text[end:]
    return orders, text


def _runs(text: str) -> list[list[re.Match[str]]]:
    """Pieces of letters and digits that only spaces and dashes part: a number may be written in several."""
    runs: list[list[re.Match[str]]] = []
    for piece in _PIECE.finditer(text):
        if runs and _JOINT.fullmatch(text, runs[-1][-1].end(), piece.start()):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _fitting(text: str, run: list[re.Match[str]], formats: Sequence[re.Pattern[str]]) -> Iterator[tuple[int, int, str]]:
    """The stretches of a run that are order numbers: one piece before several, the shop's formats before the common shape."""
    first = 0
    while first < len(run):
        number, last = _at(text, run, first, formats)
        if number:
            yield run[first].start(), run[last].end(), number
        first = last + 1


def _at(text: str, run: list[re.Match[str]], first: int, formats: Sequence[re.Pattern[str]]) -> tuple[str, int]:
    if number := _as_number(text, run[first : first + 1], formats):
        return number, first
    for last in range(min(first + 8, len(run)) - 1, first, -1):
        if number := _as_number(text, run[first : last + 1], formats):
            return number, last
    for last in range(first, min(first + 2, len(run))):
        if (number := _as_number(text, run[first : last + 1], (_PREFIXED,))) and (last == first or run[first].group().isalpha()):
            return number, last
    return "", first


def _as_number(text: str, pieces: list[re.Match[str]], formats: Sequence[re.Pattern[str]]) -> str:
    joined = "".join(piece.group() for piece in pieces)
    if not 6 <= len(joined) <= 40 or sum(map(str.isdigit, joined)) < 4:
        return ""
    if len(pieces) > 1 and not all(any(map(str.isdigit, piece.group())) for piece in pieces[1:]):
        return ""
    written = re.sub(r"[ _]+", "", text[pieces[0].start() : pieces[-1].end()]).upper()
    even = len(pieces) == 1 or joined.isdigit() or len({len(piece.group()) for piece in pieces}) == 1
    for number in (written, joined.upper()):
        if any(form.fullmatch(number) and (even or form.pattern[:1].isalpha()) for form in formats):
            return number
    return ""


def _is_something_else(text: str, start: int, end: int, number: str) -> bool:
    """A number of the right shape that its neighbourhood calls a card code, a payment, an account."""
    if re.fullmatch(r"KM\d{18}", number):
        return False
    before = text[max(0, start - 16) : start]
    named = _where(_ORDER, before)
    if max(_where(_SECRET, before), _where(_PAYMENT, before)) > named:
        return True
    if named >= 0:
        return False
    if re.match(r"\W{0,2}(?:这|那)?(?:个|张|串|组)?(?:卡密|卡号|激活码|兑换码|序列号|码)", text[end : end + 8]):
        return True
    written = text[start:end]
    if re.fullmatch(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", written):
        return True
    return bool(re.fullmatch(r"\d{4}(?:[ -]\d{4}){3}", written) or _PHONE.fullmatch(written))


def _where(pattern: re.Pattern[str], text: str) -> int:
    """Where the word begins that names the number after it; the latest counts."""
    places = [found.start() for start in range(len(text)) if (found := pattern.match(text, start))]
    return places[-1] if places else -1


_CANDIDATE = re.compile(r"(?<![a-z0-9])[a-z0-9]+(?:-[a-z0-9]+)*(?![a-z0-9])")


def _candidates(text: str) -> Iterator[str]:
    for found in _CANDIDATE.finditer(_CLOCK.sub(_blank, text)):
        piece = found.group()
        if 6 <= len(piece) <= 40 and sum(map(str.isdigit, piece)) >= 4 and not text.startswith("元", found.end()):
            yield piece.upper()


def words(text: str) -> tuple[str, ...]:
    """Every run of letters, digits and -_.@ of three or more, as written: one of them may be a password."""
    return _once(found.strip(".") for found in _WORD.findall(text) if len(found.strip(".")) >= 3)


_PASSWORD = re.compile(
    r"(?:(?<![卡号])密码|口令|password|passcode|pwd)(?:是|为|就是|应该是|is|[ :=,\"])*([A-Za-z0-9][A-Za-z0-9._@-]{2,39})", re.IGNORECASE
)


def passwords(text: str) -> tuple[str, ...]:
    """Words named as a query password, as written."""
    return _once(found.rstrip(".") for found in _PASSWORD.findall(text))


# --- amounts ---------------------------------------------------------------------------------------------------------

_DIGITS = "零一二三四五六七八九"
_SAID = {**{digit: value for value, digit in enumerate(_DIGITS)}, "两": 2, "俩": 2, "〇": 0, "廿": 20}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN = "[零〇一二两三四五六七八九十百千万半]"
# fmt: off
_MONEY = re.compile(
    r"(?:(?P<sign>[¥$]|rmb|cny|人民币)\s*(?P<a>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:\.\d{1,2})?)(?!\d))"
    r"|(?<![\d.a-z])(?P<b>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:\.\d{1,2})?)\s*(?P<unit>万块|千块|块|元|圆|rmb|yuan|cny|kuai|大洋|人民币|软妹币)(?P<tail>\d{1,2}(?![\d个张月天年次元块小级/])|[一二三四五六七八九](?![个张月天年次十百小半共样直下回点级])|半)?"
    rf"|(?P<c>{_HAN}{{1,9}})\s*(?P<unit2>块|元|圆|大洋)(?P<tail2>[一二三四五六七八九][一二三四五六七八九]?(?![个张月天年次十百单小半共样直下回点级])|半|\d(?!\d))?"
)
_BARE = re.compile(r"(?:付了?|花了|扣了?我?|收了?我?|支付了?|实付|退我|退款|退|给了|交了|转了|掏了|花掉|价格|金额|一共|总共|合计|共|才|paid|charged|cost|refund)(?:款|费|钱|是|为|我)?[ :]*(?P<d>\d{1,5}(?:\.\d{1,2})?)(?![\d.]*[\da-z:/\-年月日号点个张天次分单秒小钟遍回人级%折k星图集套份枚g])")
_BARE_HAN = re.compile(r"(?:付了?|花了|扣了?我?|收了?我?|退我|给了|交了|掏了|花掉)(?P<e>[一二两三四五六七八九]百[一二三四五六七八九]?十?[一二三四五六七八九]?|[一二两三四五六七八九]千|[二三四五六七八九]十[一二三四五六七八九]?)(?![个张天次分单年月多小级遍回])")
_FACE_BEFORE = re.compile(r"(?:面值|面额|价值|满|券|抵扣|减|优惠|便宜了?|贵了?|省了?|差价|打折|降到|涨到|降了?|涨了?|别家|别人家?|别处|官方才?|官网才?|隔壁|淘宝|拼多多|咸鱼|闲鱼|标的|写的?|描述|说好的?|应该是?|变成|只有|只到了?|到账|到了|只值|原价|标价|现价|充进去)[^,.!?;。\d]{0,4}$")
_FACE_AFTER = re.compile(r"\s*(?:面值|面额|话费|点卡|的?(?:券|优惠|代金|礼品卡|充值卡|e卡|京东卡|加油卡|购物卡|卡(?!了)|点券|会员|套餐|额度|红包|余额)|以上|以下|以内|的?差价|便宜)")
_PAID_BEFORE = re.compile(r"(?:付|花|扣|收|支付|实付|退我?|退款|给|交|转|掏|一共|总共|合计|金额|价格|paid|charged|refund|cost|拍)[了的款费钱我是为掉去出 :]{0,4}$")
_PAID_AFTER = re.compile(r"\s*(?:钱|被扣|扣|付|买|拍|没了|打水漂|不要|退|的?(?:那|这)?(?:个|单|笔|张)|还我|全款)")
_UNIT_SMALL = re.compile(r"(?:一|1|每)?(?:毛|角|分)")
# fmt: on


def amount(plain: str) -> Decimal | None:
    """What was paid or is claimed, in yuan; face values and differences of price only where nothing else is named."""
    best: tuple[int, Decimal] | None = None
    for found in _MONEY.finditer(plain):
        value = _value(found)
        if value is None or value <= 0:
            continue
        weight = _weight(plain, found)
        if best is None or weight > best[0]:
            best = (weight, value)
    if best is not None and best[0] >= 0:
        return best[1]
    return _bare(plain)


def _weight(plain: str, found: re.Match[str]) -> int:
    before, after = plain[max(0, found.start() - 10) : found.start()], plain[found.end() : found.end() + 8]
    weight = 0
    if _PAID_BEFORE.search(before) or _PAID_AFTER.match(after):
        weight += 2
    if _FACE_AFTER.match(after):
        weight -= 2
    if _FACE_BEFORE.search(before):
        weight -= 3
    return weight


def _value(found: re.Match[str]) -> Decimal | None:
    figure = found["a"] or found["b"]
    if figure is not None:
        value = _decimal(figure)
        unit = found["unit"] or ""
        scale = 10_000 if unit.startswith("万") else 1_000 if unit.startswith("千") else 1
        return None if value is None else value * scale + _tail(found["tail"])
    said = _spoken(found["c"])
    return None if said is None else said + _tail(found["tail2"])


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
    """四十九, 两百五, 一千二: the numerals that cn2an refuses or that are said short."""
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
    if found := _BARE.search(plain):
        return _decimal(found["d"])
    if found := _BARE_HAN.search(plain):
        return _spoken(found["e"])
    return None
