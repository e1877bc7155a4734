"""The reading: one message in, what it wants and names out. Pure, and bounded in time whatever is sent."""

from decimal import Decimal
from functools import cached_property

from nlp import extract, replies, verdict
from nlp.amounts import amount
from nlp.codes import Part, Topic
from nlp.lexicon import Lexicon, default
from nlp.normal import READ_AT_MOST, clean, plain
from nlp.reading import Reading


def read(text: str, lexicon: Lexicon | None = None) -> Reading:
    """Everything that one message says. Of a very long one the beginning and the end are read."""
    return _Read(text, lexicon or default())


class _Read(Reading):
    """What a message wants is made out at once; what else it may name, when a question asks for it."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        written = clean(text)
        bounded = _bounded(written)
        even = plain(bounded)
        numbers = extract.numbers(even, lexicon.order_formats)
        answer = replies.answer(even, lexicon)
        meant = verdict.judged(even, lexicon, answer)
        vars(self).update(
            text=written,
            intent=meant.intent,
            reason=meant.reason,
            vague=meant.vague,
            confidence=meant.confidence,
            matched=tuple([bounded[start:end] for start, end in meant.places]),
            alternatives=meant.alternatives,
            order_nos=numbers.orders,
            candidates=numbers.candidates,
            contacts=numbers.contacts,
            case_nos=numbers.cases,
            answer=answer,
            _bounded=bounded,
            _even=even,
            _lexicon=lexicon,
        )

    _bounded: str
    _even: str
    _lexicon: Lexicon

    @cached_property
    def amount(self) -> Decimal | None:
        return amount(self._even)

    @cached_property
    def passwords(self) -> tuple[str, ...]:
        return extract.passwords(self._bounded)

    @cached_property
    def words(self) -> tuple[str, ...]:
        return extract.words(self._bounded)

    @cached_property
    def wrong(self) -> Part | None:
        return replies.wrong(self._even, self._lexicon)

    @cached_property
    def choice(self) -> int | None:
        return replies.choice(self._even)

    @cached_property
    def quantity(self) -> int | None:
        return replies.quantity(self._even)

    @cached_property
    def remedy(self) -> str | None:
        return replies.remedy(self._even)

    @cached_property
    def code_used(self) -> bool | None:
        return replies.code_used(self._even, self._lexicon)

    @cached_property
    def topic(self) -> Topic:
        return replies.topic(self._even, self._lexicon)

    @cached_property
    def language(self) -> str:
        return replies.language(self._even)

    @cached_property
    def day(self) -> int | None:
        return replies.day(self._even)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        return replies.terms(self._even, self._lexicon.products)

    @cached_property
    def substance(self) -> int:
        return replies.substance(self._even, self._lexicon)


def _bounded(text: str) -> str:
    """People open with the matter and end with the wish."""
    if len(text) <= READ_AT_MOST:
        return text
    half = READ_AT_MOST // 2
    return f"{text[:half]}\n{text[-half:]}"
