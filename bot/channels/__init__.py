"""What every channel speaks of: a message that came in, a sentence that goes out, and what a channel promises."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from storage.nouns import Due

STAFF = "staff"
"""The name of the channel that notices to staff go to, and of their one chat."""


class Upload(Struct, frozen=True):
    """A file as it was handed over, not looked into. `problem` is a text key where the channel could not get it."""

    name: str
    data: bytes = b""
    problem: str | None = None


class Incoming(Struct, frozen=True):
    """One message of a customer, as a channel understood it."""

    channel: str
    chat: str                          # the customer, by the channel's own id
    message_id: str                    # the same id twice is the same message, delivered twice
    text: str = ""                     # words, or a file's caption
    files: tuple[Upload, ...] = ()
    button: str | None = None          # the id of a pressed button
    payload: str | None = None         # of a deep link; the empty string is a plain start
    kind: str = "text"                 # text, or what it is that cannot be read: sticker, voice, video ...
    language: str | None = None        # the customer's, where the channel knows it
    finishes: tuple[str, ...] = ()     # rows of the queue that it waited in: done with it, or not at all


class Outgoing(Struct, frozen=True):
    """One sentence on its way to a customer or to staff. A channel that gets the same key twice may send it once."""

    key: str
    chat: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()     # (id, label)
    asks: str | None = None                       # what the conversation waits for now
    expects: tuple[str, ...] = ()                 # the evidence that is still wanted
    case: str | None = None
    files: tuple[str, ...] = ()                   # kept pictures and documents that go with it
    what: str = ""                                # the key of its text
    about: str = ""                               # of what staff are told: the customer's chat


class SendLater(Exception):
    """The channel cannot send now: too fast, or not reachable. It may be tried again after so many seconds."""

    def __init__(self, seconds: float, why: str = "") -> None:
        super().__init__(why or f"try again in {seconds:g} s")
        self.seconds = seconds


class Undeliverable(Exception):
    """The message will never arrive: the chat is gone, or the customer has blocked the bot."""


class Channel(Protocol):
    """A way to a customer. `send` returns once the message is handed over for good, and raises where it is not."""

    @property
    def name(self) -> str: ...

    def send(self, message: Outgoing) -> None:
        """Raises SendLater or Undeliverable."""
        ...


class Messenger(Protocol):
    """A channel that keeps what it is handed in the queue first, and deals with it from there."""

    def message(self, due: Due) -> Incoming:
        """What was kept as plain, whose row is done with when it is heard."""
        ...

    def deal(self, due: Due, now: datetime) -> bool:
        """Whether its row is noted as done already. Raises SendLater where it has to wait.

        Dealt with a second time, nothing changes.
        """
        ...
