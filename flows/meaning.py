"""What a message means in the state that the conversation is in: the trigger that the table is walked with."""

from collections.abc import Callable

from flows.claim import as_told, described_number, forget_reason, names_a_number, names_their_order, take_down
from flows.dispute import offer_meant, tells_something
from flows.followup import MONEY_GRANTED, WITHDRAWABLE, names_a_case
from flows.model import LAST, CaseState, Draft, Remedy, TalkState
from flows.turn import LASTING, Turn
from nlp.codes import Answer, Intent, Reason, Topic

T = TalkState
A = Answer
CLAIMING = (T.ASK_ORDER, T.ASK_OWNERSHIP, T.ASK_REASON, T.ASK_DETAIL, T.OFFER_INSTEAD, T.ASK_EVIDENCE, T.CONFIRM)
PLAIN, LIKELY = 0.6, 0.4
"""From this confidence on, a message that wants something else than was asked for is taken at its word; where the
question was for the customer's own words, it has to be plainer than where a picture or a yes was asked for."""
OWN_WORDS = (T.ASK_REASON, T.ASK_DETAIL, T.ASK_APPEAL, T.ADD_EVIDENCE)
A_FEW_WORDS = 4
ASIDE = frozenset(Intent) - {Intent.REFUND, Intent.OTHER}


def meaning(turn: Turn) -> str:
    """The trigger of this message. What it says of a claim is taken down on the way."""
    heard = turn.heard
    if turn.talk.state is T.WITH_AGENT:
        return "resume" if heard.button == "resume" or heard.reading.answer is A.RESUME else "anything"
    if heard.started:
        return _started(turn)
    if heard.button is not None:
        return _pressed(turn, heard.button)
    if heard.kind != "text":
        return "unsupported"
    if heard.unusable and not heard.files and not heard.reading.text.strip():
        return "unusable"
    return _tell(turn, _said(turn))


def _started(turn: Turn) -> str:
    number = turn.heard.linked
    if number is None:
        return "greeting"
    # However the shop's page writes it: what is bound and what is open is kept under the number of the record.
    number = turn.facts.orders[number].order_no if number in turn.facts.orders else number
    if turn.draft.order_no != number:
        turn.draft = Draft(evidence=turn.draft.evidence)
    turn.know(order_no=number)
    turn.done = turn.done.also(bind=(number,))
    return _tell(turn, "tell")


def _tell(turn: Turn, trigger: str) -> str:
    if trigger == "tell":
        take_down(turn)
    return trigger


# ---- buttons


def _pressed(turn: Turn, pressed: str) -> str:
    serial, _, value = pressed.partition(".") if pressed[:1].isdigit() else ("", "", pressed)
    if serial:
        known = next((choice.value for choice in turn.talk.choices if choice.id == pressed), None)
        if known is None:
            return "stale"
        return press(turn, known)
    name = value.partition(":")[0]
    return press(turn, value) if name in LASTING else "stale"


def press(turn: Turn, value: str) -> str:
    """A button that is still good: what it fills in is written down."""
    name, _, turn.argument = value.partition(":")
    if name in FILLS_IN:
        return FILLS_IN[name](turn, turn.argument)
    return {
        "add": "add_evidence",
        "outside": "external_help",
        "retry": "tell",
        "refund": "tell",
        "written": "in_writing",
    }.get(name, name)


def _order(turn: Turn, number: str) -> str:
    if number == "other":
        return "order_wanted"
    turn.know(order_no=number)
    return _tell(turn, "tell")


def _reason(turn: Turn, code: str) -> str:
    if code == "none":
        turn.know(guesses=())
    else:
        as_told(turn, Reason(code))
    return "tell"


def _used(turn: Turn, said: str) -> str:
    turn.know(code_used=said == "yes")
    return "tell"


def _change(turn: Turn, part: str) -> str:
    if part == "order":
        turn.know(
        order_no=None, other_order_no=None, quantity=None, told_at=None, asked=turn.draft.asked - {"order"}
    )
        return "order_wanted"
    if part == "reason":
        forget_reason(turn)
        return "tell"
    if part == "evidence":
        turn.know(evidence=(), evidence_done=False)
        return "evidence_wanted"
    return "change"


def _go_on(turn: Turn, _: str) -> str:
    return _tell(turn, "tell")


FILLS_IN: dict[str, Callable[[Turn, str], str]] = {
    "order": _order,
    "reason": _reason,
    "used": _used,
    "change": _change,
    "go_on": _go_on,
    "type": lambda turn, kind: _reason(turn, kind) if kind == Reason.NOT_DELIVERED else "type_chosen",
}


# ---- text and pictures


def _said(turn: Turn) -> str:
    reading, choices = turn.reading, turn.talk.choices
    if reading.choice and reading.choice <= len(choices):
        return press(turn, choices[reading.choice - 1].value)
    if not reading.text.strip() and turn.heard.files:
        return _picture(turn)
    if reading.answer is A.LATER:
        return "later"
    takes_it = turn.state is T.OFFER_INSTEAD and turn.claim_known() and reading.remedy in turn.verdict().alternatives
    if turn.state in CLAIMING and not takes_it and (reading.wrong or reading.answer in (A.BACK, A.CANCEL, A.RESTART)):
        return "tell" if reading.wrong else str(reading.answer)
    return IN_STATE.get(T(turn.state), _idle)(turn)


def _picture(turn: Turn) -> str:
    if turn.state in CLAIMING:
        return "tell"
    return "picture"


def _aside(turn: Turn) -> str | None:
    """Wants something else than what was asked for."""
    reading = turn.reading
    plain = PLAIN if turn.state in OWN_WORDS or reading.intent is Intent.THANKS else LIKELY
    if reading.intent in ASIDE and reading.confidence >= plain and reading.answer is None:
        return "cancel" if reading.intent is Intent.WITHDRAW and turn.state in CLAIMING else str(reading.intent)
    if reading.intent is Intent.OTHER and reading.topic is Topic.HOW_LONG and reading.substance <= A_FEW_WORDS:
        return str(Intent.POLICY)
    return None


def _idle(turn: Turn) -> str:
    reading = turn.reading
    offered = bool(turn.cases_in(CaseState.OFFERED)) and not names_a_number(turn)
    wants_money = reading.intent is Intent.REFUND and reading.reason is None and not reading.case_nos
    if offered and wants_money and reading.answer is None:
        return "decline"
    offers = [case.offer for case in turn.cases_in(CaseState.OFFERED)]
    names_offer = offered and reading.answer is None and reading.remedy in offers and reading.substance <= 4
    takes = reading.answer is A.ACCEPT or (reading.answer is A.YES and reading.remedy is not None)
    if offered and (takes or names_offer) and offer_meant(turn) is None:
        return "status"    # 「我要余额」 where an exchange was offered, or one of several offers: what stands is shown
    if offered and reading.answer is None and reading.remedy in offers:
        return "accept" if names_offer else "repeat"
    if reading.remedy == "cancel" and not turn.cases_in(*WITHDRAWABLE) and not turn.drafting():
        turn.know(guesses=(Reason.CHANGE_OF_MIND,))    # 「取消订单」 of what nobody has claimed yet
        return _new_claim(turn)
    if "other_waits" in turn.draft.asked and reading.answer in (A.YES, A.NO):
        turn.know(asked=turn.draft.asked - {"other_waits"})
        return "yes" if reading.answer is A.YES else "cancel"
    if reading.answer is A.CANCEL and turn.drafting():
        return "cancel"
    if reading.answer is A.KEEP:
        return "keep"    # however it reads: nobody who says 「别撤」 withdraws
    agrees = reading.answer is A.YES and not offered and not turn.drafting()    # 「好的」 is half a question
    if reading.intent is Intent.THANKS and not agrees:
        # 「好的」 to an offer may be either: what was offered is shown once more, with its two answers.
        return "status" if offered and reading.answer is A.YES else "thanks"
    answers = reading.answer and reading.answer is not A.ARRIVED
    if answers and (reading.intent is not Intent.REFUND or offered):
        return str(reading.answer)
    if reading.case_nos and reading.intent is Intent.OTHER:
        return "status"
    if reading.intent is Intent.STATUS and reading.order_nos and turn.facts.cases and not names_a_case(turn):
        return "number"    # of an order that no case is about: the status of another one answers nothing
    if reading.intent is Intent.REFUND and _asks_after_money(turn):
        return "payout_missing"
    if _hardly_a_claim(turn):
        return "supplement"
    if turn.heard.files and reading.intent is Intent.OTHER:
        return "picture"
    if reading.intent is Intent.REFUND or _claims_without_asking(turn):
        return _new_claim(turn)
    if reading.intent is Intent.OTHER and names_a_number(turn):
        return "number"
    if reading.intent is Intent.WITHDRAW and reading.confidence < LIKELY:
        return "other"    # asked on a guess whether to withdraw, the next 「好的」 would do it
    return str(reading.intent)


def _claims_without_asking(turn: Turn) -> bool:
    """A claim in other words: their order is described, proof is brought, or they wait for what no case is about."""
    reading = turn.reading
    if reading.intent is Intent.OTHER:
        return names_their_order(turn) or (bool(reading.contacts) and not turn.facts.cases)
    if turn.facts.cases:
        return False
    if reading.intent in (Intent.EXTERNAL_HELP, Intent.POLICY) and names_a_number(turn):
        return True    # 「KM… 没到，不退就12315」: a threat of somebody whose claim is not even known yet
    waits = reading.intent in (Intent.PAYOUT_MISSING, Intent.URGE)
    return waits and (bool(reading.order_nos or reading.contacts) or names_their_order(turn) or _only_one_order(turn))


def _asks_after_money(turn: Turn) -> bool:
    """「没收到啊」 right after money was granted, of nothing else: it is that money."""
    granted = any(case.number == turn.talk.case for case in turn.cases_in(*MONEY_GRANTED))
    elsewhere = names_a_number(turn) or names_their_order(turn) or turn.drafting()
    return granted and not elsewhere and turn.reading.reason in (None, Reason.NOT_DELIVERED)


def _hardly_a_claim(turn: Turn) -> bool:
    """Read as a complaint, but barely, where a case is open and no other order is named: it is about that case."""
    reading = turn.reading
    unsure = reading.intent is Intent.REFUND and reading.confidence < LIKELY and not names_a_number(turn)
    return unsure and not turn.drafting() and any(case.state not in LAST for case in turn.facts.cases)


def _only_one_order(turn: Turn) -> bool:
    return len(turn.facts.own) == 1


def _new_claim(turn: Turn) -> str:
    """A complaint that names another order than the one put off begins anew."""
    numbers = turn.reading.order_nos or described_number(turn)
    if turn.draft.order_no and numbers and turn.draft.order_no not in numbers:
        turn.draft = Draft()
    return "tell"


def _order_asked(turn: Turn) -> str:
    reading = turn.reading
    if reading.order_nos or reading.candidates or reading.contacts:
        return "tell"
    return "unknown" if reading.answer is A.UNKNOWN else _aside(turn) or "tell"


def _ownership_asked(turn: Turn) -> str:
    reading = turn.reading
    if reading.contacts or reading.passwords:
        return "tell"
    aside = _aside(turn)
    if aside == Intent.ASK_BASIS:
        return "unknown"    # 「凭什么要手机号」
    if aside and not any(any(letter.isdigit() for letter in word) for word in reading.words):
        return aside
    if reading.answer is A.UNKNOWN or not (reading.words or reading.order_nos or reading.intent is Intent.REFUND):
        return "unknown"
    return "tell"


def _reason_asked(turn: Turn) -> str:
    reading = turn.reading
    insists = reading.answer in (A.YES, A.ACCEPT, A.DECLINE) or reading.intent is Intent.REFUND
    if reading.reason is None and not reading.wrong and insists and turn.one_guess():
        return "yes"
    if reading.reason is None and reading.answer is A.NO:
        return "no"
    return _aside(turn) or "tell"


def _detail_asked(turn: Turn) -> str:
    reading = turn.reading
    if turn.draft.code_used is None and "used" in turn.draft.asked and reading.code_used is None:
        if reading.answer in (A.YES, A.ACCEPT):
            turn.know(code_used=True)
        elif reading.answer in (A.NO, A.NO_MORE):
            turn.know(code_used=False)
    tells = reading.order_nos or reading.code_used is not None or reading.substance >= 4
    aside = _aside(turn)
    return aside if aside and not (tells and aside not in (Intent.HUMAN, Intent.POLICY)) else "tell"


def _offer_asked(turn: Turn) -> str:
    reading = turn.reading
    if reading.answer is A.IN_WRITING:
        return "in_writing"
    if turn.theirs is None or turn.draft.reason is None:
        return _aside(turn) or "tell"
    if reading.answer in (A.DECLINE, A.NO):
        return "decline"
    open_to = turn.verdict().alternatives
    if reading.remedy in open_to and reading.answer in (A.ACCEPT, A.YES, A.CANCEL, None):
        turn.argument = str(reading.remedy)
        return "accept"
    if reading.answer in (A.ACCEPT, A.YES):
        if reading.remedy is not None:
            return "repeat"    # 「我要余额」 where only cancelling is open: what is taken is taken for good
        if not open_to and not names_a_case(turn):
            return "repeat"    # 「好的」 to a refusal takes nothing that another case was offered
        turn.argument = str(open_to[0]) if len(open_to) == 1 else ""
        return "accept"
    if reading.code_used is not None and turn.draft.code_used is None:
        return "tell"    # 「没用过」 is a fact, and turns nothing down
    if reading.intent is Intent.REFUND and reading.reason in (None, turn.draft.reason) and not reading.code_used:
        turn.know(code_used=turn.draft.code_used if reading.code_used is None else reading.code_used)
        return "decline"
    return _aside(turn) or "tell"


def _evidence_asked(turn: Turn) -> str:
    reading = turn.reading
    if turn.heard.files:
        return "tell"
    if turn.contradicted() and reading.answer in (A.YES, A.ACCEPT, A.NO_MORE, A.NO):
        return "as_it_is"
    if reading.answer in (A.NO_MORE, A.UNKNOWN, A.NO):
        return "no_more"
    aside, first = _aside(turn), "words_for_pictures" not in turn.draft.asked
    if reading.topic is Topic.EVIDENCE and (aside == Intent.POLICY or (reading.intent is Intent.OTHER and first)):
        turn.once("words_for_pictures")
        return "example"    # 「什么截图」「怎么截」: not what other reasons need
    if aside and aside != Intent.ADD_EVIDENCE:
        return aside
    adds_nothing = reading.reason in (None, turn.draft.reason) and not names_a_number(turn)
    if adds_nothing and not first:
        return "no_more"    # asked twice for pictures, and answered in words: there are none
    turn.once("words_for_pictures")
    return "tell"


def _confirm_asked(turn: Turn) -> str:
    reading = turn.reading
    if turn.heard.files:
        return "tell"
    if _names_another_sum(turn):
        return "another_sum"
    if reading.answer is A.ARRIVED and turn.draft.reason is Reason.NOT_DELIVERED:
        return "arrived"
    if reading.remedy in (Remedy.EXCHANGE, Remedy.CREDIT) and not reading.wrong and not names_a_number(turn):
        turn.argument = str(reading.remedy)
        return "accept"
    other_reason = reading.reason not in (None, turn.draft.reason)
    says_more = reading.wrong or names_a_number(turn) or reading.substance > 3
    sure = reading.confidence >= LIKELY    # what is handed in may be paid at once: 「等下再说」 is no wish on a guess
    if reading.intent is Intent.URGE and sure and not turn.facts.cases:
        return "yes"    # 「赶紧退」
    bare_wish = reading.intent is Intent.REFUND and sure and reading.answer is not A.NO and not says_more
    if (reading.answer in (A.YES, A.ACCEPT, A.NO_MORE) or bare_wish) and not other_reason:
        return "yes"
    if reading.answer is A.NO and not (other_reason or reading.order_nos):
        return "no"
    aside = _aside(turn)
    if reading.topic is Topic.WAY_BACK and not (aside or reading.wrong or names_a_number(turn)):
        return "accept"    # 「我是微信付的」: what is doubted is where it goes
    return aside or "tell"


def _names_another_sum(turn: Turn) -> bool:
    """「我付的是60」 beside a summary that says 49.80: the sum is disputed, and nothing else is told."""
    said, order = turn.reading.amount, turn.theirs
    if said is None or order is None or turn.reading.answer or turn.reading.wrong or names_a_number(turn):
        return False
    return int(said * 100) not in (order.amount_paid, turn.verdict().refund.cash)


def _more_asked(turn: Turn) -> str:
    reading = turn.reading
    if turn.heard.files:
        return "picture"
    if reading.intent is Intent.WITHDRAW and reading.confidence >= PLAIN and reading.answer in (None, A.CANCEL):
        return "withdraw"    # 「算了不退了」 ends more than the pictures
    if reading.answer in (A.NO_MORE, A.NO, A.CANCEL, A.BACK, A.UNKNOWN):
        return "no_more"
    asks_which = reading.substance <= A_FEW_WORDS - 1 or reading.intent in (Intent.POLICY, Intent.ASK_BASIS)
    if reading.topic is Topic.EVIDENCE and asks_which:
        return "repeat"    # 「补什么」 brings nothing, and would end the waiting
    if reading.intent is Intent.ADD_EVIDENCE or reading.substance >= 4:
        return _aside_but(turn, Intent.ADD_EVIDENCE) or "picture"
    return _idle(turn)


def _material_asked(turn: Turn) -> str:
    reading = turn.reading
    if reading.answer in (A.NO, A.NO_MORE, A.CANCEL, A.BACK, A.UNKNOWN):
        return "no"
    if reading.answer is A.DECLINE:
        return "repeat"    # 「还我钱」 gives nothing up
    if tells_something(turn):
        return _aside_but(turn, Intent.APPEAL, Intent.ADD_EVIDENCE, Intent.ASK_BASIS, Intent.URGE) or "material"
    return _aside_but(turn, Intent.APPEAL) or "repeat"


def _aside_but(turn: Turn, *fitting: Intent) -> str | None:
    aside = _aside(turn)
    return None if aside in fitting or aside in (Intent.STATUS, Intent.THANKS) else aside


def _withdraw_asked(turn: Turn) -> str:
    reading = turn.reading
    if reading.answer is A.KEEP:
        return "no"
    if reading.answer in (A.YES, A.ACCEPT, A.CANCEL) or reading.intent is Intent.WITHDRAW:
        return "yes"
    return "no" if reading.answer else _aside(turn) or "no"


IN_STATE: dict[TalkState, Callable[[Turn], str]] = {
    T.IDLE: _idle,
    T.ASK_ORDER: _order_asked,
    T.ASK_OWNERSHIP: _ownership_asked,
    T.ASK_REASON: _reason_asked,
    T.ASK_DETAIL: _detail_asked,
    T.OFFER_INSTEAD: _offer_asked,
    T.ASK_EVIDENCE: _evidence_asked,
    T.CONFIRM: _confirm_asked,
    T.ADD_EVIDENCE: _more_asked,
    T.ASK_APPEAL: _material_asked,
    T.CONFIRM_WITHDRAW: _withdraw_asked,
}
