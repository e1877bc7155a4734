"""A house of its own for each story."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.model import Order
from tests.stories.telling import Story

Tell = Callable[..., Story]


@pytest.fixture
def tell(sqlite_template: Path, tmp_path: Path) -> Iterator[Tell]:
    """Begins a story in a shop that sold these orders."""
    stories: list[Story] = []

    def begin(*orders: Order) -> Story:
        shutil.copy(sqlite_template, tmp_path / "refund-desk.db")
        stories.append(Story(tmp_path, *orders))
        return stories[-1]

    yield begin
    for story in stories:
        story.app.close()
