"""The demo shop: orders that are still fresh, links that prove them, a desk that is staffed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.app import App
from bot.demo.shop import LOGINS, STALE, Shop
from bot.desk.auth import HASHER, hash_password
from bot.pulse import Pulse
from bot.web import site
from flows.model import Role
from storage.orders import OrderTable
from tests.bot.visitors import links


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 4, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(app: App, tmp_path: Path, clock: Clock) -> Shop:
    shop = Shop(OrderTable(app.store.database), app.links, app.catalogue, tmp_path, clock)
    shop.open(app.store, hash_password)
    return shop


@pytest.fixture
def browser(shop: Shop) -> TestClient:
    return TestClient(site(shop.routes(), Pulse(lambda: 0)))


def order_pages(browser: TestClient) -> list[str]:
    return [link for link, _ in links(browser.get("/shop/").text) if "/orders/" in link]


def test_each_order_page_carries_the_link_that_proves_it(app: App, browser: TestClient) -> None:
    pages = order_pages(browser)
    assert len(pages) == 14
    for page in pages:
        [link] = [link for link, _ in links(browser.get(page).text) if link.startswith("/chat/?start=")]
        assert app.links.read(link.partition("start=")[2]) == page.rpartition("/")[2]


def test_the_orders_of_the_shop_are_in_the_order_table(app: App, browser: TestClient) -> None:
    numbers = [page.rpartition("/")[2] for page in order_pages(browser)]
    assert [*app.orders.find(numbers)] == numbers


def test_opened_again_soon_the_shop_goes_on_with_the_same_orders(
    app: App, shop: Shop, browser: TestClient, clock: Clock
) -> None:
    before = order_pages(browser)
    clock.now += STALE
    shop.open(app.store, hash_password)
    assert order_pages(browser) == before


def test_opened_again_later_it_has_new_orders_above_the_old_ones(
    app: App, shop: Shop, browser: TestClient, clock: Clock
) -> None:
    before = order_pages(browser)
    clock.now += STALE + timedelta(seconds=1)
    shop.open(app.store, hash_password)
    after = order_pages(browser)
    assert after[len(before) :] == before
    assert set(after[: len(before)]).isdisjoint(before)


def test_new_orders_are_made_at_the_press_of_a_button(browser: TestClient, clock: Clock) -> None:
    clock.now += timedelta(minutes=1)
    assert browser.post("/shop/fresh").status_code == 200
    assert len(order_pages(browser)) == 28


def test_a_file_that_was_spoilt_is_a_shop_that_opens_anew(
    app: App, shop: Shop, browser: TestClient, tmp_path: Path
) -> None:
    (tmp_path / "demo.json").write_text("{")
    shop.open(app.store, hash_password)
    assert len(order_pages(browser)) == 14


def test_there_is_an_agent_and_a_supervisor_at_the_desk(app: App, shop: Shop) -> None:
    roles = {}
    for name, _, password in LOGINS:
        member = app.store.staff(name)
        assert member and HASHER.verify(member.password_hash, password)
        roles[name] = member.role
    assert set(roles.values()) == {Role.AGENT, Role.SUPERVISOR}


def test_a_picture_is_had_for_its_own_order_only(browser: TestClient) -> None:
    pages = {page: browser.get(page).text for page in order_pages(browser)}
    code = next(page for page, text in pages.items() if "error_screen.png" in text)
    late = next(page for page, text in pages.items() if ".png" not in text)
    assert browser.get(f"{code}/error_screen.png").headers["content-type"] == "image/png"
    assert browser.get(f"{late}/error_screen.png").status_code == 404
    assert browser.get(f"{code}/../secret.png").status_code == 404
    assert browser.get("/shop/orders/KM0").status_code == 404
