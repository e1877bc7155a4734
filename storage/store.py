"""Store: what is known of a chat or an order is read in one visit, what one step changes is saved in one."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Connection, Row, bindparam, exists, false, func, literal, select

from flows.model import Case, Event, Ledger, Role, Talk
from storage.engine import Database
from storage.ledgers import ledger_noun
from storage.nouns import OrderRecord, Recalled, Saving, StaffMember, case_noun, event_noun, talk_noun
from storage.outbox import Outbox
from storage.readings import Readings
from storage.saving import save
from storage.tables import (
    EPOCH,
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

SHANGHAI = ZoneInfo("Asia/Shanghai")


class NameTaken(Exception):
    """There is a staff account of this name already."""


class Store:
    """The memory of the house. Each method is one short transaction; none is open while anything else is waited for."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.outbox = Outbox(self.database)
        self.readings = Readings(self.database)
        self.watchers: list[Callable[[], None]] = []
        """Called after everything that was saved here, by whatever thread saved it."""

    def recall(self, chat: str, message_id: str | None = None) -> Recalled:
        with self.database.read() as connection:
            row = connection.execute(_ABOUT_CHAT, {"chat": chat, "message": message_id}).one()
            talk = talk_noun(row) if row.body is not None else Talk(chat)
            known = _cases(connection, connection.execute(_CASES_OF_CHAT, {"chat": chat}).all())
            bound = frozenset(connection.scalars(_BOUND, {"chat": chat}))
        return Recalled(row.heard, talk, known, bound, bool(row.high_risk), row.channel)

    def about_orders(self, order_nos: Iterable[str], since: datetime | None = None) -> dict[str, OrderRecord]:
        """Of every order that is asked for; wrong tries only from `since` on, where that is said."""
        wanted = sorted(set(order_nos))
        if not wanted:
            return {}
        with self.database.read() as connection:
            rows = connection.execute(_LEDGERS, {"wanted": wanted}).all()
            tried = connection.execute(_TRIES, {"wanted": wanted, "since": since or EPOCH}).all()
        kept = {row.order_no: ledger_noun(row) for row in rows}
        tries = {number: tuple(row.at for row in tried if row.order_no == number) for number in wanted}
        return {number: OrderRecord(kept.get(number, Ledger(number)), tries[number]) for number in wanted}

    def case(self, number: str) -> Case | None:
        with self.database.read() as connection:
            found = _cases(connection, connection.execute(select(cases).where(cases.c.number == number)).all())
        return found[0] if found else None

    def next_case_number(self, now: datetime) -> str:
        """A number that nobody else gets; one that is not used is left out."""
        day = now.astimezone(SHANGHAI).strftime("%y%m%d")
        drawing = self.database.insert(sequences).values(name=f"case:{day}", value=1)
        drawn = drawing.on_conflict_do_update(index_elements=["name"], set_={"value": sequences.c.value + 1})
        with self.database.write(durable=False) as connection:
            return f"RF{day}{connection.scalars(drawn.returning(sequences.c.value)).one():04d}"

    def save(self, saving: Saving) -> None:
        """All of it or nothing. Raises `AlreadyHeard`, or `Stale` where something changed since it was read."""
        save(self.database, saving)
        for told in self.watchers:
            told()

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
        return StaffMember(row.name, Role(row.role), row.password_hash) if row else None

    def close(self) -> None:
        self.database.close()


_CHAT, _MESSAGE = bindparam("chat", type_=Words()), bindparam("message", type_=Words())
_RISK = select(risk_steps.c.restricted).where(risk_steps.c.customer == _CHAT)
_LATEST_RISK = _RISK.order_by(risk_steps.c.id.desc()).limit(1)

# One row, whether the chat is known or not.
_ABOUT_CHAT = select(
    exists().where(heard.c.chat == _CHAT, heard.c.message_id == _MESSAGE).label("heard"),
    func.coalesce(_LATEST_RISK.scalar_subquery(), false()).label("high_risk"),
    select(chats.c.channel).where(chats.c.chat == _CHAT).scalar_subquery().label("channel"),
    talks.c.version,
    talks.c.body,
).select_from(select(literal(1)).subquery().outerjoin(talks, talks.c.chat == _CHAT))
_NEWEST_FIRST = cases.c.opened_at.desc(), cases.c.number.desc()
_CASES_OF_CHAT = select(cases).where(cases.c.customer == _CHAT).order_by(*_NEWEST_FIRST)
_BOUND = select(bindings.c.order_no).where(bindings.c.chat == _CHAT)

_WANTED: BindParameter[str] = bindparam("wanted", expanding=True)
_EVENTS = select(events).where(events.c.case_no.in_(_WANTED)).order_by(events.c.id)
_LEDGERS = select(ledgers).where(ledgers.c.order_no.in_(_WANTED))
_TRIED = select(wrong_tries).where(wrong_tries.c.order_no.in_(_WANTED), wrong_tries.c.at >= bindparam("since"))
_TRIES = _TRIED.order_by(wrong_tries.c.at)


def _cases(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Case, ...]:
    if not rows:
        return ()
    numbers = [row.number for row in rows]
    steps: dict[str, list[Event]] = {number: [] for number in numbers}
    for row in connection.execute(_EVENTS, {"wanted": numbers}):
        steps[row.case_no].append(event_noun(row))
    return tuple(case_noun(row, steps[row.number]) for row in rows)
