"""`refund-desk link`: what the shop's order page puts behind its link to the chat, and the Telegram address with it."""

import sys
from contextlib import closing

from bot import app
from bot.botapi import Refused, Unreachable
from bot.config import Settings
from bot.links import Links
from bot.telegram import carrier


def link(settings: Settings, order_no: str) -> None:
    """The payload is the first line; an address for each bot follows, as far as Telegram tells the bot's name."""
    app.folder_for(settings)
    payload = Links(app.shop_secret(settings)).payload(order_no)
    print(payload)
    for token in settings.telegram.token.get_secret_value().split():
        with closing(carrier(settings, token)) as api:
            try:
                print(f"https://t.me/{api.call('getMe')['username']}?start={payload}")
            except (Refused, Unreachable) as error:
                print(f"the bot's name cannot be asked for: {error}", file=sys.stderr)
