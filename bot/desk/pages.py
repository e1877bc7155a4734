"""The pages of the staff desk: queue, talks, a case on one page, and the way by which a form becomes a staff action.

`Desk(...).routes()` are the routes under /desk of the web application.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.desk import words
from bot.desk.actions import NOTE_FORMS, case_forms, talk_forms
from bot.desk.auth import Door, Visit, actor_of, new_id
from bot.desk.entrance import Entrance
from bot.handle import STAFF_ACTIONS, NotAllowed, StaffAction
from bot.pulse import Pulse
from bot.web import (
    PICTURES,
    KeptFiles,
    Pages,
    Sentences,
    base_of,
    form_of,
    in_thread,
    language_of,
    picture_or_download,
    push_until_gone,
    text_of,
)
from flows.case import LIFE
from flows.model import Actor, Case, Remedy, Text
from nlp.codes import Reason
from storage.figures import MOST, Standing
from storage.search import PAGE, PAGES, Search, View
from storage.store import Store

TALKING = ("say", "take_over", "hand_back")
SHOWN_ELSEWHERE = (
    "staff.wrote", "staff.step", "staff.said", "staff.noted", "staff.risk_changed", "staff.talk_taken",
    "staff.talk_given_back",
)  # fmt: skip
"""Notices of what stands in the talk itself or in the history."""
HERE = Path(__file__).parent
Handler = Callable[[Request, Visit], Awaitable[Response]]


class Decides(Protocol):
    """The corridor, as far as staff need it."""

    def decide(self, action: StaffAction, now: datetime) -> None: ...


class Desk:
    """The staff's web desk."""

    def __init__(
        self, house: Decides, store: Store, files: KeptFiles, pulse: Pulse, sentences: Sentences, secret: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        notice: Callable[[datetime], Text | None] = lambda now: None,
        binding: Callable[[object], str] | None = None,
    ) -> None:  # fmt: skip
        """`notice`: what staff have to know at this moment, whichever case they work on; `binding`: a code for an
        account, by which its Telegram user is bound to it, where staff have a group there."""
        self._notice, self._binding = notice, binding
        self._house, self._store, self._files, self._pulse, self._clock = house, store, files, pulse, clock
        self._search, self._standing = Search(store.database), Standing(store.database)
        self._door = Door(store.staff, secret)
        tools = {
            "money": words.money,
            "masked": words.masked,
            "chat_name": words.chat_name,
            "span": words.span,
            "quote": quote,
            "up_to": _up_to,
        }
        self._pages = Pages(HERE / "templates", sentences, **tools, is_picture=_is_picture, new_id=new_id)
        self._entrance = Entrance(self._door, self._pages)

    def routes(self) -> list[BaseRoute]:
        return [
            Mount("/desk", routes=[
                Route("/", self._for_staff(self._queue)),
                *self._entrance.routes(),
                Route("/talks", self._for_staff(self._talks)),
                Route("/talk", self._for_staff(self._talk), methods=["GET"]),
                Route("/talk", self._for_staff(self._act_on_talk), methods=["POST"]),
                Route("/cases/{number}", self._for_staff(self._case), methods=["GET"]),
                Route("/cases/{number}", self._for_staff(self._act_on_case), methods=["POST"]),
                Route("/telegram", self._for_staff(self._telegram)),
                Route("/files/{name}", self._for_staff(self._file)),
                Route("/rules/{version}", self._for_staff(self._rules)),
                WebSocketRoute("/live", self._live),
                Mount("/static", StaticFiles(directory=HERE / "static")),
            ])
        ]  # fmt: skip

    def _for_staff(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            visit = await in_thread(self._door.visit, request)
            if visit.who is None:
                wanted = f"{request.url.path}?{request.url.query}" if request.method == "GET" else ""
                return RedirectResponse(f"{base_of(request)}/login?{urlencode({'next': wanted})}", 303)
            return await handler(request, visit)

        return guarded

    # ---- looking

    async def _queue(self, request: Request, visit: Visit) -> Response:
        me, now = actor_of(visit), self._clock()
        asked, page = request.query_params.get("q", ""), _page_number(request)
        view = next((view for view in View if view == request.query_params.get("view")), View.OPEN)
        if asked.strip():
            found = await in_thread(self._search.find, asked)
        else:
            found = await in_thread(self._search.queue, view, me.name, now, page)
        counts = await in_thread(self._search.counts, me.name, now)
        figures = await in_thread(self._standing.figures, self._clock())
        return await self._show(
            request, visit, "queue.html", nav="queue", cases=found, view=view, views=[*View],
            counts=counts, figures=figures, notice=self._notice(now),
            asked=asked, page=page, more=not asked and len(found) == PAGE, deepest=page + 1 == PAGES,
        )  # fmt: skip

    async def _talks(self, request: Request, visit: Visit) -> Response:
        return await self._show(request, visit, "talks.html", nav="talks", talks=await in_thread(self._search.talks))

    async def _case(self, request: Request, visit: Visit, **refused: object) -> Response:
        case = await in_thread(self._store.case, request.path_params["number"])
        if case is None:
            return await self._show(request, visit, "missing.html", 404, nav="queue")
        me, say = actor_of(visit), partial(self._pages.say, language_of(request))
        about = await in_thread(self._about, case.customer, me)
        write = partial(self._pages.say, about["talk"].language)
        forms = case_forms(case, me, now=self._clock(), high_risk=about["high_risk"], say=say, write=write)
        return await self._show(
            request, visit, "case.html", 409 if refused else 200, nav="queue", case=case, forms=forms,
            others=[other for other in about["cases"] if other.number != case.number],
            rows=[row for row in LIFE.rows if case.state in row.froms], refused=refused or None,
            previews=await in_thread(self._previews, case),
            live=urlencode({"chat": case.customer, "case": case.number}), **about,
        )  # fmt: skip

    def _previews(self, case: Case) -> dict[str, str]:
        """What browsers can show instead of files that they cannot, or that lie on their side."""
        seen = self._store.readings.of(piece.file for piece in case.evidence)
        return {file: one.preview for file, one in seen.items() if one.preview}

    async def _talk(self, request: Request, visit: Visit, **refused: object) -> Response:
        chat, me = request.query_params.get("chat", ""), actor_of(visit)
        about = await in_thread(self._about, chat, me)
        if about["channel"] is None:
            return await self._show(request, visit, "missing.html", 404, nav="talks")
        return await self._show(
            request, visit, "talk.html", 409 if refused else 200, nav="talks", chat=chat, others=about["cases"],
            forms=NOTE_FORMS, refused=refused or None,
            live=urlencode({"chat": chat}), **about,
        )  # fmt: skip

    async def _rules(self, request: Request, visit: Visit) -> Response:
        """The rules that a case was judged by, whole, whatever runs today."""
        book = await in_thread(self._store.rule_books.of, request.path_params["version"])
        if book is None:
            return await self._show(request, visit, "missing.html", 404, nav="queue")
        return await self._show(request, visit, "rules.html", nav="queue", book=book)

    def _about(self, chat: str, me: Actor) -> dict[str, Any]:
        """What a page shows of a customer and their talk."""
        known = self._store.recall(chat)
        lines = [line for line in self._search.transcript(chat) if line.key not in SHOWN_ELSEWHERE]
        return {
            "talk": known.talk,
            "cases": known.cases,
            "channel": known.channel,
            "high_risk": known.high_risk,
            "risks": self._search.risk_steps(chat),
            "lines": lines,
            "pressed": words.pressed_labels(lines),
            "talk_forms": talk_forms(known.talk, me),
        }

    async def _telegram(self, request: Request, visit: Visit) -> Response:
        """How somebody binds their own account: only who is logged in as it gets the code."""
        me = actor_of(visit)
        member = await in_thread(self._store.staff, me.name)
        binding = self._binding([me.name, member.telegram if member else None]) if self._binding else None
        return await self._show(
            request, visit, "telegram.html", nav="telegram", binding=binding, user=member.telegram if member else None
        )

    async def _file(self, request: Request, visit: Visit) -> Response:
        return await picture_or_download(self._files, request.path_params["name"])

    async def _show(
        self, request: Request, visit: Visit, template: str, status: int = 200, **values: object
    ) -> Response:
        say, now = partial(self._pages.say, language_of(request)), self._clock()
        return self._pages.show(
            request, template, status, base=base_of(request), me=actor_of(visit), token=self._door.token(visit),
            has_group=self._binding is not None,
            now=now, at=partial(words.moment, now=now), code=partial(words.spoken, say), done=_done(request),
            waiting=await in_thread(self._search.waiting), **values,
        )  # fmt: skip

    # ---- acting

    async def _act_on_case(self, request: Request, visit: Visit) -> Response:
        form = await form_of(request)
        number = request.path_params["number"]
        refused = await self._act(form, visit, case=number)
        if refused:
            return await self._case(request, visit, **refused)
        return RedirectResponse(_back(request, form), 303)

    async def _act_on_talk(self, request: Request, visit: Visit) -> Response:
        form = await form_of(request)
        chat = request.query_params.get("chat", "")
        refused = await self._act(form, visit, chat=chat)
        if refused:
            return await self._talk(request, visit, **refused)
        return RedirectResponse(_back(request, form, chat=chat), 303)

    async def _act(self, form: FormData, visit: Visit, *, case: str = "", chat: str = "") -> dict[str, str]:
        """Does what the form asks for; what stands in the way comes back with the words that were typed."""
        do, text = text_of(form, "do"), text_of(form, "text").strip()
        typed = {"do": do, "text": text, "offer": text_of(form, "offer"), "reason": text_of(form, "reason")}
        if not self._door.wrote(text_of(form, "token"), visit):
            return typed | {"problem": "desk.expired", "message": ""}
        try:
            action = _action(actor_of(visit), do, form, text, case, chat)
            await in_thread(self._house.decide, action, self._clock())
        except NotAllowed as refusal:
            return typed | {"problem": "desk.not_allowed", "message": str(refusal)}
        except ValueError:
            return typed | {"problem": "desk.unknown", "message": ""}
        self._pulse.poke()
        return {}

    # ---- what changes meanwhile

    async def _live(self, socket: WebSocket) -> None:
        """Says one word whenever the page's talk or case, or for lists anything at all, is newer than what is shown."""
        visit = await in_thread(self._door.visit, socket)
        await socket.accept()  # a browser learns why only of a connection that it had
        if visit.who is None:
            await socket.close(4401)
            return
        await push_until_gone(socket, partial(self._push, socket))

    async def _push(self, socket: WebSocket) -> None:
        chat, number = socket.query_params.get("chat"), socket.query_params.get("case")
        ask = partial(self._search.mark, chat, number) if chat else self._search.newest
        shown = None
        while True:
            bell = self._pulse.bell()
            mark = await in_thread(ask)
            if mark != shown:
                shown = mark
                await socket.send_text("changed")
            await self._pulse.wait(bell)


def _action(who: Actor, do: str, form: FormData, text: str, case: str, chat: str) -> StaffAction:
    if do not in STAFF_ACTIONS:
        raise ValueError(f"{do!r} is nothing that staff do")
    offer, reason = text_of(form, "offer"), text_of(form, "reason")
    return StaffAction(
        agent=who.name, role=who.role, case=case, chat=chat, do=do, text=text, offer=Remedy(offer) if offer else None,
        reason=Reason(reason) if reason else None, action_id=_once(text_of(form, "action_id"), do, text, offer, reason),
    )  # fmt: skip


def _once(form_id: str, *said: str) -> str | None:
    """The same form sent again is the same action; with other words, which nobody has heard yet, it is another one."""
    return f"{form_id}.{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]}" if form_id else None


def _back(request: Request, form: FormData, **where: str) -> str:
    """The same page, with a word on what was done; who talks stays at the talk."""
    do = text_of(form, "do")
    return f"{request.url.path}?{urlencode(where | {'done': do})}{'#talk' if do in TALKING else ''}"


def _done(request: Request) -> str:
    done = request.query_params.get("done", "")
    return done if done in STAFF_ACTIONS else ""


def _page_number(request: Request) -> int:
    page = request.query_params.get("page", "")
    return min(int(page), PAGES - 1) if page.isascii() and page.isdigit() and len(page) < 6 else 0


def _up_to(count: int) -> str:
    return str(count) if count < MOST else f"{MOST - 1}+"


def _is_picture(file: str) -> bool:
    return Path(file).suffix in PICTURES
