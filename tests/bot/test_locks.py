"""One lock a chat: one at a time in a chat, side by side in several, and nothing kept of chats that are done."""

import threading

from bot.locks import Locks
from tests.waiting import until


def test_in_one_chat_one_goes_after_the_other() -> None:
    locks, order = Locks(), []
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with locks.of("u1"):
            inside.set()
            go_on.wait(5)
            order.append("first")

    def second() -> None:
        inside.wait(5)
        go_on.set()
        with locks.of("u1"):
            order.append("second")

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert order == ["first", "second"]


def test_another_chat_does_not_wait() -> None:
    locks = Locks()
    with locks.of("u1"), locks.of("u2"):
        assert set(locks.held()) == {"u1", "u2"}
    assert not locks.held()


def test_a_lock_is_given_back_when_the_work_fails() -> None:
    locks = Locks()
    try:
        with locks.of("u1"):
            raise ValueError
    except ValueError:
        pass
    assert not locks.held()


def test_who_wants_several_gets_them_all_or_none_and_never_waits() -> None:
    locks = Locks()
    with locks.if_all_free(["u1", "u2", "u1"]) as free, locks.if_all_free(["u3", "u2"]) as both:
        assert free and not both
        assert set(locks.held()) == {"u1", "u2"}
    assert not locks.held()


def test_who_wants_one_waits_for_who_has_several() -> None:
    locks, order = Locks(), []

    def second() -> None:
        with locks.of("u2"):
            order.append("second")

    with locks.if_all_free(["u1", "u2"]):
        thread = threading.Thread(target=second)
        thread.start()
        until(lambda: locks._held["u2"][1] == 2)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"] and not locks.held()
