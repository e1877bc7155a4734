"""What Telegram answers becomes a wait or an end; a loop in a thread is asked from anywhere and stops when told."""

import asyncio
import threading
import time

import pytest

from bot.botapi import AWAY, BROKEN_TOKEN, TRIES_TO_KEEP, Json, LoopThread, Refused, Unreachable, divert, trouble
from bot.channels import SendLater, Undeliverable


@pytest.mark.parametrize(
    "error, seconds",
    [
        (Refused(429, "Too Many Requests: retry after 7", 7), 7), (Unreachable("TimedOut"), AWAY),
        (Refused(500, "Internal Server Error"), AWAY), (Refused(502, "Bad Gateway"), AWAY),
        (Refused(409, "Conflict: terminated by other getUpdates request"), AWAY),
        (Refused(401, "Unauthorized"), BROKEN_TOKEN), (Refused(404, "Not Found"), BROKEN_TOKEN),
    ],
)  # fmt: skip
def test_what_may_pass_is_tried_again(error: Refused | Unreachable, seconds: float) -> None:
    again = trouble(error)
    assert isinstance(again, SendLater) and again.seconds == seconds


@pytest.mark.parametrize(
    "error",
    [
        Refused(403, "Forbidden: bot was blocked by the user"), Refused(403, "Forbidden: user is deactivated"),
        Refused(400, "Bad Request: chat not found"), Refused(400, "Bad Request: message is too long"),
        Refused(413, "Request Entity Too Large"),
    ],
)  # fmt: skip
def test_what_will_never_arrive_is_given_up(error: Refused) -> None:
    assert isinstance(trouble(error), Undeliverable)


def test_a_loop_answers_any_thread() -> None:
    loop = LoopThread("loop")

    async def double(n: int) -> int:
        await asyncio.sleep(0)
        return 2 * n

    assert loop.run(double(21), 5) == 42
    loop.close(double(0))


def test_who_takes_too_long_is_not_waited_for() -> None:
    loop = LoopThread("loop")
    with pytest.raises(Unreachable, match="TimeoutError"):
        loop.run(asyncio.sleep(60), 0.01)
    loop.close(asyncio.sleep(0))


def test_closing_ends_what_is_waited_for_and_refuses_what_comes_after() -> None:
    loop, asked, ended = LoopThread("loop"), threading.Event(), list[str]()

    async def long_poll() -> None:
        asked.set()
        await asyncio.sleep(60)

    def ask() -> None:
        try:
            loop.run(long_poll(), 60)
        except Unreachable as away:
            ended.append(str(away))

    waiting = threading.Thread(target=ask)
    waiting.start()
    assert asked.wait(5)
    began = time.monotonic()
    loop.close(asyncio.sleep(0))
    waiting.join(5)
    assert (ended, waiting.is_alive()) == (["CancelledError"], False)
    assert time.monotonic() - began < 5
    with pytest.raises(Unreachable, match="closed"):
        loop.run(asyncio.sleep(0), 1)
    loop.close(asyncio.sleep(0))
    assert not [thread for thread in threading.enumerate() if thread.name == "loop"]


def test_a_last_word_that_fails_hinders_nobody_from_stopping() -> None:
    async def fails() -> None:
        raise OSError("the connection is gone")

    LoopThread("loop").close(fails())


# ---- beside somebody else's handlers


class Desk:
    """A desk whose database is away at first."""

    def __init__(self, *, wants: bool = True, broken: bool = False, away: int = 0) -> None:
        self.kept: list[Json] = []
        self._wants, self._broken, self.away = wants, broken, away

    def wants(self, update: Json) -> bool:
        if self._broken:
            raise OSError("the database is away")
        return self._wants

    def keep(self, updates: list[Json]) -> None:
        if self.away:
            self.away -= 1
            raise OSError("the database is away")
        self.kept += updates


def test_the_desk_takes_what_it_wants_and_leaves_the_rest() -> None:
    wants, does_not = Desk(), Desk(wants=False)
    assert (divert(wants, {"update_id": 1}), divert(does_not, {"update_id": 1})) == (True, False)
    assert (wants.kept, does_not.kept) == ([{"update_id": 1}], [])


def test_a_desk_that_is_out_of_order_does_not_stop_the_bot() -> None:
    assert divert(Desk(broken=True), {"update_id": 1}) is False


def test_what_cannot_be_kept_at_once_is_tried_again() -> None:
    stood: list[float] = []
    desk = Desk(away=3)
    assert divert(desk, {"update_id": 1}, stood.append)
    assert (desk.kept, stood) == ([{"update_id": 1}], list(TRIES_TO_KEEP[:3]))
    with pytest.raises(OSError, match="away"):
        divert(Desk(away=99), {"update_id": 1}, stood.append)
