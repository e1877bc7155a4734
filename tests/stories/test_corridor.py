"""The corridor in the middle of a story: once is once, the first one wins, and nobody's message is lost."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.app import build
from bot.channels import Incoming
from bot.handle import NotAllowed, StaffAction
from bot.orders import OrdersUnavailable
from bot.payouts import Answer
from flows.model import CaseState, Order, Role, Wake
from tests.conftest import NOON
from tests.reading import Blind
from tests.stories.telling import CARD, FIRST, HANDED_IN, INVALID, REFUSAL, STRANGERS, Story, Tell

S = CaseState


@pytest.fixture
def filed(tell: Tell) -> Story:
    """A case that waits to be reviewed."""
    story = tell(CARD)
    story.goes(*HANDED_IN)
    return story


class Silent:
    """An order source that gives no answer until it is asked to."""

    def __init__(self, *orders: Order) -> None:
        self.orders, self.silent = orders, True

    def find(self, order_nos: Iterable[str]) -> dict[str, Order]:
        if self.silent:
            raise OrdersUnavailable
        return {order.order_no: order for order in self.orders if order.order_no in order_nos}

    def of_customers(self, customers: Iterable[str]) -> dict[str, tuple[Order, ...]]:
        if self.silent:
            raise OrdersUnavailable
        return {buyer: tuple(order for order in self.orders if order.buyer == buyer) for buyer in customers}


# ---- once is once


def test_the_same_message_of_two_customers_is_two_messages(tell: Tell) -> None:
    story = tell(CARD)
    assert all(story.house.hear(Incoming("webchat", chat, "m1", "你好"), NOON) for chat in ("u1", "u2"))


def test_the_same_action_of_staff_twice_is_done_once(filed: Story) -> None:
    assert filed.staff("take", action_id="a") == ["news.taken"]
    assert filed.staff("take", action_id="a") == []


def test_a_wake_is_answered_once(filed: Story) -> None:
    filed.staff("reject", text=REFUSAL)
    assert filed.case.until
    over = filed.case.until + timedelta(seconds=1)
    wake = next(wake for wake in wakes(filed, over) if wake.kind == "lapse")
    filed.house.wake(wake, over)
    filed.house.wake(wake, over)
    filed.now = over
    assert filed._news() == ["news.closed"] and filed.state is S.CLOSED


def wakes(story: Story, until: datetime) -> list[Wake]:
    taken = story.store.outbox.take(until, 100, timedelta(minutes=1), ("wake",))
    return [due.task for due in taken if isinstance(due.task, Wake)]


def test_money_that_is_paid_twice_is_told_and_counted_once(filed: Story) -> None:
    filed.provider.answers = [Answer.UNKNOWN]
    filed.staff("approve")
    for _ in range(2):
        filed.house.paid(FIRST, Answer.DONE, NOON)
    assert filed._news() == ["news.refunded"]
    assert [event.trigger for event in filed.case.events].count("paid") == 1


@pytest.mark.parametrize("answers, state", [
    ([Answer.FAILED, Answer.FAILED], S.PAYOUT_FAILED),
    ([Answer.FAILED, Answer.UNKNOWN], S.PAYOUT_FAILED),
    ([Answer.FAILED, Answer.DONE], S.REFUNDED),
    ([Answer.DONE, Answer.FAILED], S.REFUNDED),
    ([Answer.UNKNOWN, Answer.UNKNOWN, Answer.DONE], S.REFUNDED),
    ([Answer.BY_HAND], S.APPROVED),
])  # fmt: skip
def test_whatever_order_the_answers_of_a_payment_come_in_money_that_went_stays_gone(
    filed: Story, answers: list[Answer], state: CaseState
) -> None:
    filed.provider.answers = [Answer.BY_HAND]
    filed.staff("approve")
    for answer in answers:
        filed.house.paid(FIRST, answer, NOON)
    assert filed.state is state


def test_money_that_was_refused_twice_is_told_and_counted_once(filed: Story) -> None:
    filed.provider.answers = [Answer.UNKNOWN]
    filed.staff("approve")
    for _ in range(2):
        filed.house.paid(FIRST, Answer.FAILED, NOON)
    assert filed._news() == ["news.payout_failed"]
    assert [event.trigger for event in filed.case.events].count("fail") == 1


def test_money_that_is_asked_for_anew_the_moment_it_failed_is_asked_for(filed: Story) -> None:
    """Whoever asks again is faster than the worker, which has only just heard the answer."""
    told = filed.house.paid

    def and_asked_again(case_no: str, answer: Answer, now: datetime, *row: str) -> None:
        told(case_no, answer, now, *row)
        if answer is Answer.FAILED:
            filed.house.decide(StaffAction("a1", Role.AGENT, "pay", case_no), now)

    filed.house.paid = and_asked_again
    filed.provider.answers = [Answer.FAILED]
    filed.staff("approve")
    assert (filed.state, filed.provider.paid) == (S.REFUNDED, {f"pay:{FIRST}": 9000})


def test_of_two_answers_to_one_payment_neither_is_lost(filed: Story) -> None:
    """Two workers asked, as the first took longer than its lease: what it heard counts though the other one is done."""
    told = filed.house.paid

    def by_both(case_no: str, answer: Answer, now: datetime, *row: str) -> None:
        told(case_no, Answer.FAILED, now, *row)
        told(case_no, answer, now, *row)

    filed.house.paid = by_both
    filed.staff("approve")
    assert filed.state is S.REFUNDED


# ---- the first one wins


def test_of_two_who_decide_the_same_case_one_is_told_who_was_first(filed: Story) -> None:
    """Real threads, a real database: whoever comes second is told by whom and when, and nothing is paid twice."""
    ready, done = threading.Barrier(2), list[str]()
    refused: list[NotAllowed] = []

    def decides(agent: str) -> None:
        ready.wait()
        try:
            filed.house.decide(StaffAction(agent, Role.AGENT, "approve", FIRST), NOON)
            done.append(agent)
        except NotAllowed as error:
            refused.append(error)

    threads = [threading.Thread(target=decides, args=(agent,)) for agent in ("小林", "小周")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1 and [error.code for error in refused] == ["not_allowed"]
    assert done[0] in str(refused[0]) and "11月20日 12:00" in str(refused[0])
    filed._news()
    assert filed.provider.paid == {f"pay:{FIRST}": 9000}


class Overtaking:
    """An order source that takes its time: while it is asked first, somebody else decides the case."""

    def __init__(self, first: Callable[[], object]) -> None:
        self.meanwhile: list[Callable[[], object]] = [first]
        self.asked = 0

    def find(self, order_nos: Iterable[str]) -> dict[str, Order]:
        return {}

    def of_customers(self, customers: Iterable[str]) -> dict[str, tuple[Order, ...]]:
        self.asked += 1
        if self.meanwhile:
            self.meanwhile.pop()()
        return dict.fromkeys(customers, (CARD,))


def test_a_message_that_was_overtaken_is_decided_again_on_what_stands_now(filed: Story) -> None:
    other = build(filed.app.settings, Blind())
    approve = StaffAction("a1", Role.AGENT, "approve", FIRST)
    filed.house.gathering.orders = source = Overtaking(lambda: other.house.decide(approve, NOON))
    assert "withdraw.none" in filed.hears("我要撤销申请")
    assert (filed.state, source.asked) == (S.REFUNDED, 3), "asked, asked again, and once more for the payment"
    other.close()


# ---- nothing is lost


def test_where_the_order_source_is_silent_it_is_told_and_nothing_is_lost(tell: Tell) -> None:
    story = tell()
    source = Silent(STRANGERS)
    story.house.gathering.orders = source
    assert story.hears(f"{STRANGERS.order_no} {INVALID}，手机号 13900000000") == ["order.unknown"]
    source.silent = False
    assert story.presses("retry") == ["evidence.ask"]


def test_a_silent_order_source_does_not_keep_anyone_from_their_case(filed: Story) -> None:
    filed.house.gathering.orders = Silent()
    assert filed.hears("我的退款到哪一步了") == ["status.one"]
    assert filed.staff("approve") == ["news.approved", "news.refunded"]


def test_what_is_too_long_to_be_read_is_said_to_be_and_the_talk_goes_on(tell: Tell) -> None:
    story = tell(CARD)
    assert story.hears("退款" * 10_001) == ["heard.too_long"]
    assert story.hears(INVALID) == ["evidence.ask"]


@pytest.mark.parametrize("language, word", [("en", "Hello"), ("zh-CN", "您好"), ("fr", "您好")])
def test_the_first_answer_is_in_the_language_of_the_app(tell: Tell, language: str, word: str) -> None:
    story = tell()
    story.hears("", payload="", language=language)
    assert word in story.said[0].text


# ---- a stranger's order


def test_nothing_of_a_strangers_order_is_in_any_sentence_or_row_of_the_talk(tell: Tell) -> None:
    secret = replace(STRANGERS, product="没人该看到的商品", amount_paid=77777, price=77777)
    story = tell(secret)
    number = secret.order_no
    guesses = ("13811112222", "查询密码 hunter2", "不知道", f"另一单是 {number}", "我的退款到哪一步了")
    said = ""
    for words in (f"{number} {INVALID}", f"{number} 到哪一步了", f"{number} 重复下单了", *guesses):
        story.hears(words)
        said += "".join(line.text + line.values + str(line.buttons) for line in story.said)
    assert not [hidden for hidden in ("没人该看到的商品", "777.77", "13900000000", "Zx81yz") if hidden in said]
    assert number not in story.store.recall("u1").bound
