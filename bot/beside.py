"""The refund desk inside a program that has a bot of its own: all that `serve` runs, in threads of that program."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from bot.channels.telegram_bot import TelegramBot
from bot.config import Settings
from bot.running import at_work
from bot.web import listen


@contextmanager
def refund_desk(settings: Settings) -> Iterator[TelegramBot]:
    """What `attach` wants: the first bot of telegram.token. Updates are not fetched here, they come by `attach`.

    Raises OSError where somebody else has the port of the pages, and CannotStart as `serve` does.
    """
    sock = listen(settings.web.host, settings.web.port)
    with at_work(settings, fetches=False) as running:
        serves = uvicorn.Config(running.web, log_config=None, access_log=False, timeout_graceful_shutdown=3)
        pages = uvicorn.Server(serves)
        serving = threading.Thread(target=pages.run, kwargs={"sockets": [sock]}, name="pages", daemon=True)
        serving.start()
        try:
            yield next(iter(running.telegram.bots.values()))
        finally:
            pages.should_exit = True
            serving.join()
