"""Made-up pages of many shops and apps, by kind: what a customer may screenshot, with the claim that it is sent for."""

import html
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

PHONE, DESKTOP = (390, 844), (1180, 700)
PRODUCTS = [
    ("腾讯视频VIP 月卡", "membership", "25.00"), ("优酷会员 年卡", "membership", "128.00"), ("Steam 充值卡 100元", "card", "97.50"),
    ("网易云音乐黑胶VIP 季卡", "membership", "42.80"), ("王者荣耀点券 980", "topup", "92.00"), ("中国移动话费 50元", "topup", "49.60"),
    ("Windows 11 专业版 激活码", "card", "38.00"), ("Xbox Game Pass 3个月", "card", "109.00"), ("天猫超市卡 200元", "card", "196.00"),
    ("QQ音乐绿钻 12个月", "membership", "88.00"), ("原神 创世结晶 3280", "topup", "198.00"), ("百度网盘超级会员 月卡", "membership", "19.90"),
]  # fmt: skip
SERVICES = [
    ("王者荣耀代练 钻石→星耀", "service", "180.00"),
    ("英雄联盟陪玩 5小时", "service", "75.00"),
    ("原神代打 深渊满星", "service", "60.00"),
    ("和平精英代练 皇冠→王牌", "service", "220.00"),
]
SHOPS = ["云集点卡", "飞鸟数卡", "米粒卡盟", "极光虚拟", "Galaxy Keys", "橙子商城", "晨星发卡", "LightPay Store"]
STYLE = """*{box-sizing:border-box;margin:0}body{font-family:'Noto Sans CJK SC',sans-serif;font-size:15px;line-height:1.5}
.row{display:flex;justify-content:space-between;padding:8px 0}.k{color:#888}table{border-collapse:collapse;width:100%}"""


@dataclass
class Scene:
    """One page as it is drawn, what it shows, and the claim that it is sent for."""

    kind: str
    template: str
    html: str
    claim: dict[str, Any]
    verdict: str
    size: tuple[int, int] = PHONE
    shows: dict[str, Any] = field(default_factory=dict)  # order_no, status, amount
    why: str = ""


class Shop:
    """A shop of its own: how it writes numbers and times."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.name = rng.choice(SHOPS)
        self.at = datetime(2026, rng.randint(9, 11), rng.randint(1, 25), rng.randint(8, 22), rng.randint(0, 59))

    def number(self) -> str:
        d = lambda n: "".join(self.rng.choice("0123456789") for _ in range(n))  # noqa: E731
        return self.rng.choice([
            lambda: f"KM{self.at:%Y%m%d%H%M}{d(6)}", lambda: f"{self.at:%Y%m%d}{d(10)}", lambda: f"DD{d(12)}", lambda: f"NO-{d(8)}",
            lambda: f"{self.rng.choice('ABCDEHKTW')}{d(10)}", lambda: f"S{self.at:%y%m%d}-{d(6)}", lambda: d(18),
        ])()  # fmt: skip

    def order(
        self, goods: tuple[str, str, str] | None = None, delivered: bool = False, late: bool = True
    ) -> dict[str, Any]:
        product, kind, paid = goods or self.rng.choice(PRODUCTS)
        promised = self.at + timedelta(minutes=self.rng.choice([10, 30, 60]))
        return {
            "order_no": self.number(), "product": product, "kind": kind, "amount_paid": paid,
            "status": "delivered" if delivered else "undelivered", "ordered_at": iso(self.at), "promised_at": iso(promised),
            "delivered_at": iso(self.at + timedelta(minutes=4)) if delivered else None,
        }  # fmt: skip


def iso(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def zh(at: datetime, rng: random.Random) -> str:
    return at.strftime(
        rng.choice(["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y年%m月%d日 %H:%M", "%Y.%m.%d %H:%M"])
    )


def en(at: datetime) -> str:
    return at.strftime("%b %d, %Y %I:%M %p")


def e(text: object) -> str:
    return html.escape(str(text))


def rows(pairs: list[tuple[str, str]], colon: str = "") -> str:
    return "".join(f"<div class=row><span class=k>{e(k)}{colon}</span><span>{e(v)}</span></div>" for k, v in pairs)


# ---- order pages: (status words by state, template)

ZH = {
    "待付款": "等待买家付款",
    "待发货": "买家已付款，等待商家发货",
    "处理中": "处理中",
    "已发货": "卖家已发货",
    "已完成": "交易成功",
    "已关闭": "交易关闭",
}
EN = {
    "待付款": "Awaiting payment",
    "待发货": "Awaiting shipment",
    "处理中": "Processing",
    "已发货": "Shipped",
    "已完成": "Completed",
    "已关闭": "Cancelled",
}
TW = {
    "待付款": "待付款",
    "待发货": "待出貨",
    "处理中": "處理中",
    "已发货": "已發貨",
    "已完成": "已完成",
    "已关闭": "已關閉",
}


@dataclass
class Shown:
    """What an order page is to show."""

    number: str
    product: str
    status: str
    paid: str
    ordered: datetime
    promised: datetime | None
    sent: datetime | None


def op_taobao(s: Shown, shop: Shop) -> tuple[str, tuple[int, int]]:
    pairs = [
        ("订单编号", s.number + " 复制"),
        ("创建时间", zh(s.ordered, shop.rng)),
        ("付款时间", zh(s.ordered, shop.rng)),
    ]
    pairs += [("发货时间", zh(s.sent, shop.rng))] if s.sent else []
    pairs += [("预计发货", zh(s.promised, shop.rng) + "前")] if s.promised else []
    return (
        f"""<body style="background:#f4f4f4"><div style="background:linear-gradient(90deg,#ff6a00,#ff2e4d);color:#fff;padding:44px 18px 22px;font-size:19px">
    <b>{ZH[s.status]}</b></div><div style="background:#fff;margin:10px;border-radius:12px;padding:14px"><div class=k style="padding-bottom:8px">{e(shop.name)} ›</div>
    <div style="display:flex;gap:10px"><div style="width:70px;height:70px;background:#fdd;border-radius:8px"></div><div style="flex:1">{e(s.product)}<br><small class=k>x1　不支持7天无理由</small></div></div>
    {rows([("商品总价", "¥" + s.paid), ("优惠", "-¥0.00")])}<div class=row><b>实付款</b><b style="color:#ff5000;font-size:18px">¥{s.paid}</b></div></div>
    <div style="background:#fff;margin:10px;border-radius:12px;padding:14px">{rows(pairs)}</div>
    <div style="text-align:right;padding:14px"><span style="border:1px solid #ccc;border-radius:20px;padding:6px 14px">联系卖家</span> <span style="border:1px solid #f60;color:#f60;border-radius:20px;padding:6px 14px">申请退款</span></div>""",
        PHONE,
    )


def op_stacked(s: Shown, shop: Shop) -> tuple[str, tuple[int, int]]:
    cells = [
        ("订单状态", s.status),
        ("订单号", s.number),
        ("商品名称", s.product),
        ("支付金额", "￥" + s.paid),
        ("下单时间", zh(s.ordered, shop.rng)),
    ]
    cells += [("承诺发货时间", zh(s.promised, shop.rng))] if s.promised else []
    cells += [("发货时间", zh(s.sent, shop.rng) if s.sent else "--")]
    grid = "".join(
        f'<div style="padding:14px 0;border-bottom:1px solid #2a2f3a"><div style="color:#7d8799;font-size:13px">{k}</div><div style="font-size:17px">{e(v)}</div></div>'
        for k, v in cells
    )
    return (
        f"""<body style="background:#11151c;color:#e8ecf3;padding:50px 20px"><h2>{e(shop.name)}</h2><p style="color:#7d8799">订单查询结果</p>{grid}
    <div style="background:#2f6bff;text-align:center;padding:12px;border-radius:10px;margin-top:24px">联系商家</div>""",
        PHONE,
    )


def op_table(s: Shown, shop: Shop) -> tuple[str, tuple[int, int]]:
    head = ["订单号", "商品", "数量", "实付金额", "下单时间", "承诺发货", "状态", "操作"]
    cells = [
        s.number,
        s.product,
        "1",
        s.paid,
        zh(s.ordered, shop.rng)[:16],
        s.promised.strftime("%m-%d %H:%M") if s.promised else "-",
        s.status,
        "详情",
    ]
    def tds(tag, xs):
        return "".join(
            f"<{tag} style='border-bottom:1px solid #ddd;padding:12px 8px;text-align:left'>{e(x)}</{tag}>" for x in xs
        )
    return (
        f"""<body style="background:#fff;padding:30px"><h2>{e(shop.name)} · 我的订单</h2><div style="display:flex;gap:26px;padding:16px 0;color:#666">
    <b>全部</b><span>待付款</span><span>待发货</span><span>已发货</span><span>已完成</span><span>已关闭</span></div><table><tr style="background:#f5f7fa">{tds("th", head)}</tr><tr>{tds("td", cells)}</tr></table>
    <p style="color:#999;padding-top:40px">共 1 条记录　第 1 / 1 页</p>""",
        (1280, 520),
    )


def op_english(s: Shown, shop: Shop) -> tuple[str, tuple[int, int]]:
    pairs = [("Order number", s.number), ("Placed on", en(s.ordered))] + (
        [("Promised by", en(s.promised))] if s.promised else []
    )
    pairs += [("Delivered at", en(s.sent))] if s.sent else []
    pairs += [("Payment method", "Alipay")]
    return (
        f"""<body style="background:#f7f8fb;padding:46px 16px;font-family:Arial,'Noto Sans CJK SC'"><h2>Order details</h2><div style="background:#fff;border-radius:14px;padding:16px;margin-top:12px">
    <div class=row><b>{e(s.product)}</b><b>CN¥{s.paid}</b></div><div class=row><span class=k>Status</span><span style="background:#e7f0ff;color:#1a5fff;padding:2px 10px;border-radius:12px">{EN[s.status]}</span></div>
    {rows(pairs)}<div class=row><span class=k>Order total</span><b>CN¥{s.paid}</b></div></div><p style="color:#999;padding:20px 4px">Need help with this order? Contact the seller.</p>""",
        PHONE,
    )


def op_colon(s: Shown, shop: Shop) -> tuple[str, tuple[int, int]]:
    lines = [
        f"訂單編號：{s.number}",
        f"商品名稱：{s.product}",
        f"訂單狀態：{TW[s.status]}",
        f"實付金額：{s.paid} 元",
        f"下單時間：{s.ordered:%Y-%m-%d %H:%M}",
    ]
    lines += [f"承諾發貨時間：{s.promised:%Y-%m-%d %H:%M}"] if s.promised else []
    lines += [f"發貨時間：{s.sent:%Y-%m-%d %H:%M}" if s.sent else "發貨時間：尚未發貨"]
    return (
        f"""<body style="background:#fffdf6;padding:48px 18px;font-family:'Noto Serif CJK TC',serif"><h2 style="color:#8a5a00">{e(shop.name)}・訂單查詢</h2>
    <div style="border:1px dashed #c9a24a;padding:14px;margin-top:16px;line-height:2.2">{"<br>".join(map(e, lines))}</div><p style="color:#999;margin-top:18px">提示：如超過承諾時間未發貨，可申請退款。</p>""",
        PHONE,
    )


def op_grid(s: Shown, shop: Shop) -> tuple[str, tuple[int, int]]:
    cells = [("订单编号", s.number), ("订单状态", s.status), ("商品信息", s.product), ("订单金额", f"{s.paid}元"), ("下单时间", f"{s.ordered:%Y-%m-%d %H:%M:%S}"), ("发货时间", f"{s.sent:%Y-%m-%d %H:%M:%S}" if s.sent else "未发货"),
             ("最迟发货", f"{s.promised:%Y-%m-%d %H:%M:%S}" if s.promised else "-"), ("充值账号", "138****2201")]  # fmt: skip
    trs = "".join(
        "<tr>"
        + "".join(
            f"<td style='border:1px solid #bbb;padding:9px;background:#eef3f8;width:14%'>{k}</td><td style='border:1px solid #bbb;padding:9px;width:36%'>{e(v)}</td>"
            for k, v in cells[i : i + 2]
        )
        + "</tr>"
        for i in range(0, 8, 2)
    )
    return (
        f"""<body style="background:#dfe7ef;padding:0"><div style="background:#29598a;color:#fff;padding:12px 24px">{e(shop.name)}　首页　商品列表　订单管理　资金明细　退出</div><div style="background:#fff;margin:22px;padding:18px"><h3>订单详细信息</h3><br><table>{trs}</table><br>
    <span style="background:#29598a;color:#fff;padding:7px 18px">返回列表</span> <span style="background:#c0392b;color:#fff;padding:7px 18px">申请售后</span></div>""",
        DESKTOP,
    )


def op_steps(s: Shown, shop: Shop) -> tuple[str, tuple[int, int]]:
    steps = "".join(
        f"<div style='text-align:center;color:{'#0a7' if i < 2 else '#bbb'}'>●<br>{n}</div>"
        for i, n in enumerate(["提交订单", "付款成功", "商家发货", "交易完成"])
    )
    pairs = [
        ("商品", s.product),
        ("单号", s.number),
        ("实付", f"{s.paid} 元"),
        ("下单", f"{s.ordered:%m-%d %H:%M}"),
        ("付款", f"{s.ordered:%m-%d %H:%M}"),
    ]
    pairs += [("承诺发货", f"{s.promised:%Y-%m-%d %H:%M}")] if s.promised else []
    pairs += [("发货", f"{s.sent:%Y-%m-%d %H:%M}")] if s.sent else []
    return (
        f"""<body style="background:#eef7f3;padding:44px 14px"><div style="background:#fff;border-radius:16px;padding:18px;text-align:center"><div style="font-size:22px;color:#0a7;font-weight:bold">{s.status}</div><div class=k>{e(shop.name)}为您服务</div>
    <div style="display:flex;justify-content:space-between;padding-top:16px">{steps}</div></div><div style="background:#fff;border-radius:16px;padding:10px 18px;margin-top:12px">{rows(pairs)}</div>""",
        PHONE,
    )


ORDER_PAGES = [op_taobao, op_stacked, op_table, op_english, op_colon, op_grid, op_steps]


def order_scene(
    rng: random.Random,
    template: Callable[..., Any],
    status: str,
    what: str,
    reason: str = "not_delivered",
    unlike: str = "",
) -> Scene:
    """An order page with a status, and a claim that it fits or not: `unlike` is the part that differs."""
    shop = Shop(rng)
    sent = status in ("已发货", "已完成")
    order = shop.order(delivered=(sent and rng.random() < 0.6) or reason in ("invalid_code", "malfunction"))
    shown = Shown(
        order["order_no"],
        order["product"],
        status,
        order["amount_paid"],
        when(order["ordered_at"]),
        when(order["promised_at"]),
        when(order["ordered_at"]) + timedelta(minutes=4) if sent else None,
    )
    if unlike == "number":
        digits = list(shown.number)
        place = rng.choice([i for i, c in enumerate(digits) if c.isdigit() and i > len(digits) - 5])
        digits[place] = str((int(digits[place]) + rng.randint(1, 9)) % 10)
        shown.number = "".join(digits)
    elif unlike == "order":
        shown.number = shop.number()
    elif unlike == "amount":
        shown.paid = f"{float(shown.paid) * rng.choice([0.5, 0.8, 2, 10]):.2f}"
    page, size = template(shown, shop)
    return Scene(
        "order_page",
        template.__name__,
        page,
        {"reason": reason, "order": order},
        what,
        size,
        {"order_no": shown.number, "status": status, "amount": shown.paid},
    )


def order_pages(rng: random.Random) -> Iterator[Scene]:
    for template in ORDER_PAGES:
        for status in rng.sample(["待发货", "处理中"], 2):
            yield order_scene(rng, template, status, "supports")
        yield order_scene(rng, template, rng.choice(["已发货", "已完成"]), "contradicts")
        yield order_scene(rng, template, rng.choice(["已关闭", "待付款"]), "contradicts")
        yield order_scene(rng, template, "待发货", "contradicts", unlike=rng.choice(["number", "order", "amount"]))
        yield order_scene(
            rng, template, rng.choice(["已发货", "已完成"]), "unrelated", rng.choice(["invalid_code", "malfunction"])
        )
        yield order_scene(rng, template, "待发货", "supports", rng.choice(["change_of_mind", "wrong_purchase"]))
    for _ in range(4):
        yield two_orders(rng)


def two_orders(rng: random.Random) -> Scene:
    """A list of orders on a phone; the claim is for one of them."""
    shop = Shop(rng)
    mine = shop.order(delivered=True)
    same = rng.random() < 0.6
    other_no, other_paid = shop.number(), mine["amount_paid"] if same else f"{float(mine['amount_paid']) + 7:.2f}"
    statuses = ["已完成", "已完成"] if rng.random() < 0.7 else ["已完成", "已关闭"]

    def card(number: str, paid: str, status: str, at: datetime) -> str:
        return f"""<div style="background:#fff;border-radius:12px;margin:12px;padding:14px"><div class=row><span class=k>{number}</span><span style="color:#e4572e">{status}</span></div>
        <div>{e(mine["product"])}</div><div class=row><span class=k>{at:%Y-%m-%d %H:%M}</span><b>实付 ¥{paid}</b></div></div>"""

    at = when(mine["ordered_at"])
    cards = [
        card("订单号 " + other_no, other_paid, statuses[1], at - timedelta(minutes=1)),
        card("订单号 " + mine["order_no"], mine["amount_paid"], statuses[0], at),
    ]
    rng.shuffle(cards)
    page = f"""<body style="background:#f2f2f2;padding-top:40px"><h3 style="text-align:center">全部订单</h3><div style="display:flex;justify-content:space-around;padding:12px;color:#666"><span>全部</span><span>待付款</span><span>待发货</span><span>待收货</span><span>评价</span></div>{"".join(cards)}"""
    verdict = "supports" if same and statuses[1] == "已完成" else "contradicts"
    return Scene(
        "order_page",
        "op_list",
        page,
        {"reason": "duplicate_order", "order": mine},
        verdict,
        PHONE,
        {"order_no": mine["order_no"], "status": statuses[0], "amount": mine["amount_paid"]},
    )


# ---- codes that are refused, and accepted

ERRORS = ["该激活码已被使用，请联系卖家", "您输入的兑换码无效", "卡号或密码错误，请核对后重试", "兑换码已过期，无法兑换", "此序列号不存在", "卡密已失效", "This code has already been used.", "The product key you entered didn't work. Invalid key.",
          "Sorry, this gift card code is invalid or expired.", "該序號已被兌換", "兑换失败：卡券状态异常", "激活码错误（错误码 0xC004F050）", "充值失败，充值卡密码不正确"]  # fmt: skip
SUCCESSES = [
    "激活成功",
    "兑换成功！",
    "充值成功",
    "恭喜，会员开通成功",
    "Code redeemed successfully",
    "Activation complete",
    "已成功兑换",
]


def code(rng: random.Random) -> str:
    part = lambda: "".join(rng.choice("ABCDEFGHJKLMNPQRTUVWXY346789") for _ in range(4))  # noqa: E731
    return rng.choice([f"****-****-{part()}", f"{part()}-****-****-{part()}", f"**** **** {part()}", f"尾号 {part()}"])


def error_page(rng: random.Random, error: str, at: datetime | None) -> tuple[str, str, tuple[int, int]]:
    stamp = f"{at:%Y-%m-%d %H:%M}" if at else ""
    n = rng.randrange(5)
    if n == 0:
        return (
            "ae_toast",
            f"""<body style="background:#fafafa;padding:48px 20px"><h2>兑换礼品卡</h2><p class=k>请输入16位兑换码</p><div style="border:1px solid #ccc;border-radius:8px;padding:12px;margin:14px 0;font-size:17px">{code(rng)}</div>
        <div style="background:#111;color:#fff;text-align:center;border-radius:8px;padding:12px">兑换</div><p class=k style="padding-top:12px">{stamp}</p><div style="position:fixed;left:40px;right:40px;top:400px;background:rgba(0,0,0,.8);color:#fff;border-radius:10px;padding:16px;text-align:center">{e(error)}</div>""",
            PHONE,
        )
    if n == 1:
        return (
            "ae_desktop",
            f"""<body style="background:#e9eef5;padding:60px"><div style="background:#fff;width:640px;margin:auto;padding:30px;box-shadow:0 4px 20px #0002"><h2>产品激活</h2><p style="padding:14px 0">产品密钥： <b>{code(rng)}</b></p>
        <p style="color:#c00">⊗ {e(error)}</p><p class=k style="padding-top:30px">{stamp}</p><div style="text-align:right;padding-top:20px"><span style="border:1px solid #999;padding:6px 22px">关闭</span> <span style="background:#0067c0;color:#fff;padding:6px 22px">重试</span></div></div>""",
            (900, 560),
        )
    if n == 2:
        return (
            "ae_dark",
            f"""<body style="background:#171a21;color:#c7d5e0;padding:54px 18px"><h2>Redeem a Code</h2><p style="padding:16px 0">Enter code</p><div style="background:#32353c;padding:12px;border-radius:4px">{code(rng)}</div><div style="background:#3b1d1d;border-left:4px solid #c33;padding:12px;margin:16px 0">{e(error)}</div>
        <div style="background:#66c0f4;color:#123;text-align:center;padding:12px;border-radius:4px">Continue</div><p style="padding-top:14px;color:#778">{stamp}</p>""",
            PHONE,
        )
    if n == 3:
        return (
            "ae_result",
            f"""<body style="background:#fff;padding:90px 24px;text-align:center"><div style="font-size:56px;color:#e33">✕</div><h2>{e(error)}</h2><p class=k style="padding:16px">卡密：{code(rng)}</p><p class=k>{stamp}</p><div style="border:1px solid #ddd;border-radius:24px;padding:10px;margin-top:40px">返回重新输入</div>""",
            PHONE,
        )
    return (
        "ae_modal",
        f"""<body style="background:#888;padding:0"><div style="filter:brightness(.6);background:#fff;height:844px;padding:50px 18px"><h3>卡券充值</h3>{rows([("充值账号", "150****7788"), ("卡密", code(rng)), *([("提交时间", stamp)] if stamp else [])])}</div>
        <div style="position:fixed;left:36px;right:36px;top:300px;background:#fff;border-radius:14px;padding:22px;text-align:center"><b>提示</b><p style="padding:14px 0">{e(error)}</p><div style="color:#07f;border-top:1px solid #eee;padding-top:12px">确定</div></div>""",
        PHONE,
    )


def errors(rng: random.Random) -> Iterator[Scene]:
    for error in ERRORS:
        shop = Shop(rng)
        order = shop.order(rng.choice([p for p in PRODUCTS if p[1] == "card"]), delivered=True)
        early = rng.random() < 0.25
        at = (
            when(order["ordered_at"]) + timedelta(days=-6 if early else 0, minutes=12)
            if early or rng.random() < 0.5
            else None
        )
        name, page, size = error_page(rng, error, at)
        yield Scene(
            "activation_error",
            name,
            page,
            {"reason": "invalid_code", "order": order},
            "contradicts" if early else "supports",
            size,
        )
        if rng.random() < 0.4:
            name, page, size = error_page(rng, error, None)
            yield Scene(
                "activation_error",
                name,
                page,
                {
                    "reason": rng.choice(["not_as_described", "service_failed"]),
                    "order": Shop(rng).order(delivered=True),
                },
                "unrelated",
                size,
            )


def successes(rng: random.Random) -> Iterator[Scene]:
    for said in SUCCESSES:
        shop = Shop(rng)
        order = shop.order(rng.choice([p for p in PRODUCTS if p[1] != "topup"]), delivered=True)
        at = when(order["ordered_at"]) + timedelta(minutes=11)
        reason, verdict = rng.choice(
            [
                ("invalid_code", "contradicts"),
                ("malfunction", "supports"),
                ("wrong_purchase", "contradicts"),
                ("invalid_code", "contradicts"),
            ]
        )
        n = rng.randrange(3)
        if n == 0:
            page, size, name = (
                f"""<body style="background:#fff;padding:110px 24px;text-align:center"><div style="font-size:60px;color:#1a9f4b">✓</div><h2>{e(said)}</h2><p style="padding:12px">{e(order["product"])}</p>{rows([("卡密", code(rng)), ("时间", f"{at:%Y-%m-%d %H:%M:%S}")])}<div style="background:#1a9f4b;color:#fff;border-radius:22px;padding:10px;margin-top:50px">完成</div>""",
                PHONE,
                "ok_center",
            )
        elif n == 1:
            page, size, name = (
                f"""<body style="background:#0f1420;color:#dfe6f5;padding:60px"><div style="background:#1a2233;padding:36px;width:620px;margin:auto"><h2>{e(said)}</h2><p style="padding:14px 0">{e(order["product"])} has been added to your account.</p><p style="color:#8a94a8">{code(rng)}　{at:%Y-%m-%d %H:%M}</p></div>""",
                (900, 420),
                "ok_desk",
            )
        else:
            page, size, name = (
                f"""<body style="background:#f3f3f3;padding:46px 14px"><div style="background:#fff;border-radius:12px;padding:20px"><h3>兑换结果</h3>{rows([("商品", order["product"]), ("兑换码", code(rng)), ("结果", said), ("兑换时间", f"{at:%Y-%m-%d %H:%M}")])}</div>""",
                PHONE,
                "ok_rows",
            )
        yield Scene("activation_ok", name, page, {"reason": reason, "order": order}, verdict, size)
