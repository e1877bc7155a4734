"""`lexicon suggest`: what a shop may add to its own words, learned from the reasons that staff corrected."""

from collections.abc import Iterator

from bot.app import open_store
from bot.config import Settings
from bot.shop import words
from nlp.suggest import suggest
from storage.search import Search


def suggestions(settings: Settings) -> Iterator[str]:
    """A line a word: the reason it tells, the word, in how many cases it was said."""
    store = open_store(settings)
    try:
        corrected = Search(store.database).corrected()
    finally:
        store.close()
    found = suggest(corrected, words(settings))
    if not found:
        yield f"{len(corrected)} corrected cases; no word of them stands for one reason alone twice or more\n"
    for one in found:
        yield f"{one.reason}\t{one.word}\t{one.cases}\n"
