"""The nouns of the rules: a row and what it may ask of a claim, the figures, and the policy that holds them."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property

from msgspec import Struct

from flows.model import Cents, Eligible, Goods, Need, Order, OrderStatus, Remedy, Role
from flows.workdays import Calendar
from nlp.codes import Reason


class Lengths(Struct, frozen=True):
    """A length of time that depends on the goods: by product first, then by kind, then the default."""

    default: timedelta
    by_kind: Mapping[Goods, timedelta]
    by_product: tuple[tuple[str, timedelta], ...] = ()

    def of(self, order: Order) -> timedelta:
        for words, length in self.by_product:
            if words in order.product.casefold():
                return length
        return self.by_kind.get(order.kind, self.default)


class Limits(Struct, frozen=True):
    auto_approve: Cents  # up to which the house decides at once
    agent_approve: Cents | None  # above which a supervisor decides; None: agents decide every amount
    wrong_tries: int
    order_tries: int
    door_hours: int

    def may_decide(self, role: Role, cash: Cents) -> bool:
        """Whether somebody of this role may give back this much."""
        if role is Role.SYSTEM:
            # "0.00" is never: an order that points or a coupon paid for costs nothing, and gives back points.
            return self.auto_approve > 0 and cash <= self.auto_approve
        free = self.agent_approve is None or cash <= self.agent_approve
        return role is Role.SUPERVISOR or (role is Role.AGENT and free)


class Clock(Struct, frozen=True):
    review_days: int
    appeal_days: int
    offer_hours: int
    evidence_hours: int
    reminder_hours: int
    draft_hours: int
    draft_reminder_minutes: int
    agent_silence_minutes: int
    payout_unknown_hours: int


class Rule(Struct, frozen=True, dict=True):
    """A row of the rules. `evidence` None: what the reason needs."""

    rule: str
    reasons: frozenset[Reason]
    when: tuple[str, ...]
    eligible: Eligible
    within: str | None = None
    after: str | None = None
    alternatives: tuple[Remedy, ...] = ()
    evidence: tuple[Need, ...] | None = ()
    words: str = ""
    title: str = ""

    @cached_property
    def holds(self) -> tuple[Callable[["Claim"], bool], ...]:
        return tuple(CONDITIONS[name] for name in self.when)

    def fits(self, claim: "Claim") -> bool:
        for holds in self.holds:
            if not holds(claim):
                return False
        if self.within and not claim.age_is_within(self.within):
            return False
        return not self.after or claim.age_is_within(self.after) is False


class Policy(Struct, frozen=True, eq=False, dict=True):
    """All rules of a shop at one time. `version` is the hash of what they say, `texts` the files that say it."""

    version: str
    texts: tuple[str, ...]
    rows: tuple[Rule, ...]
    windows: Mapping[str, Lengths]
    promise: Lengths
    needs: Mapping[Reason, tuple[Need, ...]]
    never_without_cause: tuple[str, ...]
    limits: Limits
    clock: Clock
    calendar: Calendar

    @cached_property
    def by_reason(self) -> Mapping[Reason, tuple[Rule, ...]]:
        return {reason: tuple(row for row in self.rows if reason in row.reasons) for reason in Reason}

    def promised_at(self, order: Order) -> datetime:
        return order.promised_at or order.ordered_at + self.promise.of(order)


class Claim(Struct, frozen=True):
    """What the rows look at: an order at a moment."""

    policy: Policy
    order: Order
    now: datetime
    code_used: bool | None = None
    granted: int = 0

    def until(self, window: str) -> datetime | None:
        """The last moment of a window that opens with delivery."""
        delivered = self.order.delivered_at
        return None if delivered is None else delivered + self.policy.windows[window].of(self.order)

    def age_is_within(self, window: str) -> bool | None:
        until = self.until(window)
        return None if until is None else self.now <= until

    def is_late(self) -> bool:
        """A promise holds through its last second."""
        return self.now > self.policy.promised_at(self.order)

    def is_undelivered(self) -> bool:
        return self.order.status is OrderStatus.UNDELIVERED

    def is_delivered(self) -> bool:
        return self.order.status is OrderStatus.DELIVERED

    def is_never_without_cause(self) -> bool:
        product = self.order.product.casefold()
        return any(words in product for words in self.policy.never_without_cause)


def _of_kind(kind: Goods) -> Callable[[Claim], bool]:
    return lambda claim: claim.order.kind is kind


# fmt: off
CONDITIONS: Mapping[str, Callable[[Claim], bool]] = {
    "closed":                lambda claim: claim.order.status is OrderStatus.CLOSED,
    "undelivered":           Claim.is_undelivered,
    "delivered":             Claim.is_delivered,
    "past_promise":          lambda claim: claim.is_undelivered() and claim.is_late(),
    "before_promise":        lambda claim: claim.is_undelivered() and not claim.is_late(),
    "service_begun":         lambda claim: claim.order.service_started_at is not None,
    "service_not_begun":     lambda claim: claim.order.service_started_at is None,
    "code_used":             lambda claim: claim.code_used is True,
    "code_not_known_used":   lambda claim: claim.code_used is not True,
    "nothing_left":          lambda claim: claim.granted >= claim.order.quantity,
    "record_unclear":        lambda claim: claim.is_undelivered() and claim.order.delivered_at is not None,
    "delivery_time_unknown": lambda claim: claim.is_delivered() and claim.order.delivered_at is None,
    "never_without_cause":   Claim.is_never_without_cause,
    **{f"kind_{kind}": _of_kind(kind) for kind in Goods},
}
# fmt: on
