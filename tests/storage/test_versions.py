"""What an older program wrote is all there after the update, and the house goes on with it.

`versions/` holds what the program of a version kept of one and the same story, row by row as it wrote it.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, func, select, text

from bot.app import build
from bot.channels import Incoming
from bot.config import Settings
from flows.model import CaseState
from storage.engine import Database
from storage.figures import Figures, Standing
from storage.migrations import FOLDER, config, newest, upgrade
from storage.search import Search, View
from storage.store import Store
from tests.conftest import NOON

KEPT = {file.stem: file for file in sorted((Path(__file__).parent / "versions").glob("*.json"))}
EARLIER = sorted(file.name[:4] for file in (FOLDER / "versions").glob("[0-9]*_*.py") if file.name[:4] != newest())
APPEALED, PROMISED, OFFERED = "RF2611200001", "RF2611200002", "RF2611200003"
LATER = NOON + timedelta(hours=9)
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of either kind, with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.db'}"
    address: str = request.getfixturevalue("bare_postgresql")
    return address


@pytest.fixture(params=EARLIER)
def old(request: pytest.FixtureRequest, bare: str) -> Iterator[tuple[str, Rows]]:
    """A database as a program of this version left it, and its rows. Where nothing was kept of that version, it was
    brought there from the one before."""
    written = max(version for version in KEPT if version <= request.param)
    rows: Rows = json.loads(KEPT[written].read_text("utf-8"))
    database = Database(bare)
    with database.write() as connection:
        command.upgrade(config(connection), written)
        _put(connection, rows)
    with database.write() as connection:
        command.upgrade(config(connection), request.param)
    database.close()
    yield bare, rows


def _put(connection: Connection, rows: Rows) -> None:
    as_it_was = MetaData()
    as_it_was.reflect(connection)
    for name, kept in rows.items():
        table = as_it_was.tables[name]
        if kept:
            connection.execute(table.insert(), kept)
        if kept and "id" in table.c and connection.dialect.name == "postgresql":
            sequence = func.pg_get_serial_sequence(name, "id")
            connection.execute(select(func.setval(sequence, max(row["id"] for row in kept))))


def test_every_row_is_there_afterwards_as_it_was(old: tuple[str, Rows]) -> None:
    url, rows = old
    upgrade(url)
    database = Database(url)
    with database.read() as connection:
        now = MetaData()
        now.reflect(connection)
        for name, kept in rows.items():
            there = [row._asdict() for row in connection.execute(select(now.tables[name]))]
            columns = kept[0].keys() & now.tables[name].c.keys() if kept else set()
            assert _set(there, columns) == _set(kept, columns), name
            assert len(there) == len(kept), name
    database.close()


def _set(rows: list[dict[str, Any]], columns: set[str]) -> set[str]:
    return {repr([row[column] for column in sorted(columns)]) for row in rows}


def test_the_desk_finds_everything(old: tuple[str, Rows]) -> None:
    url, _ = old
    upgrade(url)
    store = Store(url)
    search = Search(store.database)

    def numbers(view: View, agent: str = "b2") -> set[str]:
        return {case.number for case in search.queue(view, agent, NOON)}

    assert numbers(View.APPEALS) == numbers(View.MINE) == {APPEALED}
    assert numbers(View.OPEN) == {APPEALED, PROMISED}
    assert numbers(View.WAITING) == {OFFERED}
    assert search.counts("b2", NOON)[View.ALL] == len(numbers(View.ALL)) == 3
    assert [case.number for case in search.find("km202611201530012346")] == [PROMISED]
    assert [row.chat for row in search.talks()] == ["u5"] and search.waiting() == 1
    assert [reason.value for _, reason in search.corrected()] == ["not_as_described"]
    assert search.risk_steps("u3")[0][1].restricted
    assert Standing(store.database).figures(LATER) == Figures(0, 0, handed_in=3, approved=1, refused=1)
    assert store.staff("小林") is not None
    store.close()


def test_customers_staff_and_timers_go_on(old: tuple[str, Rows], tmp_path: Path) -> None:
    url, rows = old
    app = build(Settings.model_validate({"data": tmp_path, "database": {"url": url}}))
    known = app.store.recall("u1")
    assert known.cases[0].state is CaseState.IN_REVIEW and known.cases[0].appealed
    assert len(known.cases[0].events) == 8
    assert app.house.hear(Incoming("stdio", "u1", "after the update", "我的退款到哪一步了"), LATER)
    assert APPEALED in app.store.outbox.waiting("say:u1")[-1].task.text
    heard_before = rows["heard"][0]
    again = Incoming("stdio", heard_before["chat"], heard_before["message_id"], "我要退款")
    assert not app.house.hear(again, LATER)
    with app.store.database.read() as connection:
        pending = connection.scalar(text("SELECT count(*) FROM outbox WHERE kind = 'wake' AND done_at IS NULL"))
    in_a_year = NOON + timedelta(days=365)
    assert len(app.store.outbox.take(in_a_year, 99, timedelta(minutes=1), ("wake",))) == pending > 0
    app.close()
