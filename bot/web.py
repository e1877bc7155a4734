"""What all pages of the house share: signed cookies, security headers, escaping templates, a server that stops."""

import signal
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import anyio.to_thread
import itsdangerous
import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import FormData, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketClose, WebSocketDisconnect

from bot.pulse import Pulse
from bot.viewing import for_others
from flows.model import Text, Value

PICTURES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}
LANGUAGES = {"zh-CN": "中文", "en": "English"}
LANGUAGE_COOKIE = "refund_desk_language"
YEAR = 365 * 24 * 3600
LONGEST_FIELD = 256 * 1024
T = TypeVar("T")

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",
}


class Sentences(Protocol):
    """The catalogue: a key and its values become a sentence."""

    def say(self, language: str, text: Text) -> str: ...


class KeptFiles(Protocol):
    """What customers handed over."""

    def read(self, name: str) -> bytes:
        """Raises ValueError for what cannot be a name, FileNotFoundError for what is not kept."""
        ...


class Seal:
    """Signs what a cookie or a form carries, for one purpose: what was signed for another does not open here."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._signer = itsdangerous.URLSafeTimedSerializer(secret, salt=f"refund-desk.{purpose}")

    def seal(self, value: object) -> str:
        return str(self._signer.dumps(value))

    def open(self, sealed: str | None, max_age: int | None = None) -> object:
        """The value, or None where it was tampered with, is too old or was never there."""
        try:
            return self._signer.loads(sealed or "", max_age=max_age)
        except itsdangerous.BadData:
            return None


def set_cookie(
    response: Response, asked_by: Request, name: str, value: str, *, path: str, max_age: int | None = None
) -> None:
    secure = asked_by.url.scheme == "https"
    response.set_cookie(name, value, max_age=max_age, path=path, httponly=True, samesite="lax", secure=secure)


def language_of(request: HTTPConnection) -> str:
    """Chinese, unless the visitor switched. A browser's own language is no wish: many Chinese ones say English."""
    wished = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return wished if wished in LANGUAGES else "zh-CN"


async def in_thread(work: Callable[..., T], *args: object) -> T:
    """Whatever asks the database: the loop goes on meanwhile."""
    return await anyio.to_thread.run_sync(partial(work, *args))


async def push_until_gone(socket: WebSocket, push: Callable[[], Awaitable[None]]) -> None:
    """What is pushed while the visitor is there. That they go while something is on its way to them is no error."""
    async with anyio.create_task_group() as tasks:

        async def pushing() -> None:
            with suppress(WebSocketDisconnect):
                await push()
            tasks.cancel_scope.cancel()

        tasks.start_soon(pushing)
        while (await socket.receive())["type"] != "websocket.disconnect":
            continue
        tasks.cancel_scope.cancel()


async def form_of(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=20, max_part_size=LONGEST_FIELD)


def text_of(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def base_of(request: HTTPConnection) -> str:
    """Where the part of the application lies that answers: /desk, /chat ..."""
    return str(request.scope["root_path"])


def explicit_language(request: HTTPConnection) -> str | None:
    """The language that the visitor switched to, or None."""
    wished = request.cookies.get(LANGUAGE_COOKIE)
    return wished if wished in LANGUAGES else None


async def picture_or_download(files: KeptFiles, name: str) -> Response:
    """A kept file for whoever may see it: pictures open, without the camera's notes; anything else is saved.

    What has such a name never changes.
    """
    suffix = Path(name).suffix
    try:
        data = await in_thread(files.read, name)
        data = await in_thread(for_others, data) if suffix in PICTURES else data
    except (ValueError, FileNotFoundError):
        return PlainTextResponse("404", 404)
    headers = {
        "cache-control": "private, max-age=31536000, immutable",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    if suffix not in PICTURES:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(data, media_type=PICTURES.get(suffix, "application/octet-stream"), headers=headers)


class Pages:
    """Templates of one folder. Every value is escaped; `t` says a sentence of the catalogue in the page's language."""

    def __init__(self, folder: Path, sentences: Sentences, **tools: object) -> None:
        self._sentences = sentences
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(tools)

    def say(self, language: str, key: str, **values: Value) -> str:
        return self._sentences.say(language, Text(key, values))

    def show(self, request: Request, template: str, status: int = 200, **values: object) -> Response:
        language = language_of(request)
        page = self._environment.get_template(template)
        html = page.render(
            t=partial(self.say, language), language=language, languages=LANGUAGES, request=request, **values
        )
        response = HTMLResponse(html, status)
        if request.query_params.get("lang") in LANGUAGES:
            set_cookie(response, request, LANGUAGE_COOKIE, language, path="/", max_age=YEAR)
        return response


class Guard:
    """Puts the security headers on every answer, and turns away what another site's page wants done here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            allowed = _comes_from_here(HTTPConnection(scope))
            await (self._app if allowed else WebSocketClose(4403))(scope, receive, send)
        else:
            harmless = scope["method"] in ("GET", "HEAD", "OPTIONS") or _comes_from_here(HTTPConnection(scope))
            answer = self._app if harmless else PlainTextResponse("This has to be sent from our own page.", 403)
            await answer(scope, receive, partial(_with_headers, send))


async def _with_headers(send: Send, message: Message) -> None:
    if message["type"] == "http.response.start":
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
    await send(message)


def _comes_from_here(request: HTTPConnection) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def site(
    routes: Sequence[BaseRoute], pulse: Pulse, handlers: Mapping[Any, ExceptionHandler] = MappingProxyType({})
) -> Starlette:
    """The one web application: the routes of every part (web chat, desk, demo shop), in the order they are tried.

    `handlers`: by the kind of an exception, what its visitor is answered.
    """

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        async with pulse.beating():
            yield

    return Starlette(routes=[*routes], lifespan=life, middleware=[Middleware(Guard)], exception_handlers=handlers)


def listen(host: str, port: int) -> socket.socket:
    """Takes the port before anything is promised. Raises OSError where somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(2048)
    except OSError:
        sock.close()
        raise
    return sock


def serve(app: ASGIApp, sock: socket.socket) -> None:
    """Serves until Ctrl-C or SIGTERM, and comes back when every open page has been let go."""
    config = uvicorn.Config(
        app, log_config=None, log_level="warning", access_log=False, timeout_graceful_shutdown=3, server_header=False
    )
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[sock])
