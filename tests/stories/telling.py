"""A whole house for stories: a real database, its worker, and a clock that is moved by hand."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PIL import Image

from bot.app import build
from bot.channels import Incoming, Upload
from bot.config import Settings
from bot.handle import StaffAction
from bot.looking import Looking
from bot.outbox import Worker
from bot.payouts import Answer
from bot.reading import Reader
from flows.model import Case, CaseState, Goods, Order, OrderStatus, Pay, Role
from storage.nouns import Rendered
from storage.outbox import HAPPENS
from tests.conftest import NOON, an_order
from tests.reading import Blind

A_MINUTE = timedelta(minutes=1)
FIRST = "RF2611200001"
"""The number of the first case of the day."""
NOT_YET: dict[str, Any] = {"status": OrderStatus.UNDELIVERED, "delivered_at": None}


def bought(last_digit: int, product: str, kind: Goods, **given: Any) -> Order:
    return an_order(order_no=f"KM20261120153001000{last_digit}", product=product, kind=kind, **given)


def ago(hours: float) -> datetime:
    return NOON - timedelta(hours=hours)


CARD = an_order()
LATE = bought(1, "话费充值 50元", Goods.TOPUP, promised_at=ago(1), **NOT_YET)
WAITING = bought(2, "话费充值 50元", Goods.TOPUP, promised_at=ago(-1), **NOT_YET)
MEMBERSHIP = bought(3, "腾讯视频VIP 月卡", Goods.MEMBERSHIP, ordered_at=ago(21), delivered_at=ago(20))
TWIN = bought(4, "腾讯视频VIP 月卡", Goods.MEMBERSHIP, ordered_at=ago(20), delivered_at=ago(19))
SERVICE = bought(5, "王者荣耀代练", Goods.SERVICE, ordered_at=ago(50), service_started_at=ago(40), **NOT_YET)
STRANGERS = replace(CARD, buyer="somebody", contact="13900000000", query_password="Zx81yz")
INVALID = "卡密激活提示无效码，我要退款"
DROPPED = "会员开通后突然掉了，用不了，我要退款"
HANDED_IN = ((INVALID, ["evidence.ask"]), ("没有了", ["confirm.summary"]), ("提交", ["filed.submitted"]))
REFUSAL = "截图里的卡号不是这张卡。"


class Provider:
    """A way back that answers as it was told, and counts what it paid: a key is paid once."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.paid: dict[str, int] = {}

    def refund(self, key: str, pay: Pay, now: object) -> Answer:
        answer = self.answers.pop(0) if self.answers else Answer.DONE
        if answer is Answer.DONE:
            self.paid[key] = pay.refund.cash
        return answer

    def look_up(self, key: str, pay: Pay) -> Answer | None:
        return Answer.DONE if key in self.paid else None


def picture(shade: int = 0) -> Upload:
    """A small picture; another shade is another picture."""
    out = BytesIO()
    Image.new("L", (1, 1), shade).save(out, "PNG")
    return Upload(f"{shade}.png", out.getvalue())


class Story:
    """What a customer and staff do, one after the other, and the keys of what the house says to it."""

    def __init__(self, folder: Path, *orders: Order, customer: str = "u1", reader: Reader | None = None) -> None:
        settings = Settings(data=folder, secret="0123456789abcdef0123456789abcdef")
        self.app = build(settings, reader or Blind())
        self.house, self.store, self.provider = self.app.house, self.app.store, Provider()
        self.app.orders.put(orders)
        look = Looking(self.store, self.app.files, self.app.reader, settings.evidence)
        self.worker = Worker(self.store, self.house, {}, self.provider, look)
        self.customer, self.now = customer, NOON
        self.told: list[Rendered] = []
        self.said: list[Rendered] = []
        self._ids = 0

    # ---- what the customer does

    def hears(self, text: str = "", *files: Upload, **given: Any) -> list[str]:
        self._ids += 1
        message = {"message_id": f"m{self._ids}", "text": text, "files": files, **given}
        self.house.hear(Incoming("webchat", self.customer, **message), self.now)
        return self._news()

    def presses(self, value: str) -> list[str]:
        """A button by what it means: one of the last question, or one that lasts."""
        choices = self.store.recall(self.customer).talk.choices
        return self.hears(button=next((choice.id for choice in choices if choice.value == value), value))

    def goes(self, *turns: tuple[str, Sequence[str]]) -> None:
        """The story itself: (what the customer says, or the button in brackets; the keys the house answers)."""
        for said, keys in turns:
            button = said[1:-1] if said.startswith("[") else None
            files = (picture(self._ids + 1),) if said == "(picture)" else ()
            answered = self.presses(button) if button else self.hears("" if files else said, *files)
            assert answered == list(keys), f"{said}: {answered}"

    # ---- what others do

    def staff(self, do: str, agent: str = "a1", role: Role = Role.AGENT, **given: Any) -> list[str]:
        number = {} if "chat" in given else {"case": self.case.number}
        self.house.decide(StaffAction(agent, role, do, **{**number, **given}), self.now)
        return self._news()

    def boss(self, do: str, **given: Any) -> list[str]:
        return self.staff(do, "s1", Role.SUPERVISOR, **given)

    def waits(self, **time: float) -> list[str]:
        """Time goes on, and everything that is due in it happens at its own moment."""
        until = self.now + timedelta(**time)
        while (due := self.store.outbox.next_due(HAPPENS)) is not None and due <= until:
            self.now = max(self.now, due)
            self.worker.run_due(self.now, HAPPENS)
        self.now = until
        return self._news()

    # ---- what stands

    @property
    def case(self) -> Case:
        """The newest."""
        return self.store.recall(self.customer).cases[0]

    @property
    def state(self) -> CaseState:
        return self.case.state

    @property
    def asks(self) -> str | None:
        return self.said[-1].asks

    @property
    def notices(self) -> list[str]:
        """The keys of what staff were told by the last turn."""
        return [told.key for told in self.told]

    def _news(self) -> list[str]:
        self.worker.run_due(self.now, ("pay", "read"))
        self.said, self.told = self._taken("say"), self._taken("tell")
        return [said.key for said in self.said]

    def _taken(self, kind: str) -> list[Rendered]:
        taken = self.store.outbox.take(self.now, 100, A_MINUTE, (kind,))
        for due in taken:
            self.store.outbox.finish(due.key, self.now)
        return [due.task for due in taken if isinstance(due.task, Rendered)]


Tell = Callable[..., Story]
"""What the fixture `tell` is: it begins a story in a shop that sold the orders it is given."""
