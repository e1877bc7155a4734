"""Whatever customers and staff do, in whatever order: nobody is met with silence, and nothing breaks."""

import random
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.handle import STAFF_ACTIONS
from flows.model import Goods, OrderStatus
from tests.bot.channels.pipe import NOON, Desk, order

WORDS = Path(__file__).parents[1] / "nlp" / "data"
SHORT = (
    "13800138000", "确认", "好", "不是", "返回", "取消", "没有了", "1", "第二个", "重新来", "接受", "不要", "改",
    "我要申诉，这是新的截图", "要书面答复", "多久能审完", "转人工", "不知道", "yes", "no more", "", "😡", "\ud800",
    "RF2611200001",
)  # fmt: skip
CUSTOMERS = ("u0", "u1", "u2")
MESSAGES = 150


class World:
    """Three customers, two agents, a clock, and orders of every kind, all at random but the same for the same seed."""

    def __init__(self, desk: Desk, folder: Path, seed: int) -> None:
        self.desk, self.random, self.now = desk, random.Random(seed), NOON
        self.texts = [line for file in sorted(WORDS.glob("*.txt")) for line in _filled(file)]
        self.pictures = [folder / f"{n}.png" for n in range(5)]
        for n, picture in enumerate(self.pictures):
            Image.new("RGB", (20, 20), (n, 0, 0)).save(picture)
        self.orders = [self._order(n) for n in range(12)]
        desk.put(*self.orders)
        self.buttons: list[str] = ["no-such-button"]
        self.numbers = ["RF0"]

    def _order(self, n: int) -> Any:
        status, pick = self.random.choice(list(OrderStatus)), self.random.choice
        ago = timedelta(minutes=pick((5, 50, 300, 3_000, 30_000)))
        return order(
            f"KM20261120153001{n:04d}", buyer=pick((None, *CUSTOMERS)), kind=pick(list(Goods)), status=status,
            delivered_at=NOON - ago if status is OrderStatus.DELIVERED else None, quantity=pick((1, 1, 3)),
            service_started_at=pick((None, NOON - timedelta(hours=2))),
        )  # fmt: skip

    def lines(self) -> Iterator[dict[str, Any]]:
        ways = [self.press, self.file, self.name_order, self.short, self.staff, self.clock, self.text]
        for _ in range(MESSAGES):
            yield self.random.choices(ways, [30, 9, 15, 12, 12, 4, 18])[0]()

    def customer(self) -> str:
        return self.random.choice(CUSTOMERS)

    def press(self) -> dict[str, Any]:
        return {"customer": self.customer(), "press": self.random.choice(self.buttons[-9:])}

    def file(self) -> dict[str, Any]:
        caption = self.random.choice(("", *self.random.choices(self.texts, k=2)))
        return {"customer": self.customer(), "file": str(self.random.choice(self.pictures)), "caption": caption}

    def name_order(self) -> dict[str, Any]:
        more = self.random.choice(("", " 激活不了要退款", " 一直没发货", " 13800138000", " 不想要了"))
        return {"customer": self.customer(), "text": self.random.choice(self.orders).order_no + more}

    def short(self) -> dict[str, Any]:
        return {"customer": self.customer(), "text": self.random.choice(SHORT)}

    def text(self) -> dict[str, Any]:
        return {"customer": self.customer(), "text": self.random.choice(self.texts)}

    def clock(self) -> dict[str, Any]:
        self.now += timedelta(minutes=self.random.choice((1, 40, 600, 3_000, 20_000)))
        return {"clock": self.now.isoformat()}

    def staff(self) -> dict[str, Any]:
        pick = self.random.choice
        return {
            "agent": pick(("a1", "a2")), "role": pick(("agent", "supervisor")), "case": pick(self.numbers),
            "do": pick(sorted(STAFF_ACTIONS)), "text": pick(("", "理由")), "offer": pick((None, "exchange", "credit")),
            "reason": pick((None, "malfunction", "change_of_mind")),
        }  # fmt: skip

    def learn(self, answers: list[dict[str, Any]]) -> None:
        for answer in answers:
            self.buttons += [button["id"] for button in answer.get("buttons", ())]
            self.numbers += [answer["case"]] if isinstance(answer.get("case"), str) else []


def _filled(file: Path) -> list[str]:
    return [line for line in file.read_text("utf-8").split("\n") if line]


@pytest.mark.parametrize("seed", range(6))
def test_every_line_has_an_answer_that_reads_like_one(tmp_path: Path, sqlite_template: Path, seed: int) -> None:
    shutil.copy(sqlite_template, tmp_path / "refund-desk.db")
    desk = Desk(tmp_path)
    world = World(desk, tmp_path, seed)
    for line in world.lines():
        answers = desk(line)
        world.learn(answers)
        broken = [one for one in answers if one.get("error", {}).get("code") == "failed"]
        unread = [one["text"] for one in answers if "text" in one and ("{" in one["text"] or "None" in one["text"])]
        assert (broken, unread) == ([], []), line
        if "customer" in line and desk.app.store.recall(line["customer"]).talk.owner == "bot":
            assert any(one.get("to") == line["customer"] for one in answers), f"silence at {line}"
    desk.app.close()
