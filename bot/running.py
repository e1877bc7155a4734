"""A whole house at work: everything built, joined, started, and stopped again in the right order."""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct
from starlette.types import ASGIApp

from bot import app
from bot.channels import STAFF
from bot.channels.board import Board
from bot.config import Settings
from bot.operators import for_operators
from bot.site import Site
from bot.telegram import Telegram
from bot.telegram import build as build_telegram
from storage.news import News


class Running(Struct, frozen=True):
    """What is at work, as far as whoever started it needs it."""

    web: ASGIApp  # to be served on a port
    telegram: Telegram


@contextmanager
def at_work(settings: Settings, *, demo: bool = False, fetches: bool = True) -> Iterator[Running]:
    """As long as this is open, messages are heard and answered. `fetches`: Telegram is asked for what is new.

    At the end nothing new is begun, what is in hand is finished, and the rest is left to whoever comes after.
    Raises CannotStart.
    """
    with app.alone(settings):
        house = app.build(settings)
        news = News(house.store.database, house.store.tell_watchers)
        telegram = build_telegram(house, app.shop_secret(settings).decode("utf-8", "surrogateescape"))
        site = Site(house, demo=demo, more=[*telegram.routes(), *for_operators(house, telegram.apis)])
        worker = house.worker({site.chat.name: site.chat, STAFF: Board(), **telegram.channels}, telegram.messengers)
        house.store.announce = news.saved
        news.start()
        worker.start()
        if fetches:
            telegram.start()
        try:
            yield Running(site.web, telegram)
        finally:
            telegram.stop()
            worker.stop()
            telegram.close()
            news.stop()
            house.close()
