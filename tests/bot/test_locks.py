"""One lock a chat: one at a time in a chat, side by side in several, and nothing kept of chats that are done."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bot.locks import Locks


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


def test_who_wants_several_has_them_all_and_two_never_wait_for_each_other() -> None:
    locks = Locks()
    chats = [f"u{n}" for n in range(6)]

    def hold(order: Sequence[str]) -> int:
        for _ in range(200):
            with locks.of_all(order):
                assert set(order) <= set(locks.held())
        return len(order)

    with ThreadPoolExecutor(4) as pool:
        each = [pool.submit(hold, order) for order in (chats, chats[::-1], chats[2:], ["u3", "u3"])]
        assert [one.result(20) for one in each] == [6, 6, 4, 2]
    assert not locks.held()
