"""The pulse: open pages learn of what is new, and nobody asks while none is open."""

import asyncio
import threading

from bot.pulse import Pulse


class Newest:
    """The newest mark of a database, and how often it was asked for."""

    def __init__(self) -> None:
        self.mark, self.asked = 0, 0

    def __call__(self) -> int:
        self.asked += 1
        return self.mark


async def rung(pulse: Pulse, change: Newest, seconds: float = 30) -> None:
    """Waits as a page does, while something is saved."""
    bell = pulse.bell()
    waiting = asyncio.create_task(pulse.wait(bell))
    await asyncio.sleep(0)
    change.mark += 1
    await asyncio.wait_for(waiting, seconds)


def test_a_page_is_told_of_what_another_process_saved() -> None:
    async def story() -> None:
        newest = Newest()
        pulse = Pulse(newest, every=0.001)
        async with pulse.beating():
            for _ in range(3):
                await rung(pulse, newest)

    asyncio.run(story())


def test_a_poke_from_any_thread_is_quicker_than_the_next_look() -> None:
    async def story() -> None:
        newest = Newest()
        pulse = Pulse(newest, every=3600)
        async with pulse.beating():
            waiting = asyncio.create_task(rung(pulse, newest))
            await asyncio.sleep(0)
            thread = threading.Thread(target=pulse.poke)
            thread.start()
            thread.join()
            await waiting

    asyncio.run(story())


def test_nobody_is_asked_while_no_page_is_open() -> None:
    async def story() -> int:
        newest = Newest()
        pulse = Pulse(newest, every=0.001)
        async with pulse.beating():
            for _ in range(20):
                pulse.poke()
                await asyncio.sleep(0.001)
        return newest.asked

    assert asyncio.run(story()) == 0


def test_what_is_saved_between_looking_and_waiting_rings_too() -> None:
    async def story() -> None:
        newest = Newest()
        pulse = Pulse(newest, every=0.001)
        async with pulse.beating():
            mine = pulse.bell()
            await rung(pulse, newest)
            await asyncio.wait_for(pulse.wait(mine), 5)

    asyncio.run(story())


def test_a_poke_before_and_after_the_servers_life_is_harmless() -> None:
    pulse = Pulse(Newest())
    pulse.poke()

    async def life() -> None:
        async with pulse.beating():
            pass

    asyncio.run(life())
    pulse.poke()


def test_a_database_that_is_away_for_a_moment_does_not_stop_the_pulse() -> None:
    async def story() -> None:
        newest = Newest()
        away = iter([True, True])

        def ask() -> int:
            if next(away, False):
                raise OSError("away")
            return newest()

        pulse = Pulse(ask, every=0.001)
        async with pulse.beating():
            await rung(pulse, newest)

    asyncio.run(story())
