"""What a text wants: the learnt weights asked; intent, reason, confidence and the places that they rest on."""

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from nlp import model as learnt
from nlp.codes import Answer, Intent, Reason
from nlp.features import features, shape
from nlp.lexicon import Lexicon
from nlp.reading import Alternative

VAGUE = "vague"
_REASONS = {reason.value: reason for reason in Reason}
_CLAIMS = len(_REASONS) + 1
"""The model names the eight reasons first, then the vague complaint, then what else is wished."""
_SERVICE = tuple(_REASONS).index(Reason.SERVICE_FAILED)
_OF_GOODS = (Reason.NOT_DELIVERED, Reason.INVALID_CODE, Reason.MALFUNCTION, Reason.NOT_AS_DESCRIBED)
_GOODS = [tuple(_REASONS).index(reason) for reason in _OF_GOODS]
_NAMED_SERVICE = frozenset({"@service", "@!service", "@~service"})
_ASKED_NOW = re.compile(r"(?:我要|想要?|申请|要求)(?:退款|退钱)")
"""Who asks for the money only now cannot be waiting for it: what has not come is the goods."""
_MISSING = tuple(_REASONS).index(Reason.NOT_DELIVERED)
_HUMAN, _PAYOUT, _POLICY = (
    _CLAIMS + list(Intent).index(intent) - 1 for intent in (Intent.HUMAN, Intent.PAYOUT_MISSING, Intent.POLICY)
)
_NUMBERS = " 0123456789.,!?~:;#-km"
_AT_MOST = 3
"""Places and alternatives that are named."""
_WORTH_NAMING = 0.02
_WORTH_ASKING = 0.005
"""Who asks of the rules may have done what he asks of: a reason that is far from likely can still be asked for."""


class Meant(NamedTuple):
    """What was made of a text. Places are in the plain form, which is as long as the text."""

    intent: Intent
    reason: Reason | None = None
    vague: bool = False
    confidence: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    places: tuple[tuple[int, int], ...] = ()


_SMALL = {Answer.YES, Answer.NO, Answer.BACK, Answer.RESTART, Answer.NO_MORE, Answer.UNKNOWN, Answer.ACCEPT}
"""Answers that wish for nothing by themselves: what they mean, the question says that they answer."""


def judged(plain: str, lexicon: Lexicon, answer: Answer | None = None, model: learnt.Model | None = None) -> Meant:
    """What is wished, by the shipped weights where no others are handed in."""
    if not _tells(plain):
        return Meant(Intent.OTHER, confidence=0.95 if plain.strip() else 0.0)
    model = model or learnt.default()
    run, names = features(plain, lexicon)
    known = model.known(run, names)
    odds = _ruled(plain, lexicon, names, model.odds(known))
    place = odds.index(max(odds))
    best = model.classes[place]
    if answer in _SMALL and best != Intent.THANKS:
        return Meant(Intent.OTHER, confidence=0.9, places=((0, len(plain)),))
    claim = place < _CLAIMS
    return Meant(
        intent=Intent.REFUND if claim else Intent(best),
        reason=_REASONS.get(best),
        vague=best == VAGUE,
        confidence=round(odds[place], 4),
        alternatives=_told_beside(plain, lexicon, model) if best == Intent.EXTERNAL_HELP else _others(odds, place),
        places=_places(plain, known, model, place),
    )


def _ruled(plain: str, lexicon: Lexicon, names: Set[str], odds: list[float]) -> list[float]:
    """What holds whatever the weights say: a person called for at the end, and a service named in a complaint."""
    calls = lexicon.calls.find(plain)
    if calls and calls[-1].end > len(plain.rstrip(_NUMBERS)) - 12:
        return _given(odds, _HUMAN, range(len(odds)), 0.9)
    if odds[_PAYOUT] >= _WORTH_NAMING and _ASKED_NOW.search(plain):
        odds = _given(odds, _MISSING, (_PAYOUT,), 0.9)
    if not _NAMED_SERVICE.isdisjoint(names):
        return _given(odds, _SERVICE, _GOODS, 0.9)
    return odds


def _given(odds: list[float], winner: int, losers: Sequence[int], share: float) -> list[float]:
    """The odds with a share of what the losers have given to the winner."""
    given = list(odds)
    for loser in losers:
        if loser != winner:
            given[winner] += odds[loser] * share
            given[loser] -= odds[loser] * share
    return given


_CHINESE = re.compile(r"[\u3400-\u9fff]")
_HOTLINE = re.compile(r"(?<!\d)123[14]5(?!\d)")


def _tells(plain: str) -> bool:
    """Whether there is a word in it, and not numbers and signs alone. Who writes a hotline's number says something."""
    return bool(_CHINESE.search(plain) or _HOTLINE.search(plain)) or any(sign.isalpha() for sign in shape(plain))


def _others(odds: list[float], best: int) -> tuple[Alternative, ...]:
    """Other reasons of a claim, or those that may stand behind a question about the rules."""
    least = _WORTH_NAMING if best < _CLAIMS else _WORTH_ASKING if best == _POLICY else 1
    if 1 - odds[best] < least:
        return ()
    shares = enumerate(zip(odds, _REASONS.values(), strict=False))
    ranked = sorted((pair for place, pair in shares if place != best and pair[0] >= least), reverse=True)
    return tuple(Alternative(reason, round(share, 4)) for share, reason in ranked[:_AT_MOST])


_CLAUSES = re.compile(r"[,;.!?\n ]+")
_OUTSIDE = frozenset({"@outside", "@!outside", "@~outside"})


def _told_beside(plain: str, lexicon: Lexicon, model: learnt.Model) -> tuple[Alternative, ...]:
    """What is complained of in the clauses that do not threaten: 「没到账，不退就打12315」."""
    clauses = [clause for clause in _CLAUSES.split(plain) if clause]
    rest = [clause for clause in clauses if _OUTSIDE.isdisjoint(features(clause, lexicon)[1])]
    told = judged(",".join(rest), lexicon, model=model) if len(rest) < len(clauses) else Meant(Intent.OTHER)
    return (Alternative(told.reason, told.confidence),) if told.reason else ()


def _places(plain: str, known: Set[int], model: learnt.Model, place: int) -> tuple[tuple[int, int], ...]:
    """Where the pieces stand that speak most for the answer, neighbouring ones joined, in the order of the text."""
    spans: list[tuple[int, int, int]] = []
    for weight, name in model.strongest(known, place, 8):
        piece = name.strip("| 0#,.!?")
        start = plain.find(piece) if piece else -1
        if start >= 0:
            spans.append((start, start + len(piece), weight))
    strongest = sorted(_joined(spans), key=lambda span: -span[2])[:_AT_MOST]
    return tuple((start, end) for start, end, _ in sorted(strongest))


def _joined(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    joined: list[tuple[int, int, int]] = []
    for start, end, weight in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), joined[-1][2] + weight)
        else:
            joined.append((start, end, weight))
    return joined
