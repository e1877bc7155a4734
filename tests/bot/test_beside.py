"""Beside a bot of another program everything runs that `serve` runs, and all of it ends with that program."""

import socket
import threading
import urllib.request
from pathlib import Path

from bot.beside import refund_desk
from bot.config import Settings
from tests.bot.channels.telegram_server import People, TelegramServer
from tests.bot.channels.telegram_shop import TEST_TOKEN


def test_the_desk_answers_what_it_is_handed_and_its_pages_are_there(tmp_path: Path) -> None:
    server = TelegramServer()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    telegram = {"token": TEST_TOKEN, "api_url": server.url}
    settings = Settings(data=tmp_path, secret="x" * 32, telegram=telegram, web={"port": port})  # type: ignore[arg-type]  # pydantic's
    with refund_desk(settings) as desk:
        desk.keep([People().says(555, "/help")])
        server.until(lambda: server.sent(chat=555))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/desk/login", timeout=10) as page:
            assert page.status == 200
    assert server.sent("getUpdates") == server.sent("setMyCommands") == []
    server.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("pages", "outbox", "telegram"))]
