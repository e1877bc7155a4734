"""A whole house with its pages, as the tests of the doors need it."""

import io
import os
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from starlette.testclient import TestClient

from bot.__main__ import main
from bot.app import App, build
from bot.config import Settings
from bot.site import Site
from tests.bot.commands.running import Run
from tests.bot.visitors import Customer, Staff
from tests.reading import Blind


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One house for the tests of a file: each of them comes as a customer of its own."""
    built = build(Settings(data=tmp_path_factory.mktemp("house")), Blind())
    yield built
    built.close()


@pytest.fixture(scope="module")
def site(app: App) -> Site:
    """The pages of that house, with the demo shop open beside it."""
    return Site(app, demo=True)


@pytest.fixture
def customer(site: Site, app: App) -> Iterator[Customer]:
    worker = app.worker({})
    with TestClient(site.web) as browser:
        yield Customer(browser, lambda: worker.run_due(datetime.now(UTC), ("read",)))


@pytest.fixture(scope="module")
def agent(site: Site) -> Staff:
    return Staff(TestClient(site.web)).log_in("小林", "demo-agent")


@pytest.fixture(scope="module")
def supervisor(site: Site) -> Staff:
    return Staff(TestClient(site.web)).log_in("陈姐", "demo-supervisor")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Run]:
    """A command in a folder of its own: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    for hooks in (sys, threading):
        monkeypatch.setattr(hooks, "excepthook", hooks.excepthook)
    for name in [name for name in os.environ if name.startswith("REFUND_DESK_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["refund-desk", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    yield run
    structlog.reset_defaults()
