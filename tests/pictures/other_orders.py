"""Order pages drawn by another hand: mini programs, shop admins, dark apps, receipts, English and traditional pages."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.pictures.pages import PHONE, Scene, e, iso

# fmt: off
GOODS = [
    ("爱奇艺黄金会员 季卡", "membership", "58.00"), ("哔哩哔哩大会员 年卡", "membership", "148.00"), ("Apple 礼品卡 200元", "card", "194.00"),
    ("和平精英点券 600UC", "topup", "58.50"), ("联通话费直充 100元", "topup", "98.80"), ("Netflix 高级会员 1个月", "membership", "36.90"),
    ("Steam 钱包充值码 50元", "card", "48.50"), ("瑞幸咖啡 代金券 29元", "card", "16.80"), ("夸克网盘 SVIP 12个月", "membership", "108.00"),
    ("Office 365 家庭版 激活码", "card", "129.00"), ("崩坏星穹铁道 古老梦华 980", "topup", "64.00"), ("京东E卡 500元", "card", "486.50"),
    ("CDKEY 艾尔登法环 豪华版", "card", "268.00"), ("中石化加油卡 200元", "card", "197.00"), ("饿了么超级会员 月卡", "membership", "8.80"),
]
SERVICES = [
    ("永劫无间代练 白银→铂金", "service", "136.00"), ("LOL陪玩 3小时", "service", "66.00"), ("原神代肝 每日委托 30天", "service", "210.00"),
    ("王者荣耀代打 百星巅峰", "service", "320.00"), ("金铲铲代上分 黄金→钻石", "service", "88.00"),
]
SELLERS = ["青柠数字屋", "老王点卡行", "蓝鲸卡券", "七号小铺", "KeyHarbor", "月光发卡网", "Pixel Mart", "悦充", "聚福虚拟商城", "豆芽会员站"]
FONTS = ["'Noto Sans CJK SC'", "'WenQuanYi Micro Hei','Noto Sans CJK SC'", "'LXGW WenKai','Noto Serif CJK SC'", "'Noto Serif CJK SC'",
         "Roboto,'Noto Sans CJK SC'", "'WenQuanYi Zen Hei','Noto Sans CJK SC'", "'AR PL UKai CN','Noto Serif CJK SC'"]
COLOURS = ["#07c160", "#1677ff", "#ff5000", "#e1251b", "#7b5cff", "#00a6a6", "#c8963e", "#222", "#d81b60"]

ZH = {
    "待付款": ["待付款", "待支付", "等待付款", "未支付", "等待买家付款"],
    "待发货": ["待发货", "等待商家发货", "等待卖家发货", "未发货", "买家已付款", "待商家发货", "已付款，待发货", "备货中", "已支付，等待发货"],
    "处理中": ["处理中", "充值中", "发货中", "订单处理中", "正在充值", "排队充值中", "正在出库"],
    "已发货": ["已发货", "已发码", "待收货", "卖家已发货", "已发卡", "自动发货成功", "已出库", "待确认收货", "已发放"],
    "已完成": ["已完成", "交易成功", "订单已完成", "交易完成", "已收货", "订单完成"],
    "已关闭": ["已关闭", "交易关闭", "已取消", "已退款", "退款成功", "订单已取消", "订单关闭"],
}
EN = {
    "待付款": ["Awaiting payment", "Unpaid", "Pending payment"],
    "待发货": ["Paid", "Awaiting delivery", "To be delivered", "Paid - waiting for delivery", "Not delivered yet", "Awaiting fulfilment"],
    "处理中": ["Processing", "In progress", "Order processing", "Being processed"],
    "已发货": ["Delivered", "Shipped", "Sent", "Code delivered", "Dispatched"],
    "已完成": ["Completed", "Complete", "Order completed", "Fulfilled"],
    "已关闭": ["Closed", "Cancelled", "Refunded", "Order canceled", "Canceled"],
}
TW = {
    "待付款": ["待付款", "等待付款", "尚未付款"], "待发货": ["待出貨", "等待賣家出貨", "尚未出貨", "待發貨"], "处理中": ["處理中", "儲值中", "訂單處理中"],
    "已发货": ["已出貨", "已發貨", "待收貨", "已送達"], "已完成": ["已完成", "交易完成", "訂單已完成"], "已关闭": ["已取消", "訂單已取消", "已退款", "交易關閉"],
}
ZH_TIMES = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d %H:%M", "%Y年%m月%d日 %H:%M", "%m-%d %H:%M", "%m月%d日 %H:%M", "%Y年%-m月%-d日 HALF", "%y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
EN_TIMES = ["%b %d, %Y, %-I:%M %p", "%d %b %Y %H:%M", "%b %d, %-I:%M %p", "%m/%d/%Y %I:%M %p", "%B %-d, %Y at %-I:%M %p", "%Y-%m-%d %H:%M (UTC+8)", "%a, %d %b %Y %H:%M"]
# fmt: on


@dataclass
class Sheet:
    """What an order page is to show, and how this shop writes."""

    rng: random.Random
    number: str
    product: str
    status: str
    paid: str
    ordered: datetime
    promised: datetime | None
    sent: datetime | None
    seller: str
    form: str = ""
    said: str = ""  # the status in the page's own words

    def at(self, moment: datetime | None, none: str = "--") -> str:
        if moment is None:
            return none
        half = f"{'下午' if moment.hour >= 12 else '上午'}{moment.hour % 12 or 12}:{moment:%M}"
        return moment.strftime(self.form).replace("HALF", half)

    def words(self, of: dict[str, list[str]], times: list[str]) -> "Sheet":
        self.said, self.form = self.rng.choice(of[self.status]), self.rng.choice(times)
        return self


def f(name: str, text: object) -> str:
    """A field that can be found again on the drawn page."""
    return f'<span data-f="{name}">{e(text)}</span>'


def number(rng: random.Random, at: datetime) -> str:
    d = lambda n: "".join(rng.choice("0123456789") for _ in range(n))  # noqa: E731
    c = lambda n: "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(n))  # noqa: E731
    return rng.choice([
        lambda: f"MK{at:%Y%m%d}{d(6)}", lambda: f"{at:%Y%m%d%H%M%S}{d(6)}", lambda: f"ORD-{at:%Y}-{d(6)}", lambda: f"{d(19)}",
        lambda: f"{c(2)}{d(10)}", lambda: f"{at:%y%m%d}{d(9)}", lambda: f"V{d(11)}", lambda: f"{c(2)}{at:%Y%m%d}{d(5)}{c(1)}", lambda: f"{c(2)}-{d(9)}", lambda: f"{d(15)}",
    ])()  # fmt: skip


def claim_order(rng: random.Random, goods: tuple[str, str, str] | None = None, delivered: bool = False) -> dict[str, Any]:
    product, kind, paid = goods or rng.choice(GOODS)
    at = datetime(2026, rng.randint(9, 11), rng.randint(1, 24), rng.randint(0, 23), rng.randint(0, 59))
    return {
        "order_no": number(rng, at), "product": product, "kind": kind, "amount_paid": paid, "status": "delivered" if delivered else "undelivered",
        "ordered_at": iso(at), "promised_at": iso(at + timedelta(minutes=rng.choice([10, 20, 30, 120]))), "delivered_at": iso(at + timedelta(minutes=rng.randint(1, 9))) if delivered else None,
    }  # fmt: skip


def kv(pairs: list[tuple[str, str]], style: str = "padding:9px 0", left: str = "color:#8a8a8a", sep: str = "") -> str:
    """Rows of names and values; the values are HTML."""
    return "".join(f'<div style="display:flex;justify-content:space-between;{style}"><span style="{left}">{k}{sep}</span><span>{v}</span></div>' for k, v in pairs)


def op_mini(s: Sheet) -> tuple[str, tuple[int, int]]:
    """A mini program with its capsule, the price with small cents."""
    s.words(ZH, ZH_TIMES)
    colour, font = s.rng.choice(COLOURS), s.rng.choice(FONTS)
    yuan, cents = s.paid.split(".")
    pairs = [("订单编号", f("number", s.number) + ' <span style="color:#999;border:1px solid #ddd;font-size:11px;padding:0 5px">复制</span>'), ("下单时间", f("ordered", s.at(s.ordered)))]
    pairs += [("承诺发货", f("promised", s.at(s.promised)))] if s.promised else []
    pairs += [("发货时间", f("delivered", s.at(s.sent)))] if s.sent else []
    pairs += [("支付方式", "微信支付"), ("充值账号", '<span data-private>136****0921</span>')]
    return f"""<body style="background:#f5f5f5;font-family:{font}"><div style="background:{colour};color:#fff;padding:52px 20px 46px;position:relative"><div style="position:absolute;right:12px;top:44px;border:1px solid #fff8;border-radius:16px;padding:2px 14px;font-size:12px">··· | ◎</div>
    <div style="font-size:21px;font-weight:600">{f("status", s.said)}</div><div style="font-size:12px;opacity:.85;padding-top:4px">感谢您对{e(s.seller)}的支持</div></div>
    <div style="background:#fff;margin:-26px 12px 10px;border-radius:10px;padding:14px;position:relative"><div style="display:flex;gap:10px"><div style="width:62px;height:62px;border-radius:6px;background:linear-gradient(45deg,#fc9,#f69)"></div><div style="flex:1"><b>{e(s.product)}</b><p style="color:#999;font-size:12px">数量 ×1</p></div></div>
    <div style="text-align:right;padding-top:8px">共1件　实付款：<span data-f="amount" style="color:#fa3534"><small>¥</small><b style="font-size:20px">{yuan}</b><small>.{cents}</small></span></div></div>
    <div style="background:#fff;margin:0 12px;border-radius:10px;padding:8px 14px;font-size:14px">{kv(pairs)}</div><div style="padding:14px;text-align:right"><span style="border:1px solid #bbb;border-radius:15px;padding:5px 14px;font-size:13px">申请售后</span></div>""", PHONE


def op_night(s: Sheet) -> tuple[str, tuple[int, int]]:
    """A dark app: the status in a pill beside the product, names over values in two columns."""
    s.words(ZH, ZH_TIMES)
    colour = s.rng.choice(["#3ddc97", "#ffb020", "#6ea8ff", "#ff7a90"])
    cells = [("订单号", f("number", s.number)), ("金额", f("amount", "¥ " + s.paid)), ("购买时间", f("ordered", s.at(s.ordered))), ("预计到账", f("promised", s.at(s.promised)) if s.promised else "--")]
    cells += [("到账时间", f("delivered", s.at(s.sent)))] if s.sent else []
    wide = "100%" if len(s.number) > 14 else "50%"
    grid = "".join(f'<div style="width:{wide if k == "订单号" else "50%"};padding:12px 0"><div style="color:#7c8494;font-size:12px">{k}</div><div style="font-size:15px">{v}</div></div>' for k, v in cells)
    return f"""<body style="background:#0b0d12;color:#e9ecf2;padding:52px 16px;font-family:{s.rng.choice(FONTS)}"><div style="display:flex;justify-content:space-between"><h2>‹ 订单</h2><span style="color:#7c8494">{e(s.seller)}</span></div>
    <div style="background:#171a21;border-radius:18px;padding:18px;margin-top:18px"><div style="display:flex;justify-content:space-between;align-items:center"><b style="font-size:17px">{e(s.product)}</b><span style="background:{colour}22;color:{colour};border-radius:12px;padding:3px 10px;font-size:13px;white-space:nowrap">{f("status", s.said)}</span></div>
    <div style="display:flex;flex-wrap:wrap;border-top:1px solid #2a2e38;margin-top:14px;padding-top:6px">{grid}</div></div><div style="display:flex;gap:10px;margin-top:20px"><div style="flex:1;text-align:center;background:#22262f;border-radius:22px;padding:11px">联系客服</div><div style="flex:1;text-align:center;background:{colour};color:#111;border-radius:22px;padding:11px">再次购买</div></div>""", PHONE


def op_admin(s: Sheet) -> tuple[str, tuple[int, int]]:
    """A desktop shop: a side bar, tabs with counts, one row of a table."""
    s.words(ZH, [t for t in ZH_TIMES if "HALF" not in t])
    names = ["订单号", "商品名称", "单价", "数量", "实付", "状态", "下单时间", "承诺时间", "操作"]
    values = [f("number", s.number), e(s.product), e(s.paid), "1", f("amount", s.paid), f'<span style="background:#fdf6ec;color:#e6a23c;border:1px solid #faecd8;padding:1px 8px;border-radius:3px">{f("status", s.said)}</span>', f("ordered", s.at(s.ordered)), f("promised", s.at(s.promised)), "查看　售后"]
    tds = lambda tag, xs: "".join(f"<{tag} style='border:1px solid #ebeef5;padding:11px 8px;text-align:center;font-size:13px;font-weight:400'>{x}</{tag}>" for x in xs)  # noqa: E731
    tabs = "".join(f"<span style='padding:8px 14px;font-size:13px'>{name}({n})</span>" for name, n in [("全部", 1), ("待付款", 0), ("待发货", 0), ("已完成", 0), ("退款", 0)])
    return f"""<body style="background:#f0f2f5;display:flex;font-family:{s.rng.choice(FONTS[:2])}"><div style="width:170px;background:#304156;color:#bfcbd9;height:620px;padding:18px;line-height:2.6"><b style="color:#fff">{e(s.seller)}</b><br>首页<br>商品选购<br>我的订单<br>资金流水<br>个人设置</div>
    <div style="flex:1;padding:18px"><p style="color:#97a8be;font-size:13px">用户中心 / 订单管理</p><div style="background:#fff;margin-top:12px;padding:18px"><div>{tabs}</div><table style="margin-top:10px"><tr style="background:#fafafa;color:#909399">{tds("th", names)}</tr><tr>{tds("td", values)}</tr></table><p style="text-align:right;color:#909399;font-size:12px;padding-top:14px">共 1 条　10条/页　‹ 1 ›</p></div></div>""", (1420, 620)


def op_store(s: Sheet) -> tuple[str, tuple[int, int]]:
    """An English store on a desktop."""
    s.words(EN, EN_TIMES)
    money = s.rng.choice(["CN¥{}", "¥{}", "{} CNY", "RMB {}"]).format(s.paid)
    pairs = [("Order date", f("ordered", s.at(s.ordered)))] + ([("Estimated delivery", f("promised", s.at(s.promised)))] if s.promised else []) + ([("Delivered on", f("delivered", s.at(s.sent)))] if s.sent else [])
    return f"""<body style="background:#fff;font-family:Roboto,Arial,'Noto Sans CJK SC';padding:0"><div style="border-bottom:1px solid #e5e5e5;padding:16px 40px;display:flex;justify-content:space-between"><b>{e(s.seller)}</b><span>Shop　Deals　Support　My account</span></div>
    <div style="padding:30px 40px;max-width:900px"><h1 style="font-size:26px">Order #{f("number", s.number)}</h1><p style="padding:10px 0"><span style="background:#eef6ee;border-radius:4px;padding:3px 10px">{f("status", s.said)}</span></p><div style="border:1px solid #e5e5e5;border-radius:8px;padding:18px;display:flex;justify-content:space-between"><span>{e(s.product)} × 1</span><span>{money}</span></div>
    <div style="width:420px;padding-top:14px">{kv(pairs)}{kv([("Subtotal", money), ("Discount", "-"), ("<b>Total paid</b>", f"<b>{f('amount', money)}</b>")])}</div><p style="color:#888;padding-top:18px">Questions about this order? Contact support with your order number.</p></div>""", (1120, 700)


def op_tw(s: Sheet) -> tuple[str, tuple[int, int]]:
    """A page in traditional characters on a phone."""
    s.words(TW, ["%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M", "%Y年%m月%d日 %H:%M"])
    pairs = [("訂單編號", f("number", s.number)), ("訂購時間", f("ordered", s.at(s.ordered)))] + ([("預計出貨", f("promised", s.at(s.promised)))] if s.promised else []) + ([("出貨時間", f("delivered", s.at(s.sent)))] if s.sent else []) + [("付款方式", "信用卡"), ("商品金額", "$" + s.paid), ("訂單金額", f("amount", "$" + s.paid))]
    return f"""<body style="background:#fafafa;font-family:{s.rng.choice(["'Noto Sans CJK TC'", "'Noto Serif CJK TC'", "cwTeXYen,'Noto Sans CJK TC'"])}"><div style="background:#ee4d2d;color:#fff;padding:48px 16px 14px;text-align:center">訂單詳情</div><div style="background:#26aa99;color:#fff;padding:16px"><b style="font-size:17px">{f("status", s.said)}</b><br><small>若有問題請透過聊聊與賣家聯繫</small></div>
    <div style="background:#fff;padding:14px;margin-top:8px"><b>{e(s.seller)}</b><div style="display:flex;gap:10px;padding-top:10px"><div style="width:64px;height:64px;background:#ffe0d6"></div><div>{e(s.product)}<br><small style="color:#999">x1</small></div></div></div><div style="background:#fff;padding:8px 14px;margin-top:8px;font-size:14px">{kv(pairs)}</div><div style="position:fixed;bottom:0;left:0;right:0;background:#fff;padding:14px;display:flex;gap:10px"><div style="flex:1;border:1px solid #ccc;text-align:center;padding:8px">聯絡賣家</div><div style="flex:1;background:#ee4d2d;color:#fff;text-align:center;padding:8px">再次購買</div></div>""", PHONE


def op_timeline(s: Sheet) -> tuple[str, tuple[int, int]]:
    """What happened when, as a line of points; the status as the heading."""
    s.words(ZH, ["%m-%d %H:%M", "%Y-%m-%d %H:%M", "%m月%d日 %H:%M"])
    colour = s.rng.choice(COLOURS)
    events = [("提交订单", f("ordered", s.at(s.ordered)), True), ("支付成功", s.at(s.ordered), s.status != "待付款"), ("商家发货", f("delivered", s.at(s.sent)) if s.sent else "", bool(s.sent))]
    dots = "".join(f'<div style="padding:10px 0 10px 16px;border-left:2px solid {colour if on else "#ddd"};color:{"#222" if on else "#bbb"}">● {name}　<small>{at}</small></div>' for name, at, on in events)
    pairs = [("单号", f("number", s.number)), ("商品", e(s.product)), ("实付", f("amount", s.paid + "元"))] + ([("最晚发货时间", f("promised", s.at(s.promised)))] if s.promised else [])
    return f"""<body style="background:#fff;padding:56px 20px;font-family:{s.rng.choice(FONTS)}"><p style="color:#999">{e(s.seller)} · 订单跟踪 · 2026年</p><h1 style="color:{colour};padding:10px 0 16px">{f("status", s.said)}</h1>{dots}<div style="border-top:8px solid #f4f4f4;margin:18px -20px 0;padding:10px 20px">{kv(pairs)}</div>""", PHONE


def op_receipt(s: Sheet) -> tuple[str, tuple[int, int]]:
    """A slip in one width of letters."""
    s.words(ZH, ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%y-%m-%d %H:%M"])
    lines = [("订单号", "number", s.number), ("商　品", "", s.product), ("金　额", "amount", f"{s.paid} 元"), ("状　态", "status", s.said), ("下单时间", "ordered", s.at(s.ordered))] + ([("承诺时间", "promised", s.at(s.promised))] if s.promised else []) + ([("发货时间", "delivered", s.at(s.sent))] if s.sent else [])
    body = "<br>".join(f"{k}：{f(name, v) if name else e(v)}" for k, name, v in lines)
    return f"""<body style="background:#e8e4da;padding:70px 18px;font-family:'Noto Sans Mono CJK SC',monospace"><div style="background:#fffef8;padding:22px 16px;box-shadow:0 2px 8px #0003;font-size:14px"><p style="text-align:center;font-size:17px">{e(s.seller)}</p><p style="text-align:center;color:#777">订单查询凭条</p><p>--------------------------------</p><p style="line-height:2">{body}</p><p>--------------------------------</p><p style="text-align:center;color:#777;font-size:12px">请妥善保管 谢谢惠顾</p></div>""", PHONE


def op_find(s: Sheet) -> tuple[str, tuple[int, int]]:
    """The number typed into a search box, and the answer below."""
    s.words(ZH, ZH_TIMES)
    colour = s.rng.choice(COLOURS)
    pairs = [("商品名称", e(s.product)), ("订单状态", f'<b style="color:{colour}">{f("status", s.said)}</b>'), ("支付金额", f("amount", "￥" + s.paid)), ("创建时间", f("ordered", s.at(s.ordered)))] + ([("预计发货时间", f("promised", s.at(s.promised)))] if s.promised else []) + [("发货时间", f("delivered", s.at(s.sent)) if s.sent else "暂无")]
    return f"""<body style="background:linear-gradient({colour}22,#fff);padding:40px;font-family:{s.rng.choice(FONTS)}"><h2 style="text-align:center">{e(s.seller)} 自助查单</h2><div style="display:flex;width:640px;margin:22px auto"><div style="flex:1;border:2px solid {colour};padding:10px;background:#fff">{f("number", s.number)}</div><div style="background:{colour};color:#fff;padding:12px 26px">查 询</div></div>
    <div style="background:#fff;width:640px;margin:auto;border-radius:8px;padding:20px 28px;box-shadow:0 2px 12px #0001"><b>查询结果</b>{kv(pairs)}</div><p style="text-align:center;color:#999;padding-top:30px;font-size:12px">工作时间 09:00-23:00　投诉与建议</p>""", (900, 640)


def op_stamp(s: Sheet) -> tuple[str, tuple[int, int]]:
    """The status as a stamp that stands a little askew."""
    s.words(ZH, ["%Y-%m-%d %H:%M:%S", "%Y年%m月%d日 %H:%M"])
    rows = "".join(f'<p style="padding:7px 0"><span style="color:#999">{k}：</span>{v}</p>' for k, v in [("订单编号", f("number", s.number)), ("商品", e(s.product)), ("实付款", f("amount", "¥" + s.paid)), ("下单时间", f("ordered", s.at(s.ordered)))] + ([("发货时间", f("delivered", s.at(s.sent)))] if s.sent else []))
    return f"""<body style="background:#f3f4f8;padding:60px 14px;font-family:{s.rng.choice(FONTS)}"><h3 style="text-align:center;padding-bottom:14px">订单详情</h3><div style="background:#fff;border-radius:12px;padding:18px;position:relative">{rows}<div style="position:absolute;right:16px;bottom:14px;transform:rotate(-9deg);border:3px solid #d33;color:#d33;border-radius:6px;padding:3px 10px;font-size:19px;font-weight:700">{f("status", s.said)}</div></div><p style="color:#aaa;text-align:center;padding-top:16px">— {e(s.seller)} —</p>""", PHONE


def op_both(s: Sheet) -> tuple[str, tuple[int, int]]:
    """Names in two languages."""
    n = s.rng.randrange(99)
    said, english = s.rng.choice(ZH[s.status]), s.rng.choice(EN[s.status])
    s.form, s.said = "%Y-%m-%d %H:%M", f"{said} / {english}"
    pairs = [("订单号 Order No.", f("number", s.number)), ("状态 Status", f("status", s.said)), ("商品 Item", e(s.product)), ("实付 Paid", f("amount", "¥" + s.paid)), ("下单时间 Ordered at", f("ordered", s.at(s.ordered)))] + ([("承诺发货 Deliver by", f("promised", s.at(s.promised)))] if s.promised else []) + ([("发货时间 Delivered at", f("delivered", s.at(s.sent)))] if s.sent else [])
    return f"""<body style="background:#eef1f5;padding:50px 12px;font-size:13px"><h3>{e(s.seller)}</h3><div style="background:#fff;border-top:4px solid #34495e;margin-top:12px;padding:14px">{kv(pairs, "padding:11px 0;border-bottom:1px solid #eee")}</div><p style="color:#999;padding-top:14px">客服微信 kf_{n} ｜ Service 9:00-22:00</p>""", (440, 700)


PAGES: list[Callable[[Sheet], tuple[str, tuple[int, int]]]] = [op_mini, op_night, op_admin, op_store, op_tw, op_timeline, op_receipt, op_find, op_stamp, op_both]


def sheet(rng: random.Random, order: dict[str, Any], status: str) -> Sheet:
    at = datetime.fromisoformat(order["ordered_at"])
    sent = at + timedelta(minutes=rng.randint(1, 8)) if status in ("已发货", "已完成") else None
    promised = datetime.fromisoformat(order["promised_at"]) if rng.random() < 0.8 else None
    return Sheet(rng, order["order_no"], order["product"], status, order["amount_paid"], at, promised, sent, rng.choice(SELLERS))


def labelled(s: Sheet, page: str) -> dict[str, Any]:
    times = {name: iso(at) for name, at in (("ordered", s.ordered), ("promised", s.promised), ("delivered", s.sent)) if at and f'data-f="{name}"' in page}
    return {"order_no": s.number, "status": s.status, "amount": s.paid, "times": times}


def order_scene(rng: random.Random, template: Callable[[Sheet], tuple[str, tuple[int, int]]], status: str, verdict: str, reason: str = "not_delivered", unlike: str | None = None) -> Scene:
    sent = status in ("已发货", "已完成")
    order = claim_order(rng, delivered=(sent and rng.random() < 0.6) or reason in ("invalid_code", "malfunction", "not_as_described"))
    s = sheet(rng, order, status)
    if unlike == "digit":
        digits = list(s.number)
        place = rng.choice([i for i, c in enumerate(digits) if c.isdigit()][-6:])
        digits[place] = str((int(digits[place]) + rng.choice([1, 2, 4, 7])) % 10)
        s.number = "".join(digits)
    elif unlike == "order":
        s.number = number(rng, s.ordered + timedelta(days=2))
    elif unlike == "amount":
        s.paid = f"{float(s.paid) * rng.choice([0.5, 0.1, 1.2, 2, 10]):.2f}"
    page, size = template(s)
    return Scene("order_page", template.__name__, page, {"reason": reason, "order": order}, verdict, size, labelled(s, page), f"{s.said} {unlike or ''}")


def order_pages(rng: random.Random) -> Iterator[Scene]:
    for template in PAGES:
        yield order_scene(rng, template, "待发货", "supports")
        yield order_scene(rng, template, "处理中", "supports", rng.choice(["not_delivered", "not_delivered", "change_of_mind", "wrong_purchase"]))
        yield order_scene(rng, template, rng.choice(["已发货", "已完成"]), "contradicts")
        yield order_scene(rng, template, rng.choice(["已关闭", "待付款", "已关闭"]), "contradicts")
        yield order_scene(rng, template, rng.choice(["待发货", "处理中"]), "contradicts", unlike=rng.choice(["digit", "order", "amount"]))
        yield order_scene(rng, template, rng.choice(["已发货", "已完成"]), "unrelated", rng.choice(["invalid_code", "malfunction", "not_as_described"]))
    for n in range(5):
        yield order_list(rng, n)


def order_list(rng: random.Random, n: int) -> Scene:
    """Several orders on one page: bought twice, or one that did not come among others that did."""
    twice = n < 3
    mine = claim_order(rng, delivered=twice)
    same = n != 1
    second = claim_order(rng)
    status = ["已完成", "已发货", "已完成", "待发货", "处理中"][n]
    other = ["已完成", "已完成", "已关闭", "已完成", "已关闭"][n]
    at = datetime.fromisoformat(mine["ordered_at"])
    price = mine["amount_paid"] if same and twice else second["amount_paid"] if not twice else f"{float(mine['amount_paid']) - 3:.2f}"
    cards = [(mine["order_no"], mine["product"], mine["amount_paid"], status, at), (number(rng, at), mine["product"] if twice else second["product"], price, other, at + timedelta(minutes=2))]
    if not twice:
        cards.append((number(rng, at), "腾讯视频VIP 周卡", "6.60", "已完成", at - timedelta(days=3)))
    rng.shuffle(cards)
    colour, font = rng.choice(COLOURS), rng.choice(FONTS)
    body = "".join(f"""<div style="background:#fff;margin:10px;border-radius:8px;padding:12px 14px"><div style="display:flex;justify-content:space-between;font-size:13px"><span>订单编号 {no}</span><span style="color:{colour}">{rng.choice(ZH[st])}</span></div><div style="display:flex;gap:10px;padding:10px 0"><div style="width:54px;height:54px;background:#dde6f5;border-radius:6px"></div><div style="flex:1">{e(product)}<br><small style="color:#999">{moment:%Y-%m-%d %H:%M}</small></div></div><div style="text-align:right">实付款 <b>￥{paid}</b></div></div>""" for no, product, paid, st, moment in cards)
    page = f"""<body style="background:#f2f2f2;font-family:{font}"><div style="background:#fff;padding:46px 14px 10px;text-align:center"><b>我的订单</b></div><div style="background:#fff;display:flex;justify-content:space-around;padding:8px;font-size:13px;color:#666"><span>全部</span><span>待付款</span><span>待发货</span><span>待收货</span><span>已完成</span></div>{body}"""
    verdict = "supports" if n in (0, 3, 4) else "contradicts"
    return Scene("order_page", "op_cards", page, {"reason": "duplicate_order" if twice else "not_delivered", "order": mine}, verdict, PHONE,
                 {"order_no": mine["order_no"], "status": status, "amount": mine["amount_paid"], "times": {}}, f"list {n}")
