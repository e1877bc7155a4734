"""Listings, goods as they came, records of services and bills, drawn by another hand."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.pictures.other_orders import COLOURS, FONTS, GOODS, SELLERS, SERVICES, claim_order, f, kv, number
from tests.pictures.other_screens import code
from tests.pictures.pages import PHONE, Scene, e, iso

TIMES = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M", "%m-%d %H:%M"]


def listings(rng: random.Random) -> Iterator[Scene]:
    for n in range(7):
        order = claim_order(rng, delivered=True)
        other = n == 5
        product, price = (rng.choice([g for g in GOODS if g[0][:2] != order["product"][:2]]))[::2] if other else (order["product"], order["amount_paid"])
        colour, font, seller = rng.choice(COLOURS), rng.choice(FONTS), rng.choice(SELLERS)
        if n % 3 == 0:
            name, size, page = "ll_mini", PHONE, f"""<body style="background:#f5f5f5;font-family:{font}"><div style="height:270px;background:linear-gradient(120deg,{colour},#fff)"></div><div style="background:#fff;padding:14px"><b style="color:#f33;font-size:24px">￥{price}</b>　<span style="color:#999;font-size:12px">库存充足　销量 862</span><h3 style="padding:8px 0">{e(product)}</h3><p style="color:#999;font-size:12px">【自动发货】付款后自动弹出卡密，请核对区服</p></div><div style="background:#fff;margin-top:8px;padding:14px"><b>商品说明</b><p style="padding-top:8px;color:#666">官方正版，长期有效，激活问题质保30天。</p></div><div style="position:fixed;bottom:0;left:0;right:0;background:#fff;display:flex"><div style="padding:14px 24px">客服</div><div style="flex:1;background:{colour};color:#fff;text-align:center;padding:14px">立即购买</div></div>"""
        elif n % 3 == 1:
            name, size, page = "ll_faka", (900, 640), f"""<body style="background:#eef2f7;padding:30px;font-family:{font}"><div style="background:#fff;padding:26px;border-radius:6px"><h2>{e(seller)} - 在线下单</h2>{kv([("商品分类", "会员充值"), ("商品名称", e(product)), ("商品价格", f"<b style='color:#e33'>{price} 元</b>"), ("商品库存", "充足(218)"), ("购买数量", "－　1　＋")])}<div style="border:1px dashed #ccc;padding:12px;color:#666">商品描述：拍下自动发货，售后请联系客服。</div><div style="text-align:center;padding-top:18px"><span style="background:{colour};color:#fff;padding:10px 46px;border-radius:4px">立即下单</span></div></div>"""
        else:
            name, size, page = "ll_store", (1000, 560), f"""<body style="background:#1b2838;color:#c7d5e0;padding:34px;font-family:Roboto,'Noto Sans CJK SC'"><h1 style="font-weight:400">{e(product)}</h1><p style="padding:10px 0;color:#66c0f4">Very positive (1,204 reviews)</p><div style="background:#0006;padding:16px;display:flex;justify-content:space-between;width:560px"><span>Instant delivery · In stock</span><b>CN¥{price}</b></div><p style="padding-top:14px"><span style="background:#5c7e10;color:#fff;padding:8px 24px">Add to cart</span></p><h3 style="padding-top:24px">About this item</h3><p>Digital code. Region: China. Delivered by e-mail right after payment.</p>"""
        reason, verdict = [("not_as_described", "supports"), ("not_as_described", "supports"), ("not_delivered", "unrelated"), ("not_as_described", "supports"), ("malfunction", "unrelated"), ("not_as_described", "unrelated"), ("not_as_described", "supports")][n]
        yield Scene("listing", name, page, {"reason": reason, "order": order}, verdict, size, {"amount": price}, "another product" if other else "")


# fmt: off
CAME = [
    ("爱奇艺黄金会员 年卡", "membership", "148.00", ["年度会员", "365天"], ["月度会员", "31天"]),
    ("哔哩哔哩大会员 12个月", "membership", "148.00", ["年度大会员", "12个月"], ["月度大会员", "1个月"]),
    ("Apple 礼品卡 500元", "card", "488.00", ["¥500", "中国大陆"], ["¥200", "中国大陆"]),
    ("Nintendo eShop 日服 3000日元", "card", "148.00", ["3000日元", "日服"], ["3000日元", "港服"]),
    ("原神账号 60级 五星角色12", "account", "520.00", ["60级", "国服"], ["35级", "国服"]),
    ("Windows 11 专业版", "card", "58.00", ["Windows 11 专业版", "永久"], ["Windows 11 家庭版", "永久"]),
    ("和平精英点券 6000UC", "topup", "585.00", ["6000UC", "微信区"], ["600UC", "微信区"]),
]
# fmt: on


def received(rng: random.Random) -> Iterator[Scene]:
    for n, (product, kind, paid, right, wrong) in enumerate([*CAME, *CAME[:2]]):
        fits = n % 3 == 0
        order = claim_order(rng, (product, kind, paid), delivered=True)
        got, font, colour = right if fits else wrong, rng.choice(FONTS), rng.choice(COLOURS)
        at = datetime.fromisoformat(order["delivered_at"])
        shows: dict[str, Any] = {}
        short = product.split()[0]
        if kind == "membership":
            name, size, page = "rr_vip", PHONE, f"""<body style="background:#1c1a17;color:#f5e1b8;padding:52px 16px;font-family:{font}"><p>‹　我的会员</p><div style="background:linear-gradient(120deg,#4b3b1f,#2a2217);border-radius:14px;padding:20px;margin-top:16px"><b style="font-size:18px">{e(short)}</b><p style="padding:8px 0">{got[0]}（{got[1]}）</p><p style="color:#b79d6a;font-size:13px">到期时间 {at + timedelta(days=365 if fits else 31):%Y-%m-%d}</p></div><p style="padding-top:22px">专属权益</p><p style="color:#b79d6a;padding-top:8px">免广告　蓝光画质　会员日</p>"""
        elif kind == "card":
            shows = {"order_no": order["order_no"]} if n % 2 else {}
            pairs = [("商品", e(short)), ("面值/版本", got[0]), ("适用地区", got[1]), ("卡密", code(rng))] + ([("订单号", f("number", order["order_no"]))] if n % 2 else [])
            name, size, page = "rr_card", PHONE, f"""<body style="background:#f2f4f7;padding:54px 14px;font-family:{font}"><h3 style="text-align:center">卡券详情</h3><div style="background:#fff;border-radius:12px;padding:16px;margin-top:14px">{kv(pairs)}</div><div style="background:{colour};color:#fff;text-align:center;border-radius:22px;padding:10px;margin:22px 40px">复制卡密</div>"""
        elif kind == "account":
            name, size, page = "rr_game", (900, 460), f"""<body style="background:#20344a;color:#fff;padding:30px;font-family:{font}"><h2>角色信息</h2><div style="width:420px;padding-top:14px">{kv([("昵称", "旅行者***"), ("等级", got[0]), ("服务器", got[1]), ("活跃天数", "512")], left="color:#9fb8d0")}</div>"""
        else:
            name, size, page = "rr_top", PHONE, f"""<body style="background:#fff;padding:56px 18px;font-family:{font}"><h3>充值记录</h3><div style="border-bottom:1px solid #eee;padding:16px 0;display:flex;justify-content:space-between"><span>点券到账<br><small style="color:#999">{got[1]} · {at:%Y-%m-%d %H:%M}</small></span><b style="color:#0a8">+{got[0]}</b></div><p style="color:#bbb;text-align:center;padding-top:24px">没有更多了</p>"""
        yield Scene("received_goods", name, page, {"reason": "not_as_described", "order": order}, "contradicts" if fits else "supports", size, shows, str(got))


def services(rng: random.Random) -> Iterator[Scene]:
    for n in range(8):
        state = ["open", "none", "done", "late", "open", "done", "open", "none"][n]
        order = claim_order(rng, rng.choice(SERVICES), delivered=state in ("done", "late"))
        at = datetime.fromisoformat(order["ordered_at"])
        by = at + timedelta(days=rng.randint(2, 6))
        end = by + timedelta(days=2) if state == "late" else by - timedelta(hours=rng.randint(5, 30))
        order["promised_at"], order["delivered_at"] = iso(by), iso(end) if state in ("done", "late") else None
        per, word = {"open": (rng.randint(10, 85), rng.choice(["进行中", "代练中", "服务中"])), "none": (0, rng.choice(["未开始", "待接单", "等待接单"])), "done": (100, "已完成"), "late": (100, "已完成")}[state]
        form, font, colour = rng.choice(TIMES[:4]), rng.choice(FONTS), rng.choice(COLOURS)
        ended = [("完成时间", f("delivered", end.strftime(form)))] if state in ("done", "late") else []
        if n % 3 == 0:
            name, size, page = "ss_bar", PHONE, f"""<body style="background:#f4f6fa;padding:54px 14px;font-family:{font}"><h3>代练详情</h3><div style="background:#fff;border-radius:10px;padding:16px;margin-top:12px"><div style="display:flex;justify-content:space-between"><b>{e(order["product"])}</b><span style="color:{colour}">{word}</span></div><div style="background:#e8ebf0;height:8px;border-radius:4px;margin:14px 0 6px"><div style="background:{colour};width:{per}%;height:8px;border-radius:4px"></div></div><p style="color:#888;font-size:13px">完成进度 {per}%</p></div><div style="background:#fff;border-radius:10px;padding:6px 16px;margin-top:10px">{kv([("订单编号", f("number", order["order_no"])), ("下单时间", f("ordered", at.strftime(form))), ("约定完成", f("promised", by.strftime(form))), *ended, ("实付", "¥" + order["amount_paid"])])}</div>"""
            shows: dict[str, Any] = {"order_no": order["order_no"], "amount": order["amount_paid"], "times": {"ordered": iso(at), "promised": iso(by)} | ({"delivered": iso(end)} if ended else {})}
        elif n % 3 == 1:
            log = "" if state == "none" else f"<p style='padding:8px 0'>{at + timedelta(hours=5):%m-%d %H:%M}　打手已上号</p><p>{at + timedelta(hours=9):%m-%d %H:%M}　完成 {3 + n} 局，胜 {2 + n} 负 1</p>"
            name, size, page = "ss_log", (860, 560), f"""<body style="background:#fff;padding:30px;font-family:{font}"><h2>服务记录</h2><p style="color:#888;padding:8px 0">服务单号：{f("number", order["order_no"])}　项目：{e(order["product"])}</p><p>当前状态：<b style="color:{colour}">{word}</b></p><p style="padding:6px 0">约定完成时间：{f("promised", by.strftime(form))}</p>{"<p>实际完成时间：" + f("delivered", end.strftime(form)) + "</p>" if ended else ""}<div style="border-top:1px solid #eee;margin-top:12px;padding-top:8px"><p>{at:%m-%d %H:%M}　号主提交订单</p>{log}</div>"""
            shows = {"order_no": order["order_no"], "times": {"promised": iso(by)} | ({"delivered": iso(end)} if ended else {})}
        else:
            name, size, page = "ss_ring", PHONE, f"""<body style="background:#12161f;color:#e6e9f0;padding:60px 18px;text-align:center;font-family:{font}"><p style="color:#8a93a6">{e(rng.choice(SELLERS))} · 陪玩代练</p><div style="width:140px;height:140px;border-radius:70px;border:12px solid {colour};margin:24px auto;font-size:32px;line-height:116px">{per}%</div><h3>{word}</h3><div style="text-align:left;background:#1b2130;border-radius:12px;padding:8px 14px;margin-top:20px">{kv([("订单", f("number", order["order_no"])), ("服务", e(order["product"])), ("截止时间", f("promised", by.strftime(form))), *ended], left="color:#8a93a6")}</div>"""
            shows = {"order_no": order["order_no"], "times": {"promised": iso(by)} | ({"delivered": iso(end)} if ended else {})}
        yield Scene("service_record", name, page, {"reason": "service_failed", "order": order}, "contradicts" if state == "done" else "supports", size, shows, f"{state} {per}% {word}")


def payments(rng: random.Random) -> Iterator[Scene]:
    for n in range(9):
        order = claim_order(rng, delivered=True)
        at = datetime.fromisoformat(order["ordered_at"]) + timedelta(minutes=1)
        paid, no, seller = order["amount_paid"], order["order_no"], rng.choice(SELLERS)
        reason, verdict = "duplicate_order", "supports"
        font, form = rng.choice(FONTS), rng.choice(TIMES[:4])
        shows: dict[str, Any] = {"order_no": no, "amount": paid, "times": {"event": iso(at)}}
        long = "".join(rng.choice("0123456789") for _ in range(28))
        if n in (0, 5):
            reason, verdict = rng.choice(["malfunction", "invalid_code", "not_delivered"]), "unrelated"
            name, size, page = "pp_bill", PHONE, f"""<body style="background:#f5f5f5;font-family:{font}"><div style="background:#fff;padding:50px 16px 20px;text-align:center"><p>账单详情</p><div style="width:44px;height:44px;border-radius:22px;background:#fc6;margin:20px auto 8px"></div><p>{e(seller)}</p><h1 style="padding:8px 0">-{paid}</h1><p style="color:#888">交易成功</p></div><div style="background:#fff;margin-top:8px;padding:8px 16px;font-size:14px">{kv([("付款时间", at.strftime(form)), ("付款方式", "花呗"), ("商品说明", e(order["product"])), ("支付奖励", "立即领取2积分"), ("商家订单号", no), ("交易号", long)])}</div>"""
        elif n in (1, 2, 6, 7):
            back, differs = n == 2, n == 7
            second = f"{float(paid) + 12:.2f}" if differs else paid
            verdict = "contradicts" if back or differs else "supports"
            extra = f"<small style='color:#e80'>{rng.choice(['已全额退款', '已退款', '退款成功'])}</small>" if back else ""
            items = [(seller, paid, no, ""), (seller, second, number(rng, at), extra), ("711便利店", "9.80", "", ""), ("地铁出行", "4.00", "", "")]
            body = "".join(f"<div style='padding:13px 16px;border-bottom:1px solid #f0f0f0;display:flex;justify-content:space-between'><div>{e(who)}<br><small style='color:#999'>{at + timedelta(minutes=i):%m月%d日 %H:%M}</small>{'<br><small style=color:#999>商户单号 ' + num + '</small>' if num else ''}</div><div style='text-align:right'>-{money}<br>{more}</div></div>" for i, (who, money, num, more) in enumerate(items))
            name, size, page = "pp_list", PHONE, f"""<body style="background:#fff;font-family:{font}"><div style="padding:48px 16px 10px;text-align:center"><b>账单</b></div><div style="background:#f7f7f7;padding:10px 16px;font-size:13px">{at:%Y年%-m月}　支出￥{float(paid) * 2 + 13.8:.2f}　收入￥0.00</div>{body}"""
            shows["times"] = {}
        elif n in (3, 8):
            verdict = "supports"
            name, size, page = "pp_done", PHONE, f"""<body style="background:#fff;padding:96px 20px;text-align:center;font-family:{font}"><p style="color:#07c160">✓ 支付成功</p><p style="padding-top:14px">{e(seller)}</p><h1 style="font-size:36px">￥{paid}</h1><div style="text-align:left;padding-top:30px">{kv([("商品", e(order["product"])), ("支付时间", at.strftime(form)), ("商户单号", no), ("支付方式", "零钱通")])}</div><div style="border:1px solid #07c160;color:#07c160;border-radius:6px;padding:9px;margin:50px 90px 0">完成</div>"""
        else:
            reason, verdict = "service_failed", "unrelated"
            name, size, page = "pp_bank", (820, 620), f"""<body style="background:#fff;padding:40px;font-family:'Noto Serif CJK SC',serif"><h2 style="text-align:center">电子回单</h2><div style="border:1px solid #999;padding:14px;margin-top:18px">{kv([("付款人", "张**"), ("收款方", e(seller)), ("交易金额", f"人民币 {paid} 元"), ("交易时间", at.strftime(form)), ("交易流水号", long[:20]), ("商户订单号", no), ("摘要", "网上支付")])}</div><p style="color:#b33;text-align:right;padding-top:10px">电子业务专用章</p>"""
        yield Scene("payment", name, page, {"reason": reason, "order": order}, verdict, size, shows, "")
