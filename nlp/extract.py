"""What a message names: order and case numbers, phones, mail addresses, passwords. Works on the plain form."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

DEFAULT_ORDER_FORMATS = (r"KM\d{18}", r"\d{18}", r"(?=.*\d)[A-Z0-9]{16}")
"""What an order number looks like, as patterns of the whole number in upper case; a shop sets its own."""

_PREFIXED = re.compile(
    r"(?!(?:QQ|RF|ID|UID|TEL|VX|WX|KS|DY|AV|PIN|KEY|CDK|NO|SN|IMG|DSC|VID|PIC|SF|YT|JT|EMS)[-\d])"
    r"[A-Z]{2,3}-?\d{8,20}[A-Z]?"
)
"""The shape that most shops' numbers have, whatever the settings say: a few letters and many digits. Accounts, files,
devices and parcels have it too."""

_DATED = re.compile(r"[A-Z]{2,3}20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{4,}[A-Z]?")
"""A prefix, a date, a count: an order number even where a code is spoken of beside it."""
# fmt: off
_ENGLISH = frozenset((
    "is", "am", "my", "no", "it", "at", "to", "of", "on", "in", "by", "or", "as", "be", "the", "was", "for", "and",
    "are", "got", "buy", "pay", "its", "his", "her", "our", "not", "has", "had",
))
# fmt: on


class Numbers(Struct, frozen=True):
    """The numbers of a message, by what they are."""

    orders: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


_NONE = Numbers()
_MAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
_ELEVEN = r"1[3-9]\d(?:[ -]?\d{4}){2}(?![a-z0-9]|-[a-z0-9])"
_PHONE = re.compile(rf"(?<![a-z0-9])(?:\(?\+?86\)?[ -]?)?({_ELEVEN})(?! (?!{_ELEVEN})\d{{3}})")
"""Words may follow, or another phone, but no more figures: those of a longer number that is written in groups."""
_QQ = re.compile(r"(?:qq|扣扣|企鹅)(?:号码?|是|为|[ :.])*([1-9]\d{4,10})(?!\d)")
_SEVERAL = re.compile(r"\d[a-z _-]*\d[a-z _-]*\d[a-z _-]*\d")
_CASE = re.compile(r"(?<![a-z0-9])rf[ -]?(\d{8,16})(?![a-z0-9])")
_LINK = re.compile(r"https?://\S+")
_DATE = r"20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ t]?\d{1,2}:\d\d(?::\d\d)?)?"
_CLOCK = re.compile(rf"(?<!\d)(?:{_DATE}|\d{{1,2}}:\d\d(?::\d\d)?)(?!\d)")
_PIECE = re.compile(r"[a-z0-9]+")
_JOINT = re.compile(r"[ \-_]{1,3}|\n")
_WORD = re.compile(r"[A-Za-z0-9._@-]{3,}")
_LABEL = r"[^\s,;.!?\n]{0,6}[ :=#]*$"
_SECRET = re.compile(
    r"(?:卡密|卡号|密码|激活码|兑换码|序列号|序号|提货码|充值码|礼品码|券码|cd ?-?key|cdk|key|code|pin|serial"
    r"|兑换|卡券|(?<!条形)(?<!二维)(?<!号)码)" + _LABEL
)
_CITIZEN = re.compile(
    r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{4}(?:19[3-9]\d|20[01]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4}"
)
"""An identity number: province, district, date of birth, four more."""
_BANK_CARD = re.compile(r"(?:62|4\d|5[1-5]|35)\d{14}")
_PAYMENT = re.compile(
    r"(?:交易号|交易单号|流水号?|商户单?号|商家单?号|商户订单号|支付单号|付款单号|支付号|转账单号|凭证号"
    r"|身份证号?|transaction(?: id)?|trade no|payment (?:id|no)|快递单?号|物流单?号"
    r"|(?:受理|投诉|回执|立案|备案|案件|工单|收件|登记)(?:编号|单号|号)?|申请(?:编号|单号|号)|文件名?|尾号"
    r"|uid|id|账号|手机号?|电话|微信号|群号?|房间号?|(?:快手|抖音|战网|微博|斗鱼|虎牙|游戏|平台)号)"
    + _LABEL
    + r"|(?:qq|微信|银行卡)(?:号码?|是)*[ :=#]*$"
)
_ORDER = re.compile(
    r"(?:订单|(?<!工)单号|order|这单|那单|一单|单子|(?<!受理)(?<!投诉)(?<!立案)(?<!申请)编号|号是)"
    r"[^,;.!?\n]{0,8}[ :=#]*$"
)


def numbers(plain: str, formats: Sequence[re.Pattern[str]]) -> Numbers:
    """Order numbers, what could be one, contacts and case numbers, each in the order of appearance."""
    if "@" not in plain and not _SEVERAL.search(plain):
        return _NONE
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
    """The stretches of a run that are order numbers."""
    first = 0
    while first < len(run):
        number, last = _at(text, run, first, formats)
        if number:
            yield run[first].start(), run[last].end(), number
        first = last + 1


_PIECES_AT_MOST = 24
"""A number may be written figure by figure."""


def _at(text: str, run: list[re.Match[str]], first: int, formats: Sequence[re.Pattern[str]]) -> tuple[str, int]:
    """One piece goes before several, the shop's formats before the common shape. With the number, its last piece."""
    if number := _as_number(text, run[first : first + 1], formats):
        return number, first
    for last in range(min(first + _PIECES_AT_MOST, len(run)) - 1, first, -1):
        if number := _as_number(text, run[first : last + 1], formats):
            return number, last
    for last in range(first, min(first + 2, len(run))):
        number = _as_number(text, run[first : last + 1], (_PREFIXED,))
        if number and (last == first or _is_prefix(run[first].group())):
            return number, last
    last = first + _groups_after(text, run, first)
    joined = "".join(piece.group() for piece in run[first : last + 1]).upper()
    if last > first and _PREFIXED.fullmatch(joined):
        return joined, last
    return "", first


_HEAD = re.compile(r"[a-z]{2,3}\d{2,8}")
_GROUP = re.compile(r"\d{2,10}(?![ ]?(?:[元块个张份天月年日号点分小]|rmb|yuan|pcs))")


def _groups_after(text: str, run: list[re.Match[str]], first: int) -> int:
    """How many groups of figures go on what begins with letters and figures, as in 「AB2026 1125 0017」."""
    if not _HEAD.fullmatch(run[first].group()):
        return 0
    rest = run[first + 1 :]
    ends = (count for count, piece in enumerate(rest) if not _goes_on(text, piece))
    return next(ends, len(rest))


def _goes_on(text: str, piece: re.Match[str]) -> bool:
    found = _GROUP.match(text, piece.start())
    return found is not None and found.end() == piece.end()


def _is_prefix(piece: str) -> bool:
    """Letters written apart from their digits; an English word before a number is none: 「phone is 138…」."""
    return piece.isalpha() and piece not in _ENGLISH


def _as_number(text: str, pieces: list[re.Match[str]], formats: Sequence[re.Pattern[str]]) -> str:
    joined = "".join(piece.group() for piece in pieces)
    if not 6 <= len(joined) <= 40 or sum(map(str.isdigit, joined)) < 4:
        return ""
    if len(pieces) > 1 and not all(any(map(str.isdigit, piece.group())) for piece in pieces[1:]):
        return ""
    written = re.sub(r"[ _]+", "", text[pieces[0].start() : pieces[-1].end()]).upper()
    even = len(pieces) == 1 or joined.isdigit() or len({len(piece.group()) for piece in pieces}) == 1
    even = even or (len(pieces) == 2 and _is_prefix(pieces[0].group()) and len(pieces[0].group()) <= 3)
    for number in (written, joined.upper()):
        if any(form.fullmatch(number) and (even or form.pattern[:1].isalpha()) for form in formats):
            return number
    return ""


def _is_something_else(text: str, start: int, end: int, number: str) -> bool:
    """A number of the right shape that its neighbourhood calls a card code, a payment, an account."""
    if re.fullmatch(r"KM\d{18}", number) or _DATED.fullmatch(number):
        return False
    before = text[max(0, start - 16) : start]
    named = _where(_ORDER, before)
    if max(_where(_SECRET, before), _where(_PAYMENT, before)) > named:
        return True
    if named >= 0:
        return False
    if re.match(r"\W{0,2}(?:这|那)?(?:个|张|串|组)?(?:卡密|卡号|激活码|兑换码|序列号|码)", text[end : end + 8]):
        return True
    if text.startswith("@", end):
        return True
    written = text[start:end]
    if _CITIZEN.fullmatch(number) or _BANK_CARD.fullmatch(number):
        return True
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
    r"(?:(?<![卡号])密码|口令|password|passcode|pwd)(?:是|为|就是|应该是|is|[ :：=,\"])*"
    r"([A-Za-z0-9][A-Za-z0-9._@-]{2,39})",
    re.IGNORECASE,
)


def passwords(text: str) -> tuple[str, ...]:
    """Words named as a query password, as written."""
    return _once(found.rstrip(".") for found in _PASSWORD.findall(text))
