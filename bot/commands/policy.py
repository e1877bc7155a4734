"""`refund-desk policy`: the rules asked from outside, line by line, and a file of rules checked before it is used."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from bot.config import ConfigError, Settings
from bot.fields import BadField, code, flag, instant, moment, must, whole
from bot.json_lines import BadLine, Json, answered, line_id
from bot.orders.order_json import BadOrder, parse_order
from bot.shop import rules
from flows.amount import yuan
from flows.model import GRANTED, Eligible, Order, Text, Verdict
from flows.policy import BadPolicy, Policy, judge, load
from flows.policy_changes import Standing, changed_figures, judged_otherwise
from flows.workdays import SHANGHAI, Pause, due_at, stands
from nlp.codes import Reason

Say = Callable[[Text], str]
ELIGIBLE: dict[Eligible, bool | str] = {Eligible.YES: True, Eligible.REVIEW: "review", Eligible.NO: False}
MOST_PAUSES = 1000


def decide(source: BinaryIO, policy: Policy, say: Say) -> Iterator[str]:
    """A claim a line, the rules' answer a line."""
    return answered(source, lambda raw: _decision(raw, policy, say))


def due(source: BinaryIO, policy: Policy) -> Iterator[str]:
    """A review a line: when it was handed in, and when it waited for the customer. When it is due, a line."""
    return answered(source, lambda raw: _due_date(raw, policy))


def check(name: str, text: str, running: Policy, open_cases: Iterable[Standing] = ()) -> tuple[bool, list[str]]:
    """Whether these rules can be used, and what is wrong with them or what they would change."""
    try:
        new = load(text)
    except BadPolicy as bad:
        return False, [f"{name}:{problem.line or 1}: {problem.reason}" for problem in bad.problems]
    cases = [f"{case}: {'; '.join(changes)}" for case, changes in judged_otherwise(new, open_cases)]
    return True, [
        f"{name}: can be used, version {new.version}",
        *(changed_figures(running, new) or ("nothing differs from the rules that run",)),
        "open cases keep the rules they were judged by; by these they would stand otherwise:",
        *(cases or ["no open case"]),
        f"holidays are known through {new.calendar.known_through()}, later days go by weekends alone",
    ]


def in_force(settings: Settings) -> tuple[Policy, list[str]]:
    """What a new file is held against, and a word on it where that is not the file that the settings name."""
    try:
        return rules(settings), []
    except ConfigError:
        return load(), [f"{settings.rules.file} cannot be used itself: held against the rules as they come"]


def open_cases(settings: Settings, running: Policy) -> Iterator[Standing]:
    """The cases of this installation that are not over, by their own rules; none where nothing was ever kept."""
    # Only this asks the database, and importing it costs more than all the rest.
    from bot import app
    from bot.rulebook import Rulebook
    from storage.search import Search

    if not (settings.database.url or settings.data.exists()):
        return
    store = app.open_store(settings)
    book = Rulebook(settings.rules.file, running, store.rule_books)
    try:
        for known in Search(store.database).not_over():
            case = store.case(known.number)
            if case is not None:
                granted = store.about_orders([case.order.order_no])[case.order.order_no].ledger.granted
                own = case.quantity if case.state in GRANTED else 0
                yield Standing(case, book.of(case.policy), granted - own)
    finally:
        store.close()


def _decision(raw: Json, policy: Policy, say: Say) -> Json:
    order = _order(raw)
    granted = whole(raw, "refunded_quantity") or 0
    verdict = judge(
        policy,
        order,
        must(code(raw, "reason", Reason), "reason"),
        now=must(moment(raw, "now"), "now"),
        high_risk=_high_risk(raw),
        code_used=flag(raw, "code_used"),
        quantity=_quantity(raw, order, granted),
        granted=granted,
    )
    return {"id": line_id(raw), **_answer(verdict, say)}


def _answer(verdict: Verdict, say: Say) -> Json:
    """`refund` is what these pieces come to by rule 5, whatever the answer: what is asked for, granted or not."""
    return {
        "eligible": ELIGIBLE[verdict.eligible],
        "rule": verdict.rule,
        "refund": {"cash": yuan(verdict.refund.cash), "points": verdict.refund.points},
        "alternatives": [way.value for way in verdict.alternatives],
        "evidence": [need.value for need in verdict.needs],
        "apply_before": _iso(verdict.apply_before),
        "explanation": say(verdict.explanation),
    }


def _order(raw: Json) -> Order:
    order = must(raw.get("order"), "order")
    if not isinstance(order, dict):
        raise BadField("order", "an object with order_no, product, amount_paid, status, ordered_at")
    try:
        return parse_order(order)
    except BadOrder as bad:
        raise BadLine("bad_field", f"order.{bad}") from None


def _high_risk(raw: Json) -> bool:
    customer = raw.get("customer")
    if customer is None:
        return False
    if not isinstance(customer, dict):
        raise BadField("customer", 'an object like {"high_risk": false}')
    return flag(customer, "high_risk") or False


def _quantity(raw: Json, order: Order, granted: int) -> int | None:
    left = order.quantity - granted
    if left < 0:
        raise BadField("refunded_quantity", f"at most the {order.quantity} pieces that were bought", granted)
    pieces = whole(raw, "refund_quantity", least=1)
    if pieces is not None and pieces > left:
        raise BadField("refund_quantity", f"at most the {left} pieces that are left of {order.quantity}", pieces)
    return pieces


def _due_date(raw: Json, policy: Policy) -> Json:
    submitted = must(moment(raw, "submitted_at"), "submitted_at")
    pauses, days = _pauses(raw.get("paused")), policy.clock.review_days
    due = None if stands(submitted, pauses, days, policy.calendar) else due_at(submitted, pauses, days, policy.calendar)
    return {"id": line_id(raw), "due_at": _iso(due), "working_days": days}


def _pauses(raw: object) -> list[Pause]:
    if raw is None:
        return []
    if not isinstance(raw, list) or len(raw) > MOST_PAUSES:
        raise BadField("paused", f'at most {MOST_PAUSES} pairs ["from", "to"]')
    return [_pause(pair) for pair in raw]


def _pause(pair: object) -> Pause:
    if not isinstance(pair, list) or len(pair) != 2:
        raise BadField("paused", 'pairs ["from", "to"]', pair)
    start = instant(pair[0], "paused")
    until = None if pair[1] is None else instant(pair[1], "paused")
    if until is not None and until < start:
        raise BadField("paused", "an end that is not before its beginning", pair[1])
    return start, until


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(SHANGHAI).isoformat()
