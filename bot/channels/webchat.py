"""The web chat, a page for customers: what they write comes in by POST, the message log goes out by WebSocket.

`WebChat` is both the channel "web" of the outbox and the routes under /chat of the web application.
"""

import json
import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import anyio
from msgspec import Struct
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.channels import Incoming, Outgoing, Upload
from bot.pulse import Pulse
from bot.rates import Rate
from bot.web import (
    PICTURES,
    YEAR,
    KeptFiles,
    Pages,
    Seal,
    Sentences,
    explicit_language,
    in_thread,
    language_of,
    picture_or_download,
    push_until_gone,
    set_cookie,
)
from storage.search import Logged

HERE = Path(__file__).parent
COOKIE = "refund_desk_chat"
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
FORM_BYTES = 256 * 1024
PAGE_TEXTS = (
    "online", "reconnecting", "sending", "retrying", "later", "slower", "failed", "again", "person", "remove",
    "too_large", "too_many", "too_much", "no_cookie",
)  # fmt: skip


class Limits(Struct, frozen=True):
    """What one customer may send at once, and how often."""

    file_bytes: int = 20_000_000
    files: int = 10
    message_bytes: int = 60_000_000
    messages_a_minute: int = 60
    address_a_minute: int = 600


LIMITS = Limits()


class Hears(Protocol):
    """The corridor, as far as a channel needs it."""

    def hear(self, incoming: Incoming, now: datetime) -> bool: ...


class ChatLog(Protocol):
    """The message log, as far as a customer may see it."""

    def said(self, chat: str, after: int) -> tuple[Logged, ...]: ...

    def has_file(self, chat: str, file: str) -> bool: ...


class TooMuch(Exception):
    """More than is taken in one message."""


class WebChat:
    """The customers' page. What the house says is in the log once it is saved; to send it makes open pages look."""

    name = "web"

    def __init__(
        self, house: Hears, log: ChatLog, files: KeptFiles, pulse: Pulse, sentences: Sentences, secret: str,
        limits: Limits = LIMITS, clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._house, self._log, self._files, self._pulse, self._clock = house, log, files, pulse, clock
        self.limits = limits
        self._seal = Seal(secret, "chat")
        self._pages = Pages(HERE / "templates", sentences)
        self._of_chat, self._of_address = Rate(60), Rate(60)
        self._with_files = anyio.Semaphore(2)

    def send(self, message: Outgoing) -> None:
        self._pulse.poke()

    def routes(self) -> list[BaseRoute]:
        return [
            Mount("/chat", routes=[
                Route("/", self._page),
                Route("/messages", self._messages, methods=["GET"]),
                Route("/messages", self._take, methods=["POST"]),
                WebSocketRoute("/live", self._live),
                Route("/files/{name}", self._file),
                Mount("/static", StaticFiles(directory=HERE / "static")),
            ])
        ]  # fmt: skip

    # ---- who it is

    def _chat(self, request: HTTPConnection) -> str | None:
        chat = self._seal.open(request.cookies.get(COOKIE))
        return chat if isinstance(chat, str) else None

    async def _page(self, request: Request) -> Response:
        chat = self._chat(request)
        base = request.scope["root_path"]
        language = language_of(request)
        texts = {key: self._pages.say(language, f"web.{key}", **PLACES.get(key, {})) for key in PAGE_TEXTS}
        limits = {"file": self.limits.file_bytes, "files": self.limits.files, "message": self.limits.message_bytes}
        page = self._pages.show(request, "chat.html", base=base, texts=json.dumps(texts), limits=json.dumps(limits))
        if chat is None:
            chat = f"web-{secrets.token_urlsafe(12)}"
        set_cookie(page, request, COOKIE, self._seal.seal(chat), path=f"{base}/", max_age=YEAR)
        return page

    # ---- what goes out

    async def _messages(self, request: Request) -> Response:
        chat = self._chat(request)
        if chat is None:
            return self._lost(request)
        lines = await in_thread(self._log.said, chat, _number(request.query_params.get("after")))
        return JSONResponse(_as_json(lines, request.scope["root_path"]), headers={"cache-control": "no-store"})

    async def _live(self, socket: WebSocket) -> None:
        chat = self._chat(socket)
        await socket.accept()  # a browser learns why only of a connection that it had
        if chat is None:
            await socket.close(4401)
            return
        after = _number(socket.query_params.get("after"))
        await push_until_gone(socket, partial(self._push, socket, chat, after))

    async def _push(self, socket: WebSocket, chat: str, after: int) -> None:
        while True:
            bell = self._pulse.bell()
            lines = await in_thread(self._log.said, chat, after)
            if lines:
                after = lines[-1].id
                await socket.send_json(_as_json(lines, socket.scope["root_path"]))
            else:
                await self._pulse.wait(bell)

    async def _file(self, request: Request) -> Response:
        chat, name = self._chat(request), request.path_params["name"]
        if chat is None or not await in_thread(self._log.has_file, chat, name):
            return PlainTextResponse("404", 404)
        return await picture_or_download(self._files, name)

    # ---- what comes in

    async def _take(self, request: Request) -> Response:
        chat = self._chat(request)
        if chat is None:
            return self._lost(request)
        if not self._in_time(chat, request):
            return JSONResponse({"error": self._say(request, "web.slower")}, 429, headers={"retry-after": "10"})
        try:
            return await self._hear(request, chat)
        except TooMuch:
            return JSONResponse(
                {"error": self._say(request, "web.too_much", size=self.limits.message_bytes // 1_000_000)}, 413
            )
        except (MultiPartException, KeyError, ValueError):
            return JSONResponse({"error": self._say(request, "web.failed")}, 400)

    async def _hear(self, request: Request, chat: str) -> Response:
        parser = MultiPartParser(
            request.headers, _bounded(request, self.limits.message_bytes), max_files=self.limits.files, max_fields=8,
            max_part_size=FORM_BYTES,
        )  # fmt: skip
        async with _closing(await parser.parse()) as form, self._few_at_a_time(form):
            incoming = await self._incoming(form, chat, explicit_language(request))
            await in_thread(self._house.hear, incoming, self._clock())
        self._pulse.poke()
        return JSONResponse({"ok": True})

    def _few_at_a_time(self, form: FormData) -> AbstractAsyncContextManager[object]:
        """Files lie on disk until it is their turn in memory; words do not wait for them."""
        return self._with_files if form.getlist("files") else nullcontext()

    async def _incoming(self, form: FormData, chat: str, language: str | None) -> Incoming:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        if not MESSAGE_ID.fullmatch(fields.get("id", "")):
            raise ValueError("a message needs an id of its own")
        files = [await self._upload(part) for part in form.getlist("files") if isinstance(part, UploadFile)]
        return Incoming(
            self.name, chat, fields["id"], fields.get("text", ""), tuple(files), button=fields.get("button"),
            payload=fields.get("start"), language=language,
        )  # fmt: skip

    async def _upload(self, part: UploadFile) -> Upload:
        """Parts wait on disk: one that is too large never comes into memory, only one byte more than is allowed."""
        return Upload(part.filename or "", await part.read(self.limits.file_bytes + 1))

    def _in_time(self, chat: str, request: Request) -> bool:
        address = request.client.host if request.client else ""
        return self._of_chat.allows(self.limits.messages_a_minute, chat) and self._of_address.allows(
            self.limits.address_a_minute, address
        )

    def _say(self, request: Request, key: str, **values: int) -> str:
        return self._pages.say(language_of(request), key, **values)

    def _lost(self, request: Request) -> Response:
        return JSONResponse({"error": self._say(request, "web.no_cookie")}, 401)


PLACES: dict[str, dict[str, str]] = {
    "person": {"name": "{name}"},
    "too_large": {"name": "{name}", "size": "{size}"},
    "too_many": {"count": "{count}"},
    "too_much": {"size": "{size}"},
}
"""Texts that the page itself fills in: their places stay as they are."""


@asynccontextmanager
async def _closing(form: FormData) -> AsyncIterator[FormData]:
    try:
        yield form
    finally:
        await form.close()


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    if int(request.headers.get("content-length", 0)) > most + FORM_BYTES:
        raise TooMuch
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > most + FORM_BYTES:
            raise TooMuch
        yield chunk


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _as_json(lines: tuple[Logged, ...], base: str) -> dict[str, object]:
    return {"messages": [_line(line, base) for line in lines]}


def _line(line: Logged, base: str) -> dict[str, object]:
    return {
        "id": line.id,
        "mine": line.who == "customer",
        "client": line.message_id,
        "name": line.who.removeprefix("agent:") if line.who.startswith("agent:") else None,
        "text": line.text,
        "files": [*_files(line.files, base)],
        "buttons": [{"id": id_, "label": label} for id_, label in line.buttons],
        "button": line.pressed,
        "at": line.at.isoformat(),
    }


def _files(names: tuple[str, ...], base: str) -> Iterator[dict[str, object]]:
    for name in names:
        yield {"url": f"{base}/files/{name}", "name": name[-12:], "picture": Path(name).suffix in PICTURES}
