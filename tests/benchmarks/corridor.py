"""How fast the house is: N customers of eight messages each through the corridor on SQLite. The last line is JSON."""

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot import app
from bot.channels import Incoming, Upload
from bot.commands.policy import decide, due
from bot.config import Settings
from bot.orders.order_json import order_json
from bot.texts import Catalogue
from flows.model import Cents, Goods, Order, OrderStatus
from flows.policy import load
from nlp.codes import Reason
from nlp.lexicon import default
from nlp.read import read

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
MESSAGE = "我昨天买的点卡KM202611201530012345激活提示无效码，49.9元，要退款"
READINGS = 2_000
CLAIMS = 10_000


def orders(customers: int) -> list[Order]:
    return [
        Order(
            order_no=_number(n), product="Steam 充值卡 50元", amount_paid=Cents(4990), status=OrderStatus.DELIVERED,
            ordered_at=NOW - timedelta(hours=2), kind=Goods.CARD, price=Cents(4990), paid_with="alipay",
            delivered_at=NOW - timedelta(hours=1), contact=f"138{n:08d}",
        )
        for n in range(customers)
    ]  # fmt: skip


def messages(n: int) -> Iterator[Incoming]:
    """Start, complaint with order number, confirm order, ownership, picture, detail, confirm, status."""
    said = [
        {"payload": ""},
        {"text": f"订单{_number(n)}，卡密激活提示无效码，要退款"},
        {"text": "对，就是这个订单"},
        {"text": f"138{n:08d}"},
        {"files": (Upload("screen.png", _picture(n)),)},
        {"text": "在充值页面输入以后一直提示卡密无效"},
        {"text": "确认提交"},
        {"text": "我的退款到哪一步了"},
    ]
    for turn, parts in enumerate(said):
        yield Incoming("bench", f"customer-{n}", f"{n}:{turn}", **parts)


def measure(customers: int, concurrency: int) -> dict[str, float]:
    """Raises AssertionError where a customer was not served: speed without effect is none."""
    with tempfile.TemporaryDirectory() as folder:
        house = app.build(Settings(data=Path(folder)))
        house.orders.put(orders(customers))
        talks = [list(messages(n)) for n in range(customers)]
        started = time.perf_counter()
        with ThreadPoolExecutor(concurrency) as pool:
            waits = [wait for each in pool.map(lambda talk: _lived(house, talk), talks) for wait in each]
        took = time.perf_counter() - started
        for n in range(customers):
            assert house.store.recall(f"customer-{n}").cases, f"customer {n} was not served"
        house.close()
    return {
        "customers": customers,
        "concurrency": concurrency,
        "messages_per_s": round(len(waits) / took, 1),
        "p50_ms": round(statistics.median(waits) * 1000, 2),
        "p99_ms": round(statistics.quantiles(waits, n=100)[98] * 1000, 2),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "reading_us": round(reading_us(), 1),
        **rules_per_s(),
    }


def reading_us() -> float:
    """The median of reading one message, the words loaded."""
    lexicon, times = default(), []
    for _ in range(READINGS):
        started = time.perf_counter()
        read(MESSAGE, lexicon)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1_000_000


def rules_per_s() -> dict[str, float]:
    """Lines a second that `policy decide` and `policy due` answer on one core, once the rules are loaded."""
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


def _lived(house: app.App, talk: list[Incoming]) -> list[float]:
    waits = []
    for turn, incoming in enumerate(talk):
        started = time.perf_counter()
        house.house.hear(incoming, NOW + timedelta(seconds=turn))
        waits.append(time.perf_counter() - started)
    return waits


def _number(n: int) -> str:
    return f"KM20261120100000{n:04d}"


def _picture(n: int) -> bytes:
    """A screenshot of its own for each customer, of the size that phones send."""
    out = BytesIO()
    Image.effect_noise((540, 960), 8 + n % 8).point(lambda tone: (tone + n) % 256).save(out, "JPEG", quality=70)
    return out.getvalue()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-n", "--customers", type=int, default=100)
    options.add_argument("-c", "--concurrency", type=int, default=4)
    given = options.parse_args()
    print(f"{given.customers} customers, 8 messages each, {given.concurrency} at a time", file=sys.stderr)
    print(json.dumps(measure(given.customers, given.concurrency)))


if __name__ == "__main__":
    main()
