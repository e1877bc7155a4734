"""How pictures are read: the port that the house knows, and what comes of a picture."""

from typing import Protocol

from msgspec import Struct

from nlp.pictured import Line, Trace


class Seen(Struct, frozen=True):
    """What was seen in one file. Boxes are in pixels of the upright picture, whose size is given."""

    size: tuple[int, int]
    lines: tuple[Line, ...] = ()
    print: str = ""  # how the picture looks, to be compared: see bot/reading/likeness.py
    traces: tuple[Trace, ...] = ()
    preview: bytes = b""  # a JPEG that browsers can show, where they cannot show the file itself


class Unfit(Exception):
    """The file cannot be evidence. `problem` is the name of the text that says what is wanted."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Reader(Protocol):
    """Looks at files in a process of its own. A file that breaks that process costs nothing but its own reading."""

    def check(self, data: bytes, kind: str, megapixels: int) -> None:
        """Whether it can be decoded within bounds. Raises Unfit."""
        ...

    def read(self, data: bytes, kind: str, megapixels: int) -> Seen | None:
        """What is seen in it; None where it could not be read in time. Raises Unfit."""
        ...

    def close(self) -> None: ...
