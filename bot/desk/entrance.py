"""Coming in and going out: the login page of the desk."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.desk.auth import Door, TooManyTries, Visit, new_id
from bot.web import Pages, base_of, form_of, in_thread, text_of


class Entrance:
    """The login page, and the way out."""

    def __init__(self, door: Door, pages: Pages) -> None:
        self._door, self._pages = door, pages

    def routes(self) -> list[Route]:
        return [
            Route("/login", self._page, methods=["GET"]),
            Route("/login", self._log_in, methods=["POST"]),
            Route("/logout", self._log_out, methods=["POST"]),
        ]

    async def _page(self, request: Request, problem: str = "", name: str = "", status: int = 200) -> Response:
        visit = await in_thread(self._door.visit, request)
        page = self._pages.show(
            request, "login.html", status, base=base_of(request), token=self._door.token(visit), problem=problem,
            name=name, next=request.query_params.get("next", ""),
        )  # fmt: skip
        if visit.who is None:
            self._door.remember(page, request, visit)
        return page

    async def _log_in(self, request: Request) -> Response:
        visit = await in_thread(self._door.visit, request)
        form = await form_of(request)
        name, password = text_of(form, "name").strip(), text_of(form, "password")
        if not self._door.wrote(text_of(form, "token"), visit):
            return await self._page(request, "desk.login.expired", name, 403)
        address = request.client.host if request.client else ""
        try:
            member = await in_thread(self._door.log_in, name, password, address)
        except TooManyTries:
            return await self._page(request, "desk.login.too_many", name, 429)
        if member is None:
            return await self._page(request, "desk.login.wrong", name, 401)
        answer = RedirectResponse(_wanted(request), 303)
        self._door.remember(answer, request, visit, member)
        return answer

    async def _log_out(self, request: Request) -> Response:
        visit = await in_thread(self._door.visit, request)
        answer = RedirectResponse(f"{base_of(request)}/login", 303)
        if self._door.wrote(text_of(await form_of(request), "token"), visit):
            self._door.remember(answer, request, Visit(new_id()))
        return answer


def _wanted(request: Request) -> str:
    """Where somebody wanted to go before they logged in, if that is a page of the desk."""
    base, wanted = base_of(request), request.query_params.get("next", "")
    return wanted if wanted.startswith(f"{base}/") and "\\" not in wanted else f"{base}/"
