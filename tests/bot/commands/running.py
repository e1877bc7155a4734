"""How tests of the commands run them: what goes in as JSON lines, and an order that is good for anything."""

import json
from collections.abc import Callable
from typing import Any

Run = Callable[..., tuple[int, str, str]]
"""A command with its arguments: exit code, standard output, standard error."""

ORDER = {
    "order_no": "KM202611201530012345",
    "product": "点卡",
    "amount_paid": "49.90",
    "status": "delivered",
    "kind": "card",
    "ordered_at": "2026-11-20T10:00:00+08:00",
    "delivered_at": "2026-11-20T10:01:00+08:00",
}


def lines(*raw: dict[str, Any]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in raw)
