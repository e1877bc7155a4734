"""python-telegram-bot's requests, with the benchmark's own Telegram behind them instead of the network."""

import json
from typing import Any

from telegram.request import BaseRequest, RequestData

from tests.benchmarks.network import telegram


class PtbRequest(BaseRequest):
    """Instead of python-telegram-bot's requests over HTTP."""

    def __init__(self, **_: Any) -> None:
        super().__init__()

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        given = request_data.parameters if request_data else {}
        result = await telegram.call(url.rpartition("/")[2], given)
        return 200, json.dumps({"ok": True, "result": result}).encode()
