"""`chat`: the customer conversation in a terminal, with numbers for buttons and paths for pictures."""

import os
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text as Words

from bot.channels import Incoming, Outgoing, Upload
from flows.model import Text

NAME = "terminal"
FILE = "/file"
LEAVE = frozenset({"/quit", "/exit", "/q"})


class Hears(Protocol):
    """The corridor, as far as a channel needs it."""

    def hear(self, incoming: Incoming, now: datetime) -> bool: ...


class Terminal:
    """A channel with one customer, who sits at the keyboard."""

    name = NAME

    def __init__(self, console: Console, say: Callable[[Text], str], longest_file: int) -> None:
        self._console, self._say, self._longest_file = console, say, longest_file
        self._buttons: tuple[tuple[str, str], ...] = ()

    def send(self, message: Outgoing) -> None:
        """Replies stand at the left, framed; what can be chosen stands below with its number."""
        self._console.print(Panel(Words(message.text), width=min(self._console.width, 78), border_style="cyan"))
        if message.buttons:
            self._buttons = message.buttons
            choices = Words("\n").join(
                Words.assemble((f" {number} ", "reverse"), f" {label}")
                for number, (_, label) in enumerate(message.buttons, 1)
            )
            self._console.print(Padding(choices, (0, 2)))

    def note(self, key: str, **values: str) -> None:
        """A word of the terminal's own, beside the conversation."""
        self._console.print(Words(self._say(Text(key, values)), style="dim"))

    def converse(self, house: Hears, run_due: Callable[[datetime], int], chat: str) -> None:
        """Until the customer leaves. An empty line looks for news."""
        self.note("terminal.hint", file=FILE)
        run_due(datetime.now(UTC))
        while (line := self._line()) is not None:
            if line:
                house.hear(self._incoming(chat, line), datetime.now(UTC))
            run_due(datetime.now(UTC))
        self.note("terminal.goodbye")

    def _line(self) -> str | None:
        try:
            line = self._console.input("[bold]> [/bold]").strip()
        except (EOFError, KeyboardInterrupt):
            return None
        return None if line in LEAVE else line

    def _incoming(self, chat: str, line: str) -> Incoming:
        message_id = uuid.uuid4().hex
        if line.isdecimal() and 1 <= int(line) <= len(self._buttons):
            return Incoming(NAME, chat, message_id, button=self._buttons[int(line) - 1][0])
        if line.startswith(FILE):
            return Incoming(NAME, chat, message_id, files=(self._upload(line.removeprefix(FILE).strip()),))
        return Incoming(NAME, chat, message_id, text=line)

    def _upload(self, path: str) -> Upload:
        """A path as it was typed, or dropped into the window in quotes. One byte more than allowed is enough to see."""
        file = Path(os.path.expanduser(path.strip("'\"")))
        try:
            if file.is_file():
                with file.open("rb") as data:
                    return Upload(file.name, data.read(self._longest_file + 1))
        except (OSError, ValueError):
            pass
        return Upload(file.name, problem="evidence.unreadable")
