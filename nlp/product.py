"""What a product's name promises, in parts that can be compared: how long, how much, where, which edition."""

import re
from collections.abc import Mapping

from nlp.normal import plain

DAYS = {"天": 1, "日": 1, "周": 7, "个月": 30, "月": 30, "季": 90, "年": 365, "day": 1, "week": 7, "month": 30, "year": 365, "days": 1,
        "weeks": 7, "months": 30, "years": 365, "小时": 0, "星期": 7}  # fmt: skip
_CARD = re.compile(
    r"(?<![0-9])(?P<unit>年|季|月|周|天|日)(?:卡|费|度会员|度vip)|(?P<half>半年)卡?|(?P<word>yearly|annual|monthly|quarterly|weekly|lifetime|永久)"
)
_WORDS = {"yearly": 365, "annual": 365, "monthly": 30, "quarterly": 90, "weekly": 7, "lifetime": 99999, "永久": 99999}
_SPAN = re.compile(
    r"(?P<n>\d{1,4}|[一二两三四五六七八九十])\s?(?:个)?(?P<unit>天|日(?!期)|周|星期|月(?!\d)|季|年(?!\d|版)|days?|weeks?|months?|years?)(?!前|内)"
)
_SAID = {sign: n for n, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}
_REGIONS = {
    "国服": "cn", "大陆": "cn", "中国": "cn", "国区": "cn", "港服": "hk", "香港": "hk", "港区": "hk", "美服": "us", "美国": "us", "美区": "us", "日服": "jp", "日本": "jp",
    "日区": "jp", "台服": "tw", "台湾": "tw", "台区": "tw", "韩服": "kr", "韩国": "kr", "欧服": "eu", "欧区": "eu", "欧洲": "eu", "土耳其": "tr", "土区": "tr",
    "阿根廷": "ar", "亚服": "asia", "全球": "global", "global": "global", "united states": "us", "hong kong": "hk", "japan": "jp", "taiwan": "tw", "turkey": "tr",
    "俄区": "ru", "俄罗斯": "ru", "英区": "uk", "英国": "uk", "印度": "in", "巴西": "br", "us region": "us",
}  # fmt: skip
_CURRENCY = re.compile(
    r"(?:(?P<sign>us\s?\$|hk\s?\$|nt\s?\$|jp\s?¥|s\s?\$|\$|€|£|¥|usd|hkd|jpy|eur|gbp|cny|rmb|try)\s?(?P<a>\d[\d,]*(?:\.\d+)?)|(?P<b>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>元|美元|美金|港币|港元|日元|円|欧元|英镑|里拉|usd|hkd|jpy|eur|gbp|cny|rmb))"
)
_MONEY = {"us$": "usd", "$": "usd", "usd": "usd", "美元": "usd", "美金": "usd", "hk$": "hkd", "hkd": "hkd", "港币": "hkd", "港元": "hkd", "nt$": "twd", "jp¥": "jpy", "jpy": "jpy",
          "日元": "jpy", "円": "jpy", "€": "eur", "eur": "eur", "欧元": "eur", "£": "gbp", "gbp": "gbp", "英镑": "gbp", "¥": "cny", "元": "cny", "cny": "cny", "rmb": "cny", "s$": "sgd",
          "里拉": "try", "try": "try"}  # fmt: skip
_EDITIONS = ("家庭版", "专业版", "专业增强版", "企业版", "标准版", "旗舰版", "豪华版", "终极版", "学生版", "黄金版", "年度版", "基础版", "完整版", "教育版", "home", "pro", "professional",
             "enterprise", "standard", "deluxe", "ultimate", "体验版", "试用版", "体验卡", "体验会员", "trial")  # fmt: skip
_TIER = re.compile(r"(?P<tier>普通|基础|标准|高级|超级|豪华|尊享|至尊|白金|黄金|钻石|铂金|黑金|黑胶|白银)(?:会员|s?vip)|(?P<svip>svip)")
_COUNT = re.compile(
    r"(?P<n>\d{2,7})\s?(?P<of>点券|点卷|q币|钻石|金币|元宝|原石|点|币|级|皮肤|英雄|v-?bucks|coins|gems|diamonds|points|uc|robux|gb|g(?![a-z]))"
)
_LEVEL = re.compile(r"(?:等级|lv\.?|level)\s?:?\s?(\d{2,4})(?!\d|级)")
_VERSION = re.compile(r"(?<![\d-])(?P<v>20(?:1\d|2\d))(?!年|[-/.\d])|win(?:dows)?\s?(?P<w>\d{1,2})")


def promised(text: str) -> Mapping[str, frozenset[str]]:
    """What is promised, by the sort of promise; a sort that nothing is said of is left out."""
    even = plain(text)
    sorts = {
        "days": _days(even),
        "region": frozenset(region for name, region in _REGIONS.items() if name in even),
        "value": _values(even),
        "tier": frozenset("超级" if found["svip"] else found["tier"] for found in _TIER.finditer(even)),
        "edition": frozenset(name for name in _longest(_EDITIONS, even)),
        "count": frozenset(f"{int(found['n'])}{found['of']}" for found in _COUNT.finditer(_LEVEL.sub(r"\1级", even))),
        "version": frozenset(found["v"] or found["w"] for found in _VERSION.finditer(even)),
    }
    return {sort: said for sort, said in sorts.items() if said}


def _days(text: str) -> frozenset[str]:
    found = {
        str(_WORDS[one["word"]] if one["word"] else 182 if one["half"] else DAYS[one["unit"]])
        for one in _CARD.finditer(text)
    }
    for one in _SPAN.finditer(text):
        number = int(one["n"]) if one["n"].isdigit() else _SAID[one["n"]]
        if number < 1000:
            found.add(_rounded(number * DAYS[one["unit"]]))
    return frozenset(found)


def _rounded(days: int) -> str:
    """12 months, 365 days and a year are one promise; so are 31 days and a month."""
    for name, least, most in ((365, 355, 372), (30, 28, 32), (90, 87, 94), (182, 178, 186), (730, 715, 740)):
        if least <= days <= most:
            return str(name)
    return str(days)


def _values(text: str) -> frozenset[str]:
    found = set()
    for one in _CURRENCY.finditer(text):
        money = _MONEY.get((one["sign"] or one["unit"]).replace(" ", ""))
        amount = float((one["a"] or one["b"]).replace(",", ""))
        if money and amount:
            found.add(f"{money}{amount:g}")
    return frozenset(found)


def _longest(names: tuple[str, ...], text: str) -> list[str]:
    there = [name for name in names if name in text]
    return [name for name in there if not any(name != other and name in other for other in there)]


def alike(one: str, other: str) -> float:
    """How much of the shorter name stands in the other one, 0 to 1, by pairs of signs."""
    first, second = _pairs(one), _pairs(other)
    return len(first & second) / max(1, min(len(first), len(second)))


def _pairs(text: str) -> set[str]:
    even = re.sub(r"[\s·()\[\]【】,.:-]+", "", plain(text))
    return {even[n : n + 2] for n in range(len(even) - 1)} or ({even} if even else set())
