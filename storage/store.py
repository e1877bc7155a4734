"""Store: what is known of a chat or an order is read in one visit, what one step changes is saved in one."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Integer, Row, bindparam, false, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from flows.model import Case, Event, Ledger, Role, Talk
from storage.engine import Database
from storage.ledgers import ledger_noun
from storage.many import Listed, among, rows_given
from storage.nouns import (
    Arrived,
    AtHand,
    Due,
    OrderRecord,
    Recalled,
    Saving,
    StaffMember,
    case_noun,
    event_noun,
    talk_noun,
)
from storage.outbox import ARRIVES, IS_SAID, KINDS, Arriving, Outbox, arriving
from storage.readings import Readings
from storage.rule_books import RuleBooks
from storage.saving import save
from storage.tables import (
    EPOCH,
    When,
    Words,
    bindings,
    cases,
    chats,
    events,
    heard,
    ledgers,
    risk_steps,
    sequences,
    staff,
    talks,
    wrong_tries,
)
from storage.together import Together
from storage.visit import Ready, Visit

SHANGHAI = ZoneInfo("Asia/Shanghai")
ToKeep = tuple[str, str, datetime, Arrived]
"""What arrived: its key, its lane, when it is due, and what it is."""


class NameTaken(Exception):
    """There is a staff account of this name already."""


class AtOnce(Protocol):
    """Carries out at once what is saved here, of some kinds."""

    def lease(self) -> datetime | None:
        """Until when it would hold a row that comes now; None where it has enough in hand."""
        ...

    def carry_out(self, lane: Sequence[Due], until: datetime) -> None:
        """Rows that are held until then."""
        ...

    def comes_behind(self, lane: str) -> None:
        """Something was saved that waits for what is in hand of its lane."""
        ...


class Store:
    """The memory of the house. Each method is one short transaction; none is open while anything else is waited for."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.outbox = Outbox(self.database)
        self.rule_books, self.readings = RuleBooks(self.database), Readings(self.database)
        self.watchers: list[Callable[[Collection[str]], None]] = []
        """Called after everything that was saved, by whatever thread or process, with the kinds of what is due now."""
        self.at_once: Mapping[str, AtOnce] = {}
        self.announce: Callable[[Collection[str]], None] = lambda _: None
        """Tells the other processes on the same database that something was saved, and what kinds are due by it."""
        self._keeping = Together(self._keep_all)

    def recall(self, chat: str, message_id: str | None = None) -> Recalled:
        return self.recall_all({chat: message_id})[0]

    def recall_all(self, asked: Mapping[str, str | None]) -> list[Recalled]:
        """What is known of each of these chats, in their order; of the message beside it, whether it was heard."""
        each = [{"n": n, "chat": chat, "message": message} for n, (chat, message) in enumerate(asked.items())]
        with self.database.visit() as visit:
            rows = visit.rows(_ABOUT_CHATS, asked=each)
            known = _cases(visit, [row for row in rows if row.number is not None])
        of_chat: list[list[Any]] = [[] for _ in asked]
        for row in rows:
            of_chat[row.n].append(row)
        return [_recalled(chat, each, known) for chat, each in zip(asked, of_chat, strict=True)]

    def about_orders(self, order_nos: Iterable[str], since: datetime | None = None) -> dict[str, OrderRecord]:
        """Of every order that is asked for; wrong tries only from `since` on, where that is said."""
        numbers = sorted(set(order_nos))
        if not numbers:
            return {}
        wanted = [{"n": n, "order_no": number} for n, number in enumerate(numbers)]
        with self.database.visit() as visit:
            rows = visit.rows(_ABOUT_ORDERS, wanted=wanted, since=since or EPOCH)
        of_order: list[list[Any]] = [[] for _ in numbers]
        for row in rows:
            of_order[row.n].append(row)
        return {number: _record(number, each) for number, each in zip(numbers, of_order, strict=True)}

    def case(self, number: str) -> Case | None:
        with self.database.visit() as visit:
            return _cases(visit, visit.rows(_CASE, number=number)).get(number)

    def next_case_number(self, now: datetime) -> str:
        """A number that nobody else gets; one that is not used is left out."""
        day = now.astimezone(SHANGHAI).strftime("%y%m%d")
        with self.database.change(durable=False) as visit:
            (drawn,) = visit.rows(_DRAW, name=f"case:{day}", value=1)
        return f"RF{day}{drawn.value:04d}"

    def save(self, *savings: Saving) -> None:
        """All of it or nothing, each of another chat.

        Raises `AlreadyHeard`, or `Stale` where something changed since it was read.
        """
        held = self._leases(IS_SAID)
        at_hand = save(self.database, savings, held)
        self._begin(at_hand, held)
        due = _due_at_once(savings, at_hand)
        self.tell_watchers(due)
        self.announce(due)

    def _leases(self, kinds: Iterable[str]) -> dict[str, datetime]:
        hands = ((kind, self.at_once.get(kind)) for kind in kinds)
        return {kind: until for kind, these in hands if these is not None and (until := these.lease()) is not None}

    def _begin(self, at_hand: AtHand, held: Mapping[str, datetime]) -> None:
        for rows in at_hand.lanes:
            kind = rows[0].kind
            self.at_once[kind].carry_out(rows, held[kind])
        for kind, lane in at_hand.behind:
            if these := self.at_once.get(kind):
                these.comes_behind(lane)

    def tell_watchers(self, kinds: Collection[str] = KINDS) -> None:
        for told in self.watchers:
            told(kinds)

    def keep(self, arrived: Iterable[ToKeep]) -> None:
        """Into the queue with it, as Outbox.keep says; whoever works on the queue hears of it at once."""
        # What cannot be written down fails here, and not with what others bring.
        if rows := [arriving(*one) for one in arrived]:
            self._keeping.do(rows)

    def _keep_all(self, arrived: Sequence[Sequence[Arriving]]) -> None:
        held = self._leases(ARRIVES)
        at_hand = self.outbox.keep(chain.from_iterable(arrived), held.get("arrived"))
        self._begin(at_hand, held)
        if at_hand.behind or not held:
            self.tell_watchers(ARRIVES)

    def events_since(self, last: int) -> list[tuple[int, Event]]:
        with self.database.read() as connection:
            rows = connection.execute(select(events).where(events.c.id > last).order_by(events.c.id)).all()
        return [(row.id, event_noun(row)) for row in rows]

    def last_event(self) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.coalesce(func.max(events.c.id), 0))) or 0

    def add_staff(self, name: str, role: Role, password_hash: str, now: datetime) -> None:
        values = {"name": name, "role": role.value, "password_hash": password_hash, "since": now}
        with self.database.write() as connection:
            added = connection.execute(self.database.insert_new(staff), values)
        if added.rowcount != 1:
            raise NameTaken(name)

    def staff(self, name: str) -> StaffMember | None:
        with self.database.read() as connection:
            row = connection.execute(select(staff).where(staff.c.name == name)).one_or_none()
        return _member(row)

    def change_password(self, name: str, password_hash: str) -> bool:
        """False where there is no such account."""
        with self.database.write() as connection:
            given = connection.execute(update(staff).where(staff.c.name == name).values(password_hash=password_hash))
        return given.rowcount == 1

    def bind_staff(self, name: str, telegram: int | None) -> bool:
        """From now on this Telegram user is that account, and no other one. False where there is no such account."""
        with self.database.write() as connection:
            if telegram is not None:
                connection.execute(update(staff).where(staff.c.telegram == telegram).values(telegram=None))
            bound = connection.execute(update(staff).where(staff.c.name == name).values(telegram=telegram))
        return bound.rowcount == 1

    def staff_on_telegram(self, telegram: int) -> StaffMember | None:
        with self.database.read() as connection:
            row = connection.execute(select(staff).where(staff.c.telegram == telegram)).one_or_none()
        return _member(row)

    def close(self) -> None:
        self.database.close()


_ASKED = rows_given("asked", [Column("n", Integer), Column("chat", Words), Column("message", Words)])
_CHAT = _ASKED.c.chat
_IS_HEARD = select(literal(1)).where(heard.c.chat == _CHAT, heard.c.message_id == _ASKED.c.message)
_RISK = select(risk_steps.c.restricted).where(risk_steps.c.customer == _CHAT)
_LATEST_RISK = _RISK.order_by(risk_steps.c.id.desc()).limit(1)

_NEWEST_FIRST = cases.c.opened_at.desc(), cases.c.number.desc()

# At least one row for each chat, whether it is known or not, and one for each of its cases.
_ABOUT_CHATS = Ready(
    select(
        _ASKED.c.n,
        # Looked up for each: for EXISTS, PostgreSQL may go through all that was ever heard.
        _IS_HEARD.limit(1).scalar_subquery().label("heard"),
        func.coalesce(_LATEST_RISK.scalar_subquery(), false()).label("high_risk"),
        select(chats.c.channel).where(chats.c.chat == _CHAT).scalar_subquery().label("channel"),
        select(Listed(bindings.c.order_no)).where(bindings.c.chat == _CHAT).scalar_subquery().label("bound"),
        talks.c.version.label("talk_version"),
        talks.c.body.label("talk"),
        cases.c.number,
        cases.c.version,
        cases.c.body,
    )
    .select_from(
        _ASKED.outerjoin(talks, talks.c.chat == _CHAT).outerjoin(cases, cases.c.customer == _CHAT)
    )
    .order_by(*_NEWEST_FIRST)
)

_CASE = Ready(select(cases).where(cases.c.number == bindparam("number")))
_EVENTS = Ready(select(events).where(among(events.c.case_no, "numbers")).order_by(events.c.id))

_WANTED = rows_given("wanted", [Column("n", Integer), Column("order_no", Words)])
_ORDER = _WANTED.c.order_no
_TRIED = (wrong_tries.c.order_no == _ORDER) & (wrong_tries.c.at >= bindparam("since", type_=When()))
# At least one row for each order, and one for each wrong try.
_ABOUT_ORDERS = Ready(
    select(_WANTED.c.n, ledgers, wrong_tries.c.at)
    .select_from(_WANTED.outerjoin(ledgers, ledgers.c.order_no == _ORDER).outerjoin(wrong_tries, _TRIED))
    .order_by(wrong_tries.c.at)
)

_NEXT = insert(sequences).on_conflict_do_update(index_elements=["name"], set_={"value": sequences.c.value + 1})
_DRAW = Ready(_NEXT.returning(sequences.c.value))


def _recalled(chat: str, rows: Sequence[Any], known: Mapping[str, Case]) -> Recalled:
    row = rows[0]
    talk = talk_noun(row.talk, row.talk_version) if row.talk is not None else Talk(chat)
    bound = frozenset[str](json.loads(row.bound or "[]"))
    theirs = tuple(known[row.number] for row in rows if row.number is not None)
    return Recalled(row.heard is not None, talk, theirs, bound, bool(row.high_risk), row.channel)


def _record(number: str, rows: Sequence[Any]) -> OrderRecord:
    ledger = ledger_noun(rows[0]) if rows[0].order_no is not None else Ledger(number)
    return OrderRecord(ledger, tuple(row.at for row in rows if row.at is not None))


def _due_at_once(savings: Sequence[Saving], at_hand: AtHand) -> list[str]:
    """What whoever works on the queue has to look for in it."""
    held = Counter(due.kind for lane in at_hand.lanes for due in lane)
    due = {
        "say": sum(len(saving.said) for saving in savings) > held["say"],
        "tell": sum(len(saving.told) for saving in savings) > held["tell"],
        "pay": any(saving.outcome.pays for saving in savings),
        "wake": any(wake.at <= saving.now for saving in savings for wake in saving.outcome.wakes),
        "read": any(saving.read is not None for saving in savings),
    }
    return [kind for kind, there in due.items() if there]


def _member(row: Row[Any] | None) -> StaffMember | None:
    return StaffMember(row.name, Role(row.role), row.password_hash, row.telegram) if row else None


def _cases(visit: Visit, rows: Sequence[Any]) -> dict[str, Case]:
    """By their numbers."""
    if not rows:
        return {}
    steps: dict[str, list[Event]] = {row.number: [] for row in rows}
    for event in visit.rows(_EVENTS, numbers=steps):
        steps[event.case_no].append(event_noun(event))
    return {row.number: case_noun(row, steps[row.number]) for row in rows}
