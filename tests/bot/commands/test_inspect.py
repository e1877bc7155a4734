"""`inspect` looks at evidence from outside, line by line: with floors for what it has to find."""

import os
from pathlib import Path

import pytest

from tests.pictures.score import Json, answered, figures, inspected, labels, pairs, question, reuse, shown
from tests.reading import one_process

ROOT = Path(__file__).parents[3]
DRAWN = ROOT / "tests" / "pictures" / "drawn"
SCREENS = Path(os.environ.get("REFUND_DESK_SHARED", ROOT.parent / "shared")) / "data" / "screens-dev"
FOLDERS = pytest.mark.parametrize("looked", [DRAWN, SCREENS], ids=["drawn", "screens"], indirect=True)


@pytest.fixture(scope="module")
def looked(request: pytest.FixtureRequest) -> list[tuple[Json, Json]]:
    """Each label with what was found."""
    if not (request.param / "labels.jsonl").exists():
        pytest.skip("the pictures are not here")
    return answered(request.param, one_process())


@FOLDERS
def test_every_figure_is_met(looked: list[tuple[Json, Json]]) -> None:
    assert [shown({one.name: one}) for one in figures(looked).values() if not one.is_met] == []


@FOLDERS
def test_a_finding_has_words(looked: list[tuple[Json, Json]]) -> None:
    assert all(one["code"] and one["detail"] for _, found in looked for one in found["findings"])


@pytest.mark.parametrize("folder", [DRAWN, SCREENS], ids=["drawn", "screens"])
def test_the_same_picture_again_is_found_and_a_lookalike_is_not(folder: Path) -> None:
    if not pairs(folder):
        pytest.skip("the pictures are not here")
    assert [shown({one.name: one}) for one in reuse(folder, one_process()).values() if one.misses] == []


@pytest.mark.parametrize("line, code", [
    ({"id": "a", "file": "none.png", "claim": {"reason": "not_delivered"}}, "bad_order"),
    ({"id": "a", "file": "labels.jsonl", "claim": None}, "bad_field"),
    ({"id": "a", "claim": {"reason": "nonsense"}}, "bad_field"),
])  # fmt: skip
def test_a_line_that_cannot_be_used_is_told_so_and_the_next_one_is_read(line: Json, code: str) -> None:
    good = question(labels(DRAWN)[0])
    first, second = inspected(DRAWN, [line, good], one_process())
    assert first["error"]["code"] == code and second["id"] == good["id"]


@pytest.mark.parametrize("file, code", [("none.png", "bad_field"), ("labels.jsonl", "unfit"), ("..", "bad_field")])
def test_a_file_that_is_no_picture_is_told_so(file: str, code: str) -> None:
    [answer] = inspected(DRAWN, [question(labels(DRAWN)[0]) | {"file": file}], one_process())
    assert answer["error"]["code"] == code
