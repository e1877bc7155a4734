"""The reading: one message in, what it wants and names out. Pure, and bounded in time whatever is sent."""

from nlp import extract, replies, verdict
from nlp.amounts import amount
from nlp.lexicon import Lexicon, default
from nlp.normal import READ_AT_MOST, clean, plain
from nlp.reading import Reading


def read(text: str, lexicon: Lexicon | None = None) -> Reading:
    """Everything that one message says. Of a very long one the beginning and the end are read."""
    lexicon = lexicon or default()
    written = clean(text)
    even = plain(_bounded(written))
    numbers = extract.numbers(even, lexicon.order_formats)
    answer = replies.answer(even, lexicon)
    meant = verdict.judged(even, lexicon, answer)
    return Reading(
        text=written,
        intent=meant.intent,
        reason=meant.reason,
        vague=meant.vague,
        confidence=meant.confidence,
        matched=tuple(_bounded(written)[start:end] for start, end in meant.places),
        alternatives=meant.alternatives,
        order_nos=numbers.orders,
        candidates=numbers.candidates,
        amount=amount(even),
        contacts=numbers.contacts,
        passwords=extract.passwords(_bounded(written)),
        words=extract.words(_bounded(written)),
        answer=answer,
        wrong=replies.wrong(even, lexicon),
        choice=replies.choice(even),
        quantity=replies.quantity(even),
        remedy=replies.remedy(even),
        code_used=replies.code_used(even, lexicon),
        topic=replies.topic(even, lexicon),
        language=replies.language(even),
        day=replies.day(even),
        terms=replies.terms(even, lexicon.products),
        case_nos=numbers.cases,
        substance=replies.substance(even, lexicon),
    )


def _bounded(text: str) -> str:
    """People open with the matter and end with the wish."""
    if len(text) <= READ_AT_MOST:
        return text
    half = READ_AT_MOST // 2
    return f"{text[:half]}\n{text[-half:]}"
