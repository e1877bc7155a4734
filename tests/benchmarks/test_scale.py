"""What a page or a message asks costs the same in a large house: in rows and steps, which no busy machine changes."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy.event
from sqlalchemy import Engine, text

from storage.engine import Database
from storage.figures import MOST
from storage.tables import metadata
from storage.visit import BY_INDEX, Visit
from tests.benchmarks.filling import SEED, fill
from tests.benchmarks.scale import QUESTIONS, House, measure, opened
from tests.conftest import NOON, a_postgresql

LARGE = 20 * SEED
LISTS = 8
"""So many are counted on a page, each up to MOST; a small house has less to count."""
STEPS_A_ROW = 9
"""Of SQLite's machine, to count a row of an index."""
ASKED = 3
Asked = list[tuple[str, Any, bool]]
"""Statements, what they were filled with, and whether that was by the short way."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def houses(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[House]]:
    """A small house and a large one."""
    with ExitStack() as open_things:
        built = []
        for cases in (SEED, LARGE):
            url = f"sqlite:///{tmp_path_factory.mktemp('scale') / f'{cases}.db'}"
            if request.param == "postgresql":
                url = open_things.enter_context(a_postgresql())
            fill(url, cases)
            built.append(open_things.enter_context(opened(url, cases)))
            QUESTIONS["queue page"](built[-1], 0)
        yield built


@contextmanager
def listening() -> Iterator[Asked]:
    """Every statement that is run meanwhile, with what it was filled with."""
    asked: Asked = []

    def note(_: object, __: object, statement: str, parameters: Any, ___: object, many: bool) -> None:
        asked.append((statement, parameters[0] if many else parameters, False))

    def run(visit: Visit, work: Callable[..., Any], *given: Any) -> Any:
        if len(given) == 2:
            many = isinstance(given[1], list) and given[1] and isinstance(given[1][0], list | dict)
            one = given[1][0] if many else given[1]
            asked.append((given[0], tuple(one) if isinstance(one, list) else one, True))
        return run_it(visit, work, *given)

    run_it = Visit.run
    Visit.run = run  # type: ignore[method-assign, assignment]  # for as long as this is open
    sqlalchemy.event.listen(Engine, "before_cursor_execute", note)
    yield asked
    sqlalchemy.event.remove(Engine, "before_cursor_execute", note)
    Visit.run = run_it


def asked_by(ask: Callable[[House, int], object], house: House, n: int) -> Asked:
    with listening() as asked:
        ask(house, n)
    return [one for one in asked if one[0].startswith(("SELECT", "UPDATE"))]


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_goes_through_a_whole_table(houses: list[House], name: str) -> None:
    house = houses[1]
    asked = asked_by(QUESTIONS[name], house, 5)
    assert asked
    through = through_on_sqlite if house.app.store.database.is_sqlite else through_on_postgresql
    with house.app.store.database.read() as connection:
        assert [statement for statement, *how in asked if through(connection, statement, *how)] == []


def through_on_sqlite(connection: Any, statement: str, values: Any, _: bool) -> bool:
    """An index that is gone through in order is fine where the first rows of it are all that is wanted."""
    plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    scans = [step for step in plan if step.split()[0] == "SCAN" and step.split()[1] in metadata.tables]
    return any("INDEX" not in step or "LIMIT" not in statement for step in scans)


def through_on_postgresql(connection: Any, statement: str, values: Any, short: bool) -> bool:
    plan = explained(connection, f"EXPLAIN {statement}", values, short)
    tables = re.findall(r"Seq Scan on (\w+)", "\n".join(plan))
    small = {"staff", "risk_steps", "wrong_tries", "evidence", "sequences"}
    return bool(set(tables) & set(metadata.tables) - small)


def explained(connection: Any, statement: str, values: Any, short: bool) -> Any:
    connection.exec_driver_sql(BY_INDEX if short else "RESET ALL")
    return connection.exec_driver_sql(statement, values).scalars().all()


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_costs_more_in_a_house_of_twenty_times_the_cases(houses: list[House], name: str) -> None:
    cost = steps if houses[0].app.store.database.is_sqlite else rows_read
    small, large = (cost(house, QUESTIONS[name]) for house in houses)
    counting = LISTS * MOST * (STEPS_A_ROW if cost is steps else 1)
    assert large <= 1.5 * small + (counting if "page" in name else 0)


def steps(house: House, ask: Callable[[House, int], object]) -> int:
    """What SQLite's machine does for it."""
    done, every = 0, 50

    def count() -> None:
        nonlocal done
        done += every

    def watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(count, every)

    house.app.store.database.close()
    sqlalchemy.event.listen(Engine, "connect", watch)
    for n in range(ASKED):
        ask(house, n)
    sqlalchemy.event.remove(Engine, "connect", watch)
    house.app.store.database.close()
    return done // ASKED


def rows_read(house: House, ask: Callable[[House, int], object]) -> int:
    """Rows that PostgreSQL looks at for it, those too that turn out not to be meant."""
    asked = [one for n in range(ASKED) for one in asked_by(ask, house, n) if one[0].startswith("SELECT")]
    with house.app.store.database.read() as connection:
        plans = [
            explained(connection, f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *how) for statement, *how in asked
        ]
    return int(sum(_looked_at(plan[0]["Plan"]) for [plan] in plans) / ASKED)


def _looked_at(node: dict[str, Any]) -> int:
    here = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    below = sum(_looked_at(child) for child in node.get("Plans", ()))
    return below + (here if "Scan" in node["Node Type"] else 0)


def test_every_question_is_measured_in_every_house(houses: list[House]) -> None:
    medians = measure(houses, rounds=1)
    assert medians.keys() == QUESTIONS.keys()
    assert all(len(each) == len(houses) and min(each) > 0 for each in medians.values())


def test_a_filled_house_has_what_was_asked_for_and_keeps_its_words_together(tmp_path: Path) -> None:
    fill(f"sqlite:///{tmp_path / 'filled.db'}", 2 * SEED, NOON)
    database = Database(f"sqlite:///{tmp_path / 'filled.db'}")
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM cases")) == 2 * SEED
        lost = "SELECT count(*) FROM {} WHERE {} NOT IN (SELECT {} FROM {})"
        for child, key, parent, its in (
            ("events", "case_no", "cases", "number"),
            ("messages", "chat", "chats", "chat"),
            ("cases", "order_no", "orders", "order_no"),
            ("cases", "customer", "talks", "chat"),
        ):
            assert connection.scalar(text(lost.format(child, key, its, parent))) == 0, child
    database.close()
