"""The pages joined: everything of the house at its address, the demo shop only where it is wanted."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.app import App, build
from bot.config import Settings
from bot.site import Site
from tests.reading import Blind


@pytest.mark.parametrize("path", ["/chat/", "/desk/login", "/chat/static/chat.js", "/desk/static/desk.css"])
def test_a_house_has_a_chat_and_a_desk(app: App, path: str) -> None:
    assert TestClient(Site(app).web).get(path).status_code == 200


def test_only_the_demo_has_a_shop(app: App) -> None:
    assert TestClient(Site(app).web).get("/shop/").status_code == 404
    assert TestClient(Site(app, demo=True).web).get("/").text.count("Steam") == 1


def test_the_chat_is_a_channel_for_the_worker(app: App) -> None:
    site = Site(app)
    assert app.worker({site.chat.name: site.chat})


def test_the_limit_of_the_settings_is_the_chats(app: App) -> None:
    assert Site(app).chat.limits.file_bytes == app.settings.evidence.max_megabytes * 1_000_000


@pytest.mark.parametrize("megabytes, message", [(20, 60_000_000), (90, 91_000_000)])
def test_a_message_has_room_for_the_largest_file(tmp_path: Path, megabytes: int, message: int) -> None:
    house = build(Settings(data=tmp_path, evidence={"max_megabytes": megabytes}), Blind())
    assert Site(house).chat.limits.message_bytes == message
    house.close()
