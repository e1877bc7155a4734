"""The pages joined into one web application: customers' chat, staff desk, and the demo shop where there is one.

How a command serves it:

    app = build(settings)
    site = Site(app)                                   # Site(app, demo=True) for `demo`
    worker = app.worker({"web": site.chat, STAFF: ...})
    worker.start()
    sock = listen(host, port)                          # OSError: somebody else has the port
    print(addresses)
    serve(site.web, sock)                              # comes back after Ctrl-C
    worker.stop(); app.close()
"""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from bot.app import App, shop_secret
from bot.away import Away
from bot.channels.webchat import LIMITS, Limits, WebChat
from bot.demo.shop import Shop
from bot.desk.auth import hash_password
from bot.desk.pages import Desk
from bot.evidence import MEGA
from bot.pulse import Pulse
from bot.telegram import BINDING
from bot.web import Seal, site
from storage.search import Search


class Site:
    """The web application of a house, and its web chat as a channel for the worker."""

    def __init__(self, app: App, *, demo: bool = False, more: Sequence[BaseRoute] = ()) -> None:
        secret = shop_secret(app.settings).decode("utf-8", "surrogateescape")
        search = Search(app.store.database)
        pulse = Pulse(search.newest)
        app.store.watchers.append(lambda _: pulse.poke())
        largest = app.settings.evidence.max_megabytes * MEGA
        # The form around a file takes a little room of its own.
        limits = Limits(file_bytes=largest, message_bytes=max(LIMITS.message_bytes, largest + MEGA))
        self.chat = WebChat(app.house, search, app.files, pulse, app.catalogue, secret, limits)
        binding = Seal(secret, BINDING).seal if app.settings.telegram.staff_group else None
        notice = app.house.notice
        desk = Desk(app.house, app.store, app.files, pulse, app.catalogue, secret, notice=notice, binding=binding)
        routes = [*self.chat.routes(), *desk.routes(), *more]
        if demo:
            shop = Shop(app.orders, app.links, app.catalogue, app.settings.data)
            shop.open(app.store, hash_password)
            routes += shop.routes()
        else:
            routes.append(Route("/", lambda request: RedirectResponse("chat/")))
        self.web: Starlette = site(routes, pulse, Away(app.catalogue).handlers())
