"""LIFE: the table of a case's life, and the one way to take a step of it."""

from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from flows.model import Actor, Case, Event, Role
from flows.model import CaseState as S
from flows.table import Row, Table

CUSTOMER, SYSTEM = Role.CUSTOMER, Role.SYSTEM
AGENT = frozenset({Role.AGENT, Role.SUPERVISOR})
AGENT_OR_SYSTEM = AGENT | {Role.SYSTEM}


class NotAllowed(Exception):
    """A step that LIFE does not list, or whose condition does not hold. `why` is the condition's name, or `state`."""

    def __init__(self, case: Case | None, trigger: str, why: str) -> None:
        super().__init__(
            f"{trigger} is not allowed: {why}" if case is None else f"{case.number}: {trigger} from {case.state}: {why}"
        )
        self.case, self.trigger, self.why = case, trigger, why


@dataclass(slots=True)
class Step:
    """The walker of LIFE: one case, whoever acts, and the conditions of the table as methods."""

    case: Case
    actor: Actor
    at: datetime
    why: str = ""
    high_risk: bool = False
    record_decides: bool = (
        False  # the rules say yes, the sum is under the owner's limit, the customer is not on the list
    )
    within_limit: bool = True  # this person may give back this much
    state: S = S.DRAFT
    row: Row["Step"] | None = None

    @property
    def role(self) -> Role:
        return self.actor.role

    def in_writing(self) -> bool:
        return bool(self.why.strip())

    def first_look(self) -> bool:
        return not self.case.appealed

    def other_person(self) -> bool:
        """The second reviewer is another person than the first (domain, rule 9)."""
        return not self.case.appealed or self.case.first_reviewer != self.actor.name

    def may_decide(self) -> bool:
        """A customer on the high-risk list is decided upon by a supervisor alone (domain, rule 11)."""
        return not self.high_risk or self.role is Role.SUPERVISOR

    def may_grant(self) -> bool:
        """The owner may keep large amounts for supervisors."""
        return self.within_limit

    def by_the_record(self) -> bool:
        return self.record_decides

    def in_time(self) -> bool:
        return self.case.until is None or self.at <= self.case.until


# fmt: off
LIFE: Table[Step] = Table(S, Step, [
    #   step                from                 to                   by        if
    Row("submit",           S.DRAFT,             S.SUBMITTED,         CUSTOMER),
    Row("accept",           S.DRAFT,             S.ACCEPTED,          CUSTOMER),
    Row("reject",           S.DRAFT,             S.REJECTED,          SYSTEM,   "in_writing"),
    Row("approve",          S.SUBMITTED,         S.APPROVED,          SYSTEM,   "by_the_record"),
    Row("take",             S.SUBMITTED,         S.IN_REVIEW,         AGENT),
    Row("take",             S.AWAITING_CUSTOMER, S.IN_REVIEW,         AGENT,    "other_person"),
    Row("take",             S.APPEALED,          S.IN_REVIEW,         AGENT,    "other_person may_decide"),
    Row("request_evidence", S.IN_REVIEW,         S.AWAITING_CUSTOMER, AGENT,    "in_writing other_person"),
    Row("supply",           S.AWAITING_CUSTOMER, S.IN_REVIEW,         CUSTOMER),
    Row("lapse",            S.AWAITING_CUSTOMER, S.IN_REVIEW,         SYSTEM),
    Row("offer",            S.IN_REVIEW,         S.OFFERED,           AGENT,    "other_person may_decide"),
    Row("accept",           S.OFFERED,           S.ACCEPTED,          CUSTOMER),
    Row("decline",          S.OFFERED,           S.IN_REVIEW,         CUSTOMER),
    Row("lapse",            S.OFFERED,           S.IN_REVIEW,         SYSTEM),
    Row("settle",           S.ACCEPTED,          S.SETTLED,           AGENT,           "may_decide"),
    Row("approve",          S.IN_REVIEW,         S.APPROVED,          AGENT,    "other_person may_decide may_grant"),
    Row("reject",           S.IN_REVIEW,         S.REJECTED,          AGENT,    "in_writing first_look may_decide"),
    Row("reject",           S.IN_REVIEW,         S.CLOSED,            AGENT,    "in_writing other_person may_decide"),
    Row("pay",              S.APPROVED,          S.PAYING,            SYSTEM),
    Row("paid",             S.APPROVED,          S.REFUNDED,          AGENT),
    Row("paid",             S.PAYING,            S.REFUNDED,          AGENT_OR_SYSTEM),
    Row("fail",             S.PAYING,            S.PAYOUT_FAILED,     SYSTEM),
    Row("pay",              S.PAYOUT_FAILED,     S.PAYING,            AGENT_OR_SYSTEM),
    Row("appeal",           S.REJECTED,          S.APPEALED,          CUSTOMER, "in_writing in_time"),
    Row("lapse",            S.REJECTED,          S.CLOSED,            SYSTEM),
    Row("withdraw",         (S.DRAFT, S.SUBMITTED, S.IN_REVIEW, S.AWAITING_CUSTOMER, S.OFFERED, S.APPEALED),
                                                 S.WITHDRAWN,         CUSTOMER),
])
# fmt: on

STAFF_STEPS = ("take", "request_evidence", "offer", "approve", "reject", "settle", "paid", "pay")
TAKES_FIRST = ("approve", "reject", "offer", "request_evidence")
"""What takes the case where nobody has it."""


def move(
    case: Case,
    trigger: str,
    by: Actor,
    *,
    at: datetime,
    why: str = "",
    high_risk: bool = False,
    record_decides: bool = False,
    within_limit: bool = True,
) -> tuple[Case, Event]:
    """One step of a case's life, as the case afterwards and the event that records it.

    Raises `NotAllowed` where LIFE has no such step or its condition does not hold; the case is then as it was.
    """
    step = Step(case, by, at, why, high_risk, record_decides, within_limit)
    if LIFE.walk(step, case.state, trigger) is None:
        raise NotAllowed(case, trigger, _why_not(step, trigger))
    event = Event(case.number, at, str(by), trigger, case.state, step.state, why.strip())
    reviewer = by.name if by.role in AGENT else case.reviewer
    return replace(case, state=step.state, reviewer=reviewer), event


def _why_not(step: Step, trigger: str) -> str:
    rows = [row for row in LIFE.listed(step.case.state, trigger) if step.role in row.roles]
    failed = [guard for row in rows for guard in row.guards if not getattr(step, guard)()]
    return failed[-1] if failed else "state"


def staff_steps(
    case: Case, actor: Actor, *, at: datetime, high_risk: bool = False, within_limit: bool = True
) -> tuple[str, ...]:
    """What this person may do with this case now: the buttons of a desk. A text that a step needs is taken as given."""

    def possible(state: S, trigger: str) -> bool:
        step = Step(replace(case, state=state), actor, at, "-", high_risk, within_limit=within_limit)
        return any(row.fits(step) for row in LIFE.listed(state, trigger))

    takeable = case.state in (S.SUBMITTED, S.APPEALED) and possible(case.state, "take")
    return tuple(
        trigger
        for trigger in STAFF_STEPS
        if possible(case.state, trigger) or (takeable and trigger in TAKES_FIRST and possible(S.IN_REVIEW, trigger))
    )
