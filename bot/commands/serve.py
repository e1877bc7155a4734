"""`refund-desk serve` and `demo`: customer chat and staff desk on one port, the outbox at work behind them."""

from collections.abc import Callable

from bot import app
from bot.channels import STAFF
from bot.channels.board import Board
from bot.config import CannotStart, Settings
from bot.demo.shop import LOGINS
from bot.logs import set_up
from bot.operators import for_operators
from bot.site import Site
from bot.telegram import build as build_telegram
from bot.web import listen
from bot.web import serve as serve_until_stopped


def serve(settings: Settings, port: int | None) -> None:
    """Customer chat and desk, until Ctrl-C or SIGTERM."""
    _run(settings, port, addresses, demo=False)


def demo(settings: Settings, port: int | None) -> None:
    """The same, with a shop to try it in."""
    _run(settings, port, demo_addresses, demo=True)


def _run(settings: Settings, port: int | None, greeting: Callable[[str], str], *, demo: bool) -> None:
    set_up(settings.log)
    host, wanted = settings.web.host, settings.web.port if port is None else port
    try:
        sock = listen(host, wanted)
    except (OSError, OverflowError) as error:
        raise CannotStart(f"port {wanted} of {host} cannot be had ({error}); name another with --port") from None
    house = app.build(settings)
    telegram = build_telegram(house, app.shop_secret(settings).decode("utf-8", "surrogateescape"))
    site = Site(house, demo=demo, more=[*telegram.routes(), *for_operators(house, telegram.apis)])
    worker = house.worker({site.chat.name: site.chat, STAFF: Board(), **telegram.channels}, telegram.messengers)
    print(greeting(settings.web.public_url.rstrip("/") or f"http://{host}:{sock.getsockname()[1]}"), flush=True)
    worker.start()
    telegram.start()
    try:
        serve_until_stopped(site.web, sock)
    finally:
        telegram.stop()
        worker.stop()
        telegram.close()
        house.close()


def addresses(base: str) -> str:
    return f"customers   {base}/chat/\nstaff desk  {base}/desk/\nCtrl-C stops it; started again, it goes on."


def demo_addresses(base: str) -> str:
    logins = "\n".join(f"            {name} / {password}  ({role})" for name, role, password in LOGINS)
    return f"demo shop   {base}/shop/\n{addresses(base)}\nlogins at the desk\n{logins}"
