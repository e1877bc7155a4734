"""One turn of a conversation: what was heard, the facts it is decided by, the workbench where the answer is made."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from msgspec import Struct, field
from msgspec.structs import replace

from flows.evidence import missing
from flows.model import (
    LAST,
    Button,
    Case,
    CaseState,
    Choice,
    Draft,
    Eligible,
    Event,
    Evidence,
    Finding,
    Goods,
    Ledger,
    Need,
    Order,
    OrderStatus,
    Outcome,
    Remedy,
    Role,
    Say,
    Says,
    Talk,
    TalkState,
    Tell,
    Text,
    Value,
    Verdict,
    Wake,
)
from flows.ownership import closed_until, fits, is_theirs
from flows.policy import Policy, judge, without
from flows.table import Row
from nlp.codes import Reason
from nlp.mask import masked
from nlp.pictured import PictureReading
from nlp.reading import Reading

ACTIVATED_BY_HAND = (Goods.CARD, Goods.MEMBERSHIP, Goods.ACCOUNT)
"""Goods that a customer can leave unused after delivery; a top-up or a service is used as it is delivered."""


class Heard(Struct, frozen=True):
    """One message of a customer, read and with its files taken in."""

    reading: Reading
    at: datetime
    message_id: str = ""
    files: tuple[str, ...] = ()  # stored pictures and documents
    unusable: tuple[Text, ...] = ()  # why others could not be taken
    button: str | None = None  # the id of the button that was pressed
    started: bool = False  # came by /start or a link
    linked: str | None = None  # the order that a signed link proved to be theirs
    kind: str = "text"  # sticker, voice, ... where it is nothing that can be read
    more_to_come: bool = False  # more pictures of theirs are here, and are answered in a moment


class Facts(Struct, frozen=True):
    """Everything from outside that a decision may need. Handed in: the flows look nothing up."""

    policy: Policy  # the rules that run
    render: Callable[[Text], str]  # the catalogue, in the customer's language
    numbers: Callable[[], str]  # draws the number of a new case
    orders: Mapping[str, Order] = field(default_factory=dict)  # those that exist, by every way they were written
    own: tuple[Order, ...] = ()  # the customer's own without asking, newest first
    bound: frozenset[str] = frozenset()  # orders shown to be theirs before
    cases: tuple[Case, ...] = ()  # the customer's, newest first
    ledgers: Mapping[str, Ledger] = field(default_factory=dict)
    order_tries: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    high_risk: bool = False
    orders_unknown: bool = False  # the order source gave no answer
    kept: Mapping[str, Policy] = field(default_factory=dict)  # by version, the rules that the cases were judged by
    pictures: Mapping[str, PictureReading] = field(default_factory=dict)  # files that were read
    doubts: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)  # of files, for staff eyes


class Turn:
    """The walker of the conversation's table. It gathers what one step changes; `outcome()` is the result."""

    def __init__(self, talk: Talk, heard: Heard, facts: Facts) -> None:
        self.talk, self.heard, self.facts = talk, heard, facts
        self.draft = talk.draft or Draft()
        self.role, self.state = Role.CUSTOMER, talk.state
        self.row: Row[Turn] | None = None
        self.argument = ""  # what a button or a choice names
        self.next_trigger: str | None = None  # what is to be walked after this row
        self.tried_in_vain: tuple[str, ...] = ()  # orders that a wrong contact was given for in this turn
        self.done = Outcome()
        self._judged: dict[tuple[object, ...], Verdict] = {}  # several guards ask the same

    @property
    def now(self) -> datetime:
        return self.heard.at

    @property
    def reading(self) -> Reading:
        return self.heard.reading

    @property
    def words(self) -> str:
        """What was written, for notices and events: codes and passwords hidden, a sentence or two of it."""
        return masked(self.reading.text.strip(), (*self.reading.order_nos, *self.reading.case_nos))[:200]

    @property
    def policy(self) -> Policy:
        """The rules for what is new; a case keeps its own."""
        return self.facts.policy

    def rules_of(self, case: Case) -> Policy:
        """The rules that this case was judged by, whatever has changed since."""
        return self.facts.kept.get(case.policy, self.policy)

    # ---- what is known of the claim

    @property
    def order(self) -> Order | None:
        return self.facts.orders.get(self.draft.order_no or "")

    @property
    def theirs(self) -> Order | None:
        """The order of the claim, once it was shown to be this customer's. Nothing is said of it before."""
        return self.shown(self.draft.order_no)

    @property
    def twin(self) -> Order | None:
        """The order of a duplicate that is kept; any other second order is a claim of its own, and waits."""
        return self.shown(self.draft.other_order_no) if self.draft.reason is Reason.DUPLICATE_ORDER else None

    def shown(self, order_no: str | None) -> Order | None:
        order = self.facts.orders.get(order_no or "")
        if order and (is_theirs(order, self.talk.chat, self.bound) or self._fits_what_was_offered(order)):
            return order
        return None

    def _fits_what_was_offered(self, order: Order) -> bool:
        return not self.door_closed(order.order_no) and fits(order, self.draft.offered)

    @property
    def bound(self) -> frozenset[str]:
        return self.facts.bound | set(self.done.bind)

    def door_closed(self, order_no: str | None) -> datetime | None:
        """Until when the door is closed after too many wrong tries, by this customer or on this order."""
        limits = self.policy.limits
        mine = closed_until(self.talk.tries, limits.wrong_tries, limits.door_hours, self.now)
        return mine or closed_until(
            self.facts.order_tries.get(order_no or "", ()), limits.order_tries, limits.door_hours, self.now
        )

    @property
    def granted(self) -> int:
        """Pieces that went back. The shop may have put the order right since: never more than it has now."""
        order = self.order
        ledger = self.facts.ledgers.get(order.order_no) if order else None
        return min(ledger.granted, order.quantity) if ledger and order else 0

    def verdict(self, code_used: bool | None = None) -> Verdict:
        """What the rules say of the claim as it stands. Only where order and reason are known."""
        verdict = self._verdict_at(self.now, code_used)
        told = self.draft.told_at
        if verdict.eligible is not Eligible.NO or told is None or self.now - told > timedelta(days=1):
            return verdict
        # A window that closed after order and reason were told, while evidence was looked for, stays open to them.
        earlier = self._verdict_at(told, code_used)
        return verdict if earlier.eligible is Eligible.NO else earlier

    def _verdict_at(self, at: datetime, code_used: bool | None) -> Verdict:
        order, draft = self.theirs, self.draft
        assert order and draft.reason, "the rules are asked before order and reason are known"
        used = draft.code_used if code_used is None else code_used
        claim = (order.order_no, draft.reason, at, used, self.pieces, self.granted)
        if claim not in self._judged:
            rules = partial(
                judge, self.policy, order, now=at, high_risk=self.facts.high_risk, code_used=used,
                quantity=self.pieces, granted=self.granted,
            )  # fmt: skip
            verdict = rules(draft.reason)
            # To cancel is a claim of its own, and no way out where the rules refuse that one.
            shut = Remedy.CANCEL in verdict.alternatives and rules(Reason.CHANGE_OF_MIND).eligible is Eligible.NO
            self._judged[claim] = without(verdict, Remedy.CANCEL) if shut else verdict
        return self._judged[claim]

    @property
    def pieces(self) -> int | None:
        """Pieces that are asked back; None is all that is left of the order."""
        left = self.theirs.quantity - self.granted if self.theirs else 0
        asked = self.draft.quantity
        return asked if asked is not None and asked < left else None

    @property
    def missing(self) -> tuple[Need, ...]:
        return missing(self.verdict().needs, self.draft.evidence)

    @property
    def open_case(self) -> Case | None:
        """The case that is still open on the order of the claim, if it is this customer's."""
        number = self.draft.order_no
        return next(
            (case for case in self.facts.cases if case.order.order_no == number and case.state not in LAST), None
        )

    # ---- guards that the tables name

    def order_missing(self) -> bool:
        return not self.draft.order_no

    def orders_unknown(self) -> bool:
        return self.facts.orders_unknown and not self.order

    def locked_out(self) -> bool:
        return not self.theirs and self.door_closed(self.draft.order_no) is not None

    def not_shown_theirs(self) -> bool:
        return not self.theirs

    def already_open(self) -> bool:
        ledger = self.facts.ledgers.get(self.theirs.order_no) if self.theirs else None
        return bool(self.open_case or (ledger and ledger.open_case))

    def given_back(self) -> bool:
        return bool(self.theirs and self.granted >= self.theirs.quantity)

    def reason_missing(self) -> bool:
        return self.draft.reason is None

    def complaint_is_vague(self) -> bool:
        return self.draft.reason is None and self.draft.vague and "detail" not in self.draft.asked

    def other_order_missing(self) -> bool:
        return (
            self.draft.reason is Reason.DUPLICATE_ORDER
            and self.shown(self.draft.other_order_no) is None
            and ("other_mismatch" if self.draft.other_order_no else "other_order") not in self.draft.asked
        )

    def use_decides(self) -> bool:
        """Whether the code was used is asked only where the answer changes what the rules say."""
        if self.draft.code_used is not None or "used" in self.draft.asked or not self.theirs:
            return False
        return (
            self.theirs.kind in ACTIVATED_BY_HAND
            and self.verdict().eligible is not self.verdict(code_used=True).eligible
        )

    def refused(self) -> bool:
        return self.claim_known() and self.verdict().eligible is Eligible.NO

    def claim_known(self) -> bool:
        """Whose order it is and what the reason: from here on the rules can answer."""
        return bool(self.theirs and self.draft.reason)

    def refusal_in_doubt(self) -> bool:
        """A reason that was only read, and ends in a refusal, is asked about first; not where no reason would help."""
        closed = self.theirs is not None and self.theirs.status is OrderStatus.CLOSED
        unsure = not self.draft.reason_sure and not closed
        return unsure and self.refused() and Remedy.CANCEL not in self.verdict().alternatives

    def alternatives_open(self) -> bool:
        if not self.claim_known() or self.draft.declined:
            return False
        return bool(self.verdict().alternatives) and self.verdict().eligible is not Eligible.YES

    def evidence_missing(self) -> bool:
        return bool(self.missing) and not self.draft.evidence_done

    @property
    def contradicting(self) -> tuple[Evidence, ...]:
        """Pieces that contradict the claim, and that the customer has not said to be handed in as they are."""
        if not self.claim_known() or self.draft.evidence_done:
            return ()
        return tuple(
            piece
            for piece in self.draft.evidence
            if piece.verdict is Says.CONTRADICTS and f"as_it_is:{piece.file}" not in self.draft.asked
        )

    def contradicted(self) -> bool:
        return bool(self.contradicting)

    def one_guess(self) -> bool:
        return len(self.draft.guesses) == 1

    def drafting(self) -> bool:
        return self.talk.draft is not None

    # ---- making the answer

    def know(self, **more: object) -> None:
        """Write something down in the draft."""
        self.draft = replace(self.draft, **more)  # the names are checked by replace itself

    def once(self, question: str) -> None:
        self.know(asked=self.draft.asked | {question})

    def remember(self, **more: object) -> None:
        """Write something down in the talk."""
        self.talk = replace(self.talk, **more)  # the names are checked by replace itself

    def say(
        self,
        key: str,
        *buttons: Button,
        asks: str | None = None,
        expects: tuple[Need, ...] = (),
        case: str | None = None,
        picture: str | None = None,
        **values: Value,
    ) -> None:
        """Answer the customer. A question keeps its buttons, so that a digit or a late press can be understood.

        What asks nothing leaves the buttons of a claim that was put off as they are.
        """
        question = asks is not None or any(not button.lasting for button in buttons)
        serial = self.talk.serial + question
        if question or (self.state == TalkState.IDLE and (buttons or not self.drafting())):
            choices = tuple(Choice(button_id(button, serial), button.value) for button in buttons)
            self.remember(serial=serial, choices=choices)
        said = Say(Text(key, values), buttons, asks, expects, case, serial=serial, picture=picture)
        self.done = self.done.also(says=(said,))

    def tell(self, key: str, case: str | None = None, files: tuple[str, ...] = (), **values: Value) -> None:
        self.done = self.done.also(tells=(Tell(Text(key, values), case, files),))

    def wake(self, kind: str, at: datetime, case: str | None = None, mark: str = "") -> None:
        about = case or self.talk.chat
        self.done = self.done.also(
            wakes=(Wake(f"{kind}:{about}:{int(at.timestamp())}", at, kind, self.talk.chat, case, mark),)
        )

    def then(self, trigger: str) -> None:
        """Go on with another step after this one."""
        self.next_trigger = trigger

    def has_moved(self, case: Case, events: tuple[Event, ...]) -> None:
        others = tuple(known for known in self.facts.cases if known.number != case.number)
        self.facts = replace(self.facts, cases=(replace(case, events=(*case.events, *events)), *others))

    def cases_in(self, *states: CaseState) -> tuple[Case, ...]:
        return tuple(case for case in self.facts.cases if case.state in states)

    def outcome(self) -> Outcome:
        state = TalkState(self.state)
        draft = self.draft if self.draft != Draft() else None
        return replace(self.done, talk=replace(self.talk, state=state, draft=draft))


def button_id(button: Button, serial: int) -> str:
    """The id under which a button is pressed: bound to its question, unless it lasts."""
    return button.value if button.lasting else f"{serial}.{button.value}"


def button(value: str, key: str = "", **values: Value) -> Button:
    """A button whose label is the text `button.<name>` unless another key is named."""
    return Button(value, Text(key or f"button.{value}", values), lasting=value.partition(":")[0] in LASTING)


LASTING = (
    "status",
    "add",
    "appeal",
    "urge",
    "withdraw",
    "offer_accept",
    "offer_decline",
    "resume",
    "refund",
    "human",
    "outside",
    "cancel",
    "help",
)
"""What may be pressed at any later moment: it names its case, or needs none. Other buttons belong to their question."""
