"""`refund-desk serve` and `demo`: customer chat, staff desk and Telegram, the outbox at work behind them."""

import os
import socket
import sys
from collections.abc import Callable

import structlog

from bot import app
from bot.config import CannotStart, Settings
from bot.cores import keep_to_one
from bot.crew import Crew
from bot.demo.shop import LOGINS
from bot.logs import set_up
from bot.running import at_work
from bot.settling import settle
from bot.web import listen
from bot.web import serve as serve_until_stopped

log = structlog.get_logger()


def serve(settings: Settings, port: int | None, workers: int = 1) -> None:
    """Every channel that is configured, until Ctrl-C or SIGTERM."""
    if workers < 1:
        raise CannotStart(f"--workers: expected 1 or more, found {workers}")
    if workers == 1:
        _run(settings, port, addresses, demo=False)
        return
    if settings.database_url.startswith("sqlite"):
        raise CannotStart("--workers: more than one needs PostgreSQL; name its address in database.url")
    set_up(settings.log)
    sock = _listen(settings, port)
    app.open_store(settings).close()
    print(addresses(_base(settings, sock)), flush=True)
    Crew(workers, member, settings, sock).keep_up()


def demo(settings: Settings, port: int | None) -> None:
    """The same, with a shop to try it in."""
    _run(settings, port, demo_addresses, demo=True)


def _run(settings: Settings, port: int | None, greeting: Callable[[str], str], *, demo: bool) -> None:
    set_up(settings.log)
    sock = _listen(settings, port)
    work(settings, sock, os.getpid(), lambda: print(greeting(_base(settings, sock)), flush=True), demo=demo)


def work(
    settings: Settings, sock: socket.socket, number: int, ready: Callable[[], None] | None = None, demo: bool = False
) -> None:
    """One process of the house, on a port that was taken before."""
    set_up(settings.log)
    keep_to_one(number)
    with at_work(settings, demo=demo) as running:
        settle()
        if ready is not None:
            ready()
        serve_until_stopped(running.web, sock)


def member(settings: Settings, sock: socket.socket, number: int) -> None:
    """One of several. What keeps it from starting is a line of the log, as nobody above it hears of it."""
    try:
        work(settings, sock, number)
    except CannotStart as reason:
        log.error("a worker cannot start", error=str(reason))
        sys.exit(2)


def _listen(settings: Settings, port: int | None) -> socket.socket:
    host, wanted = settings.web.host, settings.web.port if port is None else port
    try:
        return listen(host, wanted)
    except (OSError, OverflowError) as error:
        raise CannotStart(f"port {wanted} of {host} cannot be had ({error}); name another with --port") from None


def _base(settings: Settings, sock: socket.socket) -> str:
    return settings.web.public_url.rstrip("/") or f"http://{settings.web.host}:{sock.getsockname()[1]}"


def addresses(base: str) -> str:
    return f"customers   {base}/chat/\nstaff desk  {base}/desk/\nCtrl-C stops it; started again, it goes on."


def demo_addresses(base: str) -> str:
    logins = "\n".join(f"            {name} / {password}  ({role})" for name, role, password in LOGINS)
    return f"demo shop   {base}/shop/\n{addresses(base)}\nlogins at the desk\n{logins}"
