"""What the database itself holds: events are only ever added, and a time has a zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from flows.model import Outcome
from storage.nouns import Saving
from storage.store import Store
from storage.tables import metadata
from tests.conftest import NOON, an_event

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
    with pytest.raises(StatementError, match="says no zone"):
        store.save(Saving("u1", Outcome(), datetime(2026, 11, 20), message_id="m1"))


def test_a_moment_is_the_same_in_whatever_zone_it_was_said(store: Store) -> None:
    shanghai = timezone(timedelta(hours=8))
    moment = datetime(2026, 11, 20, 12, 30, 15, 123456, tzinfo=shanghai)
    store.save(Saving("u1", Outcome(events=(an_event(at=moment),)), NOON))
    [(_, event)] = store.events_since(0)
    assert event.at == moment
    assert event.at.tzinfo is UTC


def test_every_table_and_index_has_a_name_that_both_databases_take() -> None:
    names = [*metadata.tables, *(index.name or "" for table in metadata.tables.values() for index in table.indexes)]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() and name.islower() and len(name) < 60 for name in names)
