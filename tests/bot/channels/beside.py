"""A sales bot of the examples, with a refund desk in it that notes what it is handed."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.bot.channels.telegram_server import People, Sent, a_photo
from tests.bot.channels.telegram_shop import CUSTOMER, Shop
from tests.stories.telling import CARD, INVALID

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def visit(shop: Shop) -> list[tuple[dict[str, Any], bool]]:
    """Updates of one customer, and whether the desk is to have them."""
    people: People = shop.people
    link = shop.app.links.payload(CARD.order_no)
    keys = {"inline_keyboard": [[{"text": "选", "callback_data": "buy:1"}]]}
    asked = Sent("sendMessage", {"chat_id": CUSTOMER, "reply_markup": keys}, result={"message_id": 7})
    return [
        (people.says(CUSTOMER, "/buy"), False),
        (people.says(CUSTOMER, "你好"), False),
        (people.says(CUSTOMER, f"/start {link}"), True),
        (people.says(CUSTOMER, INVALID), True),
        (people.says(CUSTOMER, "/buy"), False),
        (people.says(CUSTOMER, caption="报错", **a_photo("shot")), True),
        (people.presses(CUSTOMER, "rd:human", asked), True),
        (people.presses(CUSTOMER, "buy:1", asked), False),
    ]
