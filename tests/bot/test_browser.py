"""The pages in a real browser: a whole refund on a phone and at the desk, and what only a browser can show."""

import base64
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from msgspec.structs import replace
from PIL import Image
from playwright.sync_api import Browser, Dialog, FilePayload, Page, Route, StorageState, expect, sync_playwright

from bot import demo
from bot.app import App, build
from bot.channels.board import Board
from bot.config import Settings
from bot.handle import StaffAction
from bot.site import Site
from bot.web import listen
from flows.model import Finding, Outcome, Role
from storage.nouns import Saving
from tests.reading import one_process

expect.set_options(timeout=20_000)    # a busy machine is slow, and not wrong
PLACES = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PHONE = {"width": 390, "height": 844}
BUBBLES = ".message:not(.mine) .bubble"
SAY = ".say textarea"
WELCOMED = "您好，我是客服 小林，接下来由我跟您聊。"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    built = build(Settings(data=tmp_path_factory.mktemp("house")), one_process())
    yield built
    built.close()


@pytest.fixture(scope="module")
def address(house: App) -> Iterator[str]:
    """The demo as it is served, on a port of its own."""
    site = Site(house, demo=True)
    worker = house.worker({site.chat.name: site.chat, "staff": Board()})
    sock = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(site.web, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    worker.start()
    thread.start()
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    worker.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    found = next((path for place in PLACES if place and (path := shutil.which(place))), None)
    if found is None:
        pytest.skip("no Chromium: put one on the PATH, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=OPTIONS.split())
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE, is_mobile=True, has_touch=True, base_url=address)
    context.set_default_timeout(20_000)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert broken == []


@pytest.fixture(scope="module")
def logged_in(chromium: Browser, address: str) -> StorageState:
    """What the browser of an agent keeps after the login."""
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.goto("/desk/")
    page.fill("[name=name]", "小林")
    page.fill("[name=password]", "demo-agent")
    page.click("button.primary")
    expect(page.locator(".me .name")).to_contain_text("小林")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def desk(chromium: Browser, address: str, logged_in: StorageState) -> Iterator[Page]:
    """A second browser, with an agent at the desk."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, base_url=address, storage_state=logged_in)
    context.set_default_timeout(20_000)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert broken == []


def from_order(page: Page, product: str) -> str:
    """Into the chat by the link of a fresh order. Returns the order's page."""
    page.goto("/shop/")
    page.click(".head button")
    page.locator(".order", has_text=product).first.click()
    order = page.url
    page.click(".refund")
    expect(page.locator(BUBBLES).first).to_contain_text(product)
    return order


def a_picture(page: Page, order: str, name: str) -> FilePayload:
    body = page.request.get(f"{order}/{name}.png").body()
    return {"name": f"{name}.png", "mimeType": "image/png", "buffer": body}


def send(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")


def hand_in(page: Page) -> str:
    """A claim for a code that is refused, with its screenshot. Returns the case's number."""
    order = from_order(page, "Steam")
    page.set_input_files("#files", [a_picture(page, order, "error_screen")])
    expect(page.locator("#tray img")).to_be_visible()
    send(page, "卡密输进去提示无效，激活不了")
    page.click(".choices:not(.stale) button:has-text('确认提交')")
    last = page.locator(BUBBLES, has_text="RF")
    expect(last).to_be_visible()
    found = re.search(r"RF\d+", last.inner_text())
    assert found
    return found[0]


def test_a_whole_refund_from_the_first_word_to_the_money(phone: Page, desk: Page, house: App) -> None:
    desk.goto("/desk/")
    number = hand_in(phone)
    expect(phone.locator(".mine .picture img")).to_be_visible()
    desk.click(f"a.row[href$='{number}']")
    expect(desk.locator("#evidence img")).to_have_count(1)
    desk.click("text=认领这张单")
    expect(desk.locator("#head")).to_contain_text("审核中")
    expect(phone.locator(BUBBLES, has_text="有审核员在看了")).to_be_visible()

    desk.click("summary:has-text('请客户补充')")
    desk.fill("details[open] textarea", "麻烦补一张能看清卡密尾号的截图")
    desk.click("text=发给客户")
    expect(desk.locator("#head")).to_contain_text("待补充")
    expect(phone.locator(BUBBLES, has_text="能看清卡密尾号")).to_be_visible()

    phone.set_input_files("#files", [{"name": "more.png", "mimeType": "image/png", "buffer": a_small_picture()}])
    send(phone, "补一张")
    expect(desk.locator("#evidence img")).to_have_count(2)
    expect(desk.locator("#head")).to_contain_text("审核中")

    desk.click("summary:has-text('通过退款')")
    desk.click("text=确认通过")
    expect(desk.locator("#head")).to_contain_text("待打款")
    expect(phone.locator(BUBBLES, has_text="通过")).to_be_visible()
    desk.click("summary:has-text('标记已退款')")
    desk.click("text=确认已退款")
    expect(desk.locator("#head")).to_contain_text("已退款")
    expect(phone.locator(BUBBLES).last).to_contain_text("93.50")
    case = house.store.case(number)
    assert case and case.state == "refunded"


def a_small_picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (300, 500), "#204060").save(out, "PNG")
    return out.getvalue()


def bring(page: Page, way: str, names: list[str], data: str, size: int = 0) -> None:
    """Pictures as a customer pastes or drops them; filled up to a size."""
    page.evaluate(
        """({ way, names, data, size }) => {
            const carried = new DataTransfer();
            const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
            for (const name of names) {
                const parts = [bytes, new Uint8Array(Math.max(0, size - bytes.length))];
                carried.items.add(new File(parts, name, { type: "image/png" }));
            }
            dispatchEvent(way === "paste"
                ? new ClipboardEvent("paste", { clipboardData: carried, cancelable: true })
                : new DragEvent("drop", { dataTransfer: carried, cancelable: true }));
        }""",
        {"way": way, "names": names, "data": data, "size": size},
    )


def approve_from_elsewhere(house: App, number: str) -> None:
    """A colleague decides at another desk."""
    house.house.decide(StaffAction("陈姐", Role.SUPERVISOR, "approve", number), datetime.now(UTC))


def test_a_page_that_is_loaded_again_shows_everything_once(phone: Page) -> None:
    from_order(phone, "腾讯视频")
    send(phone, "会员才用两天就掉了")
    expect(phone.locator(BUBBLES)).to_have_count(2)
    phone.fill("#text", "写到一半")
    before = phone.locator(".bubble").all_inner_texts()
    phone.reload()
    expect(phone.locator(".bubble")).to_have_count(len(before))
    assert phone.locator(".bubble").all_inner_texts() == before
    expect(phone.locator("#text")).to_have_value("写到一半")
    expect(phone.locator(".choices").first).to_have_class(re.compile("stale"))
    expect(phone.locator(".choices:not(.stale)")).to_have_count(1)


def test_what_is_written_without_a_network_arrives_once_when_it_is_back(phone: Page) -> None:
    phone.goto("/chat/")
    expect(phone.locator(BUBBLES)).to_have_count(1)
    phone.context.set_offline(True)
    send(phone, "你好，在吗")
    expect(phone.locator(".pending .when")).to_contain_text("重试")
    phone.context.set_offline(False)
    expect(phone.locator(".pending")).to_have_count(0)
    expect(phone.locator(".mine .bubble")).to_have_text(["你好，在吗"])
    phone.reload()
    expect(phone.locator(".mine .bubble")).to_have_text(["你好，在吗"])


def lose_an_answer(page: Page) -> Iterator[bool]:
    """What the page posts next arrives, and nothing comes back. Empty, once it was."""
    lost = iter([True])

    def lose(route: Route) -> None:
        if route.request.method == "POST" and next(lost, False):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/(chat/messages|desk/)"), lose)
    return lost


def hold_what_is_posted(desk: Page) -> Callable[[], Route]:
    """A slow server. Returns what waits for the next step, which goes no further by itself."""
    held: list[Route] = []

    def posted() -> Route:
        for _ in range(1000):
            if held:
                break
            desk.wait_for_timeout(20)
        return held.pop()

    def hold(route: Route) -> None:
        held.append(route) if route.request.method == "POST" else route.continue_()

    desk.route(re.compile("/desk/"), hold)
    return posted


def test_an_answer_that_was_lost_makes_no_second_message(phone: Page) -> None:
    phone.goto("/chat/")
    expect(phone.locator(BUBBLES)).to_have_count(1)
    lost = lose_an_answer(phone)
    send(phone, "我要退款")
    expect(phone.locator(".mine:not(.pending) .bubble")).to_have_text(["我要退款"])
    send(phone, "谢谢")
    expect(phone.locator(".mine:not(.pending) .bubble")).to_have_text(["我要退款", "谢谢"])
    phone.reload()
    expect(phone.locator(".mine .bubble")).to_have_text(["我要退款", "谢谢"])
    assert next(lost, False) is False


def test_what_is_said_is_shown_where_the_line_is_open_and_brings_nothing(phone: Page) -> None:
    phone.route_web_socket("**/chat/live*", lambda line: None)
    phone.goto("/chat/")
    expect(phone.locator(BUBBLES)).to_have_count(1)
    send(phone, "我要退款")
    expect(phone.locator(BUBBLES)).to_have_count(2)
    expect(phone.locator(".pending")).to_have_count(0)


def test_while_the_house_can_take_nothing_the_customer_reads_so_and_the_same_message_is_sent_again(phone: Page) -> None:
    phone.goto("/chat/")
    expect(phone.locator(BUBBLES)).to_have_count(1)
    away, ids = iter([True, True]), []

    def be_away(route: Route) -> None:
        if route.request.method == "POST":
            ids.append(re.findall(r'name="id"\s+(\w+)', route.request.post_data or ""))
        if route.request.method == "POST" and next(away, False):
            route.fulfill(status=503, headers={"retry-after": "1"}, json={"error": "系统暂时不可用，正在恢复"})
        else:
            route.continue_()

    phone.route("**/chat/messages", be_away)
    send(phone, "我要退款")
    expect(phone.locator(".pending .when")).to_have_text("我们这边暂时收不了消息，正在恢复，会自动替您重发…")
    expect(phone.locator(".mine:not(.pending) .bubble")).to_have_text(["我要退款"])
    assert len(ids) == 3 and ids[0] and ids.count(ids[0]) == 3


def test_enter_does_not_send_while_an_input_method_composes(phone: Page) -> None:
    phone.goto("/chat/")
    phone.fill("#text", "退kuan")
    for composing in ({"isComposing": True, "keyCode": 13}, {"isComposing": False, "keyCode": 229}):
        phone.dispatch_event("#text", "keydown", {"key": "Enter", "bubbles": True, **composing})
    expect(phone.locator("#text")).to_have_value("退kuan")
    phone.press("#text", "Shift+Enter")
    expect(phone.locator("#text")).to_have_value("退kuan\n")
    phone.press("#text", "Enter")
    expect(phone.locator(".mine .bubble")).to_have_text(["退kuan"])


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_pictures_are_pasted_and_dropped_several_at_once(phone: Page, way: str) -> None:
    phone.goto("/chat/")
    bring(phone, way, ["a.png", "b.png"], base64.b64encode(a_small_picture()).decode())
    expect(phone.locator("#tray img")).to_have_count(2)
    phone.click("#tray button[aria-label*='a.png']")
    expect(phone.locator("#tray img")).to_have_count(1)
    phone.click("#send")
    expect(phone.locator(".mine:not(.pending) .picture img")).to_have_count(1)
    expect(phone.locator("#tray")).to_be_hidden()


def test_a_file_that_is_too_large_is_not_even_sent(phone: Page) -> None:
    phone.goto("/chat/")
    expect(phone.locator(BUBBLES)).to_have_count(1)
    bring(phone, "drop", ["big.png"], "", size=20_000_001)
    expect(phone.locator("#trouble")).to_contain_text("20 MB")
    expect(phone.locator("#tray")).to_be_hidden()


def test_nothing_that_is_written_becomes_markup(phone: Page, desk: Page) -> None:
    phone.goto("/chat/")
    markup = "<img src=x onerror=\"document.title='broken'\"><b>粗</b> 转人工"
    send(phone, markup)
    expect(phone.locator(".mine .bubble")).to_have_text([markup])
    desk.goto("/desk/talks")
    desk.locator(".row", has_text="转人工").first.click()
    expect(desk.locator("#transcript")).to_contain_text(markup)
    assert "broken" not in (phone.title(), desk.title())


def test_what_an_agent_is_typing_stays_while_the_page_changes(phone: Page, desk: Page, house: App) -> None:
    number = hand_in(phone)
    desk.goto(f"/desk/cases/{number}")
    desk.click("summary:has-text('拒绝')")
    refusal = "details[open] textarea"
    desk.fill(refusal, "写了很久的理由")
    desk.fill(SAY, "正在看")
    desk.focus(refusal)
    send(phone, "有结果了吗")
    expect(desk.locator("#transcript")).to_contain_text("有结果了吗")
    expect(desk.locator(refusal)).to_have_value("写了很久的理由")
    expect(desk.locator(refusal)).to_be_focused()
    expect(desk.locator(SAY)).to_have_value("正在看")

    approve_from_elsewhere(house, number)
    expect(desk.locator("#head")).to_contain_text("待打款")
    expect(desk.locator("#acts .gone")).to_be_visible()
    expect(desk.locator(refusal)).to_have_value("写了很久的理由")
    expect(desk.locator("details[open] button.danger")).to_be_disabled()


def take_over(phone: Page, desk: Page, words: str) -> None:
    """A customer asks for a person in words of their own, and the agent opens that talk and takes it over."""
    phone.goto("/chat/")
    expect(phone.locator(BUBBLES)).to_have_count(1)  # who is quicker than the greeting is not greeted
    send(phone, words)
    expect(phone.locator(BUBBLES)).to_have_count(2)
    desk.goto("/desk/talks")
    expect(desk.locator("#waiting .count")).to_be_visible()
    desk.locator(".row", has_text=words).click()
    desk.click("text=我来接待")


def test_an_agent_is_shown_as_a_person(phone: Page, desk: Page) -> None:
    take_over(phone, desk, "转人工，急")
    expect(desk.locator("text=交还机器人")).to_be_visible()
    expect(desk.locator(SAY)).to_be_focused()
    desk.keyboard.type("您好，请说")
    desk.keyboard.press("Enter")
    expect(phone.locator(".person .bubble").last).to_have_text("您好，请说")
    expect(phone.locator(".person .name").last).to_contain_text("小林")


def test_an_agent_writes_line_after_line_without_waiting_for_the_server(phone: Page, desk: Page) -> None:
    posted = hold_what_is_posted(desk)
    take_over(phone, desk, "转人工，很急")
    desk.fill(SAY, "您好，我看一下")
    desk.press(SAY, "Enter")
    desk.keyboard.type("是哪一单呢？")
    desk.keyboard.press("Enter")
    desk.keyboard.type("卡密报错的截")
    for _ in range(3):
        posted().continue_()
    expect(phone.locator(".person .bubble")).to_have_text([WELCOMED, "您好，我看一下", "是哪一单呢？"])
    expect(desk.locator(SAY)).to_have_value("卡密报错的截")
    expect(desk.locator(SAY)).to_be_focused()


def test_what_an_agent_sent_in_vain_is_given_back_and_is_sent_once(phone: Page, desk: Page) -> None:
    take_over(phone, desk, "转人工，十分急")
    expect(desk.locator("text=交还机器人")).to_be_visible()
    lose_an_answer(desk)
    desk.fill(SAY, "您好，请说")
    desk.press(SAY, "Enter")
    expect(desk.locator(".say .problem")).to_contain_text("没有送到服务器")
    expect(desk.locator(SAY)).to_have_value("您好，请说")
    desk.press(SAY, "Enter")
    expect(desk.locator(SAY)).to_have_value("")
    expect(desk.locator(".say .problem")).to_have_count(0)
    expect(phone.locator(".person .bubble")).to_have_text([WELCOMED, "您好，请说"])


def test_of_several_lines_that_are_given_back_the_one_that_had_arrived_is_not_said_again(
    phone: Page, desk: Page
) -> None:
    take_over(phone, desk, "转人工，万分急")
    expect(desk.locator("text=交还机器人")).to_be_visible()
    posted = hold_what_is_posted(desk)
    desk.fill(SAY, "您好，我看一下")
    desk.press(SAY, "Enter")
    desk.keyboard.type("是哪一单呢？")
    desk.keyboard.press("Enter")
    first = posted()
    first.fetch()
    first.abort()
    expect(desk.locator(SAY)).to_have_value("您好，我看一下\n是哪一单呢？")
    desk.press(SAY, "Enter")
    for _ in range(2):
        posted().continue_()
    expect(phone.locator(".person .bubble")).to_have_text([WELCOMED, "您好，我看一下", "是哪一单呢？"])


NOTE = "form[data-do=note] textarea"


def test_what_is_sent_is_what_stood_there_when_it_was_pressed_and_what_is_added_stays(phone: Page, desk: Page) -> None:
    desk.goto(f"/desk/cases/{hand_in(phone)}")
    posted = hold_what_is_posted(desk)
    desk.fill(SAY, "您好，我看一下")
    desk.press(SAY, "Enter")
    desk.click("summary:has-text('写备注')")
    desk.fill(NOTE, "以前也来过")
    desk.click("details[open] button.primary")
    desk.fill(NOTE, "以前也来过，两次都通过了")
    posted().continue_()
    posted().continue_()
    expect(desk.locator("#transcript")).to_contain_text("以前也来过")
    expect(desk.locator("#transcript")).not_to_contain_text("两次都通过了")
    expect(desk.locator(NOTE)).to_have_value("以前也来过，两次都通过了")
    expect(desk.locator("form[data-do=note] button.primary")).to_be_enabled()


def test_who_writes_elsewhere_by_the_time_that_a_talk_is_taken_over_goes_on_there(phone: Page, desk: Page) -> None:
    desk.goto(f"/desk/cases/{hand_in(phone)}")
    posted = hold_what_is_posted(desk)
    desk.click("text=我来接待")
    desk.click("summary:has-text('写备注')")
    desk.focus(NOTE)
    desk.keyboard.type("这个客户要小")
    posted().continue_()
    expect(desk.locator("text=交还机器人")).to_be_visible()
    desk.keyboard.type("心")
    expect(desk.locator(NOTE)).to_have_value("这个客户要小心")
    expect(desk.locator(SAY)).to_have_value("")


def test_who_leaves_while_their_words_are_on_their_way_is_asked_first(phone: Page, desk: Page) -> None:
    desk.goto(f"/desk/cases/{hand_in(phone)}")
    posted = hold_what_is_posted(desk)
    for words in ("您好，我看一下", "是哪一单呢？"):
        desk.fill(SAY, words)
        desk.press(SAY, "Enter")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    desk.on("dialog", stay)
    desk.click(".crumb a")
    posted().continue_()
    posted().continue_()
    expect(desk.locator("#transcript")).to_contain_text("是哪一单呢？")
    expect(phone.locator(".person .bubble")).to_have_text(["您好，我看一下", "是哪一单呢？"])
    assert asked == ["beforeunload"]
    desk.click(".crumb a")
    expect(desk.locator("#list")).to_be_visible()
    assert asked == ["beforeunload"]


def test_what_was_unfolded_stays_so_while_the_page_changes(phone: Page, desk: Page) -> None:
    desk.goto(f"/desk/cases/{hand_in(phone)}")
    desk.click("text=接下来可能的步骤")
    send(phone, "有结果了吗")
    expect(desk.locator("#transcript")).to_contain_text("有结果了吗")
    expect(desk.locator("#history details")).to_have_attribute("open", "")


def test_a_note_without_an_answer_is_kept_once_even_where_the_case_moves_on_meanwhile(
    phone: Page, desk: Page, house: App
) -> None:
    number = hand_in(phone)
    desk.goto(f"/desk/cases/{number}")
    lose_an_answer(desk)
    desk.click("summary:has-text('写备注')")
    desk.fill(NOTE, "以前也来过")
    desk.click("details[open] button.primary")
    expect(desk.locator("form[data-do=note] .problem")).to_be_visible()
    approve_from_elsewhere(house, number)
    expect(desk.locator("summary:has-text('标记已退款')")).to_be_visible()
    expect(desk.locator("form[data-do=note] .problem")).to_contain_text("没有送到服务器")
    desk.click("details[open] button.primary")
    expect(desk.locator("details[open]")).to_have_count(0)
    expect(desk.locator(".line.internal", has_text="以前也来过")).to_have_count(1)


def test_who_logged_in_anew_elsewhere_is_told_so_once_and_not_by_every_form(phone: Page, desk: Page) -> None:
    desk.goto(f"/desk/cases/{hand_in(phone)}")
    elsewhere = desk.context.new_page()
    elsewhere.goto("/desk/login")
    elsewhere.fill("[name=name]", "小林")
    elsewhere.fill("[name=password]", "demo-agent")
    elsewhere.click("button.primary")
    expect(elsewhere.locator(".me .name")).to_contain_text("小林")
    desk.fill(SAY, "您好，我看一下")
    desk.press(SAY, "Enter")
    expect(desk.locator(".say .problem")).to_contain_text("页面放得太久了")
    desk.press(SAY, "Enter")
    expect(phone.locator(".person .bubble")).to_have_text(["您好，我看一下"])
    desk.click("text=认领这张单")
    expect(desk.locator("#head")).to_contain_text("审核中")


def test_what_waited_behind_a_step_that_failed_says_that_it_was_not_done(phone: Page, desk: Page) -> None:
    desk.goto(f"/desk/cases/{hand_in(phone)}")
    posted = hold_what_is_posted(desk)
    desk.fill(SAY, "您好，我看一下")
    desk.press(SAY, "Enter")
    desk.click("text=认领这张单")
    expect(desk.locator("form[data-do=take] button")).to_be_disabled()
    posted().fulfill(status=503, body="later")
    expect(desk.locator(".say .problem")).to_contain_text("没有送到服务器")
    expect(desk.locator("form[data-do=take] .problem")).to_contain_text("没有送到服务器")
    expect(desk.locator("form[data-do=take] button")).to_be_enabled()


def test_who_reads_a_talk_by_the_keyboard_stays_in_it_while_it_grows(phone: Page, desk: Page) -> None:
    desk.goto(f"/desk/cases/{hand_in(phone)}")
    desk.focus("#transcript")
    send(phone, "有结果了吗")
    expect(desk.locator("#transcript")).to_contain_text("有结果了吗")
    expect(desk.locator("#transcript")).to_be_focused()


def test_what_cannot_be_done_any_more_says_so_and_keeps_the_words(phone: Page, desk: Page, house: App) -> None:
    number = hand_in(phone)
    desk.route_web_socket("**/live*", lambda live: None)  # no news from the server
    desk.goto(f"/desk/cases/{number}")
    desk.click("summary:has-text('拒绝')")
    desk.fill("details[open] textarea", "写了很久的理由")
    approve_from_elsewhere(house, number)
    desk.click("details[open] button.danger")
    expect(desk.locator("#answer .problem q")).to_have_text("写了很久的理由")
    expect(desk.locator("#head")).to_contain_text("待打款")


def test_the_pages_fit_a_phone(phone: Page, desk: Page) -> None:
    number = hand_in(phone)
    desk.set_viewport_size(PHONE)
    for page, paths in ((phone, ["/chat/", "/shop/"]), (desk, ["/desk/", "/desk/talks", f"/desk/cases/{number}"])):
        for path in paths:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    phone.goto("/chat/")
    assert phone.evaluate("parseFloat(getComputedStyle(document.getElementById('text')).fontSize)") >= 16


def test_a_picture_that_contradicts_is_asked_about_and_marked_for_staff(phone: Page, desk: Page) -> None:
    from_order(phone, "Steam")
    send(phone, "卡密输进去提示无效，激活不了")
    expect(phone.locator(BUBBLES, has_text="报错截图")).to_be_visible()
    worked = (Path(demo.__file__).parent / "pictures" / "activation_ok.png").read_bytes()
    phone.set_input_files("#files", [{"name": "ok.png", "mimeType": "image/png", "buffer": worked}])
    expect(phone.locator("#tray img")).to_be_visible()
    send(phone, "截图")
    expect(phone.locator(BUBBLES).last).to_contain_text("是不是发错图了")
    expect(phone.locator(".choices:not(.stale) button")).to_have_text(["换一张", "换个原因", "就用这张提交"])
    phone.click(".choices:not(.stale) button:has-text('就用这张提交')")
    phone.click(".choices:not(.stale) button:has-text('确认提交')")
    last = phone.locator(BUBBLES, has_text="RF")
    expect(last).to_be_visible()
    number = re.search(r"RF\d+", last.inner_text())
    assert number
    desk.goto(f"/desk/cases/{number[0]}")
    expect(desk.locator("#evidence rect.v-contradicts")).to_have_count(1)
    expect(desk.locator("#evidence figcaption")).to_contain_text("与说法矛盾")
    if shots := os.environ.get("SCREENSHOTS"):
        desk.locator("#evidence img").first.scroll_into_view_if_needed()
        desk.screenshot(path=f"{shots}/marked.png")


CONTRAST = """(found) => {
    const light = (colour) => colour.match(/[0-9]+/g).slice(0, 3)
        .map((part) => part / 255).map((part) => (part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4))
        .reduce((sum, part, n) => sum + part * [.2126, .7152, .0722][n], 0);
    const card = getComputedStyle(found.closest(".card")).backgroundColor;
    const [less, more] = [card, getComputedStyle(found).color].map(light).sort((one, other) => one - other);
    return (more + .05) / (less + .05);
}"""
"""How far words stand out from their card (WCAG 2.2, contrast ratio)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_staff_are_to_doubt_can_be_read_by_day_and_by_night(
    phone: Page, desk: Page, house: App, scheme: Literal["light", "dark"]
) -> None:
    number = hand_in(phone)
    case = house.store.case(number)
    assert case
    piece = replace(case.evidence[0], doubts=(Finding("patch", sort="doubt"),))
    doubted = replace(case, evidence=(piece,))
    house.store.save(Saving(case.customer, Outcome(cases=(doubted,)), datetime.now(UTC), "web"))
    desk.emulate_media(color_scheme=scheme)
    desk.goto(f"/desk/cases/{number}")
    assert desk.locator(".finding.doubt").evaluate(CONTRAST) >= 4.5
