"""Telegram as the house has it: the bots of the settings, each with its carrier, and the staff's group at the first."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from starlette.routing import BaseRoute

from bot.botapi import Api
from bot.channels import Channel, Messenger
from bot.channels.telegram_bot import IN_ALL, TelegramBot, channel_name
from bot.channels.telegram_intake import Intake, routes, secret_for
from bot.config import ConfigError, Settings
from bot.desk.grouptalk import GroupTalk
from bot.desk.replies import BadReply, Replies
from bot.desk.replies import load as load_replies
from bot.desk.staffgroup import StaffGroup
from bot.shop import text_of
from bot.web import Seal
from storage.leases import Leases
from storage.pace import Pace
from storage.search import Search
from storage.topics import Topics

if TYPE_CHECKING:
    from bot.app import App

BINDING = "telegram account"
"""What the desk signs a code for, by which somebody binds their account."""


class Telegram(Struct, frozen=True):
    """The bots that serve, and how they are started and stopped."""

    bots: Mapping[str, TelegramBot]  # by the bot's id
    intakes: tuple[Intake, ...]
    group: StaffGroup | None
    secret: str  # what whoever posts updates has to show

    @property
    def channels(self) -> dict[str, Channel]:
        """By their names in the outbox; what staff are told goes to their group, where there is one."""
        bots: dict[str, Channel] = {bot.name: bot for bot in self.bots.values()}
        return bots | ({self.group.name: self.group} if self.group else {})

    @property
    def apis(self) -> dict[str, Api]:
        return {bot.name: bot.api for bot in self.bots.values()}

    @property
    def messengers(self) -> dict[str, Messenger]:
        return {bot.name: bot for bot in self.bots.values()}

    def routes(self) -> list[BaseRoute]:
        return routes(self.bots, self.secret)

    def start(self) -> None:
        for intake in self.intakes:
            intake.start()

    def stop(self) -> None:
        """Nothing is fetched any more; what is being sent is still sent."""
        for intake in self.intakes:
            intake.stop()

    def close(self) -> None:
        for intake in self.intakes:
            intake.close()


def carrier(settings: Settings, token: str) -> Api:
    """The chosen library alone is loaded: each costs time and memory."""
    if settings.telegram.carrier == "aiogram":
        from bot.channels.telegram_aiogram import AiogramCarrier

        return AiogramCarrier(token, settings.telegram.api_url)
    from bot.channels.telegram_ptb import PtbCarrier

    return PtbCarrier(token, settings.telegram.api_url)


def build(
    app: "App", shop_secret: str, carry: Callable[[Settings, str], Api] = carrier,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC), stand: Callable[[float], None] = time.sleep,
) -> Telegram:  # fmt: skip
    """Raises ConfigError where the shop's replies are not as they have to be."""
    chosen, settings = app.settings.telegram, app.settings
    secret = secret_for(chosen.webhook_secret.get_secret_value(), shop_secret)
    replies = _replies(settings)
    bots: dict[str, TelegramBot] = {}
    group: StaffGroup | None = None
    for token in chosen.token.get_secret_value().split():
        api = carry(settings, token)
        pace = Pace(app.store.database, channel_name(api.bot_id), IN_ALL)
        bot = TelegramBot(api, app.house, app.store, pace, app.files, app.links, app.catalogue, clock, stand)
        if chosen.staff_group and group is None:
            group = _group(app, bot, clock)
            bot.group = _talk(app, group, shop_secret, replies)
        bots[str(api.bot_id)] = bot
    base, turns = settings.web.public_url.rstrip("/"), Leases(app.store.database)
    intakes = tuple(
        Intake(bot, chosen.receive, {"url": f"{base}/telegram/{name}", "secret_token": secret}, turns)
        for name, bot in bots.items()
    )
    return Telegram(bots, intakes, group, secret)


def _group(app: "App", bot: TelegramBot, clock: Callable[[], datetime]) -> StaffGroup:
    say = partial(app.catalogue.say, app.settings.language)
    topics, chat = Topics(app.store.database), app.settings.telegram.staff_group
    return StaffGroup(chat, bot.api, app.store, topics, app.files, say, bot.wait_for_turn, clock)


def _talk(app: "App", group: StaffGroup, shop_secret: str, replies: Replies) -> GroupTalk:
    codes = Seal(shop_secret, BINDING)
    return GroupTalk(group, app.house, app.store, Search(app.store.database), codes, replies, app.catalogue.say)


def _replies(settings: Settings) -> Replies:
    try:
        return load_replies(text_of(settings.staff.replies) if settings.staff.replies else None)
    except BadReply as bad:
        raise ConfigError(f"{settings.staff.replies}: {bad}") from None
