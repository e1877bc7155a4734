"""Card codes and passwords in what a customer writes: shown by their last four characters at most."""

import re
from collections.abc import Collection

_GROUPS = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z0-9]{3,6}(?:-[A-Za-z0-9]{3,6}){2,}(?![A-Za-z0-9-])")
_RUN = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{8,}(?![A-Za-z0-9])")
_NAMED = re.compile(
    r"((?:卡密|密码|口令|激活码|兑换码|序列号|password|code)\s*(?:是|为|:|：|is)?\s*)"
    r"([A-Za-z0-9@#$%&*._-]{4,})",
    re.IGNORECASE,
)


def masked(text: str, keep: Collection[str] = ()) -> str:
    """The text with everything that may be a code hidden; `keep` are order and case numbers, which stay as they are."""
    kept = {number.upper() for number in keep}

    def hide(code: str) -> str:
        return code if code.upper() in kept else "****" + code[-4:]

    text = _NAMED.sub(lambda found: found[1] + hide(found[2]), text)
    for pattern in (_GROUPS, _RUN):
        text = pattern.sub(lambda found: hide(found.group()), text)
    return text
