"""What a message adds to a claim: every fact that it holds is taken down, so that only what is missing is asked."""

import re

from msgspec.structs import replace

from flows.described import described
from flows.evidence import add, assign, beside
from flows.model import LAST, Draft, Eligible, Goods, OrderStatus, TalkState
from flows.ownership import is_theirs
from flows.turn import Turn
from nlp.codes import NAMES, Answer, Intent, Part, Reason
from nlp.pictured import PictureKind

CERTAIN, SURE, LIKELY, HALF_SURE = 0.85, 0.6, 0.45, 0.25
"""A reason read so surely is taken as said, and shown where it can still be changed. Likely is enough where it was
asked for; half sure is asked about; below that, nothing was understood."""

LOOKS_LIKE_ONE = re.compile(r"[A-Z]{1,4}-?\d{6,}[A-Z0-9]*$|\d{13,20}$")
MOST_WORDS, MOST_OFFERED = 12, 3
ASKED_FOR_WORDS = (TalkState.ASK_DETAIL, TalkState.ASK_REASON)


def take_down(turn: Turn) -> None:
    """Everything of this message into the draft: what is wrong, which order, proof, reason, use, files, words."""
    _strike_out(turn)
    _take_order(turn)
    _take_proof(turn)
    _take_reason(turn)
    if turn.reading.code_used is not None:
        turn.know(code_used=turn.reading.code_used)
    take_quantity(turn)
    _take_words(turn)
    settle_order(turn)
    trust_the_record(turn)
    if turn.draft.told_at is None and turn.claim_known():
        turn.know(told_at=turn.now)
    take_files(turn)


def take_quantity(turn: Turn) -> None:
    if turn.reading.quantity is not None:
        # Said before the order is known, it waits for one: all of it would go back else.
        some = turn.order is None or turn.reading.quantity < turn.order.quantity
        turn.know(quantity=turn.reading.quantity if some else None)


def _strike_out(turn: Turn) -> None:
    """「不对，订单号是…」「原因不是这个」: the part that is wrong is forgotten, the rest is kept."""
    wrong = turn.reading.wrong
    doubled = Reason.DUPLICATE_ORDER in (turn.draft.reason, turn.reading.reason)
    if wrong is Part.ORDER and not (doubled and names_a_number(turn)):    # 「另一单是…」 names the second one
        turn.know(order_no=None, other_order_no=None, quantity=None, told_at=None)
    if wrong is Part.REASON:
        forget_reason(turn)
    if wrong is Part.EVIDENCE:
        turn.know(evidence=(), evidence_done=False)


def forget_reason(turn: Turn) -> None:
    turn.know(
        reason=None,
        reason_sure=False,
        guesses=(),
        vague=False,
        declined=False,
        evidence_done=False,
        code_used=None,
        asked=turn.draft.asked - {"used", "other_order", "detail", "ruled", "offered"},
    )


def _take_order(turn: Turn) -> None:
    numbers = _numbers(turn)
    only_called_wrong = turn.reading.wrong is Part.ORDER and not names_their_order(turn)
    if turn.reading.choice is None and not numbers and not turn.draft.order_no and not only_called_wrong:
        _take_described(turn)
    for number in numbers:
        if number in (turn.draft.order_no, turn.draft.other_order_no):
            continue
        if _other_one(turn):
            turn.know(other_order_no=number)
        elif turn.draft.order_no is None or turn.state in (TalkState.ASK_ORDER, TalkState.ASK_OWNERSHIP):
            turn.know(order_no=number)
        else:
            _begin_with(turn, number)


def _begin_with(turn: Turn, number: str) -> None:
    """Another order in the middle of a claim: a claim of its own, of which only what this message says is known."""
    kept = turn.draft if turn.reading.reason is None else Draft(offered=turn.draft.offered)
    asked = kept.asked - {"ruled", "offered"}
    turn.draft = replace(kept, order_no=number, other_order_no=None, quantity=None, told_at=None, asked=asked)


def _numbers(turn: Turn) -> tuple[str, ...]:
    """Order numbers as the record spells them; what nobody knows stays as it was written, so that both look alike."""
    reading, orders = turn.reading, turn.facts.orders
    own = {order.order_no for order in turn.facts.own}
    shown = () if reading.order_nos or turn.draft.order_no else _pictured(turn)
    loose = [piece for piece in reading.candidates if piece not in reading.passwords and _is_meant(turn, piece)]
    mine = [word for word in (*reading.candidates, *reading.words) if word in orders and orders[word].order_no in own]
    named = (*reading.order_nos, *loose, *mine, *shown)
    return tuple(dict.fromkeys(orders[n].order_no if n in orders else n for n in named))


def _is_meant(turn: Turn, piece: str) -> bool:
    """Whether a piece that could be an order number is one, by what was asked and its shape: never by what exists."""
    if turn.state is TalkState.ASK_OWNERSHIP:
        return turn.reading.wrong is Part.ORDER
    other_asked = turn.state is TalkState.ASK_DETAIL and "other_order" in turn.draft.asked
    asked = turn.state is TalkState.ASK_ORDER or other_asked
    doubled = Reason.DUPLICATE_ORDER in (turn.draft.reason, turn.reading.reason)
    unnamed = turn.draft.order_no is None or turn.reading.wrong is Part.ORDER or doubled
    return asked or (unnamed and LOOKS_LIKE_ONE.match(piece.upper()) is not None)


def _other_one(turn: Turn) -> bool:
    """A second number beside the first one, where a duplicate is spoken of or both stand in one message."""
    draft, reading = turn.draft, turn.reading
    if draft.order_no is None or draft.other_order_no or turn.state is TalkState.ASK_OWNERSHIP:
        return False
    doubled = Reason.DUPLICATE_ORDER in (draft.reason, reading.reason)
    return doubled or (len(_numbers(turn)) > 1 and draft.order_no in _numbers(turn))


def names_a_number(turn: Turn) -> bool:
    """Whether an order number stands in the message, by its shape alone: whether there is such an order is not said."""
    return bool(turn.reading.order_nos or turn.reading.candidates)


def names_their_order(turn: Turn) -> bool:
    """Whether what is said picks one of their own orders."""
    said = turn.reading.amount is not None or turn.reading.day is not None or bool(turn.reading.terms)
    return said and bool(turn.facts.own) and len(described(turn.reading, turn.facts.own, turn.now)) == 1


def described_number(turn: Turn) -> tuple[str, ...]:
    """The number of the one order of their own that is described; nothing where none is, or several are."""
    return (described(turn.reading, turn.facts.own, turn.now)[0].order_no,) if names_their_order(turn) else ()


def _take_described(turn: Turn) -> None:
    """「昨天买的腾讯视频，25块那个」: only among orders that are theirs without asking."""
    open_on = {case.order.order_no for case in turn.facts.cases if case.state not in LAST}
    own = tuple(order for order in turn.facts.own if order.order_no not in open_on) or turn.facts.own
    found = described(turn.reading, own, turn.now)
    if len(found) == 1:
        turn.know(order_no=found[0].order_no)


def _take_proof(turn: Turn) -> None:
    """Contacts and passwords are kept until the order is named; other words count only where proof was asked for."""
    reading, before = turn.reading, turn.draft.offered
    asked = turn.state is TalkState.ASK_OWNERSHIP and not (reading.contacts or reading.passwords)
    words = [word for word in reading.words if any(sign.isdigit() for sign in word)]
    if not words and (len(reading.words) == 1 or reading.language != "en"):
        words = list(reading.words[:1])    # an English sentence is no password, and no wrong try
    said = dict.fromkeys((*reading.contacts, *reading.passwords, *(words if asked else ())))
    named = [word for word in said if not _is_number(turn, word)][:MOST_OFFERED]
    turn.know(offered=tuple(dict.fromkeys((*before, *named)))[-MOST_OFFERED:])
    # What was given before the order was named is tried as soon as it is.
    tried = tuple(named) or (before if turn.draft.order_no != _order_before(turn) else ())
    if turn.draft.order_no and tried and turn.theirs is None and not turn.locked_out():
        _count_wrong_try(turn, tried)


def _is_number(turn: Turn, word: str) -> bool:
    return word.upper() in (turn.draft.order_no, turn.draft.other_order_no, *turn.reading.order_nos)


def _order_before(turn: Turn) -> str | None:
    return turn.talk.draft.order_no if turn.talk.draft else None


def _count_wrong_try(turn: Turn, guesses: tuple[str, ...]) -> None:
    number = turn.draft.order_no or ""
    count = len(guesses)
    turn.tried_in_vain = (number,) * count
    turn.remember(tries=(*turn.talk.tries, *(turn.now,) * count)[-20:])
    turn.done = turn.done.also(wrong_tries=turn.tried_in_vain)


def trust_the_record(turn: Turn) -> None:
    """A guess that the order's own record bears out needs no question: undelivered goods, a service complained of."""
    order, guess = turn.theirs, next(iter(turn.draft.guesses), None)
    if order is None or turn.draft.reason or turn.already_open() or turn.given_back():
        return
    undelivered, service = order.status is OrderStatus.UNDELIVERED, order.kind is Goods.SERVICE
    if guess is None and not turn.draft.vague:
        guess = _pictured_reason(turn)
        turn.know(guesses=(guess,) if guess else ())
    if guess is None and undelivered and not service and "detail" in turn.draft.asked:
        turn.know(guesses=(Reason.NOT_DELIVERED,))    # nothing that was said decides, but the record does
        return
    borne_out = (guess is Reason.NOT_DELIVERED and undelivered) or (guess is Reason.SERVICE_FAILED and service)
    likely = len(turn.draft.guesses) == 1 and turn.reading.confidence >= LIKELY
    if guess and (borne_out or (likely and _shuts_no_door(turn, guess))):
        take_reason(turn, guess, sure=False)


def _shuts_no_door(turn: Turn, guess: Reason) -> bool:
    """A likely guess that the rules leave open is shown with the next question, where it can be changed."""
    kept = turn.draft
    turn.know(reason=guess)
    verdict, turn.draft = turn.verdict(), kept
    return verdict.eligible is not Eligible.NO and not verdict.alternatives


def settle_order(turn: Turn) -> None:
    """An order shown to be theirs is bound to them; of two, the later is the claim's (domain, handing in)."""
    for order in (turn.shown(turn.draft.order_no), turn.shown(turn.draft.other_order_no)):
        if order and not is_theirs(order, turn.talk.chat, turn.bound):
            turn.done = turn.done.also(bind=(order.order_no,))
    first, second = turn.shown(turn.draft.order_no), turn.shown(turn.draft.other_order_no)
    if first and second and turn.draft.reason is Reason.DUPLICATE_ORDER and second.ordered_at > first.ordered_at:
        turn.know(order_no=second.order_no, other_order_no=first.order_no, quantity=None)


def _take_reason(turn: Turn) -> None:
    reading = turn.reading
    if named := _named_reason(turn):
        take_reason(turn, named)
        return
    if reading.intent in (Intent.PAYOUT_MISSING, Intent.URGE) and turn.draft.reason is None and not turn.facts.cases:
        # 「没到账」「怎么还没发」 of somebody who has asked for nothing yet: what has not come is the goods.
        turn.know(guesses=turn.draft.guesses or (Reason.NOT_DELIVERED,))
    if reading.intent is Intent.EXTERNAL_HELP and turn.draft.reason is None:
        beside = tuple(other.reason for other in reading.alternatives[:1])
        turn.know(guesses=turn.draft.guesses or beside)
    if reading.intent is not Intent.REFUND or _answers_use(turn) or _puts_number_right(turn):
        return
    if reading.reason is None or reading.confidence < HALF_SURE:
        turn.know(vague=turn.draft.reason is None and (reading.vague or turn.draft.vague))
        return
    if turn.draft.reason and turn.draft.reason is not reading.reason and not _changes_reason(turn):
        return
    enough = reading.confidence >= (LIKELY if turn.state in ASKED_FOR_WORDS else SURE)
    said_again = reading.reason in turn.draft.guesses and turn.state in ASKED_FOR_WORDS
    if enough or said_again or turn.draft.reason is reading.reason:
        take_reason(turn, reading.reason, sure=said_again or reading.confidence >= CERTAIN)
    elif turn.draft.reason is None and (not turn.draft.guesses or reading.confidence >= LIKELY):
        close = max(0.15, reading.confidence / 2)
        likely = (reading.reason, *(other.reason for other in reading.alternatives if other.confidence > close))
        turn.know(guesses=tuple(dict.fromkeys(likely))[:3])


def _puts_number_right(turn: Turn) -> bool:
    """「打错了，是 KM…」: what was typed wrong is the number, and nothing was bought by mistake."""
    another = _order_before(turn) is not None and turn.draft.order_no != _order_before(turn)
    return another and turn.state is TalkState.ASK_OWNERSHIP and turn.reading.reason is Reason.WRONG_PURCHASE


def _answers_use(turn: Turn) -> bool:
    """「还没用」 beside the question whether it was used is an answer to that, and no reason of its own."""
    if turn.state is TalkState.OFFER_INSTEAD:    # an answer to 「没用过的可以换」
        return turn.reading.code_used is not None and turn.reading.substance < 4
    if turn.state is not TalkState.ASK_DETAIL or "used" not in turn.draft.asked or turn.draft.reason is None:
        return False
    return turn.reading.code_used is not None or turn.reading.substance < 4 or turn.reading.confidence < SURE


def _named_reason(turn: Turn) -> Reason | None:
    """A reason called by its name where one was asked for or is put right: the last one that is not denied."""
    if turn.state not in ASKED_FOR_WORDS and turn.reading.wrong is not Part.REASON:
        return None
    text, found = turn.reading.text, None
    for reason, names in NAMES.items():
        for name in names:
            at = text.rfind(name)
            denied = text[max(0, at - 2) : at].endswith(("不是", "不算"))
            if at >= 0 and not denied and (found is None or at > found[0]):
                found = (at, reason)
    return found[1] if found else None


def _changes_reason(turn: Turn) -> bool:
    """Another reason in a later message counts where it is said plainly, or where the first was only a guess."""
    return turn.reading.wrong is Part.REASON or turn.reading.answer is Answer.NO or turn.reading.confidence >= 0.8


def take_reason(turn: Turn, reason: Reason, sure: bool = True) -> None:
    if turn.draft.reason is not reason:
        turn.know(declined=False, evidence_done=False, asked=turn.draft.asked - {"ruled", "offered"})
    known = turn.draft.reason is reason and turn.draft.reason_sure
    turn.know(reason=reason, guesses=(), vague=False, reason_sure=sure or known)


def _take_words(turn: Turn) -> None:
    text = turn.reading.text.strip()
    tells = turn.reading.intent is Intent.REFUND or turn.state in ASKED_FOR_WORDS
    if text and tells and text not in turn.draft.words:
        turn.know(words=(*turn.draft.words, text)[-MOST_WORDS:])


def take_files(turn: Turn) -> None:
    """Pictures are kept from the first word on, and given to what the reason needs as soon as that is known."""
    draft = turn.draft
    evidence = add(turn.heard.files, draft.evidence, turn.now, turn.facts.doubts)
    evidence = beside(evidence, turn.facts.pictures, draft.reason, turn.theirs, draft.other_order_no)
    needs = turn.verdict().needs if turn.theirs and draft.reason else ()
    turn.know(evidence=assign(evidence, needs))


def _pictured(turn: Turn) -> tuple[str, ...]:
    """Order numbers on the pictures of a claim that names none."""
    readings = (turn.facts.pictures.get(file) for file in turn.heard.files)
    shown = [one.number.text for picture in readings if picture for one in picture.orders if one.number]
    known = [number for number in shown if number in turn.facts.orders]
    return tuple(dict.fromkeys(known or shown))[:2]


def _pictured_reason(turn: Turn) -> Reason | None:
    """What a claim without words is likely about, by what its pictures show. A guess: it is asked, or borne out."""
    order, files = turn.theirs, (*(piece.file for piece in turn.draft.evidence), *turn.heard.files)
    for picture in filter(None, map(turn.facts.pictures.get, files)):
        if picture.kind is PictureKind.ORDER_PAGE and order and order.status is OrderStatus.UNDELIVERED:
            return Reason.NOT_DELIVERED
        if picture.kind in REASON_OF:
            return REASON_OF[picture.kind]
    return None


REASON_OF = {
    PictureKind.ACTIVATION_ERROR: Reason.INVALID_CODE,
    PictureKind.FAULT_SCREEN: Reason.MALFUNCTION,
    PictureKind.SERVICE_RECORD: Reason.SERVICE_FAILED,
}
"""What a picture of that kind is sent for, where nothing else is known."""


def as_told(turn: Turn, reason: Reason) -> None:
    """A reason that was chosen by a button."""
    take_reason(turn, reason)
    settle_order(turn)
    take_files(turn)
