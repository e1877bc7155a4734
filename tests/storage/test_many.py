"""Many values in one statement: what is given comes in whole and with its types, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Integer, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.many import Listed, among, rows_given
from storage.store import Store
from storage.tables import When, Words, bindings, risk_steps
from storage.visit import Ready
from tests.conftest import NOON

ODD = ["", "好", "O'Neil \"x\"", "a\\b\n", "100%", "KM-1", "𠮷", "[1]", "null"]
COLUMNS = [Column("n", Integer), Column("text", Words), Column("at", When), Column("yes", Boolean)]
GIVEN = rows_given("rows", COLUMNS)
READ = Ready(select(GIVEN).order_by(GIVEN.c.n))
AMONG = Ready(select(bindings).where(among(bindings.c.order_no, "numbers")).order_by(bindings.c.order_no))
ADD = Ready(insert(bindings).inline().on_conflict_do_nothing())
ALL = Ready(select(Listed(bindings.c.order_no).label("all")))


def bound(*order_nos: str) -> list[dict[str, Any]]:
    return [{"chat": "u1", "order_no": number, "at": NOON} for number in order_nos]


def test_rows_are_read_like_those_of_a_table_with_their_types(store: Store) -> None:
    rows = [
        {"n": n, "text": text, "at": NOON + timedelta(microseconds=n), "yes": n % 2 == 0} for n, text in enumerate(ODD)
    ]
    rows.append({"n": len(ODD), "text": None, "at": None, "yes": None})
    with store.database.visit() as visit:
        assert [row._asdict() for row in visit.rows(READ, rows=rows)] == rows


def test_of_no_rows_none_are_read(store: Store) -> None:
    with store.database.visit() as visit:
        assert visit.rows(READ, rows=[]) == [] == visit.rows(AMONG, numbers=[])


def test_what_no_database_takes_is_made_readable(store: Store) -> None:
    with store.database.visit() as visit:
        [row] = visit.rows(READ, rows=[{"n": 1, "text": "a\0\ud83dz", "at": NOON, "yes": True}])
        assert row.text == "a\ufffd?z"
        assert visit.rows(AMONG, numbers=["a\0\ud83dz"]) == []


def test_one_of_many_texts_is_found_whatever_stands_in_it(store: Store) -> None:
    with store.database.visit(writes=True) as visit:
        assert visit.change(ADD, *bound(*ODD, "other")) == len(ODD) + 1
    with store.database.visit() as visit:
        assert {row.order_no for row in visit.rows(AMONG, numbers=[*ODD, "not there"])} == set(ODD)
        assert [row.order_no for row in visit.rows(AMONG, numbers=("KM-1", "KM-1"))] == ["KM-1"]


@pytest.mark.parametrize("numbers", [(), ("B", "A")])
def test_all_of_a_group_are_listed(store: Store, numbers: tuple[str, ...]) -> None:
    with store.database.visit(writes=True) as visit:
        visit.change(ADD, *bound(*numbers))
        [row] = visit.rows(ALL)
    assert (row.all or "[]").replace(" ", "") in ("[]" if not numbers else ('["A","B"]', '["B","A"]'))


def test_of_many_rows_those_that_are_there_are_left_alone_and_the_new_ones_are_counted(store: Store) -> None:
    with store.database.visit(writes=True) as visit:
        assert visit.change(ADD, *bound("A", "B")) == 2
        assert visit.change(ADD, *bound("B", "C", "D")) == 2


def test_many_rows_are_changed_each_to_its_own_values_where_its_own_condition_holds(store: Store) -> None:
    theirs = (risk_steps.c.customer == bindparam("known")) & (risk_steps.c.by == "system")
    moving = Ready(update(risk_steps).where(theirs).values(why="moved"))
    steps = [
        {"customer": f"u{n}", "restricted": False, "by": by, "why": "", "at": NOON}
        for n, by in enumerate(["system", "system", "agent:a"])
    ]
    with store.database.visit(writes=True) as visit:
        visit.change(Ready(insert(risk_steps).inline()), *steps)
        changed = [{"known": f"u{n}", "restricted": n == 1, "at": NOON + timedelta(hours=n)} for n in range(4)]
        assert visit.change(moving, *changed) == 2
        rows = visit.rows(Ready(select(risk_steps).order_by(risk_steps.c.customer)))
    assert [(row.restricted, row.why, row.at - NOON) for row in rows] == [
        (False, "moved", timedelta(0)), (True, "moved", timedelta(hours=1)), (False, "", timedelta(0)),
    ]  # fmt: skip
