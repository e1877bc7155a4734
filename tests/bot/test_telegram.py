"""Telegram as a whole: a refund from the deep link to the money back, killed anywhere, by each carrier over HTTP."""

import copy
import json
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.app import build, shop_secret
from bot.channels import STAFF
from bot.channels.board import Board
from bot.config import ConfigError, Settings
from bot.telegram import build as build_telegram
from bot.telegram import carrier
from flows.model import CaseState, Role
from tests.bot.channels.telegram_server import GROUP, People, Sent, TelegramServer, a_photo
from tests.bot.channels.telegram_shop import AGENT, CUSTOMER, SUPERVISOR, TEST_TOKEN, FakeApi, Shop
from tests.conftest import NOON
from tests.reading import Blind
from tests.stories.telling import CARD, INVALID, REFUSAL, picture

OpenShop = Callable[[], Shop]


# ---- what is built


def settings(folder: Path, **telegram: Any) -> Settings:
    given = {"token": TEST_TOKEN, **telegram}
    return Settings(data=folder, secret="x" * 32, telegram=given, web={"public_url": "https://refund.example"})  # type: ignore[arg-type]  # pydantic's


def test_several_bots_serve_side_by_side_and_the_first_has_the_group(tmp_path: Path) -> None:
    app = build(settings(tmp_path, token=f"{TEST_TOKEN} 7002:{'B' * 35}", staff_group=GROUP))
    apis = {7001: FakeApi(7001), 7002: FakeApi(7002)}
    telegram = build_telegram(app, "x" * 32, lambda _, token: apis[int(token.partition(":")[0])])
    assert set(telegram.channels) == {"telegram:7001", "telegram:7002", STAFF}
    assert telegram.group is not None and telegram.group.api is apis[7001]
    worker = app.worker(telegram.channels, telegram.messengers)
    for bot in telegram.bots.values():
        bot.keep([People().says(CUSTOMER if bot.name.endswith("1") else CUSTOMER + 1, "/help")])
    worker.run_due(datetime.now(UTC))
    assert [len(api.sent(CUSTOMER)) + len(api.sent(CUSTOMER + 1)) for api in apis.values()] == [1, 1]
    assert [route.path for route in telegram.routes()] == ["/telegram/{name}"]
    app.close()


def test_whoever_writes_to_another_bot_of_the_shop_is_answered_there(tmp_path: Path) -> None:
    app = build(settings(tmp_path, token=f"{TEST_TOKEN} 7002:{'B' * 35}"))
    apis = {7001: FakeApi(7001), 7002: FakeApi(7002)}
    telegram = build_telegram(app, "x" * 32, lambda _, token: apis[int(token.partition(":")[0])])
    worker, people = app.worker(telegram.channels, telegram.messengers), People()
    for name in ("7001", "7002"):
        telegram.bots[name].keep([people.says(CUSTOMER, "/help")])
        worker.run_due(datetime.now(UTC))
    assert [len(api.sent(CUSTOMER)) for api in apis.values()] == [1, 1]
    app.close()


def test_without_a_token_there_is_no_telegram(tmp_path: Path) -> None:
    app = build(Settings(data=tmp_path, secret="x" * 32))
    telegram = build_telegram(app, "x" * 32)
    assert (telegram.channels, telegram.routes(), telegram.intakes) == ({}, [], ())
    app.close()


def test_replies_that_cannot_be_read_are_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "replies.toml").write_text('[hello]\nzh-CN = "{nmae}"')
    own = Settings(data=tmp_path, secret="x" * 32, staff={"replies": str(tmp_path / "replies.toml")})
    app = build(own)
    with pytest.raises(ConfigError, match="nmae"):
        build_telegram(app, "x" * 32)
    app.close()


# ---- killed between any two calls


class Killed(BaseException):
    """What no handler of errors catches: the process is gone."""


def kill_at(api: FakeApi, step: int) -> None:
    """At this step, counted from now: there is one before and one after every call."""
    left = iter(range(1, step + 1))

    def count() -> None:
        if next(left, 0) == step:
            raise Killed

    api.step = count


def told(shop: Shop, chat: int) -> Counter[str]:
    return Counter(re.sub(r"RF\d+", "RF", call.text or call.method) for call in shop.api.sent(chat))


def stages(shop: Shop) -> list[Callable[[Shop], dict[str, Any]]]:
    """A refund in updates, each made of what stands by then."""
    people = shop.people
    return [
        lambda s: people.says(CUSTOMER, f"/start {s.app.links.payload(CARD.order_no)}"),
        lambda s: people.says(CUSTOMER, INVALID),
        lambda s: people.says(CUSTOMER, **a_photo("shot")),
        lambda s: _press(s, CUSTOMER, "提交"),
        lambda s: _staff_press(s, "reject"),
        lambda s: _answer(s),
        lambda s: _press(s, CUSTOMER, "申诉"),
        lambda s: people.says(CUSTOMER, "尾号是 5678，请再看"),
        lambda s: _staff_press(s, "approve"),
    ]


def _press(shop: Shop, user: int, label: str) -> dict[str, Any]:
    sent = next(call for call in reversed(shop.api.sent(user)) if any(label in text for text, _ in call.keys))
    return shop.people.presses(user, sent.data(label), sent)


def _staff_press(shop: Shop, step: str) -> dict[str, Any]:
    user = AGENT if step == "reject" else SUPERVISOR
    return shop.people.presses(user, f"rd:do:{step}:{shop.case.number}", shop.card)


def _answer(shop: Shop) -> dict[str, Any]:
    asks = (call for call in reversed(shop.api.sent(GROUP)) if "force_reply" in (call.fields.get("reply_markup") or {}))
    asked = next(asks)
    reply = {"message_id": asked.result["message_id"], "date": 1, "chat": {"id": GROUP, "type": "supergroup"}}
    return shop.people.says_in_group(AGENT, REFUSAL, topic=shop.topic, reply_to_message=reply)


@pytest.fixture(params=range(9))
def stage(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def opened(folder: Path, api: FakeApi, people: People | None = None, now: datetime = NOON) -> Shop:
    shop = Shop(folder, api=api)
    shop.now, shop.people = now, people or shop.people
    return shop


def test_killed_before_or_after_any_call_each_message_is_sent_and_each_decision_made_once(
    sqlite_template: Path, tmp_path: Path, stage: int
) -> None:
    """The stage is gone through once undisturbed; then it is killed at each of its steps, and started again."""
    folder, saved = tmp_path / "data", tmp_path / "saved"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "refund-desk.db")
    shop = Shop(folder, CARD).with_staff()
    shop.api.assets["shot"] = picture(5).data
    for before in stages(shop)[:stage]:
        shop.gets(before(shop))
    update = stages(shop)[stage](shop)
    stood, now = (copy.deepcopy(shop.api.__dict__ | {"step": None}), shop.now)
    shop.close()
    shutil.copytree(folder, saved)

    def go_through(deadly: int) -> tuple[Shop, int]:
        shutil.rmtree(folder)
        shutil.copytree(saved, folder)
        api = FakeApi()
        api.__dict__.update(copy.deepcopy(stood), step=lambda: None)
        first, calls = opened(folder, api, now=now), len(api.calls)
        if deadly:
            kill_at(api, deadly)
        try:
            first.gets(update)
        except Killed:
            api.step = lambda: None
            first.close()
            first = opened(folder, api, now=first.now)
            first.bot.keep([update])
            first.settle()
        return first, len(api.calls) - calls

    whole, made = go_through(0)
    case = whole.store.recall(str(CUSTOMER)).cases
    expected = [[(event.trigger, event.by, event.to) for event in one.events] for one in case]
    said, in_group, paid = told(whole, CUSTOMER), told(whole, GROUP), whole.provider.paid
    whole.close()
    assert made > 0
    for deadly in range(1, 2 * made + 1):
        shop, _ = go_through(deadly)
        again = shop.store.recall(str(CUSTOMER)).cases
        assert [[(event.trigger, event.by, event.to) for event in one.events] for one in again] == expected, deadly
        for was, now_is in ((said, told(shop, CUSTOMER)), (in_group, told(shop, GROUP))):
            assert not was - now_is, f"killed at {deadly}, lost: {was - now_is}"
            assert (now_is - was).total() <= 1, f"killed at {deadly}, more than one doubled: {now_is - was}"
        assert set(shop.provider.paid) <= set(paid)
        shop.close()


# ---- the whole story by each carrier, over HTTP, with real threads


@pytest.fixture(params=["ptb", "aiogram"])
def live(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[TelegramServer, Any]]:
    shutil.copy(sqlite_template, tmp_path / "refund-desk.db")
    server = TelegramServer()
    app = build(settings(tmp_path, carrier=request.param, api_url=server.url, staff_group=GROUP), Blind())
    now = datetime.now(UTC)
    times = {"ordered_at": now - timedelta(hours=2), "delivered_at": now - timedelta(hours=1)}
    order = replace(CARD, buyer="somebody", **times)
    app.orders.put([order])
    app.store.add_staff("小林", Role.AGENT, "x", now)
    app.store.bind_staff("小林", AGENT)
    telegram = build_telegram(app, shop_secret(app.settings).decode())
    worker = app.worker({STAFF: Board(), **telegram.channels}, telegram.messengers)
    worker.start()
    telegram.start()
    yield server, app
    telegram.stop()
    worker.stop()
    telegram.close()
    app.close()
    server.close()


def test_a_whole_refund_customer_in_private_and_agent_in_the_topic(live: tuple[TelegramServer, Any]) -> None:
    server, app = live
    people, began = People(), time.monotonic()

    def customer(text: str, update: dict[str, Any]) -> Sent:
        server.deliver(update)
        return server.until(lambda: next((c for c in reversed(server.sent(chat=CUSTOMER)) if text in c.text), None), 20)

    def group(found: Callable[[Sent], bool], method: str = "sendMessage") -> Sent:
        return server.until(lambda: next((c for c in reversed(server.sent(method, GROUP)) if found(c)), None), 20)

    customer("遇到什么问题", people.says(CUSTOMER, f"/start {app.links.payload(CARD.order_no)}"))
    customer("报错截图", people.says(CUSTOMER, INVALID))
    check = customer("请核对", people.says(CUSTOMER, **a_photo(server.photo(picture(5).data))))
    customer("提交好了", people.presses(CUSTOMER, check.data("提交"), check))
    card = group(lambda call: "已提交" in call.text)
    server.until(lambda: server.sent("sendPhoto", GROUP), 20)
    topic = card.fields["message_thread_id"]
    server.deliver(people.says_in_group(AGENT, "/take", topic=topic))
    server.until(lambda: any("小林" in call.text for call in server.sent(chat=CUSTOMER)), 20)
    server.deliver(people.says_in_group(AGENT, "我看了截图，没问题", topic=topic))
    server.until(lambda: any(call.text == "我看了截图，没问题" for call in server.sent(chat=CUSTOMER)), 20)
    server.deliver(people.presses(AGENT, card.data("通过"), card))
    really = group(lambda call: "确认" in call.keys[0][0], "editMessageReplyMarkup")
    server.deliver(people.presses(AGENT, really.keys[0][1], card))
    group(lambda call: "已通过" in call.text, "editMessageText")
    case = app.store.recall(str(CUSTOMER)).cases[0]
    assert case.state is CaseState.APPROVED and case.reviewer == "小林"
    server.deliver(people.presses(AGENT, f"rd:do:paid:{case.number}", card))
    group(lambda call: "已退款" in call.text, "editMessageText")
    server.until(lambda: any("90.00" in call.text for call in server.sent(chat=CUSTOMER)[-2:]), 20)
    assert time.monotonic() - began < 90
    assert json.dumps([call.fields for call in server.calls], default=str).count(TEST_TOKEN) == 0


def test_the_chosen_library_alone_carries(tmp_path: Path) -> None:
    for kind, name in (("ptb", "PtbCarrier"), ("aiogram", "AiogramCarrier")):
        api = carrier(settings(tmp_path, carrier=kind), TEST_TOKEN)
        assert (type(api).__name__, api.bot_id) == (name, 7001)
        api.close()
