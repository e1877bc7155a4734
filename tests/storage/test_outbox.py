"""The queue gives everything out at least once, to one worker at a time, and to each customer in order."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from flows.model import Outcome, Pay, Refund, Wake
from storage.nouns import AlreadyHeard, Arrived, Due, Rendered, Saving
from storage.outbox import BEHIND
from storage.store import Store
from tests.conftest import NOON, an_order
from tests.storage.test_saving import at_once
from tests.waiting import until

MINUTE, LEASE = timedelta(minutes=1), timedelta(minutes=2)


def say(store: Store, chat: str, *texts: str, now: datetime = NOON) -> None:
    store.save(Saving(chat, Outcome(), now, "webchat", said=tuple(Rendered("k", "{}", text) for text in texts)))


def wake(store: Store, key: str, at: datetime) -> None:
    store.save(Saving("u1", Outcome(wakes=(Wake(key, at, "lapse", "u1"),)), NOON))


def take(store: Store, now: datetime = NOON, n: int = 10) -> list[Due]:
    return store.outbox.take(now, n, LEASE)


def words(taken: list[Due]) -> list[str]:
    return [due.task.text if isinstance(due.task, Rendered) else due.key for due in taken]


def test_what_is_said_is_given_out_in_order_with_the_channel_it_goes_by(store: Store) -> None:
    say(store, "u1", "一", "二")
    say(store, "u1", "三")
    taken = take(store)
    assert words(taken) == ["一", "二", "三"]
    assert {(due.kind, due.chat, due.channel, due.attempts) for due in taken} == {("say", "u1", "webchat", 1)}


def test_what_was_taken_is_not_given_to_another_before_its_lease_is_over(store: Store) -> None:
    say(store, "u1", "一")
    assert words(take(store)) == ["一"]
    assert take(store, NOON + MINUTE) == []
    [again] = take(store, NOON + LEASE)
    assert again.attempts == 2


def test_what_is_finished_does_not_come_again_however_often_it_is_finished(store: Store) -> None:
    say(store, "u1", "一")
    [due] = take(store)
    for n in range(3):
        store.outbox.finish(due.key, NOON + n * MINUTE)
    assert take(store, NOON + timedelta(days=1)) == []
    assert store.outbox.next_due() is None


def test_a_sentence_that_fails_holds_back_what_follows_in_its_chat_and_nothing_else(store: Store) -> None:
    say(store, "u1", "一", "二")
    say(store, "u2", "甲")
    first, second, other = take(store)
    store.outbox.later(first.key, NOON + MINUTE, "away")
    store.outbox.give_back([second.key])
    store.outbox.finish(other.key, NOON)
    say(store, "u1", "三")
    say(store, "u2", "乙")
    assert words(take(store)) == ["乙"]
    retried = take(store, NOON + MINUTE)
    assert [(word, due.attempts) for word, due in zip(words(retried), retried, strict=True)] == [
        ("一", 2),
        ("二", 1),
        ("三", 1),
    ]


def test_rows_come_when_they_are_due_the_earliest_first(store: Store) -> None:
    for key, minutes in (("late", 3), ("soon", 1), ("next", 2)):
        wake(store, key, NOON + minutes * MINUTE)
    assert take(store) == []
    assert words(take(store, NOON + 2 * MINUTE)) == ["soon", "next"]


def test_the_next_moment_at_which_something_can_be_taken_is_known(store: Store) -> None:
    assert store.outbox.next_due() is None
    wake(store, "w", NOON + timedelta(days=1))
    assert store.outbox.next_due() == NOON + timedelta(days=1)
    say(store, "u1", "一", "二")
    assert store.outbox.next_due() == NOON
    first, _ = take(store)
    assert store.outbox.next_due() == NOON + LEASE
    store.outbox.later(first.key, NOON + 5 * MINUTE, "away")
    assert store.outbox.next_due() == NOON + 5 * MINUTE


def test_money_waits_in_the_queue_under_its_case(store: Store) -> None:
    pay = Pay("RF1", an_order(), Refund(an_order().amount_paid))
    store.save(Saving("u1", Outcome(pays=(pay,)), NOON))
    assert [(due.key, due.kind, due.task) for due in take(store)] == [("pay:RF1", "pay", pay)]


def test_no_more_is_taken_than_was_asked_for_but_a_customer_is_served_whole(store: Store) -> None:
    for chat in ("u1", "u2", "u3"):
        say(store, chat, f"{chat}a", f"{chat}b")
    assert words(take(store, n=2)) == ["u1a", "u1b", "u2a", "u2b"]
    assert words(take(store, n=2)) == ["u3a", "u3b"]


def test_two_workers_at_once_never_take_the_same_row_nor_one_customer_out_of_order(store: Store) -> None:
    for n in range(12):
        say(store, f"u{n % 4}", f"{n:02}a", f"{n:02}b")
    taken: list[list[Due]] = [[], []]

    def work(who: int) -> None:
        while batch := take(store, n=1):
            taken[who] += batch
            for due in batch:
                store.outbox.finish(due.key, NOON)

    assert at_once(lambda: work(0), lambda: work(1)) == [None, None]
    done = taken[0] + taken[1]
    assert len(done) == len({due.key for due in done}) == 24
    for chat in range(4):
        orders = [words([due for due in batch if due.chat == f"u{chat}"]) for batch in taken]
        assert all(order == sorted(order) for order in orders)


def test_who_is_alone_takes_what_the_one_before_had_in_hand(store: Store) -> None:
    say(store, "u1", "一")
    take(store)
    store.outbox.reclaim()
    assert words(take(store)) == ["一"]


def test_what_was_done_long_ago_is_forgotten_but_for_payments(store: Store) -> None:
    pay = Pay("RF1", an_order(), Refund(an_order().amount_paid))
    store.save(Saving("u1", Outcome(pays=(pay,)), NOON, said=(Rendered("k", "{}", "一"),)))
    for due in take(store):
        store.outbox.finish(due.key, NOON)
    wake(store, "waits", NOON + timedelta(days=400))
    assert store.outbox.forget(NOON, NOON) == 0
    assert store.outbox.forget(NOON + MINUTE, NOON) == 1
    store.save(Saving("u1", Outcome(pays=(pay,)), NOON))
    assert words(take(store)) == ["pay:RF1"]
    assert store.outbox.next_due() == NOON + LEASE


@pytest.mark.parametrize("error", [None, "undeliverable: gone"])
def test_a_row_that_is_given_up_lets_the_next_one_through(store: Store, error: str | None) -> None:
    say(store, "u1", "一")
    say(store, "u1", "二")
    first, second = take(store)
    store.outbox.give_back([second.key])
    store.outbox.finish(first.key, NOON, error)
    assert words(take(store)) == ["二"]


# ---- what arrives, lanes, and what is urgent


def arrive(store: Store, key: str, lane: str = "arrived:7:1", due: datetime = NOON, album: str = "") -> None:
    store.keep([(key, lane, due, Arrived("telegram:7", {"update_id": 1, "key": key}, album))])


def test_what_arrives_is_kept_once_however_often_it_is_delivered(store: Store) -> None:
    arrive(store, "a")
    arrive(store, "a", due=NOON + MINUTE)
    [due] = take(store, NOON + MINUTE)
    store.outbox.finish(due.key, NOON)
    arrive(store, "a")
    assert take(store, NOON + timedelta(hours=1)) == []
    assert isinstance(due.task, Arrived) and due.task.body["key"] == "a"


def test_whoever_works_on_the_queue_hears_at_once_of_what_arrived(store: Store) -> None:
    heard: list[str] = []
    store.watchers.append(lambda kinds: heard.append(*kinds))
    arrive(store, "a")
    assert heard == ["arrived"]


def test_a_lane_is_worked_on_in_order_and_one_that_waits_holds_back_no_other(store: Store) -> None:
    arrive(store, "a1", "a", NOON + MINUTE)
    arrive(store, "a2", "a")
    arrive(store, "b1", "b")
    assert words(take(store)) == ["b1"]
    assert store.outbox.next_due() == NOON + MINUTE
    assert words(take(store, NOON + MINUTE)) == ["a1", "a2"]


def test_asking_what_waits_in_a_lane_takes_nothing(store: Store) -> None:
    for n in range(6):
        arrive(store, f"a{n}", "a", album="x")
    assert words(store.outbox.waiting("a")) == [f"a{n}" for n in range(6)]
    assert store.outbox.waiting("b") == []
    assert len(take(store)) == BEHIND
    store.outbox.finish("a0", NOON)
    assert words(store.outbox.waiting("a")) == [f"a{n}" for n in range(1, 6)]
    assert words(store.outbox.dealt_with("a")) == ["a0"]


def test_the_urgent_goes_before_the_routine_that_is_older(store: Store) -> None:
    for n in range(3):
        routine = (Rendered("k", "{}", f"routine {n}"),)
        store.save(Saving(f"r{n}", Outcome(), NOON - MINUTE, "webchat", said=routine, urgent=False))
    say(store, "u1", "urgent")
    assert words(take(store, n=2)) == ["urgent", "routine 0"]


def test_a_message_is_heard_together_with_the_end_of_its_waiting_or_not_at_all(store: Store) -> None:
    arrive(store, "a1", "a")
    arrive(store, "a2", "a")
    both = Saving("u1", Outcome(), NOON, "telegram:7", "m1", finishes=("a1", "a2"))
    store.save(both)
    assert store.outbox.waiting("a") == []
    with pytest.raises(AlreadyHeard):
        store.save(replace(both, message_id="m2"))
    assert not store.recall("u1", "m2").heard


def test_what_arrived_is_forgotten_sooner_than_the_rest(store: Store) -> None:
    arrive(store, "a")
    say(store, "u1", "一")
    for due in take(store):
        store.outbox.finish(due.key, NOON)
    assert store.outbox.forget(NOON - timedelta(days=57), NOON + MINUTE) == 1
    assert store.outbox.dealt_with("arrived:7:1") == []


def test_a_customer_is_answered_where_they_wrote_last(store: Store) -> None:
    say(store, "u1", "一")
    known = store.recall("u1").channel
    store.save(Saving("u1", Outcome(), NOON, "telegram:7", "m2", known_channel=known))
    assert [due.channel for due in take(store)] == ["telegram:7"]


# ---- what is carried out at once by whoever saves it


class AtOnce:
    """Somebody who carries out at once what is saved, as long as there is room."""

    def __init__(self, room: int = 9) -> None:
        self.room = room
        self.begun: list[list[str]] = []
        self.behind: list[str] = []

    def lease(self) -> datetime | None:
        return NOON + MINUTE if self.room > len(self.begun) else None

    def carry_out(self, lane: Sequence[Due], until: datetime) -> None:
        self.begun.append([due.key for due in lane])

    def comes_behind(self, lane: str) -> None:
        self.behind.append(lane)


def test_what_is_saved_is_held_by_whoever_carries_it_out_at_once(store: Store) -> None:
    hands = AtOnce()
    store.at_once = {"say": hands}
    store.save(Saving("u1", Outcome(), NOON, "webchat", "m1", (Rendered("k", "{}", "一"), Rendered("k", "{}", "二"))))
    assert hands.begun == [["say:u1:m1:0", "say:u1:m1:1"]]
    assert take(store) == []
    assert [due.attempts for due in take(store, NOON + MINUTE)] == [2, 2], "who died leaves it to others"


def test_what_goes_by_a_name_that_no_database_keeps_is_carried_out_at_once_all_the_same(store: Store) -> None:
    hands = AtOnce()
    store.at_once = {"say": hands}
    store.save(Saving("u1", Outcome(), NOON, "webchat", "a\0\ud83d", (Rendered("k", "{}", "一"),)))
    assert (hands.begun, hands.behind) == ([["say:u1:a\0\ud83d:0"]], [])


def test_what_is_saved_behind_something_of_its_lane_is_left_to_the_queue(store: Store) -> None:
    hands = AtOnce()
    store.at_once = {"say": hands}
    for n in (1, 2):
        store.save(Saving("u1", Outcome(), NOON, "webchat", f"m{n}", (Rendered("k", "{}", f"{n}"),)))
    assert (hands.begun, hands.behind) == ([["say:u1:m1:0"]], ["say:u1"])
    assert take(store) == []
    store.outbox.finish("say:u1:m1:0", NOON)
    assert words(take(store)) == ["2"]


def test_what_there_is_no_room_for_or_no_known_channel_is_left_to_the_queue(store: Store) -> None:
    hands = AtOnce(room=0)
    store.at_once = {"say": hands}
    say(store, "u1", "一")
    hands.room = 9
    store.save(Saving("u2", Outcome(), NOON, "webchat", said=(Rendered("k", "{}", "二", to="u3"),)))
    assert hands.begun == []
    assert words(take(store)) == ["一", "二"]


def test_what_was_dealt_with_before_is_not_begun_again_behind_something_new(store: Store) -> None:
    hands = AtOnce()
    store.at_once = {"arrived": hands}
    first, second, third = ((key, "a", NOON, Arrived("telegram:7", {})) for key in ("a1", "a2", "a3"))
    store.keep([first])
    store.outbox.finish("a1", NOON)
    store.keep([second, first, third])
    assert (hands.begun, hands.behind) == ([["a1"], ["a2", "a3"]], [])


def test_what_there_is_a_channel_for_takes_nothing_with_it_that_has_none(store: Store) -> None:
    hands = AtOnce()
    store.at_once = {"say": hands}
    known = Saving("u2", Outcome(), NOON, "webchat", "m1", (Rendered("k", "{}", "一"),))
    store.save(known, Saving("u1", Outcome(), NOON, "webchat", "m1", (Rendered("k", "{}", "二", to="u2"),)))
    assert (hands.begun, hands.behind) == ([["say:u2:m1:0"]], ["say:u2"])


def test_what_cannot_be_written_down_is_its_own_failure_alone(store: Store) -> None:
    bad, good = (("bad", "a", NOON, Arrived("telegram:7", {"text": "\ud83d"})),
                 ("good", "b", NOON, Arrived("telegram:7", {"text": "好"})))  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        with store._keeping._turn:
            each = [pool.submit(store.keep, [one]) for one in (bad, good)]
            until(lambda: store._keeping.waiting + each[0].done() == 2)
        assert [type(one.exception(20)).__name__ for one in each] == ["UnicodeEncodeError", "NoneType"]
    assert [due.key for due in store.outbox.waiting("b")] == ["good"]


def test_what_arrives_is_begun_at_once_but_for_an_album_and_what_was_kept_before(store: Store) -> None:
    hands = AtOnce()
    store.at_once = {"arrived": hands}
    new = [(key, "a", NOON, Arrived("telegram:7", {"update_id": 1})) for key in ("a1", "a2")]
    store.keep(new)
    store.keep([*new, ("b1", "b", NOON, Arrived("telegram:7", {"update_id": 2}, "album"))])
    store.keep([("b2", "b", NOON, Arrived("telegram:7", {"update_id": 3})), ("c1", "c", NOON, new[0][3])])
    assert hands.begun == [["a1", "a2"], ["c1"]]
    assert hands.behind == ["a", "b", "b"]
