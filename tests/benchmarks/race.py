"""How fast the house is, beside its peers: the same refund of eight turns by everybody. The last line is JSON.

Each run has a process and a folder of its own, and keeps to one core, as workers of `serve` do: ours gains a quarter by
it, its peers nothing or a little. Rounds alternate, so that whatever else the machine does is shared by all; what is
given are medians, and of ratios the median of those within a round.
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.cores import keep_to_one
from nlp.lexicon import default
from nlp.read import read
from tests.benchmarks import dialogue
from tests.benchmarks.rules import rules_per_s

PAIRS = {"ratio_aiogram_sqlalchemy": ("desk aiogram", "peer aiogram"), "ratio_ptb_pickle": ("desk ptb", "peer ptb")}
MESSAGE = "我昨天买的点卡KM202611201530012345激活提示无效码，49.9元，要退款"
READINGS = 2_000
HALF = 0.5
Figures = dict[str, float]


def measure(contestant: str, customers: int, at_once: int, per_second: float = 0) -> Figures:
    """One run, in a process of its own: with so many customers at once, or with so many messages a second."""
    asked = [contestant, *map(str, (customers, at_once, per_second))]
    run = subprocess.run([sys.executable, "-m", "tests.benchmarks.race", "--run", *asked], stdout=subprocess.PIPE)
    run.check_returncode()
    figures: Figures = json.loads(run.stdout.splitlines()[-1])
    return figures


def run(contestant: str, customers: int, at_once: int, per_second: float) -> Figures:
    """What a run is, inside its process. Raises AssertionError where a customer was not served."""
    kind, library = contestant.split()
    with tempfile.TemporaryDirectory() as folder:
        if kind == "desk":
            from tests.benchmarks.ours import Desk

            desk = Desk(library, Path(folder), customers)
            waits, took = desk.run(_live(desk.feed, customers, at_once, per_second))
            desk.close()
        else:
            waits, took = asyncio.run(_with_peer(library, Path(folder), customers, at_once, per_second))
    return {
        "messages_per_s": len(waits) / took,
        "p50_ms": statistics.median(waits) * 1000,
        "p99_ms": statistics.quantiles(waits, n=100)[98] * 1000,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


async def _with_peer(library: str, folder: Path, customers: int, at_once: int, per_second: float) -> Any:
    peer: Any
    if library == "aiogram":
        from tests.benchmarks.peer_aiogram import AiogramPeer

        peer = AiogramPeer(folder)
    else:
        from tests.benchmarks.peer_ptb import PtbPeer

        peer = PtbPeer(folder)
    await peer.start(customers)
    lived = await _live(peer.feed, customers, at_once, per_second)
    await peer.stop(customers)
    return lived


async def _live(feed: dialogue.Feed, customers: int, at_once: int, per_second: float) -> tuple[list[float], float]:
    began = time.perf_counter()
    if per_second:
        waits = await dialogue.stream(feed, customers, per_second)
    else:
        waits = await dialogue.crowd(feed, customers, at_once)
    return waits, time.perf_counter() - began


def reading_us() -> float:
    """The median of reading one message, the words loaded."""
    lexicon, times = default(), []
    for _ in range(READINGS):
        began = time.perf_counter()
        read(MESSAGE, lexicon)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1_000_000


def race(customers: int, at_once: int, rounds: int) -> Figures:
    """All of it, as `make bench` gives it."""
    runs: dict[str, list[Figures]] = {}
    for n in range(rounds):
        for contestant in (name for pair in PAIRS.values() for name in (pair if n % 2 else pair[::-1])):
            figures = measure(contestant, customers, at_once)
            runs.setdefault(contestant, []).append(figures)
            _say(f"round {n + 1}  {contestant}", figures)
    medians = {name: _medians(each) for name, each in runs.items()}
    for name, figures in medians.items():
        _say(f"median   {name}", figures)
    given: Figures = dict(medians["desk aiogram"])
    for ratio, (ours, peer) in PAIRS.items():
        library = ours.split()[1]
        given |= {f"{figure}_{library}": value for figure, value in medians[ours].items()}
        given[f"peer_messages_per_s_{library}"] = medians[peer]["messages_per_s"]
        ratios = [a["messages_per_s"] / b["messages_per_s"] for a, b in zip(runs[ours], runs[peer], strict=True)]
        given[ratio] = statistics.median(ratios)
        print(f"{ratio}: {given[ratio]:.2f}  ({', '.join(f'{each:.2f}' for each in ratios)})")
    for ours, _ in PAIRS.values():
        half = measure(ours, customers, at_once, HALF * medians[ours]["messages_per_s"])
        _say(f"half load {ours}", half)
        given[f"p99_half_load_ms_{ours.split()[1]}"] = half["p99_ms"]
    given["p99_half_load_ms"] = given["p99_half_load_ms_aiogram"]
    given |= {"reading_us": reading_us(), **rules_per_s()}
    return given | {"customers": customers, "at_once": at_once, "rounds": rounds}


def _medians(runs: Sequence[Figures]) -> Figures:
    return {name: statistics.median(each[name] for each in runs) for name in runs[0]}


def _say(what: str, figures: Figures) -> None:
    shown = "   ".join(f"{name} {value:8.1f}" for name, value in figures.items())
    print(f"{what:24} {shown}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-n", "--customers", type=int, default=200)
    options.add_argument("-c", "--at-once", type=int, default=50)
    options.add_argument("-r", "--rounds", type=int, default=3)
    options.add_argument("--run", nargs=4, metavar=("WHO", "CUSTOMERS", "AT_ONCE", "PER_SECOND"), help="one run alone")
    given = options.parse_args()
    if given.run:
        keep_to_one(os.getpid())
        who, customers, at_once, per_second = given.run
        print(json.dumps(run(who, int(customers), int(at_once), float(per_second))))
        return
    print(f"{given.customers} customers of {len(dialogue.TURNS)} messages each, {given.at_once} at once", flush=True)
    figures = race(given.customers, given.at_once, given.rounds)
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
