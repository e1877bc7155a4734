"""The pages of the staff desk: queue, talks, a case on one page, and the one way by which a form becomes a staff action.

`Desk(...).routes()` are the routes under /desk of the web application.
"""

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import quote, urlencode

import anyio
import anyio.to_thread
from starlette.datastructures import FormData
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.desk import words
from bot.desk.actions import WEIGHTY, case_forms, person_forms, talk_forms
from bot.desk.auth import Door, TooManyTries, Visit, actor_of
from bot.handle import NotAllowed, StaffAction
from bot.pulse import Pulse
from bot.web import PICTURES, Pages, Sentences, language_of, picture_or_download
from flows.case import LIFE
from flows.model import Actor, Remedy
from nlp.codes import Reason
from storage.search import PAGE, Search, View
from storage.store import Store

HERE = Path(__file__).parent
LONGEST_FORM = 256 * 1024
T = TypeVar("T")
Handler = Callable[[Request, Visit], Awaitable[Response]]


class Decides(Protocol):
    """The corridor, as far as staff need it."""

    def decide(self, action: StaffAction, now: datetime) -> None: ...


class KeptFiles(Protocol):
    def path(self, name: str) -> Path: ...


class Desk:
    """The staff's web desk."""

    def __init__(
        self, house: Decides, store: Store, files: KeptFiles, pulse: Pulse, sentences: Sentences, secret: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._house, self._store, self._files, self._pulse, self._clock = house, store, files, pulse, clock
        self._search = Search(store.database)
        self._door = Door(store.staff, secret)
        tools = {"money": words.money, "masked": words.masked, "chat_name": words.chat_name, "span": words.span, "quote": quote}
        self._pages = Pages(HERE / "templates", sentences, **tools, is_picture=_is_picture, new_id=_new_id, weighty=WEIGHTY)

    def routes(self) -> list[BaseRoute]:
        return [
            Mount("/desk", routes=[
                Route("/", self._for_staff(self._queue)),
                Route("/login", self._login_page, methods=["GET"]),
                Route("/login", self._login, methods=["POST"]),
                Route("/logout", self._for_staff(self._logout), methods=["POST"]),
                Route("/talks", self._for_staff(self._talks)),
                Route("/talk", self._for_staff(self._talk), methods=["GET"]),
                Route("/talk", self._for_staff(self._act_on_talk), methods=["POST"]),
                Route("/cases/{number}", self._for_staff(self._case), methods=["GET"]),
                Route("/cases/{number}", self._for_staff(self._act_on_case), methods=["POST"]),
                Route("/files/{name}", self._for_staff(self._file)),
                WebSocketRoute("/live", self._live),
                Mount("/static", StaticFiles(directory=HERE / "static")),
            ])
        ]  # fmt: skip

    # ---- coming in and going out

    def _for_staff(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            visit = await _in_thread(self._door.visit, request)
            if visit.who is None:
                wanted = f"{request.url.path}?{request.url.query}" if request.method == "GET" else ""
                return RedirectResponse(f"{_base(request)}/login?{urlencode({'next': wanted})}", 303)
            return await handler(request, visit)

        return guarded

    async def _login_page(self, request: Request, problem: str = "", name: str = "", status: int = 200) -> Response:
        visit = await _in_thread(self._door.visit, request)
        wanted = request.query_params.get("next", "")
        page = self._pages.show(
            request, "login.html", status, base=_base(request), token=self._door.token(visit), problem=problem, name=name, next=wanted
        )
        self._door.remember(page, request, visit)
        return page

    async def _login(self, request: Request) -> Response:
        visit = await _in_thread(self._door.visit, request)
        form = await _form(request)
        name, password = _text(form, "name").strip(), _text(form, "password")
        if not self._door.wrote(_text(form, "token"), visit):
            return await self._login_page(request, "desk.login.expired", name, 403)
        address = request.client.host if request.client else ""
        try:
            member = await _in_thread(self._door.log_in, name, password, address)
        except TooManyTries:
            return await self._login_page(request, "desk.login.too_many", name, 429)
        if member is None:
            return await self._login_page(request, "desk.login.wrong", name, 401)
        answer = RedirectResponse(_own_path(request), 303)
        self._door.remember(answer, request, visit, member)
        return answer

    async def _logout(self, request: Request, visit: Visit) -> Response:
        form = await _form(request)
        answer = RedirectResponse(f"{_base(request)}/login", 303)
        if self._door.wrote(_text(form, "token"), visit):
            self._door.remember(answer, request, Visit(_new_id()))
        return answer

    # ---- looking

    async def _queue(self, request: Request, visit: Visit) -> Response:
        me = actor_of(visit)
        asked, page = request.query_params.get("q", ""), _page_number(request)
        view = next((view for view in View if view == request.query_params.get("view")), View.OPEN)
        if asked.strip():
            found = await _in_thread(self._search.find, asked)
        else:
            found = await _in_thread(self._search.queue, view, me.name, page)
        counts = await _in_thread(self._search.counts, me.name)
        figures = await _in_thread(self._search.figures, self._clock())
        return await self._show(
            request, visit, "queue.html", nav="queue", cases=found, view=view, views=[*View], counts=counts, figures=figures,
            asked=asked, page=page, more=not asked and len(found) == PAGE,
        )  # fmt: skip

    async def _talks(self, request: Request, visit: Visit) -> Response:
        return await self._show(request, visit, "talks.html", nav="talks", talks=await _in_thread(self._search.talks))

    async def _case(self, request: Request, visit: Visit, **refused: object) -> Response:
        case = await _in_thread(self._store.case, request.path_params["number"])
        if case is None:
            return await self._show(request, visit, "missing.html", 404, nav="queue")
        known = await _in_thread(self._store.recall, case.customer)
        lines = await _in_thread(self._search.transcript, case.customer)
        risks = await _in_thread(self._search.risk_steps, case.customer)
        me, say = actor_of(visit), partial(self._pages.say, language_of(request))
        return await self._show(
            request, visit, "case.html", 409 if refused else 200, nav="queue", case=case, talk=known.talk, lines=lines, pressed=words.pressed_labels(lines), risks=risks,
            others=[other for other in known.cases if other.number != case.number], channel=known.channel,
            high_risk=known.high_risk, forms=case_forms(case, me, now=self._clock(), high_risk=known.high_risk, say=say),
            talk_forms=talk_forms(known.talk, me), rows=[row for row in LIFE.rows if case.state in row.froms],
            refused=refused or None, live=f"chat={quote(case.customer)}&case={quote(case.number)}",
        )  # fmt: skip

    async def _talk(self, request: Request, visit: Visit, **refused: object) -> Response:
        chat = request.query_params.get("chat", "")
        known = await _in_thread(self._store.recall, chat)
        if known.channel is None:
            return await self._show(request, visit, "missing.html", 404, nav="talks")
        lines = await _in_thread(self._search.transcript, chat)
        risks = await _in_thread(self._search.risk_steps, chat)
        me = actor_of(visit)
        return await self._show(
            request, visit, "talk.html", 409 if refused else 200, nav="talks", chat=chat, talk=known.talk, lines=lines, pressed=words.pressed_labels(lines), risks=risks,
            others=known.cases, channel=known.channel, high_risk=known.high_risk,
            forms=person_forms(me, high_risk=known.high_risk), talk_forms=talk_forms(known.talk, me), refused=refused or None,
            live=f"chat={quote(chat)}",
        )  # fmt: skip

    async def _file(self, request: Request, visit: Visit) -> Response:
        try:
            path = self._files.path(request.path_params["name"])
        except ValueError:
            return PlainTextResponse("404", 404)
        return picture_or_download(path) if path.is_file() else PlainTextResponse("404", 404)

    async def _show(self, request: Request, visit: Visit, template: str, status: int = 200, **values: object) -> Response:
        say, now = partial(self._pages.say, language_of(request)), self._clock()
        return self._pages.show(
            request, template, status, base=_base(request), me=actor_of(visit), token=self._door.token(visit), now=now,
            at=partial(words.moment, now=now), code=partial(words.spoken, say), done=request.query_params.get("done", ""),
            waiting=await _in_thread(self._search.waiting), **values,
        )  # fmt: skip

    # ---- acting

    async def _act_on_case(self, request: Request, visit: Visit) -> Response:
        form = await _form(request)
        number = request.path_params["number"]
        refused = await self._act(form, visit, case=number)
        if refused:
            return await self._case(request, visit, **refused)
        return RedirectResponse(f"{request.url.path}?{urlencode({'done': _text(form, 'do')})}", 303)

    async def _act_on_talk(self, request: Request, visit: Visit) -> Response:
        form = await _form(request)
        chat = request.query_params.get("chat", "")
        refused = await self._act(form, visit, chat=chat)
        if refused:
            return await self._talk(request, visit, **refused)
        return RedirectResponse(f"{request.url.path}?{urlencode({'chat': chat, 'done': _text(form, 'do')})}", 303)

    async def _act(self, form: FormData, visit: Visit, *, case: str = "", chat: str = "") -> dict[str, object]:
        """Does what the form asks for; what stands in the way comes back with the words that were typed."""
        do, text = _text(form, "do"), _text(form, "text").strip()
        typed = {"do": do, "text": text, "offer": _text(form, "offer"), "reason": _text(form, "reason")}
        if not self._door.wrote(_text(form, "token"), visit):
            return typed | {"problem": "desk.expired", "message": ""}
        try:
            action = _action(actor_of(visit), do, form, text, case, chat)
            await _in_thread(self._house.decide, action, self._clock())
        except NotAllowed as refusal:
            return typed | {"problem": "desk.not_allowed", "message": str(refusal)}
        except ValueError:
            return typed | {"problem": "desk.unknown", "message": ""}
        self._pulse.poke()
        return {}

    # ---- what changes meanwhile

    async def _live(self, socket: WebSocket) -> None:
        """Says one word whenever the page's talk or case, or for lists anything at all, is newer than what is shown."""
        visit = await _in_thread(self._door.visit, socket)
        if visit.who is None:
            await socket.close(4401)
            return
        await socket.accept()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._push, socket)
            while (await socket.receive())["type"] != "websocket.disconnect":
                continue
            tasks.cancel_scope.cancel()

    async def _push(self, socket: WebSocket) -> None:
        chat, number = socket.query_params.get("chat"), socket.query_params.get("case")
        ask = partial(self._search.mark, chat, number) if chat else self._search.newest
        shown = None
        while True:
            bell = self._pulse.bell()
            mark = await _in_thread(ask)
            if mark != shown:
                shown = mark
                await socket.send_text("changed")
            await self._pulse.wait(bell)


async def _in_thread(work: Callable[..., T], *args: object) -> T:
    return await anyio.to_thread.run_sync(partial(work, *args))


async def _form(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=20, max_part_size=LONGEST_FORM)


def _action(who: Actor, do: str, form: FormData, text: str, case: str, chat: str) -> StaffAction:
    offer, reason = _text(form, "offer"), _text(form, "reason")
    return StaffAction(
        agent=who.name, role=who.role, case=case, chat=chat, do=do, text=text, offer=Remedy(offer) if offer else None,
        reason=Reason(reason) if reason else None, action_id=_text(form, "action_id") or None,
    )  # fmt: skip


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _base(request: HTTPConnection) -> str:
    return str(request.scope["root_path"])


def _own_path(request: Request) -> str:
    """Where somebody wanted to go before they logged in, if that is a page of the desk."""
    base, wanted = _base(request), request.query_params.get("next", "")
    return wanted if wanted.startswith(f"{base}/") and "\\" not in wanted else f"{base}/"


def _page_number(request: Request) -> int:
    page = request.query_params.get("page", "")
    return int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0


def _is_picture(file: str) -> bool:
    return Path(file).suffix in PICTURES


def _new_id() -> str:
    return secrets.token_urlsafe(12)
