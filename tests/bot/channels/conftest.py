"""What the tests of Telegram share: a shop without a network, begun in a folder of its own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.channels.telegram_shop import Shop
from tests.stories.telling import CARD


@pytest.fixture
def open_shop(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    shops: list[Shop] = []

    def begin(**telegram: Any) -> Shop:
        if not (tmp_path / "refund-desk.db").exists():
            shutil.copy(sqlite_template, tmp_path / "refund-desk.db")
        shops.append(Shop(tmp_path, CARD, **telegram).with_staff() if not shops else Shop(tmp_path, **telegram))
        return shops[-1]

    yield begin
    for shop in shops:
        shop.close()


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    """With accounts for two agents and a supervisor, bound to their Telegram users."""
    return open_shop()
