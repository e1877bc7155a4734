"""A shop with a staff group, for what staff do in Telegram."""

from tests.bot.channels.conftest import open_shop, shop

__all__ = ["open_shop", "shop"]
