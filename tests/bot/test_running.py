"""A whole house comes to work and goes home: what is heard is answered, and nothing of it is left behind."""

import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.config import CannotStart, Settings
from bot.running import at_work
from tests.bot.visitors import Customer


def test_what_is_written_while_it_works_is_answered(tmp_path: Path) -> None:
    with at_work(Settings(data=tmp_path)) as running, TestClient(running.web) as browser:
        customer = Customer(browser).arrive()
        assert customer.write("你好").status_code == 200
        assert customer.said_to_me()
        assert browser.get("/health/live").status_code == 200


def test_no_thread_outlives_it(tmp_path: Path) -> None:
    before = {thread.name for thread in threading.enumerate()}
    with at_work(Settings(data=tmp_path), demo=True):
        assert any(thread.name.startswith("outbox") for thread in threading.enumerate())
    ours = [thread.name for thread in threading.enumerate() if thread.name not in before]
    assert [name for name in ours if name.startswith(("outbox", "hand", "telegram", "news"))] == []


def test_a_second_one_does_not_take_from_the_first_what_it_has_in_hand(tmp_path: Path) -> None:
    settings, refused = Settings(data=tmp_path), pytest.raises(CannotStart, match="another refund desk is at work in")
    with at_work(settings), refused, at_work(settings):
        pass
    with at_work(settings) as after_the_first:
        assert after_the_first.web


def test_on_postgresql_several_work_side_by_side(tmp_path: Path, postgresql_url: str) -> None:
    settings = Settings(data=tmp_path, database={"url": postgresql_url})
    with at_work(settings) as one, at_work(settings) as other:
        assert one is not other
