"""The web chat: nothing twice, nothing lost, nobody in another's talk, nothing too large."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from msgspec.structs import replace
from PIL import Image
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from bot.app import App
from bot.channels import Outgoing
from bot.site import Site
from storage.search import Search
from tests.bot.visitors import Customer, multipart

Limited = Callable[..., None]


def a_picture(colour: str = "white") -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 80), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def limited(site: Site) -> Iterator[Limited]:
    """The same chat with other limits, for one test."""
    before = site.chat.limits

    def change(**limits: int) -> None:
        site.chat.limits = replace(before, **limits)

    yield change
    site.chat.limits = before


def test_a_visitor_gets_a_talk_of_their_own_and_keeps_it(site: Site, customer: Customer) -> None:
    customer.arrive().write("你好")
    customer.arrive()
    assert [line["text"] for line in customer.read() if line["mine"]] == ["你好"]
    stranger = Customer(TestClient(site.web)).arrive()
    assert stranger.read() == []


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(customer: Customer) -> None:
    cookie = customer.browser.get("/chat/").headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/chat/" in cookie
    assert "Secure" not in cookie
    assert (
        "Secure"
        in TestClient(customer.browser.app, base_url="https://desk.example").get("/chat/").headers["set-cookie"]
    )


def test_a_made_up_cookie_opens_no_talk(customer: Customer) -> None:
    customer.browser.cookies.set("refund_desk_chat", "web-somebody-else")
    answer = customer.write("在吗")
    assert answer.status_code == 401
    assert "刷新" in answer.json()["error"]


def test_the_same_message_sent_again_is_the_same_message(customer: Customer) -> None:
    customer.arrive()
    for _ in range(3):
        assert customer.write("我要退款", id="page-made-0001").json() == {"ok": True}
    mine = [line for line in customer.read() if line["mine"]]
    assert [(line["client"], line["text"]) for line in mine] == [("page-made-0001", "我要退款")]
    assert len(customer.said_to_me()) == 1


def test_the_page_asks_for_what_came_after_the_last_thing_it_knows(customer: Customer) -> None:
    customer.arrive().write("你好")
    known = customer.read()
    customer.write("我要退款")
    later = customer.read(after=known[-1]["id"])
    assert later[0]["text"] == "我要退款"
    assert {line["id"] for line in later}.isdisjoint(line["id"] for line in known)
    assert customer.read(after=later[-1]["id"]) == []


@pytest.mark.parametrize("after", ["", "-1", "x", "9" * 40, "１２"])
def test_a_place_that_is_no_number_is_the_beginning(customer: Customer, after: str) -> None:
    customer.arrive().write("你好")
    assert len(customer.browser.get("/chat/messages", params={"after": after}).json()["messages"]) == 2


def test_an_open_page_is_told_what_is_new_without_asking(customer: Customer) -> None:
    customer.arrive()
    with customer.browser.websocket_connect("/chat/live?after=0") as page:
        customer.write("你好")
        lines = page.receive_json()["messages"]
        while len(lines) < 2:
            lines += page.receive_json()["messages"]
        assert [line["mine"] for line in lines] == [True, False]
        customer.write("谢谢")
        assert page.receive_json()["messages"][0]["text"] == "谢谢"


def test_another_sites_page_can_neither_listen_nor_write(customer: Customer) -> None:
    customer.arrive()
    elsewhere = {"origin": "https://evil.example"}
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        customer.browser.websocket_connect("/chat/live", headers=elsewhere),
    ):
        pass
    assert refused.value.code == 4403
    form = multipart({"id": "message-0001", "text": "转人工"}, [])
    assert customer.browser.post("/chat/messages", headers=elsewhere, **form).status_code == 403
    assert customer.read() == []


def test_who_has_no_talk_is_told_so_when_listening(customer: Customer) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, customer.browser.websocket_connect("/chat/live") as page:
        page.receive_json()
    assert refused.value.code == 4401


def test_a_picture_is_shown_to_who_sent_it_and_to_no_other_customer(site: Site, customer: Customer) -> None:
    customer.arrive().write("看看这个", a_picture())
    [file] = customer.read()[0]["files"]
    answer = customer.browser.get(file["url"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == a_picture()
    stranger = Customer(TestClient(site.web)).arrive()
    assert stranger.browser.get(file["url"]).status_code == 404


def test_several_pictures_are_one_message(customer: Customer) -> None:
    customer.arrive().write("三张", *(a_picture(colour) for colour in ("red", "green", "blue")))
    assert [len(line["files"]) for line in customer.read() if line["mine"]] == [3]


def test_a_file_that_is_too_large_is_named_to_the_customer_and_the_words_are_heard(customer: Customer) -> None:
    customer.arrive()
    assert customer.write("激活不了", a_picture().ljust(20_000_001, b"\0")).status_code == 200
    assert any("20" in text for text in customer.said_to_me())
    assert [line["files"] for line in customer.read() if line["mine"]] == [[]]


def test_more_than_a_message_holds_is_refused_before_it_is_read(limited: Limited, customer: Customer) -> None:
    limited(message_bytes=100_000)
    customer.arrive()
    answer = customer.write("很多", b"x" * 500_000)
    assert answer.status_code == 413
    assert "MB" in answer.json()["error"]
    assert customer.read() == []


def test_a_message_that_does_not_say_how_long_it_is_is_cut_off_all_the_same(
    limited: Limited, customer: Customer
) -> None:
    limited(message_bytes=1000)
    customer.arrive()

    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        for _ in range(100):
            yield b"y" * 10_000

    head = {"content-type": "multipart/form-data; boundary=x"}
    assert customer.browser.post("/chat/messages", content=endless(), headers=head).status_code == 413


def test_more_files_than_are_taken_at_once_are_refused_with_a_sentence(customer: Customer) -> None:
    customer.arrive()
    answer = customer.write("十一张", *[a_picture()] * 11)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("id", ["short", "x" * 65, "with space", '引号"', ""])
def test_a_message_without_a_proper_id_is_refused(customer: Customer, id: str) -> None:
    customer.arrive()
    form = multipart({"id": id, "text": "在吗"}, [])
    assert customer.browser.post("/chat/messages", **form).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{}", b"--x\r\nnonsense", b"\xff\xfe\x00"])
def test_what_is_no_form_is_refused(customer: Customer, body: bytes) -> None:
    customer.arrive()
    head = {"content-type": "multipart/form-data; boundary=x"}
    assert customer.browser.post("/chat/messages", content=body, headers=head).status_code == 400
    assert customer.browser.post("/chat/messages", content=body).status_code == 400


def test_who_writes_too_fast_is_asked_to_wait_and_others_are_not(
    site: Site, limited: Limited, customer: Customer
) -> None:
    limited(messages_a_minute=3)
    customer.arrive()
    answers = [customer.write("快") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert Customer(TestClient(site.web)).arrive().write("慢").status_code == 200


def test_a_button_is_pressed_by_its_id(customer: Customer) -> None:
    customer.comes_from_order("Steam")
    assert customer.press("转人工").status_code == 200
    line = [line for line in customer.read() if line["mine"]][-1]
    assert line["button"]


def test_a_deep_link_shows_the_order_to_be_theirs(customer: Customer) -> None:
    customer.comes_from_order("腾讯视频")
    assert "腾讯视频" in customer.said_to_me()[-1]


def test_sending_makes_open_pages_look(site: Site, customer: Customer) -> None:
    """The sentence is in the log when it is saved; the channel has nothing to deliver that could be lost."""
    customer.arrive().write("你好")
    before = customer.read()
    site.chat.send(Outgoing("say:1", "web-x", "您好"))
    assert site.chat.name == "web"
    assert customer.read() == before


def test_the_page_speaks_the_language_that_was_switched_to(customer: Customer) -> None:
    assert 'lang="zh-CN"' in customer.browser.get("/chat/", headers={"accept-language": "en"}).text
    assert 'lang="en"' in customer.browser.get("/chat/?lang=en").text
    assert 'lang="en"' in customer.browser.get("/chat/").text


def test_the_page_carries_no_script_but_its_own(customer: Customer) -> None:
    answer = customer.browser.get("/chat/")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.text.count("<script") == 1
    assert 'src="/chat/static/chat.js"' in answer.text
    assert "http://" not in answer.text and "https://" not in answer.text


def test_the_chat_is_known_to_the_house_by_its_channel(app: App, customer: Customer) -> None:
    customer.arrive().write("转人工")
    assert {talk.channel for talk in Search(app.store.database).talks()} == {"web"}
