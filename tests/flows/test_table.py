"""Both tables: what is not listed is refused, every state is reached, and a mistake is found where it is written."""

from dataclasses import dataclass
from enum import StrEnum

import pytest

from flows.case import LIFE
from flows.model import Role
from flows.table import Row, Table, as_markdown, as_mermaid
from flows.talk import TALK


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass
class Walker:
    state: Light = Light.RED
    row: object = None
    role: Role = Role.CUSTOMER
    clear: bool = True

    def road_is_clear(self) -> bool:
        return self.clear


ROWS = [
    Row("go", Light.RED, Light.GREEN, when="road_is_clear"),
    Row("go", Light.RED, None),
    Row("stop", Light.GREEN, Light.RED, Role.AGENT),
]


def test_the_first_row_that_fits_is_taken() -> None:
    table = Table(Light, Walker, ROWS)
    for clear, there in ((True, Light.GREEN), (False, Light.RED)):
        walker = Walker(clear=clear)
        assert table.walk(walker, Light.RED, "go") is table.rows[0 if clear else 1]
        assert walker.state is there


def test_a_step_by_somebody_else_is_refused_and_changes_nothing() -> None:
    walker = Walker()
    assert Table(Light, Walker, ROWS).walk(walker, Light.GREEN, "stop") is None
    assert walker.state is Light.GREEN


@pytest.mark.parametrize(
    "row", [Row("go", Light.RED, Light.GREEN, when="road_is_claer"), Row("go", "purple", Light.GREEN)]
)
def test_a_misspelt_guard_or_state_is_found_where_the_table_is_written(row: Row) -> None:
    with pytest.raises((ValueError, AttributeError)):
        Table(Light, Walker, [row])


@pytest.mark.parametrize("table", [LIFE, TALK], ids=["LIFE", "TALK"])
def test_every_state_is_reached_from_the_first(table: Table) -> None:
    reached = {next(iter(table.states))}
    for _ in table.states:
        reached |= {row.to for row in table.rows if row.to and reached & set(row.froms)}
    assert reached == set(table.states)


@pytest.mark.parametrize("table", [LIFE, TALK], ids=["LIFE", "TALK"])
def test_the_table_is_shown_with_every_row_and_every_step(table: Table) -> None:
    assert as_markdown(table).count("\n") == len(table.rows) + 1
    shown = as_mermaid(table)
    assert all(
        f"--> {row.to}: {row.trigger}" in shown
        for row in table.rows
        if row.to and any(row.to != state for state in row.froms)
    )
