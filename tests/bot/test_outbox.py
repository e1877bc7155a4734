"""The worker says, tells, pays and wakes: in order, again where it failed, no customer at another's expense."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain

import pytest

from bot.channels import Incoming, Outgoing, SendLater, Undeliverable
from bot.looking import Sight
from bot.outbox import FIRST_WAIT, LEASE, LONGEST_WAIT, MOST_FAILURES, Worker, growing
from bot.payouts import Answer
from flows.model import Outcome, Pay, Refund, Wake
from storage.nouns import Arrived, Due, Rendered, Saving, ToRead
from storage.outbox import HAPPENS, IS_SAID, KINDS, Outbox
from storage.store import Store, ToKeep
from tests.bot.payouts.test_every_payout import Provider
from tests.conftest import NOON, an_order
from tests.waiting import until

MINUTE = timedelta(minutes=1)
PAY = Pay("RF1", an_order(), Refund(an_order().amount_paid))


class FakeChannel:
    """A channel in memory that can be told to fail the next sends, before or after they arrived."""

    def __init__(self, name: str = "webchat") -> None:
        self.name = name
        self.sent: list[Outgoing] = []
        self.fails: dict[str, list[BaseException]] = {}
        self.fails_after: list[BaseException] = []
        self.on_send: Callable[[], None] = lambda: None

    def send(self, message: Outgoing) -> None:
        if self.fails.get(message.chat):
            raise self.fails[message.chat].pop(0)
        self.sent.append(message)
        self.on_send()
        if self.fails_after:
            raise self.fails_after.pop(0)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.sent]


def sees_nothing(message: ToRead, now: datetime) -> Mapping[str, Sight]:
    return {}


class FakeHouse:
    """A house that notes what it is told, and fails where it is told to."""

    def __init__(self) -> None:
        self.woken: list[tuple[str, datetime]] = []
        self.answers: list[tuple[str, Answer]] = []
        self.read_messages: list[tuple[str, bool]] = []
        self.fails: list[BaseException] = []
        self.on_wake: Callable[[], None] = lambda: None
        self.finish: Callable[[str, datetime], None] = lambda row, now: None
        self.watched = 0
        self.heard_together: list[list[str]] = []
        self.hears_together = True

    def hear_all(self, messages: Sequence[Incoming], now: datetime) -> bool:
        if self.fails:
            raise self.fails.pop(0)
        if self.hears_together:
            self.heard_together.append([message.text for message in messages])
        return self.hears_together

    def keep_watch(self, now: datetime) -> None:
        self.watched += 1

    def read(self, message: ToRead, seen: Mapping[str, Sight], more: bool, now: datetime) -> None:
        self.read_messages.append((message.message_id, more))

    def wake(self, wake: Wake, now: datetime) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.woken.append((wake.key, now))
        self.on_wake()

    def paid(self, case_no: str, answer: Answer, now: datetime, row: str | None = None) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.answers.append((case_no, answer))
        if row is not None:
            self.finish(row, now)


class FakeMessenger:
    """A messenger that notes what it dealt with by itself."""

    def __init__(self) -> None:
        self.dealt_with: list[str] = []
        self.goes_on = threading.Event()
        self.slow = ""

    def message(self, due: Due) -> Incoming:
        return Incoming("telegram:7", due.lane or "", due.key, due.key, finishes=(due.key,))

    def deal(self, due: Due, now: datetime) -> bool:
        if due.key == self.slow:
            assert self.goes_on.wait(20)
        self.dealt_with.append(due.key)
        return False


class AwayOnce(Outbox):
    """A queue whose database is not there the first time it is asked."""

    away = True

    def take(self, now: datetime, n: int, lease: timedelta, kinds: Collection[str] = KINDS) -> list[Due]:
        if self.away:
            self.away = False
            raise OSError("the database is away")
        return super().take(now, n, lease, kinds)


class Desk:
    """A worker with everything it works on."""

    def __init__(self, store: Store, provider: Provider | None = None) -> None:
        self.store, self.house, self.payout = store, FakeHouse(), provider or Provider()
        self.house.finish = store.outbox.finish
        self.channel, self.staff = FakeChannel(), FakeChannel("staff")
        channels = {"webchat": self.channel, "staff": self.staff}
        self.messenger = FakeMessenger()
        self.worker = Worker(
            store, self.house, channels, self.payout, sees_nothing, lambda: NOON, {"telegram:7": self.messenger}
        )  # fmt: skip

    def say(self, chat: str, *texts: str) -> None:
        said = tuple(Rendered("k", "{}", text, (("1:yes", "对"),), "confirm", ("listing",), "RF1") for text in texts)
        self.store.save(Saving(chat, Outcome(), NOON, "webchat", said=said))

    def save(self, outcome: Outcome) -> None:
        self.store.save(Saving("u1", outcome, NOON, "webchat"))


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_a_sentence_goes_to_its_channel_whole_and_once(desk: Desk) -> None:
    desk.say("u1", "您好")
    assert desk.worker.run_due(NOON) == 1
    assert desk.worker.run_due(NOON + timedelta(days=1)) == 0
    [sent] = desk.channel.sent
    assert (sent.chat, sent.text, sent.buttons, sent.asks, sent.expects, sent.case) == (
        "u1", "您好", (("1:yes", "对"),), "confirm", ("listing",), "RF1",
    )  # fmt: skip


def test_staff_are_told_by_their_own_channel(desk: Desk) -> None:
    desk.store.save(Saving("u1", Outcome(), NOON, "webchat", told=(Rendered("k", "{}", "新退款单", case="RF1"),)))
    desk.worker.run_due(NOON)
    assert [(sent.chat, sent.text, sent.case) for sent in desk.staff.sent] == [("staff", "新退款单", "RF1")]
    assert desk.channel.sent == []


def test_a_customer_who_cannot_be_reached_holds_up_nobody_else_and_misses_nothing(desk: Desk) -> None:
    desk.channel.fails["u1"] = [OSError("away")] * 3
    desk.say("u1", "一", "二")
    desk.say("u2", "甲", "乙")
    desk.say("u1", "三")
    desk.worker.run_due(NOON)
    assert desk.channel.texts == ["甲", "乙"]
    while (due := desk.store.outbox.next_due()) is not None:
        desk.worker.run_due(due)
    assert desk.channel.texts == ["甲", "乙", "一", "二", "三"]


def test_the_same_sentence_sent_again_carries_the_same_key(desk: Desk) -> None:
    desk.channel.fails_after = [OSError("the line broke after it had arrived")]
    desk.say("u1", "一")
    desk.worker.run_due(NOON)
    desk.worker.run_due(NOON + FIRST_WAIT)
    first, second = desk.channel.sent
    assert first == second


def test_waits_grow_up_to_a_bound() -> None:
    waits = [growing(attempts) for attempts in range(1, 50)]
    assert waits[:4] == [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_a_channel_that_names_a_time_is_tried_then_and_not_before(desk: Desk) -> None:
    desk.channel.fails["u1"] = [SendLater(90)]
    desk.say("u1", "一")
    desk.worker.run_due(NOON)
    assert desk.store.outbox.next_due() == NOON + timedelta(seconds=90)
    desk.worker.run_due(NOON + timedelta(seconds=89))
    assert desk.channel.sent == []
    desk.worker.run_due(NOON + timedelta(seconds=90))
    assert desk.channel.texts == ["一"]


def test_a_channel_that_asks_for_no_wait_at_all_does_not_keep_the_worker_busy(desk: Desk) -> None:
    desk.channel.fails["u1"] = [SendLater(0)]
    desk.say("u1", "一")
    assert desk.worker.run_due(NOON) == 1


def test_what_can_never_arrive_is_given_up_and_the_next_is_tried(desk: Desk) -> None:
    desk.channel.fails["u1"] = [Undeliverable("blocked")]
    desk.say("u1", "一", "二")
    desk.worker.run_due(NOON)
    assert desk.channel.texts == ["二"]
    assert desk.store.outbox.next_due() is None


def test_a_chat_whose_channel_is_switched_off_waits_for_it(desk: Desk) -> None:
    desk.store.save(Saving("t1", Outcome(), NOON, "telegram", said=(Rendered("k", "{}", "一"),)))
    desk.worker.run_due(NOON)
    telegram = FakeChannel("telegram")
    Worker(desk.store, desk.house, {"telegram": telegram}, desk.payout, sees_nothing).run_due(NOON + LONGEST_WAIT)
    assert telegram.texts == ["一"]


def test_a_wake_is_handed_over_when_its_time_has_come(desk: Desk) -> None:
    desk.save(Outcome(wakes=(Wake("w1", NOON + MINUTE, "lapse", "u1", "RF1"),)))
    desk.worker.run_due(NOON)
    assert desk.house.woken == []
    desk.worker.run_due(NOON + MINUTE)
    desk.worker.run_due(NOON + 2 * MINUTE)
    assert desk.house.woken == [("w1", NOON + MINUTE)]


def test_what_a_wake_causes_happens_in_the_same_run(desk: Desk) -> None:
    desk.house.on_wake = lambda: desk.say("u1", "提醒")
    desk.save(Outcome(wakes=(Wake("w1", NOON, "remind", "u1"),)))
    desk.worker.run_due(NOON)
    assert desk.channel.texts == ["提醒"]


def test_what_happens_can_be_carried_out_before_anything_is_said_of_it(desk: Desk) -> None:
    desk.house.on_wake = lambda: desk.say("u1", "提醒")
    desk.say("u1", "您好")
    desk.save(Outcome(wakes=(Wake("w1", NOON, "remind", "u1"),)))
    assert desk.worker.run_due(NOON, HAPPENS) == 1
    assert desk.channel.sent == []
    assert desk.store.outbox.next_due(HAPPENS) is None
    assert desk.worker.run_due(NOON, IS_SAID) == 2
    assert desk.channel.texts == ["您好", "提醒"]


def test_a_wake_that_fails_comes_again(desk: Desk) -> None:
    desk.house.fails = [RuntimeError("a mistake of ours")]
    desk.save(Outcome(wakes=(Wake("w1", NOON, "lapse", "u1"), Wake("w2", NOON, "lapse", "u1"))))
    desk.worker.run_due(NOON)
    assert [key for key, _ in desk.house.woken] == ["w2"]
    desk.worker.run_due(NOON + FIRST_WAIT)
    assert [key for key, _ in desk.house.woken] == ["w2", "w1"]


def test_money_is_paid_once_and_the_house_hears_of_it(desk: Desk) -> None:
    desk.save(Outcome(pays=(PAY,)))
    desk.worker.run_due(NOON)
    desk.worker.run_due(NOON + timedelta(days=1))
    assert desk.payout.paid == {"pay:RF1": 9000}
    assert desk.house.answers == [("RF1", Answer.DONE)]


def test_a_payment_that_was_refused_is_not_asked_for_again_by_itself(store: Store) -> None:
    desk = Desk(store, Provider(refuses=True))
    desk.save(Outcome(pays=(PAY,)))
    desk.worker.run_due(NOON)
    desk.worker.run_due(NOON + timedelta(days=1))
    assert desk.house.answers == [("RF1", Answer.FAILED)]
    desk.payout.refuses = False
    desk.save(Outcome(pays=(PAY,)))
    desk.worker.run_due(NOON)
    assert desk.house.answers[-1] == ("RF1", Answer.DONE)
    assert desk.payout.asked == ["pay:RF1", "pay:RF1"]


def test_a_lost_answer_is_looked_up_under_the_same_key_until_it_is_known(store: Store) -> None:
    desk = Desk(store, Provider(loses=3))
    desk.save(Outcome(pays=(PAY,)))
    desk.worker.run_due(NOON)
    while (due := store.outbox.next_due()) is not None:
        desk.worker.run_due(due)
    assert [answer for _, answer in desk.house.answers] == [Answer.UNKNOWN] * 3 + [Answer.DONE]
    assert desk.payout.asked == ["pay:RF1"]


def test_who_dies_after_paying_and_before_noting_it_does_not_pay_twice(desk: Desk) -> None:
    desk.house.fails = [SystemExit("killed")]
    desk.save(Outcome(pays=(PAY,)))
    with pytest.raises(SystemExit):
        desk.worker.run_due(NOON)
    desk.worker.run_due(NOON + LEASE)
    assert desk.payout.asked == ["pay:RF1"]
    assert desk.payout.paid == {"pay:RF1": 9000}
    assert desk.house.answers == [("RF1", Answer.DONE)]


def test_a_provider_that_fails_is_asked_again_under_the_same_key(desk: Desk) -> None:
    desk.payout.breaks = [OSError("no route")]
    desk.save(Outcome(pays=(PAY,)))
    desk.worker.run_due(NOON)
    desk.worker.run_due(NOON + FIRST_WAIT)
    assert desk.payout.asked == ["pay:RF1", "pay:RF1"]
    assert desk.house.answers == [("RF1", Answer.DONE)]


def test_a_new_worker_on_sqlite_goes_on_at_once_where_the_last_one_died(desk: Desk) -> None:
    desk.channel.fails["u1"] = [SystemExit("killed")]
    desk.say("u1", "一", "二")
    with pytest.raises(SystemExit):
        desk.worker.run_due(NOON)
    successor = Worker(desk.store, desk.house, {"webchat": desk.channel}, desk.payout, sees_nothing)
    successor.run_due(NOON if desk.store.database.is_sqlite else NOON + LEASE)
    assert desk.channel.texts == ["一", "二"]


def test_in_the_background_what_is_saved_goes_out_at_once(desk: Desk) -> None:
    arrived = threading.Event()
    desk.channel.on_send = arrived.set
    desk.worker.start()
    try:
        for n in range(5):
            arrived.clear()
            desk.say("u1", f"{n}")
            assert arrived.wait(10)
    finally:
        desk.worker.stop()
    assert desk.channel.texts == ["0", "1", "2", "3", "4"]
    assert desk.house.watched, "the file of rules and the calendar are looked at, whether anybody writes or not"


def test_in_the_background_a_database_that_is_away_for_a_moment_is_outlived(desk: Desk) -> None:
    arrived = threading.Event()
    desk.store.outbox = AwayOnce(desk.store.database)
    desk.channel.on_send = arrived.set
    desk.say("u1", "一")
    desk.worker.start()
    try:
        assert arrived.wait(10)
    finally:
        desk.worker.stop()


def test_what_fails_by_our_own_fault_again_and_again_lets_the_next_one_through(desk: Desk) -> None:
    desk.say("u1", "坏的", "好的")
    desk.channel.fails["u1"] = [RuntimeError("a fault of our own") for _ in range(MOST_FAILURES)]
    now = NOON
    for _ in range(MOST_FAILURES):
        desk.worker.run_due(now)
        now += LONGEST_WAIT
    assert desk.channel.texts == ["好的"]
    assert desk.store.outbox.next_due() is None
def test_a_message_with_pictures_is_answered_when_they_are_read_and_not_twice(desk: Desk) -> None:
    for n in (1, 2):
        desk.store.save(Saving("u1", Outcome(), NOON, "webchat", f"m{n}", read=ToRead("u1", f"m{n}", ("a.png",), NOON)))
    desk.worker.run_due(NOON)
    desk.worker.run_due(NOON + timedelta(hours=1))
    assert desk.house.read_messages == [("m1", True), ("m2", False)]


# ---- what several customers wrote


def arrived(key: str, *, plain: bool = True, channel: str = "telegram:7") -> Due:
    return Due(key, "arrived", Arrived(channel, {}, plain=plain), lane=f"arrived:{key[0]}")


@pytest.fixture
def at_work(desk: Desk) -> Iterator[Desk]:
    desk.worker.start()
    yield desk
    desk.worker.stop()


def to_keep(key: str, *, plain: bool = True, channel: str = "telegram:7") -> ToKeep:
    return key, f"arrived:{key[0]}", NOON, Arrived(channel, {}, plain=plain)


def test_plain_words_are_heard_together_and_what_comes_behind_them_by_itself(at_work: Desk) -> None:
    at_work.store.keep([to_keep("a1"), to_keep("b1"), to_keep("a2", plain=False)])
    until(lambda: at_work.messenger.dealt_with == ["a2"])
    assert sorted(chain(*at_work.house.heard_together)) == ["a1", "b1"]


def test_who_sends_what_is_slow_to_fetch_behind_their_words_keeps_nobody_waiting(at_work: Desk) -> None:
    at_work.messenger.slow = "a2"
    at_work.store.keep([to_keep("a1"), to_keep("b1"), to_keep("a2", plain=False)])
    at_work.store.keep([to_keep("c1")])
    dealt_with, heard = at_work.messenger.dealt_with, at_work.house.heard_together
    until(lambda: len([*dealt_with, *chain(*heard)]) == 3)
    at_work.messenger.goes_on.set()
    until(lambda: "a2" in dealt_with)


@pytest.mark.parametrize("trouble", ["one was heard before", "an error", "a channel that is switched off"])
def test_where_something_is_wrong_with_one_each_is_dealt_with_by_itself(at_work: Desk, trouble: str) -> None:
    is_off = trouble.startswith("a channel")
    at_work.house.hears_together = trouble != "one was heard before"
    at_work.house.fails = [ZeroDivisionError() for _ in range(3)] if trouble == "an error" else []
    at_work.store.keep([to_keep("b1", channel="telegram:8" if is_off else "telegram:7")])
    at_work.store.keep([to_keep("a1"), to_keep("c1")])
    heard = at_work.house.heard_together
    until(lambda: len([*at_work.messenger.dealt_with, *chain(*heard)]) == (2 if is_off else 3))
    assert is_off or heard == []
    assert "b1" not in chain(*heard)


def test_what_was_tried_before_is_dealt_with_by_itself(desk: Desk) -> None:
    desk.store.keep([("a1", "arrived:a", NOON - 2 * LEASE, Arrived("telegram:7", {}, plain=True))])
    desk.store.outbox.take(NOON - 2 * LEASE, 1, LEASE)
    desk.worker.start()
    until(lambda: desk.messenger.dealt_with == ["a1"])
    desk.worker.stop()
    assert desk.house.heard_together == []


def test_in_the_background_what_came_while_all_were_busy_is_heard_together(desk: Desk) -> None:
    desk.worker.start()
    keys = [f"{letter}1" for letter in "abcdefgh"]
    desk.store.keep([to_keep(key, plain=key != "h1") for key in keys])
    until(lambda: sum(map(len, desk.house.heard_together)) + len(desk.messenger.dealt_with) == len(keys))
    desk.worker.stop()
    assert "h1" in desk.messenger.dealt_with
    assert sorted([*desk.messenger.dealt_with, *chain(*desk.house.heard_together)]) == keys
