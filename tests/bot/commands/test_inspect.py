"""`inspect` looks at evidence from outside, line by line: with floors for what it has to find."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.commands.inspect import findings
from bot.config import EvidenceLimits
from bot.texts import Catalogue
from tests.bot.commands.running import lines
from tests.reading import one_process

ROOT = Path(__file__).parents[3]
DRAWN = ROOT / "tests" / "pictures" / "drawn"
SCREENS = Path(os.environ.get("REFUND_DESK_SHARED", ROOT.parent / "shared")) / "data" / "screens-dev"
Json = dict[str, Any]


def inspected(folder: Path, asked: list[Json]) -> Iterator[Json]:
    from io import BytesIO

    catalogue = Catalogue()
    source = BytesIO(lines(*asked).encode())
    answers = findings(source, folder, one_process(), lambda text: catalogue.say("zh-CN", text), EvidenceLimits())
    return map(json.loads, answers)


def labels(folder: Path, name: str = "labels.jsonl") -> list[Json]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def question(label: Json) -> Json:
    claim = label["claim"]
    order = {name: f"{at}:00+08:00" if name.endswith("_at") and at else at for name, at in claim["order"].items()}
    return {"id": label["file"], "file": label["file"], "customer": "u1", "claim": claim | {"order": order}}


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


@pytest.fixture(scope="module", params=[DRAWN, SCREENS], ids=["drawn", "screens"])
def looked(request: pytest.FixtureRequest) -> list[tuple[Json, Json]]:
    """Each label with what was found."""
    folder: Path = request.param
    if not (folder / "labels.jsonl").exists():
        pytest.skip("the pictures are not here")
    every = labels(folder)
    return list(zip(every, inspected(folder, [question(label) for label in every]), strict=True))


@pytest.mark.parametrize(
    "what, floor", [("kind", 0.95), ("status", 0.97), ("order_no", 0.98), ("amount", 0.95), ("verdict", 0.95)]
)
def test_what_a_picture_shows_is_read(looked: list[tuple[Json, Json]], what: str, floor: float) -> None:
    wanted = [(label | {"kind": label["kind"].replace("tampered", "order_page")}, found) for label, found in looked]
    assert share([found[what] == label[what] for label, found in wanted if label[what]]) >= floor


def test_contradictions_are_caught_and_the_honest_are_not_accused(looked: list[tuple[Json, Json]]) -> None:
    said = [(label["verdict"] == "contradicts", found["verdict"] == "contradicts") for label, found in looked]
    assert share([found for wanted, found in said if wanted]) >= 0.95
    assert share([found for wanted, found in said if not wanted]) <= 0.02


def test_few_honest_pictures_are_taken_for_touched_up(looked: list[tuple[Json, Json]]) -> None:
    assert share([found["tampered"] >= 0.5 for label, found in looked if not label["tampered"]]) <= 0.06


def test_a_finding_has_words(looked: list[tuple[Json, Json]]) -> None:
    assert all(one["code"] and one["detail"] for _, found in looked for one in found["findings"])


@pytest.mark.parametrize(
    "folder, pairs", [(DRAWN, "dups.jsonl"), (SCREENS, "dups/dups.jsonl")], ids=["drawn", "screens"]
)
def test_the_same_picture_again_is_found_and_a_lookalike_is_not(folder: Path, pairs: str) -> None:
    if not (folder / pairs).exists():
        pytest.skip("the pictures are not here")
    again = labels(folder, pairs)
    first = {pair.get("duplicate_of") or pair["lookalike_of"] for pair in again}
    known = {label["file"]: question(label) for label in labels(folder)}
    asked = [known[file] for file in sorted(first)]
    asked += [asked[0] | {"id": pair["file"], "file": pair["file"], "customer": "u2"} for pair in again]
    found = {answer["id"]: answer["reused_from"] for answer in inspected(folder, asked)}
    assert [found[pair["file"]] for pair in again] == [pair.get("duplicate_of") for pair in again]


@pytest.mark.parametrize("line, code", [
    ({"id": "a", "file": "none.png", "claim": {"reason": "not_delivered"}}, "bad_order"),
    ({"id": "a", "file": "labels.jsonl", "claim": None}, "bad_field"),
    ({"id": "a", "claim": {"reason": "nonsense"}}, "bad_field"),
])  # fmt: skip
def test_a_line_that_cannot_be_used_is_told_so_and_the_next_one_is_read(line: Json, code: str) -> None:
    good = question(labels(DRAWN)[0])
    first, second = inspected(DRAWN, [line, good])
    assert first["error"]["code"] == code and second["id"] == good["id"]


@pytest.mark.parametrize("file, code", [("none.png", "bad_field"), ("labels.jsonl", "unfit"), ("..", "bad_field")])
def test_a_file_that_is_no_picture_is_told_so(file: str, code: str) -> None:
    [answer] = inspected(DRAWN, [question(labels(DRAWN)[0]) | {"file": file}])
    assert answer["error"]["code"] == code
