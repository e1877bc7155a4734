"""`refund-desk talk`: joins the line protocol to the house, with a file of orders as the platform's record."""

import sys
from datetime import datetime
from pathlib import Path

from bot import app
from bot.channels import STAFF
from bot.channels.stdio import NAME, Clock, LineTalk, Paper
from bot.commands.orders import fill
from bot.config import Settings
from bot.evidence import MEGA
from bot.logs import set_up


def talk(settings: Settings, orders: Path | None, stands_at: datetime | None) -> None:
    set_up(settings.log)
    desk = app.build(settings)
    if orders is not None:
        fill(desk.orders, orders)
    desk.store.outbox.reclaim()
    said, told = Paper(NAME), Paper(STAFF)
    worker = desk.worker({NAME: said, STAFF: told})
    longest = settings.evidence.max_megabytes * MEGA
    lines = LineTalk(desk.house, desk.store, worker.run_due, said, told, Clock(stands_at), longest)
    try:
        lines.run(sys.stdin.buffer, sys.stdout)
    finally:
        desk.close()
