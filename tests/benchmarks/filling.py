"""A house that has lived: a database with N cases, and as many customers, events and messages as go with them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, Table, create_engine, text

from flows.model import Case, CaseState, Cents, Event, Goods, Order, OrderStatus, Refund, Talk, Wake
from nlp.codes import Reason
from storage.engine import Database, to_address
from storage.migrations import upgrade
from storage.nouns import case_row, event_row, talk_row, task_row
from storage.orders import _row as order_row
from storage.tables import (
    bindings,
    cases,
    chats,
    events,
    heard,
    ledgers,
    messages,
    metadata,
    orders,
    outbox,
    talks,
)
from tests.conftest import NOON

LIVED = timedelta(days=730)
AGENTS = "a1", "a2"
CUSTOMERS = 0.6
"""So many for each case: some come again."""
WITH_PEOPLE = 0.5
"""Of the talks. Far more than a house would leave waiting: every list is full in a small house too."""
SEED = 1_000
KEY = "Q"
"""Stands in every key, and what stands behind it tells it from its like."""
S = CaseState
FATES: tuple[tuple[int, tuple[CaseState, ...]], ...] = (
    (50, (S.SUBMITTED, S.APPROVED, S.REFUNDED)),
    (8, (S.SUBMITTED, S.IN_REVIEW, S.REJECTED, S.CLOSED)),
    (6, (S.SUBMITTED, S.WITHDRAWN)),
    (4, (S.ACCEPTED, S.SETTLED)),
    (4, (S.SUBMITTED, S.IN_REVIEW, S.REJECTED)),
    (7, (S.SUBMITTED,)),
    (6, (S.SUBMITTED, S.IN_REVIEW)),
    (6, (S.SUBMITTED, S.IN_REVIEW, S.AWAITING_CUSTOMER)),
    (2, (S.SUBMITTED, S.IN_REVIEW, S.APPROVED)),
    (7, (S.SUBMITTED, S.IN_REVIEW, S.REJECTED, S.APPEALED)),
)
"""How cases ended or where they stand, in percent. More are open than a house would leave open: that is the harder."""
SAID = ("卡密激活提示无效码，要退款", "请发一张激活报错的截图。", "输入以后一直提示卡密无效", "已提交，请等审核。")
Rows = dict[Any, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the whole."""

    n: int
    of: int
    now: datetime

    @property
    def customer(self) -> str:
        return f"customer-{self.n % max(1, int(self.of * CUSTOMERS))}{KEY}"

    @property
    def is_new(self) -> bool:
        return self.n < max(1, int(self.of * CUSTOMERS))

    @property
    def opened(self) -> datetime:
        return self.now - LIVED * (1 - self.n / self.of)

    @property
    def number(self) -> str:
        return f"RF{self.opened:%y%m%d}{self.n:04}{KEY}"


def fill(url: str, count: int, now: datetime = NOON, tell: Callable[[str], None] = lambda _: None) -> None:
    """An empty database at `url`, of either kind, becomes a house with so many cases: a thousand, or thousands.

    A thousand are lived one by one, and the others are these again: other customers, other orders, a little later.
    """
    upgrade(url)
    database, random, seed, started = Database(url), Random(SEED), min(SEED, count), time.perf_counter()
    with database.write(durable=False) as connection, _without_indexes(connection):
        rows: Rows = {table: [] for table in metadata.sorted_tables}
        for n in range(seed):
            _live(Place(n, seed, now), random, rows)
        for table, new in rows.items():
            if new:
                connection.execute(table.insert(), new)
                _again(connection, table, new, count // seed)
                tell(f"{table.name}: {len(new) * count // seed} rows, {time.perf_counter() - started:.0f} s")
    tell(f"indexes, {time.perf_counter() - started:.0f} s")
    database.close()
    _tidy(url)


def _tidy(url: str) -> None:
    """As a house that has lived for a while has long been tidied: it knows its tables, and which of their pages are
    full."""
    engine = create_engine(to_address(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))
    engine.dispose()


def _again(connection: Connection, table: Table, rows: list[dict[str, Any]], copies: int) -> None:
    """Every row as often as that, with another key; a moment is a millisecond later each time."""
    if copies < 2:
        return
    quote = connection.dialect.identifier_preparer.quote
    columns = {column.name: quote(column.name) for column in table.columns if column.computed is None}
    columns.pop("id", None)
    values = [_value(column, rows, name) for name, column in columns.items()]
    series = "WITH RECURSIVE series(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM series WHERE k < :last)"
    connection.execute(text(f"CREATE TEMPORARY TABLE seed AS SELECT * FROM {table.name}"))
    adding = f"INSERT INTO {table.name} ({', '.join(columns.values())})"
    again = f"{adding} {series} SELECT {', '.join(values)} FROM seed CROSS JOIN series"
    connection.execute(text(again), {"last": copies - 1})
    connection.execute(text("DROP TABLE seed"))


def _value(column: str, rows: list[dict[str, Any]], name: str) -> str:
    given = [row.get(name) for row in rows]
    if any(isinstance(value, str) and KEY in value for value in given):
        return f"replace({column}, '{KEY}', '{KEY}' || k)"
    return f"{column} + k * 1000" if any(isinstance(value, datetime) for value in given) else column


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Made at the end, an index of a million rows costs a fraction of what it costs row by row."""
    made = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'ix_%'",
    }
    indexes = connection.execute(text(made[connection.dialect.name])).all()
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _, statement in indexes:
        connection.exec_driver_sql(statement)


def _live(place: Place, random: Random, rows: Rows) -> None:
    """One case with all that belongs to it."""
    fate = random.choices([states for _, states in FATES], cum_weights=[*accumulate(w for w, _ in FATES)])[0]
    order = _order(place)
    case, steps = _case(place, order, fate, random)
    _talk(place, case, random, rows)
    rows[orders].append(order_row(order))
    granted = int(fate[-1] in (S.APPROVED, S.REFUNDED, S.SETTLED))
    is_open = fate[-1] not in (S.REFUNDED, S.CLOSED, S.WITHDRAWN, S.SETTLED)
    rows[ledgers].append({
        "order_no": order.order_no, "bought": 1, "granted": granted, "version": 1,
        "open_case": case.number if is_open else None, "open_customer": case.customer if is_open else None,
    })  # fmt: skip
    rows[bindings].append({"chat": case.customer, "order_no": order.order_no, "at": place.opened})
    rows[cases].append(case_row(case, steps[-1].at) | {"opened_at": place.opened})
    rows[events] += [event_row(event) for event in steps]
    if is_open:
        due = place.now + timedelta(days=random.random() * 3)
        wake = Wake(f"{case.number}:overdue", due, "overdue", case.customer, case.number)
        rows[outbox].append(task_row("wake", wake.key, wake, wake.chat, wake.at))


def _order(place: Place) -> Order:
    return Order(
        f"KM{place.opened:%Y%m%d}{place.n:05}{KEY}", "Steam 充值卡 50元", Cents(4990), OrderStatus.DELIVERED,
        place.opened - timedelta(hours=3), Goods.CARD, price=Cents(4990), paid_with="alipay",
        delivered_at=place.opened - timedelta(hours=1), buyer=place.customer, contact=f"138{place.n:08}",
    )  # fmt: skip


def _case(place: Place, order: Order, fate: tuple[CaseState, ...], random: Random) -> tuple[Case, list[Event]]:
    at, steps = place.opened, list[Event]()
    for source, target in zip((S.DRAFT, *fate), fate, strict=False):
        at += timedelta(minutes=random.random() * 30)
        steps.append(Event(place.number, at, "customer", "step", source, target))
    reviewed = len(fate) > 1 and fate[-1] is not S.APPEALED
    appealed = fate[-1] is S.APPEALED
    return Case(
        place.number, place.customer, order, Reason.INVALID_CODE, fate[-1], Refund(Cents(4990)), words=SAID[0],
        reviewer=AGENTS[place.n % 2] if reviewed else None, appealed=appealed, submitted_at=place.opened,
        due_at=place.now + timedelta(days=random.random() * 5 - 2),
        until=place.now + timedelta(days=3) if fate[-1] in (S.AWAITING_CUSTOMER, S.REJECTED) else None,
    ), steps  # fmt: skip


def _talk(place: Place, case: Case, random: Random, rows: Rows) -> None:
    chat = place.customer
    if place.is_new:
        rows[chats].append({"chat": chat, "channel": "web", "since": place.opened})
        owner = random.choice(("agent:", "agent:a1")) if random.random() < WITH_PEOPLE else "bot"
        rows[talks].append(talk_row(replace(Talk(chat), owner=owner, case=case.number, heard_at=place.opened)))
    for turn, said in enumerate(SAID):
        mine = turn % 2 == 0
        rows[messages].append({
            "chat": chat, "case_no": case.number, "at": place.opened, "who": "customer" if mine else "bot",
            "text": said, "files": "[]", "buttons": "[]", "kind": "text", "internal": False,
            "sent_as": f"{'hear' if mine else 'say'}:{chat}:{place.n}-{turn}{KEY}",
        })  # fmt: skip
        if mine:
            rows[heard].append({"chat": chat, "message_id": f"{place.n}-{turn}{KEY}", "at": place.opened})


def customer(n: int, copy: int = 0) -> str:
    """Somebody who is there: the n-th of the thousand cases, in one of its copies."""
    return Place(n, SEED, NOON).customer + (str(copy) if copy else "")
