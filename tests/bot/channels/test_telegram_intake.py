"""Updates that are posted: on disk before they are acknowledged, from whoever knows the secret and nobody else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.channels.telegram_intake import LONGEST_UPDATE, SECRET_HEADER, Intake, routes, secret_for
from tests.bot.channels.telegram_server import BOT_ID, Always
from tests.bot.channels.telegram_shop import CUSTOMER, FakeApi, Shop

SECRET = "s" * 64
PLACE = f"/telegram/{BOT_ID}"


@pytest.fixture
def web(shop: Shop) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes(shop.telegram.bots, SECRET)), raise_server_exceptions=False) as browser:
        yield browser


def post(web: TestClient, content: Any, secret: str | None = SECRET, place: str = PLACE) -> int:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return int(web.post(place, content=body, headers=headers).status_code)


def test_an_update_is_on_disk_when_it_is_acknowledged_and_taken_once(shop: Shop, web: TestClient) -> None:
    update = shop.people.says(CUSTOMER, "/help")
    assert [post(web, update) for _ in range(3)] == [200] * 3
    assert len(shop.store.outbox.waiting(f"arrived:{BOT_ID}:{CUSTOMER}")) == 1
    shop.settle()
    assert len(shop.api.texts(CUSTOMER)) == 1


@pytest.mark.parametrize("secret", [None, "", "t" * 64, SECRET[:-1], SECRET + "s", "密"])
def test_without_the_secret_nothing_is_there(shop: Shop, web: TestClient, secret: str | None) -> None:
    headers = {SECRET_HEADER.encode(): secret.encode()} if secret is not None else {}
    body = json.dumps(shop.people.says(CUSTOMER, "/help")).encode()
    assert web.post(PLACE, content=body, headers=headers).status_code == 404
    assert shop.store.outbox.next_due() is None


def test_another_bot_is_not_there_either(shop: Shop, web: TestClient) -> None:
    assert post(web, shop.people.says(CUSTOMER, "/help"), place="/telegram/7002") == 404


@pytest.mark.parametrize(
    "content, status",
    [(b"", 400), (b"{", 400), (b"[]", 400), (b"\xff\xfe", 400), (b'"x"', 400), (b"x" * (LONGEST_UPDATE + 1), 413)],
)
def test_what_is_no_update_is_refused(shop: Shop, web: TestClient, content: bytes, status: int) -> None:
    assert post(web, content) == status
    assert shop.store.outbox.next_due() is None


@pytest.mark.parametrize("update", [{}, {"update_id": 1}, {"update_id": 1, "poll": {}}, {"message": 5}])
def test_an_update_that_concerns_nobody_is_acknowledged(shop: Shop, web: TestClient, update: object) -> None:
    assert post(web, update) == 200
    assert shop.store.outbox.next_due() is None


def test_half_a_sign_in_the_words_is_no_hindrance(shop: Shop, web: TestClient) -> None:
    assert post(web, shop.people.says(CUSTOMER, "退款\ud83d")) == 200
    shop.settle()
    assert len(shop.api.texts(CUSTOMER)) == 1


def test_while_the_database_is_away_it_is_not_acknowledged(
    shop: Shop, web: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(type(shop.store), "keep", away)
        assert post(web, shop.people.says(CUSTOMER, "/help")) == 503
    assert post(web, shop.people.says(CUSTOMER, "/help")) == 200


def test_without_a_bot_there_is_no_such_address() -> None:
    assert routes({}, SECRET) == []


def test_the_secret_is_the_configured_one_or_the_shops_own() -> None:
    made = secret_for("", "x" * 32)
    assert (secret_for("own", "x" * 32), len(made)) == ("own", 64)
    assert made == secret_for("", "x" * 32) != secret_for("", "y" * 32)


class Bot:
    """A bot that is only introduced."""

    name = "telegram:1"

    def __init__(self) -> None:
        self.api, self.introduced = FakeApi(), 0

    def keep(self, updates: list[Any]) -> None: ...

    def introduce(self) -> None:
        self.introduced += 1


def test_what_another_program_hands_over_leaves_its_menu_and_webhook_alone() -> None:
    bot = Bot()
    intake = Intake(bot, "forwarded", {}, Always())
    intake.start()
    intake.close()
    assert (bot.api.calls, bot.introduced) == ([], 0)
