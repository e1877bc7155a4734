"""The nouns that everything speaks of: order, case, event, talk, facts, outcome. Frozen; no rule lives here."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NewType, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from nlp.codes import Reason
from nlp.pictured import PictureKind

Cents = NewType("Cents", int)
"""Whole cents of a yuan. No float ever stands for money."""


class Goods(StrEnum):
    """The kind of goods an order is for."""

    CARD = "card"
    TOPUP = "topup"
    MEMBERSHIP = "membership"
    SERVICE = "service"
    ACCOUNT = "account"


class OrderStatus(StrEnum):
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    CLOSED = "closed"


class Order(Struct, frozen=True):
    """What was bought, as the platform's record has it. Read, never written."""

    order_no: str
    product: str
    amount_paid: Cents
    status: OrderStatus
    ordered_at: datetime
    kind: Goods = Goods.TOPUP
    description: str = ""
    quantity: int = 1
    price: Cents = Cents(0)
    coupon: Cents = Cents(0)
    points: int = 0
    points_value: Cents = Cents(0)
    paid_with: str = ""
    trade_no: str | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    service_started_at: datetime | None = None
    buyer: str | None = None
    contact: str | None = None
    query_password: str | None = None


class Need(StrEnum):
    """A piece of evidence that a reason asks for."""

    ORDER_PAGE = "order_page"
    ERROR_SCREEN = "error_screen"
    FAULT_SCREEN = "fault_screen"
    ACTIVATION = "activation_ok"
    LISTING = "listing"
    RECEIVED = "received_goods"
    AGREEMENT = "agreement"
    SERVICE_RECORD = "service_record"


class Remedy(StrEnum):
    """What may be had instead of the money."""

    EXCHANGE = "exchange"
    CREDIT = "credit"
    CANCEL = "cancel"


class Refund(Struct, frozen=True):
    """What goes back: money in cents, points as points."""

    cash: Cents
    points: int = 0


class Eligible(StrEnum):
    YES = "yes"  # the record alone decides for the customer
    REVIEW = "review"  # an agent decides
    NO = "no"  # refused, with the alternatives


class Yuan(Struct, frozen=True):
    """An amount in a sentence."""

    cents: Cents


class Text(Struct, frozen=True):
    """A text of the catalogue inside another: a key and its values."""

    key: str
    values: Mapping[str, "Value"] = field(default_factory=dict)


Value: TypeAlias = str | int | datetime | Yuan | Text | tuple["Value", ...]
"""What a sentence may be filled with: times are shown in Asia/Shanghai, tuples as a list."""


class Says(StrEnum):
    """What a picture says of the claim that it is handed in for, taken at face value."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    UNRELATED = "unrelated"


class Mark(Struct, frozen=True):
    """A place in a picture, in thousandths of its width and height."""

    left: int
    top: int
    width: int
    height: int


class Finding(Struct, frozen=True):
    """What was found in a picture, and where it stands. Times are as printed: findings are kept as JSON."""

    code: str
    values: Mapping[str, str | Yuan] = field(default_factory=dict)
    mark: Mark | None = None
    sort: str = "finding"  # or "doubt", which is for staff eyes only

    @property
    def detail(self) -> Text:
        """It in words."""
        named: dict[str, Value] = dict(self.values)
        for name, family in (("reason", "reason"), ("kind", "picture")):
            if name in named:
                named[name] = Text(f"{family}.{named[name]}")
        return Text(f"{self.sort}.{self.code}", named)


class Evidence(Struct, frozen=True):
    """One picture or document that a customer handed in. `file` is its content's hash with an extension."""

    file: str
    at: datetime
    need: Need | None = None  # what it was taken for
    kind: PictureKind | None = None  # what it was read as; None where it could not be read
    verdict: Says | None = None  # None while it is not held against a claim
    findings: tuple[Finding, ...] = ()  # what the verdict rests on
    doubts: tuple[Finding, ...] = ()  # for staff eyes only: used before, or touched up


class Verdict(Struct, frozen=True):
    """What the rules say of one claim. `rule` names the row, and so the sentence `rule.<name>` that explains it."""

    eligible: Eligible
    rule: str
    refund: Refund
    alternatives: tuple[Remedy, ...] = ()
    needs: tuple[Need, ...] = ()
    apply_before: datetime | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    words: str = ""  # the shop's own sentence, where it changed the row
    title: str = ""  # what the shop calls it, where it is the shop's own

    @property
    def explanation(self) -> Text:
        """The rule by its name, and what it says of this order."""
        if self.words:
            says = Text("rule.own", {**self.facts, "words": self.words})
        else:
            says = Text(f"rule.{self.rule}", self.facts)
        name: Value = self.title or Text(f"rule.name.{self.rule}")
        return Text("rule.explained", {"name": name, "says": says})


class CaseState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    AWAITING_CUSTOMER = "awaiting_customer"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    APPROVED = "approved"
    PAYING = "paying"
    PAYOUT_FAILED = "payout_failed"
    REFUNDED = "refunded"
    REJECTED = "rejected"
    APPEALED = "appealed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


LAST = frozenset({CaseState.SETTLED, CaseState.REFUNDED, CaseState.CLOSED, CaseState.WITHDRAWN})
"""States that nothing follows."""

GRANTED = frozenset(
    {
        CaseState.ACCEPTED,
        CaseState.SETTLED,
        CaseState.APPROVED,
        CaseState.PAYING,
        CaseState.PAYOUT_FAILED,
        CaseState.REFUNDED,
    }
)
"""States whose pieces count as given back: nothing of them is ever given back again."""


class Role(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"


class Actor(Struct, frozen=True):
    """Who does something. Written in events as `customer`, `agent:NAME` or `system`."""

    role: Role
    name: str = ""

    def __str__(self) -> str:
        return f"agent:{self.name}" if self.role in (Role.AGENT, Role.SUPERVISOR) else self.role.value


CUSTOMER = Actor(Role.CUSTOMER)
SYSTEM = Actor(Role.SYSTEM)


class Event(Struct, frozen=True):
    """One step of a case's life: who, when, from, to, why. Events are only ever added."""

    case: str
    at: datetime
    by: str
    trigger: str
    source: CaseState
    to: CaseState
    why: str = ""


class WayOn(StrEnum):
    """Where somebody can turn who is refused."""

    APPEAL = "appeal"  # to another person of the house
    OUTSIDE = "outside"  # to 12315, the consumer association, the courts


class Decision(Struct, frozen=True):
    """A decision in writing: the rule it names, the text the customer was given, by whom and when.

    One that names a way on is a refusal (domain, rule 8). Without its rule, its facts and a way on there is none:
    `ValueError`.
    """

    rule: str
    text: str
    by: str
    at: datetime
    basis: str = ""  # of a refusal: what the rule says of this order, in words: its facts, its arithmetic
    way: WayOn | None = None  # of a refusal
    until: datetime | None = None  # of the appeal

    def __post_init__(self) -> None:
        if self.refuses and not (self.rule.strip() and self.basis.strip() and self.text.strip()):
            raise ValueError("a refusal names its rule, the facts that it rests on, and why")
        if self.basis and not self.refuses:
            raise ValueError("a refusal names a way on")
        if (self.way is WayOn.APPEAL) is not (self.until is not None):
            raise ValueError("an appeal has its last day, and nothing else has")

    @property
    def refuses(self) -> bool:
        return self.way is not None


class Case(Struct, frozen=True):
    """One refund request for one order."""

    number: str
    customer: str  # the chat that it belongs to
    order: Order  # as it was when the case was handed in, without the query password
    reason: Reason
    state: CaseState
    refund: Refund
    quantity: int = 1  # pieces that are asked back
    other_order_no: str | None = None  # of a duplicate order: the one that is kept
    code_used: bool | None = None
    words: str = ""  # what the customer said of it
    rule: str = ""  # the row of the rules that it was judged by
    policy: str = ""  # the version of the rules that it was judged by
    basis: str = ""  # what the rules said, in words, when it was handed in
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[Need, ...] = ()  # evidence that was asked for and not handed in
    reviewer: str | None = None  # the agent who has it
    first_reviewer: str | None = None  # who decided before an appeal
    decision: Decision | None = None
    offer: Remedy | None = None
    asked: str = ""  # what an agent wants to have added
    appealed: bool = False  # a refusal now is the last one
    submitted_at: datetime | None = None
    due_at: datetime | None = None  # by when it is decided; stands while the customer is awaited
    until: datetime | None = None  # when the present state lapses: offer, request for evidence, refusal
    events: tuple[Event, ...] = ()
    version: int = 0  # of the stored row; 0 before it is stored


class TalkState(StrEnum):
    """What the conversation waits for."""

    IDLE = "idle"
    ASK_ORDER = "ask_order"
    ASK_OWNERSHIP = "ask_ownership"
    ASK_REASON = "ask_reason"
    ASK_DETAIL = "ask_detail"
    OFFER_INSTEAD = "offer_instead"
    ASK_EVIDENCE = "ask_evidence"
    CONFIRM = "confirm"
    ADD_EVIDENCE = "add_evidence"
    ASK_APPEAL = "ask_appeal"
    CONFIRM_WITHDRAW = "confirm_withdraw"
    WITH_AGENT = "with_agent"


class Draft(Struct, frozen=True):
    """What is known of a claim that is not handed in yet."""

    order_no: str | None = None
    other_order_no: str | None = None
    reason: Reason | None = None
    reason_sure: bool = False  # said plainly, chosen, or confirmed
    guesses: tuple[Reason, ...] = ()  # half sure: offered as buttons
    vague: bool = False  # a complaint was made, and decides nothing
    quantity: int | None = None  # pieces; None is the whole order
    code_used: bool | None = None
    words: tuple[str, ...] = ()  # what the customer said of it, message by message
    offered: tuple[str, ...] = ()  # contacts and words given to show that the order is theirs
    evidence: tuple[Evidence, ...] = ()
    asked: frozenset[str] = frozenset()  # questions that were asked once and are not asked again
    declined: bool = False  # the alternatives were turned down
    evidence_done: bool = False  # the customer has no more
    told_at: datetime | None = None        # when both the order and the reason were told


class Choice(Struct, frozen=True):
    """A button as it was shown. `value` is what pressing it means."""

    id: str
    value: str


class Talk(Struct, frozen=True):
    """One customer's conversation: what it waits for, and what it has gathered."""

    chat: str
    state: TalkState = TalkState.IDLE
    draft: Draft | None = None
    case: str | None = None  # the case that is spoken of
    owner: str = "bot"  # "bot", or "agent:NAME"; "agent:" while a person was asked for and none has come
    resume: TalkState | None = None  # what was asked before a person was called
    serial: int = 0  # counts the questions; a button of an older one is stale
    choices: tuple[Choice, ...] = ()
    language: str = "zh-CN"
    heard_at: datetime | None = None  # the customer's last word
    agent_at: datetime | None = None  # the last word of the person who owns the talk, or when one was asked for
    tries: tuple[datetime, ...] = ()  # wrong tries at showing that an order is theirs
    version: int = 0


class Ledger(Struct, frozen=True):
    """What was decided on one order before: pieces given back, and the case that is still open."""

    order_no: str
    granted: int = 0  # pieces given back or promised by other cases
    open_case: str | None = None
    open_customer: str | None = None
    version: int = 0


class Button(Struct, frozen=True):
    """A wish for a button: what it means, and the text on it. A lasting one works in any later moment of the talk."""

    value: str
    label: Text
    lasting: bool = False


class Say(Struct, frozen=True):
    """A sentence to the customer of this talk."""

    text: Text
    buttons: tuple[Button, ...] = ()
    asks: str | None = None
    expects: tuple[Need, ...] = ()
    case: str | None = None
    by: str = "bot"  # "bot", or "agent:NAME" where a person's own words are passed on
    serial: int = 0  # the question that its buttons belong to
    files: tuple[str, ...] = ()  # kept pictures and documents that go with it
    picture: str | None = None  # the name of an example to look at, where the channel can show one


class Tell(Struct, frozen=True):
    """A sentence to staff."""

    text: Text
    case: str | None = None
    files: tuple[str, ...] = ()  # kept pictures and documents that it speaks of


class Wake(Struct, frozen=True):
    """Look again later: `key` can exist only once; `kind` says what for; `mark` what must still be so."""

    key: str
    at: datetime
    kind: str
    chat: str | None = None
    case: str | None = None
    mark: str = ""


class Pay(Struct, frozen=True):
    """Money is to go back for this case. Its key is the case's: asked as often as needed, paid once."""

    case: str
    order: Order
    refund: Refund


class RiskStep(Struct, frozen=True):
    """The high-risk list changes: a supervisor restricts or lifts, with a reason."""

    customer: str
    restricted: bool
    by: str
    why: str


class Note(Struct, frozen=True):
    """A word about a case that only the record keeps: an agent's remark, or what was said to the customer by hand."""

    text: str
    by: str
    case: str | None = None


class Outcome(Struct, frozen=True):
    """Everything that one step changes and says. Saved together or not at all."""

    talk: Talk | None = None
    cases: tuple[Case, ...] = ()  # in their new state, their new events not yet among `events`
    events: tuple[Event, ...] = ()
    says: tuple[Say, ...] = ()
    tells: tuple[Tell, ...] = ()
    wakes: tuple[Wake, ...] = ()
    pays: tuple[Pay, ...] = ()
    bind: tuple[str, ...] = ()  # orders that were shown to be this customer's
    wrong_tries: tuple[str, ...] = ()  # order numbers that were tried in vain
    notes: tuple[Note, ...] = ()  # for staff eyes only
    risk: RiskStep | None = None

    def also(self, **more: object) -> "Outcome":
        """The same with more: tuples are added to, other fields replaced."""
        joined = {
            name: (*getattr(self, name), *value) if isinstance(value, tuple) else value for name, value in more.items()
        }
        return replace(self, **joined)  # the names are checked by replace itself
