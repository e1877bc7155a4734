"""The login page: who comes in lands where they wanted to go, who does not stays outside."""

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from bot.site import Site
from tests.bot.visitors import Staff, forms


@pytest.fixture
def stranger(site: Site) -> Staff:
    return Staff(TestClient(site.web, client=(f"10.0.0.{next(ADDRESSES)}", 1)))


ADDRESSES = iter(range(1, 200))
INSIDE = ["", "talks", "talk?chat=u1", "cases/RF2611200001", "files/" + "a" * 64 + ".png"]


@pytest.mark.parametrize("path", INSIDE)
def test_a_stranger_sees_nothing_but_the_login(stranger: Staff, path: str) -> None:
    answer = stranger.browser.get(f"/desk/{path}", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/login?next=")


@pytest.mark.parametrize("path", ["talk?chat=u1", "cases/RF2611200001"])
def test_a_stranger_does_nothing(stranger: Staff, path: str) -> None:
    answer = stranger.browser.post(f"/desk/{path}", data={"do": "approve"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/desk/login")


def test_a_stranger_hears_nothing(stranger: Staff) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        stranger.browser.websocket_connect("/desk/live?chat=u1") as page,
    ):
        page.receive_text()
    assert refused.value.code == 4401


def test_who_logs_in_lands_where_they_wanted_to_go(stranger: Staff) -> None:
    answer = stranger.try_to_log_in("小林", "demo-agent", next="/desk/talks?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/talks?x=1")


@pytest.mark.parametrize(
    "next", ["https://evil.example/", "//evil.example", "/desk\\evil", "/desk/\\evil", "javascript:x", "/shop/"]
)
def test_nobody_is_led_elsewhere_by_logging_in(stranger: Staff, next: str) -> None:
    assert stranger.try_to_log_in("小林", "demo-agent", next=next).headers["location"] == "/desk/"


def test_a_wrong_password_keeps_the_name_and_says_so(stranger: Staff) -> None:
    answer = stranger.try_to_log_in('小林"><script>', "wrong")
    assert answer.status_code == 401
    assert "账号或密码不对" in answer.text
    assert "<script>" not in answer.text.replace('<script src="/desk/static/desk.js" defer></script>', "")


def test_guessing_is_slowed_down(stranger: Staff) -> None:
    answers = [stranger.try_to_log_in("小林", "guess").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


def test_a_login_that_another_page_wrote_is_not_taken(stranger: Staff) -> None:
    form = {"name": "小林", "password": "demo-agent", "token": "made-up"}
    assert stranger.browser.post("/desk/login", data=form, follow_redirects=False).status_code == 403
    assert stranger.browser.get("/desk/", follow_redirects=False).status_code == 303


def test_going_out_ends_the_visit(stranger: Staff) -> None:
    stranger.log_in("小林", "demo-agent")
    out = next(form for form in forms(stranger.sees("")) if "do" not in form)
    assert stranger.browser.post("/desk/logout", data={"token": "made-up"}, follow_redirects=False).status_code == 303
    assert stranger.browser.get("/desk/", follow_redirects=False).status_code == 200
    stranger.browser.post("/desk/logout", data=out)
    assert stranger.browser.get("/desk/", follow_redirects=False).status_code == 303


def test_the_login_page_can_be_read_in_english(stranger: Staff) -> None:
    assert "Log in" in stranger.browser.get("/desk/login?lang=en").text
    assert "Log in" in stranger.browser.get("/desk/login").text
