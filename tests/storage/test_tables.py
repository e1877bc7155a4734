"""What the database itself holds: events are only ever added, and a time has a zone."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy.event
from msgspec.structs import replace
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from flows.model import CaseState, Outcome, Pay
from storage.migrations import upgrade
from storage.nouns import Line, Rendered, Saving
from storage.orders import OrderTable
from storage.store import Store
from storage.tables import metadata
from storage.visit import Visit
from tests.conftest import NOON, a_case, an_event

CHANGES = [
    "UPDATE events SET why = 'nothing'",
    "UPDATE events SET id = 7 WHERE id = 1",
    "DELETE FROM events",
    "DELETE FROM events WHERE id = 1",
]
ONE_KIND_ONLY = {
    "sqlite": [
        "REPLACE INTO events (id, case_no, at, by, step, source, target, why) VALUES (1, '', 0, '', '', '', '', '')"
    ],
    "postgresql": ["TRUNCATE events", "TRUNCATE events CASCADE"],
}


def test_the_database_refuses_to_change_or_delete_an_event(store: Store) -> None:
    store.save(Saving("u1", Outcome(events=(an_event(), an_event("RF2"))), NOON))
    before = store.events_since(0)
    for statement in CHANGES + ONE_KIND_ONLY["sqlite" if store.database.is_sqlite else "postgresql"]:
        with pytest.raises(DBAPIError, match="only ever added"), store.database.write() as connection:
            connection.execute(text(statement))
    assert store.events_since(0) == before


def test_events_still_can_be_added_with_a_number_of_ones_own(store: Store) -> None:
    columns = "id, case_no, at, by, step, source, target, why"
    adding = f"INSERT INTO events ({columns}) VALUES (9, 'RF9', 0, '', '', 'draft', 'submitted', '')"
    with store.database.write() as connection:
        connection.execute(text(adding))
    assert [number for number, _ in store.events_since(0)] == [9]


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="says no zone"):
        store.save(Saving("u1", Outcome(), datetime(2026, 11, 20), message_id="m1"))


def test_a_moment_is_the_same_in_whatever_zone_it_was_said(store: Store) -> None:
    shanghai = timezone(timedelta(hours=8))
    moment = datetime(2026, 11, 20, 12, 30, 15, 123456, tzinfo=shanghai)
    store.save(Saving("u1", Outcome(events=(an_event(at=moment),)), NOON))
    [(_, event)] = store.events_since(0)
    assert event.at == moment
    assert event.at.tzinfo is UTC


def test_no_question_of_a_visit_reads_a_whole_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(f"sqlite:///{tmp_path / 'desk.db'}")
    store, asked = Store(f"sqlite:///{tmp_path / 'desk.db'}"), dict[str, Any]()

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked[statement] = parameters

    def run(visit: Visit, work: Callable[..., Any], *given: Any) -> Any:
        if len(given) == 2:
            asked[given[0]] = given[1]
        return run_it(visit, work, *given)

    run_it = Visit.run
    monkeypatch.setattr(Visit, "run", run)
    sqlalchemy.event.listen(Engine, "before_cursor_execute", note)
    a_whole_visit(store)
    sqlalchemy.event.remove(Engine, "before_cursor_execute", note)
    store.close()
    with sqlite3.connect(tmp_path / "desk.db") as connection:
        for statement, parameters in asked.items():
            if statement.startswith(("SELECT", "UPDATE")):
                many = isinstance(parameters, list) and parameters and isinstance(parameters[0], list | tuple)
                one = parameters[0] if many else parameters
                plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", one)]
                assert not any(step.split()[:2] == ["SCAN", table] for step in plan for table in metadata.tables), plan
    connection.close()
    assert len(asked) > 20


def a_whole_visit(store: Store) -> None:
    """Everything that a message, a decision and the worker ask."""
    orders, case = OrderTable(store.database), a_case()
    orders.put([case.order])
    for n in range(2):
        recalled = store.recall("u1", f"m{n}")
        ledgers = tuple(record.ledger for record in store.about_orders([case.order.order_no], since=NOON).values())
        orders.find([case.order.order_no]), orders.of_customers(["u1"]), store.next_case_number(NOON)
        state = CaseState.APPROVED if n else CaseState.SUBMITTED
        pay = Pay(case.number, case.order, case.refund)
        outcome = Outcome(recalled.talk, (replace(case, state=state, version=n),), (an_event(),), pays=(pay,))
        said = (Rendered("k", "{}", "好"),) * 2
        store.save(Saving("u1", outcome, NOON, "webchat", f"m{n}", said, incoming=Line("customer"), ledgers=ledgers))
        taken = store.outbox.take(NOON, 10, timedelta(minutes=1), ("say", "pay"))
        store.outbox.finish(taken[0].key, NOON)
        store.outbox.later(taken[1].key, NOON, "away")
        store.outbox.give_back([taken[2].key])
    store.outbox.next_due(), store.case(case.number), store.staff("wang"), store.events_since(1), store.last_event()
    store.outbox.forget(NOON, NOON)


def test_every_table_and_index_has_a_name_that_both_databases_take() -> None:
    names = [*metadata.tables, *(index.name or "" for table in metadata.tables.values() for index in table.indexes)]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() and name.islower() and len(name) < 60 for name in names)
