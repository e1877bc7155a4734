"""In the terminal a customer types, presses buttons by number, and hands over files by their path."""

from collections.abc import Iterable
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.channels import Incoming, Outgoing
from bot.channels.terminal import Terminal
from bot.texts import Catalogue
from flows.model import Text


class Keyboard(Console):
    """Somebody who types these lines and then goes away."""

    def __init__(self, typed: Iterable[str]) -> None:
        super().__init__(file=StringIO(), width=80)
        self._typed = iter(typed)

    def input(self, *args: object, **more: object) -> str:
        try:
            return next(self._typed)
        except StopIteration:
            raise EOFError from None

    @property
    def shown(self) -> str:
        return self.file.getvalue()  # type: ignore[attr-defined]  # the StringIO from above


class House:
    """Hears, and answers each message with two buttons."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []

    def hear(self, incoming: Incoming, now: datetime) -> bool:
        self.heard.append(incoming)
        return True


def converse(*typed: str) -> tuple[list[Incoming], str]:
    keyboard, house = Keyboard(typed), House()
    terminal = Terminal(keyboard, lambda text: Catalogue().say("zh-CN", text), longest_file=100)
    answer = Outgoing("k", "me", "[bold]哪一种？", (("1.a", "未发货"), ("1.b", "质量问题")))

    answered: list[Outgoing] = []

    def run_due(now: datetime) -> int:
        if len(house.heard) > len(answered):
            answered.append(answer)
            terminal.send(answer)
        return 0

    terminal.converse(house, run_due, "me")
    return house.heard, keyboard.shown


def test_what_is_typed_is_heard_once_each_with_an_id_of_its_own() -> None:
    heard, _ = converse("我要退款", "我要退款")
    assert [one.text for one in heard] == ["我要退款", "我要退款"]
    assert len({one.message_id for one in heard}) == 2 and {one.chat for one in heard} == {"me"}


def test_a_reply_shows_its_words_as_they_are_and_its_buttons_with_numbers() -> None:
    _, shown = converse("退款")
    assert "[bold]哪一种？" in shown and " 1  未发货" in shown and " 2  质量问题" in shown


def test_a_number_presses_the_button_and_any_other_is_text() -> None:
    heard, _ = converse("1", "2", "3", "0")
    assert [(one.text, one.button) for one in heard] == [("1", None), ("", "1.b"), ("3", None), ("0", None)]


def test_a_path_hands_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "my screen.png").write_bytes(b"x" * 300)
    heard, _ = converse(f"/file '{tmp_path}/my screen.png'")
    upload = heard[0].files[0]
    assert (upload.name, upload.problem, len(upload.data)) == ("my screen.png", None, 101)


@pytest.mark.parametrize("path", ["gone.png", "/", "", "\0", "/dev/zero"])
def test_a_path_that_is_no_file_says_so_to_the_house(path: str) -> None:
    heard, _ = converse(f"/file {path}")
    assert heard[0].files[0].problem == "evidence.unreadable"


@pytest.mark.parametrize("leave", ["/quit", "/exit", "/q"])
def test_who_leaves_is_said_goodbye_and_nothing_more_is_heard(leave: str) -> None:
    heard, shown = converse("你好", leave, "还在吗")
    assert len(heard) == 1 and Catalogue().say("zh-CN", Text("terminal.goodbye")) in shown


def test_an_empty_line_is_no_message() -> None:
    assert converse("", "   ")[0] == []
