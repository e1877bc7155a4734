"""While the database or the disk is away: customers' pages retry by themselves, staff read what it is."""

import errno
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.away import COME_AGAIN, Away, passes
from bot.pulse import Pulse
from bot.texts import Catalogue
from bot.web import HEADERS, site

AWAY = OperationalError("SELECT secret", {"text": "我要退款"}, OSError("server closed the connection"))
FULL = OSError(errno.ENOSPC, "No space left on device")
MISTAKE = IntegrityError("INSERT", {}, OSError())


def browser(error: Exception) -> TestClient:
    async def page(request: Request) -> Response:
        raise error

    async def live(socket: WebSocket) -> None:
        await socket.accept()
        raise ExceptionGroup("tasks", [error])

    routes = [Mount("/desk", routes=[Route("/", page, methods=["GET", "POST"]), WebSocketRoute("/live", live)])]
    application = site(routes, Pulse(lambda: 0), Away(Catalogue()).handlers())
    return TestClient(application, raise_server_exceptions=False)


@pytest.mark.parametrize("error", [AWAY, FULL])
def test_a_program_is_told_to_come_again(error: Exception) -> None:
    answer = browser(error).post("/desk/", headers={"accept": "*/*"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json() == {"error": "系统暂时不可用，正在恢复"}


def test_a_page_that_was_asked_for_tries_again_by_itself() -> None:
    answer = browser(AWAY).get("/desk/", headers={"accept": "text/html"})
    assert answer.status_code == 503
    assert 'http-equiv="refresh"' in answer.text and "数据都还在" in answer.text
    assert "/desk/static/desk.css" in answer.text and "secret" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]


def test_a_step_that_was_not_done_is_said_to_be_not_done_and_is_not_repeated_unasked() -> None:
    answer = browser(AWAY).post("/desk/?lang=en", headers={"accept": "text/html"})
    assert answer.status_code == 503
    assert "was not carried out" in answer.text and "refresh" not in answer.text


@pytest.mark.parametrize("error", [MISTAKE, ValueError("x"), FileNotFoundError(errno.ENOENT, "gone")])
def test_a_mistake_of_ours_is_not_called_a_moment(error: Exception) -> None:
    assert browser(error).get("/desk/").status_code == 500


@pytest.mark.parametrize("raised", [lambda: AWAY, lambda: FULL])
def test_an_open_page_is_let_go_and_told_to_come_again(raised: Callable[[], Exception]) -> None:
    with browser(raised()).websocket_connect("/desk/live") as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()
    assert closed.value.code == COME_AGAIN


def test_a_group_passes_where_all_of_it_does() -> None:
    assert passes(ExceptionGroup("", [AWAY, FULL]))
    assert not passes(ExceptionGroup("", [AWAY, MISTAKE]))
