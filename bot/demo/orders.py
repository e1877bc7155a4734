"""What was bought in the demo shop, relative to a moment: every reason can be tried, with every answer of the rules."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from flows.model import Cents, Goods, Order, OrderStatus

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTACT, PASSWORD = "13800138000", "abc123"
OPEN, DONE, SHUT = OrderStatus.UNDELIVERED, OrderStatus.DELIVERED, OrderStatus.CLOSED


class Sale(Struct, frozen=True):
    """An order of the demo as a line of the table below: times in minutes before now, promised ones after the order."""

    slug: str
    product: str
    kind: Goods
    yuan: str
    status: OrderStatus
    ordered: int
    promised: int
    delivered: int | None = None
    begun: int | None = None
    quantity: int = 1
    coupon: str = "0"
    points: int = 0
    paid_with: str = "alipay"


class Example(Struct, frozen=True):
    """An order of the demo shop. The texts `demo.try.<slug>` and `demo.say.<slug>` tell what to try with it."""

    slug: str
    order: Order
    pictures: tuple[str, ...]


# fmt: off
CARD, TOPUP, CLUB, WORK, ACCOUNT = Goods.CARD, Goods.TOPUP, Goods.MEMBERSHIP, Goods.SERVICE, Goods.ACCOUNT
SALES = (
    #    slug        product                    kind     yuan      status ordered promised delivered
    Sale("late",     "全国移动话费充值 50元",     TOPUP,   "49.90",  OPEN,  300,    120),
    Sale("missing",  "Q币 100个",                TOPUP,   "97.00",  DONE,  55,     30,      20,    paid_with="wechat"),
    Sale("waiting",  "王者荣耀 点券 648",         TOPUP,   "64.00",  OPEN,  20,     120),
    Sale("code",     "Steam 充值卡 100元",        CARD,    "93.50",  DONE,  130,    10,      125),
    Sale("old_code", "App Store 礼品卡 200元",    CARD,    "192.00", DONE,  4400,   10,      4395,  paid_with="wechat"),
    Sale("dropped",  "腾讯视频 VIP 月卡",         CLUB,    "19.90",  DONE,  2900,   120,     2860,  coupon="5"),
    Sale("other",    "原神 55级 成品号",          ACCOUNT, "158.00", DONE,  1500,   120,     1440),
    Sale("service",  "王者荣耀代练 星耀到王者",    WORK,    "88.00",  OPEN,  3000,   1440,    begun=2800),
    Sale("wrong",    "京东E卡 50元",              CARD,    "147.00", DONE,  200,    10,      195,   quantity=3),
    Sale("twice",    "网易云音乐 黑胶VIP 季卡",    CLUB,    "36.00",  DONE,  320,    120,     310,   points=100),
    Sale("twice_b",  "网易云音乐 黑胶VIP 季卡",    CLUB,    "36.00",  DONE,  318,    120,     309),
    Sale("unwanted", "爱奇艺 黄金会员 年卡",       CLUB,    "118.00", DONE,  600,    120,     590),
    Sale("dear",     "优酷 酷喵会员 年卡",         CLUB,    "199.00", OPEN,  400,    120),
    Sale("closed",   "百度网盘 超级会员 月卡",     CLUB,    "25.00",  SHUT,  9000,   120),
)
# fmt: on
DESCRIPTIONS = {
    "code": "美区兑换码，自动发货",
    "other": "官服，两个五星角色，可换绑邮箱",
    "service": "24 小时内打完，不掉星",
}
PICTURES = {
    "missing": ("order_page",),
    "code": ("error_screen",),
    "old_code": ("error_screen",),
    "dropped": ("fault_screen", "activation_ok"),
    "other": ("listing", "received_goods"),
    "service": ("agreement", "service_record"),
}
"""What there is to hand in as evidence."""


def examples(now: datetime) -> tuple[Example, ...]:
    """The shop as it is at this moment. The same moment makes the same orders."""
    return tuple(
        Example(sale.slug, _order(sale, n, now), PICTURES.get(sale.slug, ())) for n, sale in enumerate(SALES, 1)
    )


def _order(sale: Sale, n: int, now: datetime) -> Order:
    ordered = now - timedelta(minutes=sale.ordered)
    paid = _cents(sale.yuan)
    tail = (int(now.timestamp() * 1000) * 31 + n * 1717) % 10**4
    return Order(
        order_no=f"KM{ordered.astimezone(SHANGHAI):%Y%m%d%H%M}{n:02d}{tail:04d}",
        product=sale.product,
        amount_paid=paid,
        status=sale.status,
        ordered_at=ordered,
        kind=sale.kind,
        description=DESCRIPTIONS.get(sale.slug, ""),
        quantity=sale.quantity,
        price=Cents(paid + _cents(sale.coupon) + sale.points),
        coupon=_cents(sale.coupon),
        points=sale.points,
        points_value=Cents(sale.points),
        paid_with=sale.paid_with,
        trade_no=f"{ordered.astimezone(SHANGHAI):%Y%m%d}2200{n:04d}{int(ordered.timestamp()) % 10**10:010d}",
        promised_at=ordered + timedelta(minutes=sale.promised),
        delivered_at=_before(now, sale.delivered),
        service_started_at=_before(now, sale.begun),
        contact=CONTACT,
        query_password=PASSWORD,
    )


def _before(now: datetime, minutes: int | None) -> datetime | None:
    return None if minutes is None else now - timedelta(minutes=minutes)


def _cents(yuan: str) -> Cents:
    whole, _, part = yuan.partition(".")
    return Cents(int(whole) * 100 + int(part.ljust(2, "0") or 0))
