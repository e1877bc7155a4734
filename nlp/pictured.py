"""What a picture was read as: the nouns that `read_picture` makes of its lines, and the codes that they use."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct, field


class PictureKind(StrEnum):
    """What kind of page or photo a picture shows."""

    ORDER_PAGE = "order_page"
    ACTIVATION_ERROR = "activation_error"
    ACTIVATION_OK = "activation_ok"
    FAULT_SCREEN = "fault_screen"
    LISTING = "listing"
    RECEIVED_GOODS = "received_goods"
    CHAT = "chat"
    SERVICE_RECORD = "service_record"
    PAYMENT = "payment"
    UNRELATED = "unrelated"


class PageStatus(StrEnum):
    """The status that an order page shows, whatever words or language it uses."""

    UNPAID = "待付款"
    UNSENT = "待发货"
    PROCESSING = "处理中"
    SENT = "已发货"
    DONE = "已完成"
    CLOSED = "已关闭"


Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the picture as it was read."""


class Line(Struct, frozen=True):
    """A piece of text as it was read, where it stands, and how sure the reading is (0 to 1)."""

    text: str
    box: Box
    sure: float = 1.0


class Trace(Struct, frozen=True):
    """A sign that a picture was touched up: what it is, how much it weighs (0 to 1), and where."""

    code: str  # software, patch, blur
    weight: float
    box: Box | None = None
    said: str = ""  # the name of a program


class Moment(Struct, frozen=True):
    """A printed date and time, in the time of the place; what it is the time of, and where it stands."""

    at: datetime
    of: str  # ordered, promised, delivered, event
    box: Box


class Sum(Struct, frozen=True):
    """An amount in yuan; whether it is called what was paid."""

    yuan: Decimal
    paid: bool
    box: Box
    refunded: bool = False  # it stands beside a word of being paid back


class Shown(Struct, frozen=True):
    """A text and where it stands."""

    text: str
    box: Box


class OrderShown(Struct, frozen=True):
    """One order on a picture: its number as printed, and what stands with it."""

    number: Shown | None = None
    status: PageStatus | None = None
    status_box: Box | None = None
    paid: Sum | None = None
    times: tuple[Moment, ...] = ()

    def moment(self, of: str) -> Moment | None:
        return next((moment for moment in self.times if moment.of == of), None)


class PictureReading(Struct, frozen=True):
    """One picture, understood. Where several orders are shown there is one of `orders` for each, the first first."""

    kind: PictureKind
    size: tuple[int, int] = (1, 1)  # of the picture, in the pixels that boxes are told in
    lines: tuple[Line, ...] = ()
    orders: tuple[OrderShown, ...] = ()
    sums: tuple[Sum, ...] = ()
    error: Shown | None = None  # what the page says went wrong
    success: Shown | None = None
    code_tail: str | None = None  # the last four signs of a code, where they are shown
    progress: int | None = None  # per cent of a service
    signs: Mapping[str, Shown] = field(default_factory=dict)  # what is told: received, used, unused, agreement ...

    @property
    def first(self) -> OrderShown:
        return self.orders[0] if self.orders else OrderShown()

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)
