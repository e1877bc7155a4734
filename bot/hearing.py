"""A customer's message on its way in: what it says, and how it is kept whole while its pictures are read."""

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from bot.channels import Incoming
from bot.evidence import Haul
from bot.links import Links
from flows.model import Outcome, Talk, Text
from flows.turn import Heard
from nlp.lexicon import Lexicon
from nlp.read import read
from nlp.reading import Reading
from storage.nouns import Line, Recalled, Saving, ToRead


class Hearing:
    """Understands messages one by one, whatever the talk is about."""

    def __init__(
        self, lexicon: Lexicon, links: Links, max_characters: int, languages: Iterable[str], usual_language: str
    ) -> None:
        """A message of more than `max_characters` is not read. `languages`: those that there are texts in."""
        self._lexicon, self._links, self._max_characters = lexicon, links, max_characters
        self._languages, self._usual_language = frozenset(languages), usual_language

    def read(self, text: str) -> Reading:
        return read(text if len(text) <= self._max_characters else "", self._lexicon)

    def heard(
        self, incoming: Incoming, reading: Reading, now: datetime, files: tuple[str, ...] = (),
        problems: tuple[Text, ...] = (),
    ) -> Heard:  # fmt: skip
        """For the flows. `files` are those that are kept, `problems` say why others are not."""
        limit = self._max_characters
        too_long = (Text("heard.too_long", {"characters": limit}),) if len(incoming.text) > limit else ()
        return Heard(
            reading, now, incoming.message_id, files, (*problems, *too_long),
            incoming.button, incoming.payload is not None,
            self._links.read(incoming.payload) if incoming.payload else None, incoming.kind,
        )  # fmt: skip

    def in_their_language(self, recalled: Recalled, incoming: Incoming, reading: Reading) -> Recalled:
        """The language of the app at first, then that of what the customer writes in words."""
        talk = recalled.talk
        known = talk.language if talk.version else incoming.language or self._usual_language
        language = reading.language or known
        if language == talk.language or language not in self._languages:
            return recalled
        return replace(recalled, talk=replace(talk, language=language))


def record_line(incoming: Incoming, talk: Talk, files: tuple[str, ...] = (), case: str | None = None) -> Line:
    """How the chat's record shows it: a pressed button by what it stood for."""
    pressed = next((choice.value for choice in talk.choices if choice.id == incoming.button), incoming.button)
    return Line("customer", incoming.text, files, pressed, incoming.kind, case)


def kept_for_reading(recalled: Recalled, incoming: Incoming, haul: Haul, now: datetime) -> Saving:
    """A message with pictures is written down at once, and answered when they are read."""
    message = ToRead(
        incoming.chat, incoming.message_id, tuple(piece.file for piece in haul.taken), now, incoming.text,
        incoming.button, incoming.payload, incoming.kind, incoming.channel, incoming.language,
        tuple((text.key, {name: int(str(value)) for name, value in text.values.items()}) for text in haul.problems),
    )  # fmt: skip
    return Saving(
        incoming.chat, Outcome(), now, incoming.channel, incoming.message_id,
        incoming=record_line(incoming, recalled.talk, message.files), pieces=haul.taken, finishes=incoming.finishes,
        known_channel=recalled.channel, read=message,
    )  # fmt: skip


def as_it_came(message: ToRead) -> tuple[Incoming, tuple[Text, ...]]:
    """The message that was kept, without its files, and why others of them were not taken."""
    incoming = Incoming(
        message.channel, message.chat, message.message_id, message.text, (), message.button, message.payload,
        message.kind, message.language,
    )  # fmt: skip
    return incoming, tuple(Text(key, values) for key, values in message.problems)
