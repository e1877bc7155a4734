"""The corridor: what comes in is dealt with once, whoever comes at the same moment, and saved whole or not at all."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import app as building
from bot.app import App
from bot.channels import Incoming, Upload
from bot.config import Settings
from bot.evidence import Intake
from bot.handle import TRIES, House, NotAllowed, StaffAction
from bot.orders import OrderSource, OrdersUnavailable
from bot.payouts import Answer
from flows.model import Case, CaseState, Order, OrderStatus, Role, Wake
from nlp.lexicon import default
from storage.nouns import Saving, Stale
from storage.search import Logged, Search
from storage.store import Store
from tests.conftest import NOON, an_order
from tests.stories.telling import picture

LATE = an_order(status=OrderStatus.UNDELIVERED, delivered_at=None, promised_at=NOON - timedelta(hours=1))
CLAIM = f"{LATE.order_no} 等了三个小时还没发货，我要退款"


class Busy:
    """A store that is a moment late: somebody else saved first, as often as it is told."""

    def __init__(self, store: Store, times: int) -> None:
        self._store, self.left = store, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def save(self, *savings: Saving) -> None:
        if self.left:
            self.left -= 1
            raise Stale
        self._store.save(*savings)


class AtALoss:
    """A shop that gives no answer where it is asked for one of its customers."""

    def __init__(self, orders: OrderSource, customer: str) -> None:
        self.find, self._orders, self._customer = orders.find, orders, customer

    def of_customers(self, customers: Iterable[str]) -> Mapping[str, tuple[Order, ...]]:
        if self._customer in customers:
            raise OrdersUnavailable
        return self._orders.of_customers(customers)


@pytest.fixture
def app(tmp_path: Path, sqlite_template: Path) -> Iterator[App]:
    shutil.copy(sqlite_template, tmp_path / "refund-desk.db")
    built = building.build(Settings(data=tmp_path))
    built.orders.put([LATE])
    yield built
    built.close()


def message(text: str = "", message_id: str = "m1", chat: str = "u1", **more: Any) -> Incoming:
    return Incoming("web", chat, message_id, text, **more)


def record(app: App, chat: str = "u1") -> tuple[Logged, ...]:
    return Search(app.store.database).transcript(chat)


def approved(app: App) -> Case:
    app.house.hear(message(CLAIM, "m1"), NOON)
    app.house.hear(message("确认", "m2"), NOON)
    return app.store.recall("u1").cases[0]


# ---- together

WRITTEN = {"u1": CLAIM, "u2": "你好", "u3": "KM202611201530019999 卡密无效", "u4": "转人工", "u5": "x" * 5000}


def outcome(app: App, chat: str) -> tuple[Any, ...]:
    known = app.store.recall(chat)
    return known.talk, known.cases, known.bound, [(line.who, line.text) for line in record(app, chat)]


def test_messages_of_several_are_heard_together_each_as_if_it_were_alone(app: App, tmp_path: Path) -> None:
    alone = building.build(Settings(data=tmp_path / "alone"))
    alone.orders.put([LATE])
    for turn, texts in enumerate([WRITTEN, dict.fromkeys(WRITTEN, "确认"), dict.fromkeys(WRITTEN, "到哪一步了")]):
        messages = [message(text, f"m{turn}", chat) for chat, text in texts.items()]
        assert app.house.hear_all(messages, NOON)
        assert all(alone.house.hear(one, NOON) for one in messages)
    assert len(app.store.recall("u1").cases) == 1
    assert [outcome(app, chat) for chat in WRITTEN] == [outcome(alone, chat) for chat in WRITTEN]
    alone.close()


def test_where_one_was_heard_before_nothing_of_the_others_is_done(app: App) -> None:
    assert app.house.hear(message(CLAIM), NOON)
    before = outcome(app, "u1")
    assert not app.house.hear_all([message("你好", chat="u2"), message(CLAIM)], NOON)
    assert outcome(app, "u1") == before and record(app, "u2") == ()


def test_two_messages_of_one_chat_are_not_heard_together(app: App) -> None:
    assert not app.house.hear_all([message(CLAIM, "m1"), message("确认", "m2")], NOON)
    assert record(app) == ()


def test_where_somebody_is_busy_with_one_of_them_the_others_do_not_wait(app: App) -> None:
    with app.house._locks.of("u2"):
        assert not app.house.hear_all([message(CLAIM), message("你好", chat="u2")], NOON)
    assert record(app) == () and app.house.hear_all([message(CLAIM), message("你好", chat="u2")], NOON)


def test_where_the_shop_is_at_a_loss_with_one_of_them_the_others_hear_nothing_of_it(app: App) -> None:
    house = house_with(app, orders=AtALoss(app.orders, "u2"))
    messages = [message(CLAIM), message(CLAIM, chat="u2")]
    assert not house.hear_all(messages, NOON) and record(app) == record(app, "u2") == ()
    assert all(house.hear(one, NOON) for one in messages)
    assert record(app)[1].text != record(app, "u2")[1].text


def test_where_somebody_came_first_to_one_of_them_nothing_is_done(app: App) -> None:
    house = house_with(app, store=Busy(app.store, 1))
    messages = [message(CLAIM), message("你好", chat="u2")]
    assert not house.hear_all(messages, NOON) and record(app) == ()
    assert house.hear_all(messages, NOON) and len(record(app)) == len(record(app, "u2")) == 2


# ---- once


def test_a_message_is_heard_once(app: App) -> None:
    assert app.house.hear(message(CLAIM), NOON) and not app.house.hear(message(CLAIM), NOON)
    assert [line.who for line in record(app)] == ["customer", "bot"]


def test_the_same_message_in_eight_hands_at_once_is_heard_once(app: App) -> None:
    with ThreadPoolExecutor(8) as hands:
        heard = list(hands.map(lambda _: app.house.hear(message(CLAIM), NOON), range(8)))
    assert sum(heard) == 1 and len(record(app)) == 2


def test_ten_messages_at_once_are_all_heard_and_hand_in_one_case(app: App) -> None:
    app.house.hear(message(CLAIM, "m0"), NOON)
    with ThreadPoolExecutor(5) as hands:
        heard = list(hands.map(lambda n: app.house.hear(message("确认", f"m{n}"), NOON), range(1, 11)))
    assert all(heard) and len(app.store.recall("u1").cases) == 1
    assert sum(line.who == "customer" for line in record(app)) == 11


def test_a_file_is_kept_before_its_message_is_answered(app: App) -> None:
    data = picture().data
    app.house.hear(message(files=(Upload("a.png", data),)), NOON)
    [line] = record(app)
    assert app.files.read(line.files[0]) == data


# ---- somebody else came first


def house_with(app: App, **parts: Any) -> House:
    whole: dict[str, Any] = {"store": app.store, "orders": app.orders, "rules": app.rules, "catalogue": app.catalogue}
    whole |= {"links": app.links, "lexicon": default(), "settings": app.settings}
    return House(**whole | {"intake": Intake(app.files, app.settings.evidence, app.reader)} | parts)


def test_who_was_overtaken_decides_again_by_what_is_there_now(app: App) -> None:
    busy = Busy(app.store, TRIES - 1)
    assert house_with(app, store=busy).hear(message(CLAIM), NOON) and busy.left == 0
    assert len(record(app)) == 2


def test_who_is_overtaken_without_end_leaves_nothing_half_done(app: App) -> None:
    with pytest.raises(Stale):
        house_with(app, store=Busy(app.store, TRIES)).hear(message(CLAIM), NOON)
    assert record(app) == () and app.house.hear(message(CLAIM), NOON)


# ---- staff


def do(do: str, case: str, **more: Any) -> StaffAction:
    return StaffAction("a1", Role.AGENT, do, case, **more)


def test_a_case_that_is_not_there_is_not_decided(app: App) -> None:
    with pytest.raises(NotAllowed) as refused:
        app.house.decide(do("take", "RF0"), NOON)
    assert refused.value.code == "unknown_case" and str(refused.value)


def test_what_cannot_be_done_now_is_refused_in_words_and_changes_nothing(app: App) -> None:
    case = approved(app)
    with pytest.raises(NotAllowed) as refused:
        app.house.decide(do("reject", case.number, text="不行"), NOON)
    assert refused.value.code == "not_allowed" and "{" not in str(refused.value)
    assert app.store.case(case.number) == case


def test_two_who_decide_at_once_do_not_both(app: App) -> None:
    number = approved(app).number

    def pay(n: int) -> bool:
        try:
            app.house.decide(do("paid", number, action_id=f"a{n}"), NOON)
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(6) as hands:
        assert sum(hands.map(pay, range(6))) == 1
    paid = app.store.case(number)
    assert paid is not None and [event.to for event in paid.events].count(CaseState.REFUNDED) == 1


# ---- time and money


def test_a_time_that_has_come_for_nobody_or_for_what_is_over_changes_nothing(app: App) -> None:
    case = approved(app)
    for wake in (
        Wake("k1", NOON, "lapse"),
        Wake("k2", NOON, "lapse", "u1", case.number, "rejected@"),
        Wake("k3", NOON, "overdue", "u1", "RF0", "review@"),
        Wake("k4", NOON, "draft", "u9"),
    ):
        app.house.wake(wake, NOON + timedelta(days=30))
    assert app.store.case(case.number) == case


def test_a_payments_answer_is_taken_once(app: App) -> None:
    number = approved(app).number
    for _ in range(3):
        app.house.paid(number, Answer.DONE, NOON)
    case = app.store.case(number)
    assert case is not None and case.state is CaseState.REFUNDED
    assert [event.to for event in case.events][-2:] == [CaseState.PAYING, CaseState.REFUNDED]


def test_money_that_may_have_gone_out_stays_under_way_until_it_is_known(app: App) -> None:
    number = approved(app).number
    app.house.paid(number, Answer.UNKNOWN, NOON)
    assert state_of(app, number) is CaseState.PAYING
    app.house.paid(number, Answer.FAILED, NOON)
    assert state_of(app, number) is CaseState.PAYOUT_FAILED


def state_of(app: App, number: str) -> CaseState:
    case = app.store.case(number)
    assert case is not None
    return case.state


# ---- languages and limits


def test_who_writes_english_is_answered_in_english(app: App) -> None:
    app.house.hear(message("The code is invalid, I want a refund"), NOON)
    assert "Invalid code" in record(app)[-1].text and "激活失败" not in record(app)[-1].text


def test_a_text_over_the_limit_is_kept_and_answered(app: App) -> None:
    app.house.hear(message("退款" * 20_000), NOON)
    kept, said = record(app)
    assert len(kept.text) == 40_000 and "20000" in said.text
