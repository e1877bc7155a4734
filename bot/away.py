"""What visitors are told while the database cannot be reached or the disk is full: nothing was done, come again."""

import errno
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from starlette.exceptions import WebSocketException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ExceptionHandler
from starlette.websockets import WebSocket

from bot.web import Pages, Sentences, language_of
from storage.engine import DATABASE_AWAY

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
"""What a disk says that takes nothing more."""
SECONDS = 5
"""After so many a visitor may come again."""
COME_AGAIN = 1013

log = structlog.get_logger()


class Away:
    """Answers for every page of the house: a page to those who read, JSON to programs, both with 503."""

    def __init__(self, sentences: Sentences) -> None:
        self._pages = Pages(Path(__file__).parent / "templates", sentences)

    def handlers(self) -> Mapping[Any, ExceptionHandler]:
        answer: Any = self.answer  # of one that answers both kinds of visitors, Starlette's type knows nothing
        return dict.fromkeys((*DATABASE_AWAY, OSError, ExceptionGroup), answer)

    async def answer(self, visitor: Request | WebSocket, error: Exception) -> Response | None:
        """Raises the error again where it is none that passes."""
        if not passes(error):
            raise error
        log.error("a visitor was asked to come again", error=type(_first(error)).__name__)
        if isinstance(visitor, WebSocket):
            with suppress(RuntimeError, WebSocketException):
                await visitor.close(COME_AGAIN)
            return None
        headers = {"retry-after": str(SECONDS), "cache-control": "no-store"}
        if "text/html" not in visitor.headers.get("accept", ""):
            words = self._pages.say(language_of(visitor), "away.title")
            return JSONResponse({"error": words}, 503, headers=headers)
        base = visitor.scope.get("app_root_path", visitor.scope["root_path"])
        again = visitor.method == "GET"
        page = self._pages.show(visitor, "away.html", 503, base=base, again=again, seconds=SECONDS)
        page.headers.update(headers)
        return page


def passes(error: BaseException) -> bool:
    """Whether it is over as soon as a database or a disk is well again."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(passes, error.exceptions))
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return isinstance(error, DATABASE_AWAY)


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
