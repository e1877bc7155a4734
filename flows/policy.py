"""The rules: what they say of one claim, with the facts that the answer rests on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache

from msgspec.structs import replace

from flows.amount import refund_for
from flows.model import Eligible, Goods, Order, OrderStatus, Refund, Remedy, Text, Value, Verdict, Yuan
from flows.policy_file import BadPolicy, load
from flows.rules import Claim, Policy, Rule
from flows.workdays import SHANGHAI
from nlp.codes import Reason

__all__ = ["BadPolicy", "Policy", "calendar_notice", "judge", "load", "without"]

BY_HAND = "order.by_hand"
"""The rule of a claim that the record alone would decide, of a customer for whom nothing is decided by itself."""
UNKNOWN = Text("rule.unknown")
NOTICE = timedelta(days=60)


def judge(
    policy: Policy, order: Order, reason: Reason, *, now: datetime,
    high_risk: bool = False, code_used: bool | None = None, quantity: int | None = None, granted: int = 0,
) -> Verdict:  # fmt: skip
    """The first row that fits decides. `quantity`: pieces asked back, the rest of the order where left out."""
    claim = Claim(policy, order, now, code_used, granted)
    row = _first_that_fits(policy.by_reason[reason], claim)
    pieces = order.quantity - granted if quantity is None else quantity
    refund = refund_for(order, pieces, granted)
    by_hand = high_risk and row.eligible is Eligible.YES
    return Verdict(
        eligible=Eligible.REVIEW if by_hand else row.eligible,
        rule=BY_HAND if by_hand else row.rule,
        refund=refund,
        alternatives=row.alternatives,
        needs=policy.needs[reason] if row.evidence is None else row.evidence,
        apply_before=claim.until(row.within) if row.within and row.eligible is not Eligible.NO else None,
        facts=_facts(claim, row, refund, pieces),
        words="" if by_hand else row.words,
        title="" if by_hand else row.title,
    )


def _first_that_fits(rows: tuple[Rule, ...], claim: Claim) -> Rule:
    """There is one: rules that leave a claim without a row are never loaded."""
    for row in rows:
        if row.fits(claim):
            return row
    raise LookupError(f"no row fits {claim.order.order_no}")


def without(verdict: Verdict, remedy: Remedy) -> Verdict:
    """The same answer where that way is not open."""
    left = tuple(other for other in verdict.alternatives if other is not remedy)
    return replace(verdict, alternatives=left, facts={**verdict.facts, "instead": _instead(left)})


def calendar_notice(policy: Policy, now: datetime) -> Text | None:
    """What the owner has to know in good time: from when on no holidays are known any more."""
    known = policy.calendar.known_through()
    if now.astimezone(SHANGHAI).date() + NOTICE < known:
        return None
    return Text("rule.calendar_ends", {"year": known.year, "next": known.year + 1})


def _facts(claim: Claim, row: Rule, refund: Refund, pieces: int) -> Mapping[str, Value]:
    """All that a sentence may name: the rule's figures, the order's own times and sums, what is offered instead."""
    order, policy, window = claim.order, claim.policy, row.within or row.after
    until = claim.until(window) if window else None
    sums = _sums(order, pieces, claim.granted)
    amount = Text("rule.amount", {"back": _back(refund), "notes": sums})
    return {
        "order_no": order.order_no,
        "product": order.product,
        "row": row.rule,
        "quantity": order.quantity,
        "paid": Yuan(order.amount_paid),
        "amount": amount,
        "sums": sums,
        **(_beside_own_words(row, amount, until) if row.words else {}),
        "ordered_at": order.ordered_at,
        "promised_at": policy.promised_at(order),
        "stage": _stage(order),
        "delivered_at": order.delivered_at or UNKNOWN,
        "started_at": order.service_started_at or UNKNOWN,
        "window": span(policy.windows[window].of(order)) if window else "",
        "until": until or UNKNOWN,
        "days": policy.clock.review_days,
        "instead": _instead(row.alternatives),
        "still": _still(claim, row),
    }


def _sums(order: Order, pieces: int, granted: int) -> tuple[Value, ...]:
    """The arithmetic: what was paid for how much, what of it went back before, what is not paid out."""
    paid = Yuan(order.amount_paid)
    if order.quantity > 1:
        sums: tuple[Value, ...] = (Text("rule.pieces", {"pieces": pieces, "quantity": order.quantity, "paid": paid}),)
    else:
        sums = (Text("rule.paid", {"paid": paid}),)
    if order.points:
        sums += (Text("rule.points_used", {"points": order.points}),)
    if order.coupon:
        sums += (Text("rule.coupon", {"coupon": Yuan(order.coupon)}),)
    if granted:
        sums += (Text("rule.before", {"before": _back(refund_for(order, granted, 0))}),)
    return sums


def _back(refund: Refund) -> tuple[Value, ...]:
    """Money as money, points as points."""
    points: tuple[Value, ...] = (Text("rule.points", {"points": refund.points}),) if refund.points else ()
    return (Yuan(refund.cash), *points) if refund.cash or not points else points


def _beside_own_words(row: Rule, amount: Text, until: datetime | None) -> Mapping[str, Value]:
    """What the words of a shop's own row cannot know: what this order gives back, and until when."""
    opens = until and row.within and row.eligible is not Eligible.NO
    return {
        "gives": "" if row.eligible is Eligible.NO else Text(f"rule.gives.{row.eligible}", {"amount": amount}),
        "open": Text("rule.open", {"until": until}) if opens and until else "",
    }


def _stage(order: Order) -> Text:
    """How far the order has come, in words."""
    if order.status is OrderStatus.DELIVERED:
        at = order.delivered_at
        return Text("rule.stage.delivered_once") if at is None else Text("rule.stage.delivered", {"at": at})
    if order.service_started_at is not None:
        return Text("rule.stage.begun", {"at": order.service_started_at})
    return Text("rule.stage.not_begun" if order.kind is Goods.SERVICE else "rule.stage.undelivered")


def _still(claim: Claim, row: Rule) -> Value:
    """What refuses goods that never came, and knows of a delivery, says until when faults of them may be claimed."""
    if row.eligible is not Eligible.NO or Reason.NOT_DELIVERED not in row.reasons or not claim.is_delivered():
        return ""
    faults = next((row for row in claim.policy.by_reason[Reason.MALFUNCTION] if row.fits(claim)), row)
    until = claim.until(faults.within) if faults.within and faults.eligible is not Eligible.NO else None
    return Text("rule.still", {"until": until}) if until else ""


@cache
def _instead(alternatives: tuple[Remedy, ...]) -> Value:
    if not alternatives:
        return ""
    return Text("rule.instead", {"ways": tuple(Text(f"rule.way.{way}") for way in alternatives)})


@lru_cache(maxsize=256)
def span(length: timedelta) -> Text:
    """A length of time as people say it: whole days from two on, else hours or minutes."""
    minutes = int(length / timedelta(minutes=1))
    if minutes >= 2880 and minutes % 1440 == 0:
        return Text("rule.days", {"n": minutes // 1440})
    if minutes % 60:
        return Text("rule.minutes", {"n": minutes})
    return Text("rule.hour" if minutes == 60 else "rule.hours", {"n": minutes // 60})
