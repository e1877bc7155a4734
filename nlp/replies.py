"""What a message says beside its wish: a short answer, a choice, a part that is wrong, a day, a product."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from nlp.codes import Answer, Part, Topic
from nlp.lexicon import Lexicon, Phrases, squeezed

_FIGURES = {sign: value for value, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_CHOICE = re.compile(
    r"(?:(?:我?(?:选择?|要|回复|点)|就|是)?(?:第)?|no|option|number)?([1-9]\d?|[一二三四五六七八九十])"
    r"(?:个|项|种|单|条|号|款|的|吧|呢|啊|了){0,2}|the(first|second|third)(?:one)?"
)
_ENGLISH = {"first": 1, "second": 2, "third": 3}
_DAYS = (
    (re.compile(r"大前天"), 3),
    (re.compile(r"前天|前晚|前日|day before yesterday|two days ago"), 2),
    (re.compile(r"昨[天晚日夜早儿]|昨个|yesterday|last night"), 1),
    (re.compile(r"今[天早晚日儿]|今个|刚才|刚刚|today|just now|this morning"), 0),
)
_SPOKEN_BY_OTHERS = re.compile(
    r"提示|显示|弹|跳出|写着|报错?|系统说|页面说|官网说|上面说|网站说|说是?(?:已|被|码|卡)|被人?|别人"
    r"|says?|shows?|[\"']$|已$|已经被$"
)
# fmt: off
_TAILS = ("谢谢你", "谢谢", "麻烦了", "麻烦", "拜托", "亲", *"吧啊呀哦噢喔呢哈啦嘛哒滴了的",
          "please", "pls", "thanks", "thankyou")
_HEADS = ("嗯嗯", "嗯", "哦哦", "哦", "额", "呃", "那个", "那就", *"那就我请", "麻烦", *"啊唉哎",
          "well", "um", "oh")
# fmt: on
_IN_WRITING = re.compile(
    r"(?:给|要|出|开|写|得有|总得)\w{0,6}书面|给我?写下来|白纸黑字|in writing|written (?:answer|reply|refusal)"
)
_NOD = re.compile("[\U0001f44c\U0001f44d\U0001f197\u2705\U0001f646\U0001f3fb-\U0001f3ff ]+")
_USED = re.compile(r"我?(?:已经|都|早就|刚)?(?:用|使用|激活|兑|兑换|充|登录|绑定)(?:过|掉|完)?了?(?:啊|呀|的|呢|吧)?")


def answer(plain: str, lexicon: Lexicon) -> Answer | None:
    """A short answer. Several in one message must mean the same: 「对，提交吧」."""
    plain = _without_numbers(plain).strip()  # 「RF2611200001 接受」 answers all the same
    if not plain or len(plain) > 30:
        return None
    if _IN_WRITING.search(plain):
        return Answer.IN_WRITING
    if _NOD.fullmatch(plain):
        return Answer.YES
    if whole := _known(squeezed(plain), lexicon.answers):
        return Answer(whole)
    parts = [part for part in re.split(r"[,;。.!?~\s]+", plain) if squeezed(part)]
    said = [_known(squeezed(part), lexicon.answers) for part in parts]
    said = [one for one, part in zip(said, parts, strict=True) if one or squeezed(part) not in _TAILS]
    if not said or None in said:
        return None
    meant = dict.fromkeys(said)
    strongest = [one for one in meant if one not in ("yes", "no")] or list(meant)
    return Answer(str(strongest[0])) if len(strongest) == 1 else None


def _known(said: str, answers: Mapping[str, str]) -> str | None:
    """The answer that is meant, with the particles at either end taken off as long as that helps."""
    whole = said
    for _ in range(4):
        if said in answers:
            return answers[said]
        shorter = _without_tail(said)
        if shorter == said:
            break
        said = shorter
    once = [*_without_head(said)]
    for rest in (*once, *chain.from_iterable(map(_without_head, once))):
        if rest in answers:
            return answers[rest]
    return next(filter(None, (_of_two(rest, answers) for rest in (whole, said, *once))), None)


def _of_two(said: str, answers: Mapping[str, str]) -> str | None:
    """Two answers in one breath: 「好好」, or a yes or no and what is meant: 「行吧提交」. 「行不行」 is a question."""
    for cut in range(1, min(len(said), 12)):
        first, second = answers.get(said[:cut]), answers.get(said[cut:])
        if second and (first == second or (first == "yes" and second != "no") or (first, second) == ("no", "decline")):
            return second
    return None


def _without_head(said: str) -> Iterator[str]:
    return (said[len(head) :] for head in _HEADS if said.startswith(head))


def _without_tail(said: str) -> str:
    for tail in _TAILS:
        if said.endswith(tail) and len(said) > len(tail):
            return said[: -len(tail)]
    return said


def choice(plain: str) -> int | None:
    """A number picked from a list; never one that stands in a longer text."""
    if len(plain) > 12:
        return None
    found = _CHOICE.fullmatch(squeezed(plain))
    if not found:
        return None
    picked = found[1]
    if picked is None:
        return _ENGLISH[found[2]]
    return _FIGURES.get(picked) or int(picked)


def wrong(plain: str, lexicon: Lexicon) -> Part | None:
    """The part that the customer says is wrong, in so many words or by giving the right one."""
    if len(plain) > 60:
        return None
    if hits := lexicon.parts.find(plain):
        return Part(hits[0].names[0])
    if re.match(r"\W*(?:不对|不是|错了|no|wrong)[^\w]{0,3}(?:我的?)?(?:订单|单号|order)", plain):
        return Part.ORDER
    if re.match(r"\W*(?:不对|不是|错了|no|wrong)[^\w]{0,3}(?:我的?)?(?:原因|理由|是因为|reason)", plain):
        return Part.REASON
    return None


def code_used(plain: str, lexicon: Lexicon) -> bool | None:
    """What the customer says of the use himself. The words of a screen and the deeds of others are not his."""
    if _USED.fullmatch(squeezed(plain)):
        return True
    for hit in lexicon.used.find(plain):
        clause = re.split(r"[,;.!?\n]", plain[max(0, hit.start - 10) : hit.start])[-1]
        denied = re.search(r"[没未不]\w{0,2}$", clause)
        if re.match(r"不|失败|成功|没|吗|\?|[\"']", plain[hit.end : hit.end + 4]) or _SPOKEN_BY_OTHERS.search(clause):
            continue
        return hit.names[0] == "yes" and not denied
    return None


_REMEDIES = (
    ("credit", re.compile(r"(?<![不别])(?<!不要)(?:余额|存店里|store credit|credit)")),
    ("exchange", re.compile(r"(?<![不别])(?:换货|换(?:[个张一新吧码]|也?可以|也行|就换)"
                            r"|调换|补发|exchange|replacement)")),
    ("cancel", re.compile(r"(?<![不别])(?:取消|cancel)")),
)


_PIECES = re.compile(
    r"(?:只|就|其中|就要|想|里面?有?|当中)\w{0,3}?([1-9]\d?|[一二两三四五六七八九十])[张个份件枚]"
    r"|退(?:其中|掉)?的?([1-9]\d?|[一二两三四五六七八九十])[张份件枚]"
)


_ONE = re.compile(r"[只就单]退\w{0,6}[那这]一?[张个份件枚]")
_BAD = re.compile(
    r"有([1-9]\d?|[一二两三四五六七八九十])[张个份件枚](?!月|小时|星期|礼拜)\w{0,4}"
    r"(?:坏|无效|失效|用不了|不能用|没法用|激活不|兑换不|充不了)"
)
_SOME_OF = re.compile(r"\b(one|two|three|four|five|[1-9]\d?)(?: out)? of (?:the|my|these|those|them)\b")
_COUNTED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_ALL = re.compile(r"全退|全部退|都退|全都退|整单退")
ALL = 10_000
"""More pieces than any order has: all of them."""


def quantity(plain: str) -> int | None:
    """Pieces that are asked back out of several."""
    if _ALL.search(plain):
        return ALL
    if _ONE.search(plain):
        return 1
    found = _PIECES.search(plain) or _BAD.search(plain) or _SOME_OF.search(plain)
    if not found:
        return None
    said: str = found[1] or found[2]
    return _COUNTED.get(said) or int(_FIGURES.get(said) or said)


def remedy(plain: str) -> str | None:
    """What is wanted instead of the money, in a message short enough to be an answer."""
    if len(plain) > 40:
        return None
    return next((name for name, pattern in _REMEDIES if pattern.search(plain)), None)


_NARROW_FIRST = (
    *(Topic.APPEAL, Topic.EVIDENCE, Topic.SERVICE, Topic.AMOUNT, Topic.WAY_BACK),
    *(Topic.ARRIVAL, Topic.REVIEW_TIME, Topic.NOT_WANTED, Topic.WINDOW, Topic.HOW_LONG),
)
_TOPICS = {topic.value: place for place, topic in enumerate(_NARROW_FIRST)}
"""The narrower topic first: 「代练打一半退多少」 asks of services."""


def topic(plain: str, lexicon: Lexicon) -> Topic:
    named = [name for hit in lexicon.topics.find(plain) for name in hit.names]
    return Topic(min(named, key=_TOPICS.__getitem__)) if named else Topic.GENERAL


def day(plain: str) -> int | None:
    """How many days ago, where the message names today, yesterday or the days before."""
    for pattern, ago in _DAYS:
        if pattern.search(plain):
            return ago
    return None


def terms(plain: str, products: Phrases) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain[hit.start : hit.end] for hit in products.find(plain)))


_NUMBER = re.compile(r"[a-z]{0,4}[-#]?\d[\d -]{5,}[a-z0-9]*|\b(?=\w*\d)[a-z0-9]{8,}\b", re.ASCII)
_TOLD = re.compile(r"[\u3400-\u9fff]|[a-z]{2,}|(?<![\d.])\d+(?:\.\d+)?")


def substance(plain: str, lexicon: Lexicon) -> int:
    """Signs that tell something, once the wish, the manners and the numbers are taken away. A word counts as two."""
    rest, at = [], 0
    text = _without_numbers(plain)
    for hit in lexicon.wishes.find(text):
        rest.append(text[at : hit.start])
        at = hit.end
    left = " ".join((*rest, text[at:])).translate(lexicon.fillers)
    told: list[str] = _TOLD.findall(left)
    return len(told) + (sum("a" <= piece[0] <= "z" for piece in told) if _LATIN.search(left) else 0)


_DIGIT = re.compile(r"\d")


def _without_numbers(plain: str) -> str:
    """As long as before, with spaces where long numbers stood."""
    return _NUMBER.sub(_blank, plain) if _DIGIT.search(plain) else plain


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


_HAN = re.compile(r"[\u3400-\u9fff]")
_ENGLISH_WORD = re.compile(r"(?<![a-z0-9@._-])[a-z']{2,}(?![a-z0-9@_-])")


_SPOKEN = re.compile(r"[\u3400-\u9fff]|[a-z]{2}")


_LATIN = re.compile(r"[a-z]{2}")
_NO_LANGUAGE = re.compile(r"\W*(?:ok|okay|vip|svip|cdk|[a-z]{0,9}[bcdfghj-np-tvwxz]{6,12}[a-z]{0,9})\W*")
"""Said in any language, or by a hand on the keys: 「asdfghjkl」."""


def language(plain: str) -> str:
    """English where words of it outweigh the Chinese signs; nothing where no word tells."""
    if not _SPOKEN.search(_without_numbers(plain)) or (len(plain) <= 40 and _NO_LANGUAGE.fullmatch(plain)):
        return ""
    if not _LATIN.search(plain):
        return "zh-CN"
    words = len(_ENGLISH_WORD.findall(plain))
    chinese = len(_HAN.findall(plain)) if words else 0
    return "en" if words * 2 > chinese and chinese <= 8 and _is_english(plain, chinese) else "zh-CN"


_PINYIN = re.compile(
    r"(?:tk|km|kf|rg|zrg|cui|jiaji|qq|vip|svip|shensu|tuikuan|jindu|bu|le|xiexie|nihao|steam|ok|cdk|bye|hi|hello)+"
)
_HELLO = ("hi", "hello", "bye")


def _is_english(plain: str, chinese: int) -> bool:
    words = re.findall(r"[a-z']{2,}", plain)
    if chinese and len(words) < 4:
        return False
    return any(not _PINYIN.fullmatch(word) or (word in _HELLO and not chinese) for word in words)
