"""What tests of several folders share: a database of either kind, a moment, an order and a case that are ordinary."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from msgspec.structs import replace
from sqlalchemy import URL, create_engine, make_url, text

from flows.model import Case, CaseState, Cents, Event, Goods, Order, OrderStatus, Refund
from nlp.codes import Reason
from storage.migrations import upgrade
from storage.store import Store

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
settings.register_profile("busy", deadline=None)  # a machine that does more than one thing is slow, and not wrong
settings.load_profile("busy")
LOCAL_SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


def an_order(**given: Any) -> Order:
    plain = Order(
        order_no="KM202611201530012345",
        product="100元点卡",
        amount_paid=Cents(9000),
        status=OrderStatus.DELIVERED,
        ordered_at=NOON - timedelta(hours=2),
        kind=Goods.CARD,
        price=Cents(9000),
        paid_with="alipay",
        delivered_at=NOON - timedelta(hours=1),
        buyer="u1",
    )
    return replace(plain, **given)


def a_case(number: str = "RF2611200001", **given: Any) -> Case:
    plain = Case(number, "u1", an_order(), Reason.INVALID_CODE, CaseState.SUBMITTED, Refund(Cents(9000)))
    judged = replace(plain, rule="quality.in_window", basis="卡类商品发货后 24 小时内可以申请。")
    return replace(judged, **given)


def an_event(case: str = "RF2611200001", **given: Any) -> Event:
    return replace(Event(case, NOON, "customer", "submit", CaseState.DRAFT, CaseState.SUBMITTED), **given)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new database, made once by the migrations and copied for each test."""
    file = tmp_path_factory.mktemp("template") / "new.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A database of this worker's own, at its newest."""
    with a_postgresql() as url:
        upgrade(url)
        yield url


@pytest.fixture
def bare_postgresql() -> Iterator[str]:
    """A database of this test's own, with nothing in it."""
    with a_postgresql() as url:
        yield url


@contextmanager
def a_postgresql() -> Iterator[str]:
    """A new database on TEST_DATABASE_URL's server or a local one that lets us in, as long as this is open."""
    server = make_url(os.environ.get("TEST_DATABASE_URL") or LOCAL_SERVER)
    name = f"refund_desk_{uuid.uuid4().hex[:12]}"
    try:
        _run_outside(server, f"CREATE DATABASE {name}")
    except Exception as error:
        if "TEST_DATABASE_URL" in os.environ:
            raise
        pytest.skip(f"no PostgreSQL: TEST_DATABASE_URL is not set, and none at 127.0.0.1:5432 ({type(error).__name__})")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _run_outside(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database at its newest, once of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        return f"sqlite:///{tmp_path / 'test.db'}"
    address: str = request.getfixturevalue("postgresql_url")
    _empty(address)
    return address


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.close()


@pytest.fixture
def tell(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Begins a story in a shop that sold these orders: a whole house over a real database."""
    from tests.stories.telling import Story

    stories: list[Story] = []

    def begin(*orders: Order, **given: Any) -> Story:
        shutil.copy(sqlite_template, tmp_path / "refund-desk.db")
        stories.append(Story(tmp_path, *orders, **given))
        return stories[-1]

    yield begin
    for story in stories:
        story.app.close()


def _run_outside(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _empty(address: str) -> None:
    engine = create_engine(address)
    with engine.begin() as connection:
        # Events cannot be deleted: the triggers that see to it are told to look away, as only a superuser can.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        names = ", ".join(table for table in tables if table != "alembic_version")
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
    engine.dispose()
