"""Documents show tables, diagrams and settings as the code has them, and are put right by one command."""

from pathlib import Path

import pytest

from bot.commands.tables import EXAMPLE, PARTS, READMES, NoRoom, renewed, write
from bot.config import as_toml
from flows.case import LIFE

OLD = "# Desk\n<!-- generated: life -->\nold\n<!-- end -->\nafter\n"


def test_what_stands_between_the_markers_is_renewed_and_nothing_else() -> None:
    new = renewed(OLD)
    assert new.startswith("# Desk\n<!-- generated: life -->\n| step |") and new.endswith("<!-- end -->\nafter\n")
    assert "old" not in new and renewed(new) == new


@pytest.mark.parametrize("document", ["nothing", "<!-- generated: lief -->\n<!-- end -->"])
def test_a_document_without_known_markers_is_refused(document: str) -> None:
    with pytest.raises(NoRoom, match="expected parts between markers"):
        renewed(document)


def test_every_step_of_a_case_is_in_the_table_and_every_move_in_the_diagram() -> None:
    table, diagram = PARTS["life"](), PARTS["life-diagram"]()
    assert all(f"| {row.trigger} |" in table for row in LIFE.rows)
    assert diagram.startswith("```mermaid\nstateDiagram-v2") and "submitted --> in_review: take" in diagram


def test_only_what_is_wrong_is_written(tmp_path: Path) -> None:
    for name in READMES:
        (tmp_path / name).write_text(OLD, "utf-8")
    assert write(tmp_path) == [*READMES, EXAMPLE] and write(tmp_path) == []
    assert (tmp_path / EXAMPLE).read_text("utf-8") == as_toml()
