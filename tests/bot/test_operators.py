"""/metrics is for those who may look; the board, the document and the code name the same metrics."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.testclient import TestClient

from bot.app import App, build
from bot.config import Settings
from bot.operators import for_operators, may_look
from bot.site import Site

DOCS = Path(__file__).parents[2] / "docs"
BOARD = json.loads((DOCS / "grafana" / "refund-desk.json").read_text("utf-8"))
NAME = re.compile(r"refund_desk_[a-z_]+")
HERE, THERE = ("127.0.0.1", 5000), ("203.0.113.9", 5000)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    built = build(Settings(data=tmp_path_factory.mktemp("house"), web={"metrics_token": "look-1"}))
    yield built
    built.close()


def test_from_this_machine_the_metrics_can_be_read(guarded: App) -> None:
    answer = TestClient(Site(guarded, more=for_operators(guarded, {})).web, client=HERE).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "refund_desk_database_up 1.0" in answer.text


def test_a_stranger_reads_how_well_the_house_is_and_no_metrics(guarded: App) -> None:
    stranger = TestClient(Site(guarded, more=for_operators(guarded, {})).web, client=THERE)
    assert stranger.get("/metrics").status_code == 403
    assert stranger.get("/metrics", headers={"authorization": "Bearer look-1"}).status_code == 200
    assert stranger.get("/health").json() == {"live": True, "ready": True, "wrong": []}


def test_a_folder_of_evidence_of_its_own_is_looked_at_too(tmp_path: Path) -> None:
    shared = tmp_path / "shared" / "evidence"
    house = build(Settings(data=tmp_path / "data", evidence={"store": str(shared)}))
    pages = TestClient(Site(house, more=for_operators(house, {})).web)
    assert pages.get("/health").json()["ready"] is True
    shared.rmdir()
    pages = TestClient(Site(house, more=for_operators(house, {})).web)
    assert pages.get("/health").json()["wrong"] == ["evidence.store: cannot be written to (No such file or directory)"]
    house.close()


@pytest.mark.parametrize(
    "client, headers, token, may",
    [
        (HERE, {}, "", True),
        (("::1", 1), {}, "", True),
        (THERE, {}, "", False),
        (None, {}, "", False),
        (("testclient", 1), {}, "", False),
        (HERE, {"x-forwarded-for": "203.0.113.9"}, "", False),
        (HERE, {"x-real-ip": "127.0.0.1"}, "", False),
        (HERE, {"forwarded": "for=203.0.113.9"}, "look-1", False),
        (THERE, {"authorization": "Bearer look-1"}, "look-1", True),
        (THERE, {"authorization": "bearer look-1"}, "look-1", True),
        (THERE, {"authorization": "Bearer look-2"}, "look-1", False),
        (THERE, {"authorization": "Bearer 看"}, "look-1", False),
        (THERE, {"authorization": "Basic look-1"}, "look-1", False),
        (THERE, {"authorization": "Bearer "}, "", False),
    ],
)
def test_who_may_look(client: tuple[str, int] | None, headers: dict[str, str], token: str, may: bool) -> None:
    raw = [(name.encode(), value.encode("utf-8")) for name, value in headers.items()]
    assert may_look(Request({"type": "http", "headers": raw, "client": client}), token) is may


# ---- the board and the document


def families(app: App) -> set[str]:
    text = TestClient(Site(app, more=for_operators(app, {})).web, client=HERE).get("/metrics").text
    named = set()
    for family in text_string_to_metric_families(text):
        named.add(f"{family.name}_total" if family.type == "counter" else family.name)
    return named


def plain(name: str) -> str:
    """A histogram's parts are one metric."""
    return re.sub(r"(_seconds)_(bucket|sum|count)$", r"\1", name)


def panels() -> list[dict[str, Any]]:
    return [panel for panel in BOARD["panels"] if panel["type"] != "row"]


def test_the_board_shows_every_metric_and_none_that_is_not_there(app: App) -> None:
    asked = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    assert {plain(name) for name in NAME.findall(asked)} == families(app)


def test_the_document_explains_every_metric_and_none_that_is_not_there(app: App) -> None:
    document = (DOCS / "operating.md").read_text("utf-8")
    assert {plain(name) for name in NAME.findall(document)} == families(app)


def test_the_board_is_whole() -> None:
    numbers = [panel["id"] for panel in BOARD["panels"]]
    assert len(numbers) == len(set(numbers))
    assert BOARD["uid"] == "refund-desk" and BOARD["schemaVersion"] >= 36
    for panel in panels():
        assert panel["title"] and panel["description"] and panel["targets"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${source}"}
    assert [variable["name"] for variable in BOARD["templating"]["list"]] == ["source", "instance"]


def test_no_two_panels_of_the_board_lie_on_each_other() -> None:
    taken = [
        (x, y)
        for place in (panel["gridPos"] for panel in BOARD["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken)) and max(x for x, _ in taken) < 24
