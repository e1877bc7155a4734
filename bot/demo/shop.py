"""The demo shop's pages: a list of orders, and one page an order with the signed link 「申请退款」.

`Shop(...).open()` fills the order table and makes two staff accounts; `Shop(...).routes()` are its pages.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.demo.orders import SHANGHAI, Example, examples
from bot.demo.pictures import draw
from bot.links import Links
from bot.web import Pages, Sentences, base_of, in_thread
from flows.model import Role
from storage.orders import OrderTable
from storage.store import NameTaken, Store

HERE = Path(__file__).parent
STALE = timedelta(minutes=30)
"""After that the orders of the last hour are none any more: the shop gets new ones when it opens."""
SHELVES = 3
"""So many sets of orders are shown; older ones stay in the order table."""
LOGINS = (("小林", Role.AGENT, "demo-agent"), ("陈姐", Role.SUPERVISOR, "demo-supervisor"))
"""(name, role, password): for a machine where nobody else can come in."""


class Keeps(Protocol):
    """How a password is kept."""

    def __call__(self, password: str) -> str: ...


class Shop:
    """A shop for trying things out. A file in the data folder keeps the moments that its orders are made from."""

    def __init__(
        self, orders: OrderTable, links: Links, sentences: Sentences, folder: Path,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._orders, self._links, self._clock = orders, links, clock
        self._file = folder / "demo.json"
        self._pages = Pages(HERE / "templates", sentences)

    def open(self, store: Store, keep: Keeps) -> None:
        """Ready for customers: fresh orders where the last ones are old, and somebody at the desk."""
        now, moments = self._clock(), self._moments()
        if not moments or now - moments[-1] > STALE:
            self._stock(now)
        for name, role, password in LOGINS:
            with suppress(NameTaken):
                store.add_staff(name, role, keep(password), now)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", lambda request: RedirectResponse("/shop/")),
            Mount("/shop", routes=[
                Route("/", self._list),
                Route("/fresh", self._fresh, methods=["POST"]),
                Route("/orders/{number}", self._order),
                Route("/orders/{number}/{picture}.png", self._picture),
                Mount("/static", StaticFiles(directory=HERE / "static")),
            ]),
        ]  # fmt: skip

    async def _list(self, request: Request) -> Response:
        return self._pages.show(
            request, "list.html", base=base_of(request), sets=[(at, examples(at)) for at in self._newest()],
            time=_time, money=_money, logins=[(name, password) for name, _, password in LOGINS],
        )  # fmt: skip

    async def _fresh(self, request: Request) -> Response:
        await in_thread(self._stock, self._clock())
        return RedirectResponse(f"{base_of(request)}/", 303)

    async def _order(self, request: Request) -> Response:
        example = self._find(request.path_params["number"])
        if example is None:
            return PlainTextResponse("404", 404)
        link = f"/chat/?start={self._links.payload(example.order.order_no)}"
        return self._pages.show(
            request, "order.html", base=base_of(request), example=example, link=link, time=_time, money=_money
        )

    async def _picture(self, request: Request) -> Response:
        example, name = self._find(request.path_params["number"]), request.path_params["picture"]
        if example is None or name not in example.pictures:
            return PlainTextResponse("404", 404)
        return Response(await in_thread(draw, name, example.order), media_type="image/png")

    def _find(self, number: str) -> Example | None:
        everything = (example for at in self._moments() for example in examples(at))
        return next((example for example in everything if example.order.order_no == number), None)

    def _stock(self, now: datetime) -> None:
        self._orders.put([example.order for example in examples(now)])
        kept = [*self._moments(), now]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps([at.isoformat() for at in kept[-20:]]), "utf-8")

    def _moments(self) -> list[datetime]:
        with suppress(FileNotFoundError, ValueError):
            return [datetime.fromisoformat(at) for at in json.loads(self._file.read_text("utf-8"))]
        return []

    def _newest(self) -> list[datetime]:
        return self._moments()[: -SHELVES - 1 : -1]


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}" if at else ""


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
