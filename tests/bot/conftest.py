"""A whole house with its pages, as the tests of the doors need it."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.app import App, build
from bot.config import Settings
from bot.site import Site
from tests.bot.visitors import Customer, Staff


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One house for the tests of a file: each of them comes as a customer of its own."""
    built = build(Settings(data=tmp_path_factory.mktemp("house")))
    yield built
    built.close()


@pytest.fixture(scope="module")
def site(app: App) -> Site:
    """The pages of that house, with the demo shop open beside it."""
    return Site(app, demo=True)


@pytest.fixture
def customer(site: Site) -> Iterator[Customer]:
    with TestClient(site.web) as browser:
        yield Customer(browser)


@pytest.fixture(scope="module")
def agent(site: Site) -> Staff:
    return Staff(TestClient(site.web)).log_in("小林", "demo-agent")


@pytest.fixture(scope="module")
def supervisor(site: Site) -> Staff:
    return Staff(TestClient(site.web)).log_in("陈姐", "demo-supervisor")
