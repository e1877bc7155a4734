"""How many lines a second the rules answer, asked from outside, on one core and once they are loaded."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from io import BytesIO

from bot.commands.policy import decide, due
from bot.orders.order_json import order_json
from bot.texts import Catalogue
from flows.policy import load
from nlp.codes import Reason
from tests.benchmarks.dialogue import NOW, orders

CLAIMS = 10_000


def rules_per_s() -> dict[str, float]:
    """Of `policy decide` and of `policy due`."""
    rules, catalogue = load(), Catalogue()
    bought = [order_json(order) for order in orders(CLAIMS // len(Reason))]
    claims = [{"reason": reason, "now": NOW.isoformat(), "order": order} for order in bought for reason in Reason]
    reviews = [{"submitted_at": (NOW + timedelta(hours=n)).isoformat()} for n in range(CLAIMS)]
    return {
        "decide_per_s": _per_s(claims, lambda source: decide(source, rules, partial(catalogue.say, "zh-CN"))),
        "due_per_s": _per_s(reviews, lambda source: due(source, rules)),
    }


def _per_s(asked: list[dict[str, object]], answer: Callable[[BytesIO], Iterator[str]]) -> int:
    source = BytesIO("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in asked).encode())
    started = time.process_time()
    answers = list(answer(source))
    took = time.process_time() - started
    assert len(answers) == len(asked) and not any('"error"' in line for line in answers), "a line was not answered"
    return round(len(answers) / took)
