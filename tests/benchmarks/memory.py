"""What memory customers take who wrote once: `python -m tests.benchmarks.memory` (a hundred thousand: two minutes)."""

import argparse
import asyncio
import resource
import tempfile
from pathlib import Path

from bot.cores import keep_to_one
from tests.benchmarks.dialogue import update
from tests.benchmarks.ours import Desk

AT_ONCE = 50
PAGE = resource.getpagesize()


def in_use() -> float:
    """Megabytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1_000_000


async def greet(desk: Desk, first: int, last: int) -> None:
    """Each says one word and is answered."""
    coming = iter(range(first, last))

    async def one_after_the_other() -> None:
        for n in coming:
            await desk.feed(update(n, 0))

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-n", "--customers", type=int, default=100_000)
    options.add_argument("-f", "--few", type=int, default=1_000)
    given = options.parse_args()
    keep_to_one(0)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk("ptb", Path(folder), 0)
        desk.run(greet(desk, 0, given.few))
        few = in_use()
        desk.run(greet(desk, given.few, given.customers))
        print(f"{given.few:,} customers: {few:.1f} MB   {given.customers:,}: {in_use():.1f} MB, {in_use() - few:+.1f}")
        desk.close()


if __name__ == "__main__":
    main()
