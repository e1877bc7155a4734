"""A whole house that is there to be killed: forked from a process that has loaded everything, so that it is up at once.

    python -m tests.mortal DATA TELEGRAM [DATABASE]      each line on standard input begins a life; its pid is printed
"""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import telegram.ext  # noqa: F401  # loaded before the first life

from bot.app import build
from bot.channels import STAFF
from bot.channels.board import Board
from bot.config import Log, Settings
from bot.logs import set_up
from bot.telegram import build as build_telegram
from storage.leases import Leases
from storage.pace import Pace, Wait
from tests.bot.channels.telegram_server import GROUP, TOKEN
from tests.reading import Blind

SECRET = "0123456789abcdef0123456789abcdef"


def settings(data: Path, api_url: str, url: str) -> Settings:
    telegram = {"token": TOKEN, "api_url": api_url, "staff_group": GROUP}
    return Settings(data=data, secret=SECRET, database={"url": url}, telegram=telegram)


def live(chosen: Settings) -> None:
    """Until somebody kills it."""
    house = build(chosen, Blind())
    # Nobody else works here: what the one before held is free at once, where others would wait for the lease.
    house.store.outbox.reclaim()
    telegram = build_telegram(house, SECRET)
    worker = house.worker({STAFF: Board(), **telegram.channels}, telegram.messengers)
    worker.start()
    telegram.start()
    while True:
        signal.pause()


def main() -> None:
    data, api_url, *url = sys.argv[1:]
    chosen = settings(Path(data), api_url, url[0] if url else "")
    set_up(Log(level="error"))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Limits of a messenger would only make it slow, and leases of the dead would make it wait.
    Pace.claim = lambda self, chat, limits, now: Wait()
    holding = Leases.hold
    Leases.hold = lambda self, name, now, span: holding(self, name, now + timedelta(days=1), span)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            live(chosen)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
