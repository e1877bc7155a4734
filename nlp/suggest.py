"""Words that would have decided the cases whose reason a person corrected: what a shop may add to its own lexicon."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from nlp.codes import Reason
from nlp.features import shape
from nlp.lexicon import Lexicon, default
from nlp.normal import clean, plain

if TYPE_CHECKING:
    from jieba import Tokenizer


class Suggestion(Struct, frozen=True):
    """A word that no notion of the lexicon knows, and that was said in so many cases of one reason and of no other."""

    word: str
    reason: Reason
    cases: int


def suggest(
    corrected: Sequence[tuple[str, Reason]], lexicon: Lexicon | None = None, least: int = 2
) -> list[Suggestion]:
    """The words of the corrected messages that tell their reason, the most frequent first."""
    said: dict[str, list[Reason]] = defaultdict(list)
    for text, reason in corrected:
        for word in _unknown(plain(clean(text)), lexicon or default()):
            said[word].append(reason)
    telling = [(word, reasons) for word, reasons in said.items() if len(reasons) >= least and len(set(reasons)) == 1]
    found = [Suggestion(word, reasons[0], len(reasons)) for word, reasons in telling]
    return sorted(found, key=lambda one: (-one.cases, one.reason, one.word))


def _unknown(text: str, lexicon: Lexicon) -> set[str]:
    """The words of two signs and more that stand outside of every notion."""
    bare = list(shape(text))
    for hit in lexicon.concepts.find("".join(bare)):
        bare[hit.start : hit.end] = " " * (hit.end - hit.start)
    return {word for word in _segmenter().lcut("".join(bare), HMM=False) if len(word) > 1 and word.isalpha()}


@cache
def _segmenter() -> "Tokenizer":
    """jieba with its whole dictionary: loaded only here, where a second does not matter, and without its cache file."""
    import jieba

    segmenter = jieba.Tokenizer()
    segmenter.FREQ, segmenter.total = segmenter.gen_pfdict(segmenter.get_dict_file())
    segmenter.initialized = True
    return segmenter
