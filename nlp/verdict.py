"""What a text wants: the learnt weights asked, made into intent, reason, confidence and the places that they rest on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp import model as learnt
from nlp.codes import Answer, Intent, Reason
from nlp.features import features, shape
from nlp.lexicon import Lexicon
from nlp.reading import Alternative

VAGUE = "vague"
_UNSEEN = frozenset("@%$<~")
"""What features begin with that stand for no piece of the text."""
_REASONS = {reason.value: reason for reason in Reason}
_AT_MOST = 3
"""Places and alternatives that are named."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What was made of a text. Places are in the plain form, which is as long as the text."""

    intent: Intent
    reason: Reason | None = None
    vague: bool = False
    confidence: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    places: tuple[tuple[int, int], ...] = ()


_SMALL = {Answer.YES, Answer.NO, Answer.BACK, Answer.RESTART, Answer.NO_MORE, Answer.UNKNOWN, Answer.ACCEPT}
"""Answers that wish for nothing by themselves: what they mean, the question says that they answer."""


def judged(plain: str, lexicon: Lexicon, answer: Answer | None = None) -> Meant:
    if not _tells(plain):
        return Meant(Intent.OTHER, confidence=0.95 if plain.strip() else 0.0)
    if answer in _SMALL:
        return Meant(Intent.OTHER, confidence=0.9, places=((0, len(plain)),))
    found = features(plain, lexicon)
    model = learnt.default()
    odds = _ruled(plain, lexicon, found, dict(zip(model.classes, model.odds(found), strict=True)))
    best = _best(odds)
    claim = best in _REASONS or best == VAGUE
    return Meant(
        intent=Intent.REFUND if claim else Intent(best),
        reason=_REASONS.get(best),
        vague=best == VAGUE,
        confidence=round(odds[best], 4),
        alternatives=_others(odds, best) if claim else (),
        places=_places(plain, found, model, model.classes.index(best)),
    )


_QUALITY = (Reason.NOT_DELIVERED, Reason.INVALID_CODE, Reason.MALFUNCTION, Reason.NOT_AS_DESCRIBED)


def _ruled(plain: str, lexicon: Lexicon, found: Sequence[str], odds: dict[str, float]) -> dict[str, float]:
    """What the trade has agreed on, whatever the weights say: who is called for at the end, and whose work a service is."""
    end = max(0, len(plain.rstrip(" 0123456789.,!?~:;km#")) - 12)
    if any(hit.end > end for hit in lexicon.calls.find(plain)):
        return _given(odds, Intent.HUMAN.value, tuple(odds), 0.9)
    if "@service" in found:
        return _given(odds, Reason.SERVICE_FAILED.value, _QUALITY, 1.0)
    return odds


def _given(odds: dict[str, float], winner: str, losers: Sequence[str], share: float) -> dict[str, float]:
    """The odds with a share of what the losers have given to the winner."""
    moved = sum(odds[loser] * share for loser in losers if loser != winner)
    rest = {name: value * (1 - share) if name in losers else value for name, value in odds.items()}
    return {**rest, winner: odds[winner] + moved}


_CHINESE = re.compile(r"[\u3400-\u9fff]")


def _tells(plain: str) -> bool:
    """Whether there is a word in it, and not numbers and signs alone."""
    return bool(_CHINESE.search(plain)) or any(sign.isalpha() for sign in shape(plain))


def _best(odds: dict[str, float]) -> str:
    """First whether it is a claim, then which: eight reasons that share a claim must not lose to one other wish."""
    claims = {name: share for name, share in odds.items() if name in _REASONS or name == VAGUE}
    others = {name: share for name, share in odds.items() if name not in claims}
    ranked = claims if sum(claims.values()) >= max(others.values()) else others
    return max(ranked, key=ranked.__getitem__)


def _others(odds: dict[str, float], best: str) -> tuple[Alternative, ...]:
    ranked = sorted(((odds[name], reason) for name, reason in _REASONS.items() if name != best), reverse=True)
    return tuple(Alternative(reason, round(share, 4)) for share, reason in ranked[:_AT_MOST] if share >= 0.03)


def _places(plain: str, found: Sequence[str], model: learnt.Model, place: int) -> tuple[tuple[int, int], ...]:
    """Where the pieces stand that speak most for the answer, neighbouring ones joined, in the order of the text."""
    spans: list[tuple[int, int, int]] = []
    for weight, name in model.strongest([name for name in found if name[0] not in _UNSEEN], place, 10):
        piece = (name[2:] if name.startswith("w:") else name).strip("^$ 0#,.!?")
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
