"""One plain form of a message: width, script, case and the trade's misspellings evened out, its length kept."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Protocol, cast

READ_AT_MOST = 4_000
"""Signs that are analysed: nobody explains himself better in more, and the time for a message stays bounded."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff]"
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_UPPER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_WIDE_UPPER = {code + 0xFEE0: lower for code, lower in _UPPER.items()}
_SIGNS = {" ": "\u3000\xa0\t", ",": "，、", ";": "；", "?": "？", "!": "！", ".": "。", ":": "：", "[": "【", "]": "】",
          '"': "「」『』《》“”〝〞", "'": "’＇`´‘",
          "-": "—－―–‐‑", "~": "～", "¥": "￥"}  # fmt: skip
_EVEN: dict[int, int | str] = {
    **_WIDE,
    **_UPPER,
    **_WIDE_UPPER,
    **{ord(sign): to for to, signs in _SIGNS.items() for sign in signs},
}


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _simplifier() -> _Converter:
    import opencc

    return cast(_Converter, opencc.OpenCC("t2s"))


@cache
def _misspelt() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern that finds every misspelling, and what each stands for."""
    table = tomllib.loads((Path(__file__).parent / "misspelt.toml").read_text(encoding="utf-8"))
    meant = {wrong: right for right, wrongs in table.items() for wrong in wrongs}
    return re.compile("|".join(sorted(map(re.escape, meant), key=len, reverse=True))), meant


def clean(text: str) -> str:
    """The message without what no one can see."""
    return _INVISIBLE.sub("", text)


def plain(text: str) -> str:
    """The form that everything is found in. A place in it is the same place in the text: findings can be shown."""
    even = text.translate(_EVEN)
    if even.isascii():
        return even
    pattern, meant = _misspelt()
    return _SPELT.sub(_in_figures, pattern.sub(lambda found: meant[found[0]], _simplified(even)))


_SPELT = re.compile("[零〇一二三四五六七八九幺]{8,}")
_FIGURES = str.maketrans("零〇一二三四五六七八九幺", "001234567891")


def _in_figures(found: re.Match[str]) -> str:
    """A number that is spelt out, as who dictates does it."""
    return found.group().translate(_FIGURES)


def _simplified(text: str) -> str:
    simple = _simplifier().convert(text)
    if len(simple) == len(text):
        return simple
    return "".join(same if len(same := _simplifier().convert(letter)) == 1 else letter for letter in text)
