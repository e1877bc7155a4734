"""`refund-desk link`: what the shop's order page puts behind its link to the chat."""

from bot import app
from bot.config import Settings
from bot.links import Links


def link(settings: Settings, order_no: str) -> None:
    app.folder_for(settings)
    print(Links(app.shop_secret(settings)).payload(order_no))
