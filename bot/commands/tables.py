"""`refund-desk tables`: tables, diagrams and settings as documentation, between markers so that they stay true."""

import re
from collections.abc import Callable
from pathlib import Path

from bot.config import as_toml, described
from flows.case import LIFE
from flows.table import as_markdown, as_mermaid
from flows.talk import TALK

READMES = ("README.md", "README.zh-CN.md")
EXAMPLE = "config.example.toml"
_BLOCK = re.compile(r"(?P<open><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<close><!-- end -->)", re.DOTALL)


class NoRoom(Exception):
    """A document that lacks its markers, or names a part that is not known."""


def settings() -> str:
    """Every setting with its default, as a table."""
    rows = [f"| `{name}` | `{default}` | {explanation} |" for name, explanation, default in described()]
    return "\n".join(["| setting | default | |", "| --- | --- | --- |", *rows])


def _diagram(text: str) -> str:
    return f"```mermaid\n{text}\n```"


PARTS: dict[str, Callable[[], str]] = {
    "life": lambda: as_markdown(LIFE),
    "life-diagram": lambda: _diagram(as_mermaid(LIFE)),
    "talk": lambda: as_markdown(TALK),
    "talk-diagram": lambda: _diagram(as_mermaid(TALK)),
    "settings": settings,
}


def renewed(document: str) -> str:
    """The document with every generated part as the code has it now. Raises NoRoom."""
    names = [block["name"] for block in _BLOCK.finditer(document)]
    unknown = [name for name in names if name not in PARTS]
    if unknown or not names:
        raise NoRoom(f"expected parts between markers ({', '.join(PARTS)}), found {', '.join(unknown) or 'none'}")
    return _BLOCK.sub(lambda block: f"{block['open']}{PARTS[block['name']]()}\n{block['close']}", document)


def write(root: Path) -> list[str]:
    """Puts every generated part right; the names of the files that were not."""
    wanted = {name: renewed((root / name).read_text("utf-8")) for name in READMES} | {EXAMPLE: as_toml()}
    wrong = [name for name, text in wanted.items() if not _stands(root / name, text)]
    for name in wrong:
        (root / name).write_text(wanted[name], "utf-8")
    return wrong


def _stands(file: Path, text: str) -> bool:
    return file.exists() and file.read_text("utf-8") == text
