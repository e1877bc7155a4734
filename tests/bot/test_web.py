"""What all pages share: seals, headers, a guard at the door, a port that is taken before anything is promised."""

import socket
from pathlib import Path

import anyio
import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message
from starlette.websockets import WebSocket

from bot.pulse import Pulse
from bot.texts import Catalogue
from bot.web import HEADERS, Pages, Seal, form_of, listen, picture_or_download, push_until_gone, site, text_of


async def answers(request: Request) -> Response:
    form = await form_of(request) if request.method == "POST" else {}
    return PlainTextResponse(f"{request.method} {text_of(form, 'text')}")  # type: ignore[arg-type]  # no form is an empty one


@pytest.fixture
def browser() -> TestClient:
    return TestClient(site([Route("/", answers, methods=["GET", "POST"])], Pulse(lambda: 0)))


def test_what_was_sealed_comes_back_and_nothing_else_does() -> None:
    seal = Seal("secret", "chat")
    assert seal.open(seal.seal({"a": 1})) == {"a": 1}
    assert seal.open(seal.seal("web-1")[:-1]) is None
    assert seal.open(None) is None
    assert seal.open("web-1") is None


def test_a_seal_is_for_one_purpose_of_one_house() -> None:
    sealed = Seal("secret", "chat").seal("web-1")
    assert Seal("secret", "staff").open(sealed) is None
    assert Seal("other", "chat").open(sealed) is None


def test_a_seal_that_is_too_old_is_broken() -> None:
    seal = Seal("secret", "chat")
    assert seal.open(seal.seal("web-1"), max_age=-1) is None


def test_every_answer_carries_the_headers_that_keep_strangers_out(browser: TestClient) -> None:
    for answer in (
        browser.get("/"),
        browser.get("/nowhere"),
        browser.post("/", headers={"origin": "https://evil.example"}),
    ):
        for name, value in HEADERS.items():
            assert answer.headers[name] == value


@pytest.mark.parametrize(
    "headers, status",
    [
        ({}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://testserver.evil.example"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "https://behind.proxy"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, 403),
    ],
)
def test_a_form_of_another_sites_page_is_not_taken(browser: TestClient, headers: dict[str, str], status: int) -> None:
    assert browser.post("/", data={"text": "x"}, headers=headers).status_code == status
    assert browser.get("/", headers=headers).status_code == 200


def test_a_form_that_is_too_long_is_refused(browser: TestClient) -> None:
    assert browser.post("/", data={"text": "x" * 1000}).status_code == 200
    assert browser.post("/", data={"text": "x" * 300_000}).status_code == 400


def test_values_on_a_page_are_escaped_and_missing_ones_are_found(tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text('<p title="{{ a }}">{{ a }} {{ t("web.person", name=a) }}</p>')
    (tmp_path / "q.html").write_text("{{ nothing }}")
    pages = Pages(tmp_path, Catalogue())
    request = Request({"type": "http", "query_string": b"", "headers": []})
    shown = bytes(pages.show(request, "p.html", a='"><script>').body)
    assert b"<script>" not in shown
    with pytest.raises(Exception, match="nothing"):
        pages.show(request, "q.html")


class Folder:
    """Files by their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


def test_a_file_that_is_not_kept_is_not_found(tmp_path: Path) -> None:
    assert anyio.run(picture_or_download, Folder(tmp_path), "a.png").status_code == 404


@pytest.mark.parametrize(
    "name, kind",
    [
        ("a.png", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.svg", "application/octet-stream"),
        ("a.html", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_only_pictures_open_and_all_else_is_saved(tmp_path: Path, name: str, kind: str) -> None:
    Image.new("RGB", (4, 3)).save(tmp_path / name, "JPEG" if name.endswith("jpg") else "PNG")
    answer = anyio.run(picture_or_download, Folder(tmp_path), name)
    assert answer.media_type == kind
    assert ("attachment" in answer.headers.get("content-disposition", "")) is (kind == "application/octet-stream")


def test_a_port_that_somebody_else_has_is_found_out_at_once() -> None:
    with listen("127.0.0.1", 0) as first:
        with pytest.raises(OSError):
            listen("127.0.0.1", first.getsockname()[1])
        assert first.family == socket.AF_INET


@pytest.mark.parametrize("tells", [True, False], ids=["and says so", "and is missed by the next word"])
def test_a_visitor_who_goes_while_something_is_pushed_is_no_error(tells: bool) -> None:
    heard: list[str] = []

    async def visit() -> None:
        gone = anyio.Event()

        async def receive() -> Message:
            if not heard:
                heard.append("connect")
                return {"type": "websocket.connect"}
            await (gone.wait() if tells else anyio.sleep_forever())
            return {"type": "websocket.disconnect", "code": 1001}

        async def send(message: Message) -> None:
            if message["type"] == "websocket.send":
                heard.append(message["text"])
                gone.set()
                if len(heard) > 2:
                    raise OSError("the line is down")

        socket = WebSocket({"type": "websocket"}, receive, send)
        await socket.accept()

        async def push() -> None:
            while True:
                await socket.send_text("news")
                await anyio.lowlevel.checkpoint()

        with anyio.fail_after(5):
            await push_until_gone(socket, push)

    anyio.run(visit)
    assert heard[:2] == ["connect", "news"]
