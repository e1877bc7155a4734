"""The pages for whoever runs the house and for their programs: /health for everybody, /metrics for those who may."""

import hmac
from collections.abc import Mapping
from functools import partial
from ipaddress import ip_address

from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot import health
from bot.app import App
from bot.botapi import Api
from bot.metrics import exposition
from bot.web import in_thread
from storage.files import Files
from storage.standing import due_piles, standing

PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip")
"""What a proxy adds to a request."""


def for_operators(app: App, bots: Mapping[str, Api], worker: str = "1") -> list[BaseRoute]:
    """`bots`: the Telegram bots that serve, by their names; `worker`: this process among those on one port."""
    look, settings = partial(standing, app.store.database), app.settings
    written, token = exposition(look, worker), settings.web.metrics_token.get_secret_value()

    async def metrics(request: Request) -> Response:
        if not may_look(request, token):
            return PlainTextResponse("from this machine alone, or with web.metrics_token", 403)
        text = await in_thread(written)
        return Response(text, media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"})

    due = partial(due_piles, app.store.database)
    folders = {"data folder": settings.data}
    if settings.evidence.store and isinstance(app.files, Files):
        folders["evidence.store"] = app.files.folder
    checks = health.checks(due, folders, settings.evidence.max_megabytes, bots)
    return [*health.routes(checks), Route("/metrics", metrics)]


def may_look(request: Request, token: str) -> bool:
    """A proxy on this machine passes strangers on: what came through one has to show the token like anybody else."""
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode()):
        return True
    passed_on = any(name in request.headers for name in PASSED_ON)
    return not passed_on and request.client is not None and _is_here(request.client.host)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
