"""The refund desk inside a program that has a bot of its own: all that `serve` runs, in threads of that program."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from bot import app
from bot.channels import STAFF
from bot.channels.board import Board
from bot.channels.telegram_bot import TelegramBot
from bot.config import Settings
from bot.site import Site
from bot.telegram import build as build_telegram
from bot.web import listen


@contextmanager
def refund_desk(settings: Settings) -> Iterator[TelegramBot]:
    """What `attach` wants: the first bot of telegram.token. Updates are not fetched here, they come by `attach`.

    Raises OSError where somebody else has the port of the pages, and CannotStart as `serve` does.
    """
    sock = listen(settings.web.host, settings.web.port)
    house = app.build(settings)
    telegram = build_telegram(house, app.shop_secret(settings).decode("utf-8", "surrogateescape"))
    site = Site(house, more=telegram.routes())
    worker = house.worker({site.chat.name: site.chat, STAFF: Board(), **telegram.channels}, telegram.messengers)
    pages = uvicorn.Server(uvicorn.Config(site.web, log_config=None, access_log=False, timeout_graceful_shutdown=3))
    serving = threading.Thread(target=pages.run, kwargs={"sockets": [sock]}, name="pages", daemon=True)
    worker.start()
    serving.start()
    try:
        yield next(iter(telegram.bots.values()))
    finally:
        pages.should_exit = True
        serving.join()
        worker.stop()
        telegram.close()
        house.close()
