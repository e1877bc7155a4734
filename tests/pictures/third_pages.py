"""Pages by a third head, which neither of the other sets was drawn by: what holds on them holds elsewhere."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tests.pictures.other_orders import (
    COLOURS,
    FONTS,
    GOODS,
    SELLERS,
    SERVICES,
    Sheet,
    claim_order,
    f,
    kv,
    labelled,
    number,
)
from tests.pictures.other_screens import code
from tests.pictures.pages import PHONE, Scene, e, iso

# fmt: off
ZH = {"待付款": ["等待付款", "待支付", "尚未支付"], "待发货": ["等待出库", "待卖家发货", "待交付", "商家备货中", "待充值", "支付成功，等待发货", "已接单，待发货"],
      "处理中": ["交付中", "充值处理中", "订单正在处理", "发卡中", "出货中", "排队处理中"], "已发货": ["已交付", "已送达", "卡密已发放", "已自动发货", "等待收货", "货已发出"],
      "已完成": ["交易已完成", "充值完成", "订单完成", "已确认收货", "已结单"], "已关闭": ["交易已关闭", "已撤单", "已全额退款", "订单超时取消", "已退款"]}
EN = {"待付款": ["Payment pending", "Waiting for payment"], "待发货": ["Unfulfilled", "Confirmed - awaiting delivery", "Waiting to be sent", "Preparing your order", "Not yet delivered"],
      "处理中": ["Processing order", "In queue", "In process", "Pending"], "已发货": ["Key delivered", "Sent to e-mail", "Delivered", "Fulfilled"],
      "已完成": ["Completed", "Order complete", "Done"], "已关闭": ["Cancelled", "Refunded", "Voided", "Order closed"]}
ZH_TIMES = ["%Y-%m-%d %H:%M:%S", "%Y/%-m/%-d %H:%M", "%m/%d %H:%M", "%Y-%m-%d 周五 %H:%M", "%-m月%-d日 %H:%M:%S", "%Y年%m月%d日%H:%M", "%Y-%m-%d HALF", "%Y%m%d %H:%M:%S"]
EN_TIMES = ["%-d %B %Y, %H:%M", "%b %-d %Y %I:%M%p", "%Y-%m-%d, %-I:%M %p", "%d/%b/%Y %H:%M", "%A, %B %-d, %Y %-I:%M %p"]


def jd(s: Sheet) -> tuple[str, tuple[int, int]]:
    s.words(ZH, ZH_TIMES)
    steps = "".join(f"<span>{name}</span>" for name in ["提交订单", "付款成功", "商品出库", "等待收货", "完成"])
    pairs = [("订单编号：", f("number", s.number)), ("下单日期：", f("ordered", s.at(s.ordered)))] + ([("预计送达：", f("promised", s.at(s.promised)))] if s.promised else []) + ([("发货时间：", f("delivered", s.at(s.sent)))] if s.sent else []) + [("配送方式：", "虚拟发货")]
    left = "".join(f"<p style='padding:5px 0'><span style='color:#999'>{k}</span>{v}</p>" for k, v in pairs)
    return f"""<body style="background:#f6f6f6;font-family:{s.rng.choice(FONTS)}"><div style="background:linear-gradient(#e1251b,#f6f6f6);padding:56px 18px 30px;color:#fff"><h2>{f("status", s.said)}</h2><div style="display:flex;justify-content:space-between;font-size:11px;padding-top:12px">{steps}</div></div><div style="background:#fff;border-radius:12px;margin:0 10px;padding:14px"><b>{e(s.seller)} ›</b><p style="padding:10px 0">{e(s.product)}</p>{kv([("商品总额", "¥" + s.paid), ("运费", "¥0.00")])}<div style="text-align:right">实付款：<b style="color:#e1251b">{f("amount", "¥" + s.paid)}</b></div></div><div style="background:#fff;border-radius:12px;margin:10px;padding:14px;font-size:13px">{left}</div>""", PHONE


def pin(s: Sheet) -> tuple[str, tuple[int, int]]:
    s.words(ZH, ZH_TIMES)
    pairs = [("订单ID", f("number", s.number)), ("拍下时间", f("ordered", s.at(s.ordered))), *([("最晚交付", f("promised", s.at(s.promised)))] if s.promised else []), *([("交付时间", f("delivered", s.at(s.sent)))] if s.sent else []), ("付款合计", f("amount", s.paid + " 元"))]
    return f"""<body style="background:#fff;padding:54px 16px;font-family:{s.rng.choice(FONTS)}"><div style="display:flex;gap:10px;align-items:center"><div style="width:40px;height:40px;border-radius:20px;background:#fde3a7;text-align:center;line-height:40px">⏳</div><div><b style="font-size:18px">{f("status", s.said)}</b><br><small style="color:#999">如有疑问请联系卖家</small></div></div><div style="background:#fafafa;border-radius:8px;padding:12px;margin:16px 0">{e(s.product)}<br><small style="color:#aaa">{e(s.seller)}　x1</small></div>{kv(pairs, "padding:10px 0;border-top:1px dashed #eee")}""", PHONE


def shopify(s: Sheet) -> tuple[str, tuple[int, int]]:
    s.words(EN, EN_TIMES)
    money = f"¥{s.paid} CNY"
    return f"""<body style="background:#fff;font-family:'Open Sans',Arial,'Noto Sans CJK SC';padding:34px"><p style="color:#737373">{e(s.seller)} / Orders</p><h2 style="padding:8px 0">Order ID: {f("number", s.number)}</h2><p>{f("ordered", s.at(s.ordered))}</p><table style="margin-top:22px;width:760px"><tr style="text-align:left;color:#737373"><th>Product</th><th>Qty</th><th>Fulfillment status</th><th>Amount</th></tr><tr><td style="padding:12px 0">{e(s.product)}</td><td>1</td><td>{f("status", s.said)}</td><td>{money}</td></tr></table><div style="width:340px;padding-top:20px">{kv([("Shipping", "Digital delivery"), ("Charged", f("amount", money))] + ([("Expected delivery", f("promised", s.at(s.promised)))] if s.promised else []) + ([("Delivered at", f("delivered", s.at(s.sent)))] if s.sent else []))}</div>""", (900, 560)


def kinguin(s: Sheet) -> tuple[str, tuple[int, int]]:
    s.words(EN, EN_TIMES)
    cell = lambda k, v: f"<div style='flex:1;padding:14px'><div style='color:#8d99ae;font-size:11px'>{k}</div><div style='padding-top:4px'>{v}</div></div>"  # noqa: E731
    more = (cell("ESTIMATED DELIVERY", f("promised", s.at(s.promised))) if s.promised else "") + (cell("DELIVERED", f("delivered", s.at(s.sent))) if s.sent else "")
    return f"""<body style="background:#10131f;color:#edf2f4;font-family:Roboto,'Noto Sans CJK SC';padding:30px"><h3>MY ORDERS</h3><div style="background:#1b2033;border-radius:10px;margin-top:16px"><div style="display:flex">{cell("ORDER NUMBER", f("number", s.number))}{cell("ORDER DATE", f("ordered", s.at(s.ordered)))}{cell("STATUS", f("status", s.said))}</div><div style="display:flex;border-top:1px solid #2b3150">{cell("ITEM", e(s.product))}{cell("TOTAL PAID", f("amount", "CN¥" + s.paid))}{more}</div></div>""", (1080, 420)


def layui(s: Sheet) -> tuple[str, tuple[int, int]]:
    s.words(ZH, ZH_TIMES[:3])
    cells = [("订单编码", f("number", s.number)), ("商品", e(s.product)), ("成交价", f("amount", "￥" + s.paid)), ("当前状态", f"<font color=#ff5722>{f('status', s.said)}</font>"), ("创建日期", f("ordered", s.at(s.ordered))), ("承诺时间", f("promised", s.at(s.promised)) if s.promised else "无"), ("出货时间", f("delivered", s.at(s.sent)) if s.sent else "无")]
    rows = "".join(f"<tr><td style='border:1px solid #e6e6e6;padding:9px 15px;background:#fbfbfb;width:130px;text-align:right'>{k}</td><td style='border:1px solid #e6e6e6;padding:9px 15px'>{v}</td></tr>" for k, v in cells)
    return f"""<body style="background:#f2f2f2;font-family:{s.rng.choice(FONTS[:2])}"><div style="background:#23262e;color:#fff;padding:14px 24px">{e(s.seller)}　控制台　商品　用户中心</div><div style="background:#fff;margin:18px;padding:18px;border-left:5px solid #009688"><b>查询到 1 笔订单</b><table style="margin-top:12px">{rows}</table></div>""", (820, 520)


def ticket(s: Sheet) -> tuple[str, tuple[int, int]]:
    s.words(ZH, ZH_TIMES)
    colour = s.rng.choice(COLOURS)
    return f"""<body style="background:{colour};padding:70px 22px;font-family:{s.rng.choice(FONTS)}"><div style="background:#fff;border-radius:14px;padding:22px;text-align:center"><p style="color:#999">{e(s.seller)}</p><h2 style="padding:12px;color:{colour}">{f("status", s.said)}</h2><h1>{f("amount", "¥" + s.paid)}</h1><p style="padding-top:8px">{e(s.product)}</p><div style="border-top:2px dashed #ddd;margin:16px -22px;padding:0"></div><div style="text-align:left;font-size:13px">{kv([("单号", f("number", s.number)), ("下单", f("ordered", s.at(s.ordered)))] + ([("预计完成", f("promised", s.at(s.promised)))] if s.promised else []) + ([("发码时间", f("delivered", s.at(s.sent)))] if s.sent else []))}</div></div>""", PHONE


def dense(s: Sheet) -> tuple[str, tuple[int, int]]:
    """Everything in running text."""
    s.words(ZH, ["%Y-%m-%d %H:%M:%S", "%m月%d日 %H:%M", "%Y/%m/%d %H:%M"])
    sent = f"；发货时间 {f('delivered', s.at(s.sent))}" if s.sent else ""
    promised = f"，承诺 {f('promised', s.at(s.promised))} 前发货" if s.promised else ""
    return f"""<body style="background:#fff;padding:60px 18px;line-height:2;font-family:{s.rng.choice(FONTS)}"><h3>我的订单 - {e(s.seller)}</h3><p><b>[{f("status", s.said)}]</b> {e(s.product)}</p><p style="color:#666">订单号 {f("number", s.number)}</p><p style="color:#666">{f("ordered", s.at(s.ordered))} 下单{promised}{sent}</p><p style="color:#666">实付 {f("amount", s.paid + "元")}（余额支付）</p><p style="color:#2196f3">查看详情　申请售后　联系客服</p>""", PHONE


ORDERS: list[Callable[[Sheet], tuple[str, tuple[int, int]]]] = [jd, pin, shopify, kinguin, layui, ticket, dense]


def order_pages(rng: random.Random) -> Iterator[Scene]:
    for template in ORDERS:
        for status, verdict, reason, unlike in [("待发货", "supports", "not_delivered", ""), ("处理中", "supports", "not_delivered", ""), ("已发货", "contradicts", "not_delivered", ""), ("已完成", "contradicts", "not_delivered", ""), ("已关闭", "contradicts", "not_delivered", ""), ("待付款", "contradicts", "not_delivered", ""), ("待发货", "contradicts", "not_delivered", rng.choice(["digit", "order", "amount"])), ("待发货", "supports", "change_of_mind", ""), ("已完成", "unrelated", "invalid_code", "")]:
            order = claim_order(rng, delivered=reason == "invalid_code" or (status in ("已发货", "已完成") and rng.random() < 0.5))
            at = datetime.fromisoformat(order["ordered_at"])
            s = Sheet(rng, order["order_no"], order["product"], status, order["amount_paid"], at, datetime.fromisoformat(order["promised_at"]) if rng.random() < 0.7 else None, at + timedelta(minutes=5) if status in ("已发货", "已完成") else None, rng.choice(SELLERS))
            if unlike == "amount":
                s.paid = f"{float(s.paid) * rng.choice([0.5, 2, 10]):.2f}"
            elif unlike == "digit":
                place = max(i for i, c in enumerate(s.number) if c.isdigit()) - 1
                s.number = s.number[:place] + str((int(s.number[place]) + 3) % 10 if s.number[place].isdigit() else 7) + s.number[place + 1:]
            elif unlike:
                s.number = number(rng, at)
            page, size = template(s)
            yield Scene("order_page", template.__name__, page, {"reason": reason, "order": order}, verdict, size, labelled(s, page), f"{s.said} {s.form} {unlike}")


ERRORS = ["很抱歉，该卡已被他人使用", "激活失败：密钥使用次数已达上限", "代码无效", "序列号与产品不匹配", "请输入正确的激活码", "CDK不存在", "Oops! This voucher has already been redeemed.", "Key already activated on a different account", "Code invalid or expired", "卡密核销失败，卡密不存在", "礼品码已失效，无法使用"]
OKS = ["启用成功", "会员续费成功", "已为您充值成功", "Activation successful", "Redeemed! Enjoy your game.", "礼品卡已成功添加到账户余额"]
FAULTS = ["权益已被回收，请联系商家", "该帐号涉嫌违规，已暂停使用", "登录已失效，请重新登录", "系统检测到异常，已限制登录", "Playback failed. You do not have permission to watch this content.", "无法连接到服务器", "您的大会员已过期3天", "Your subscription was cancelled", "授权已过期，软件将以受限模式运行", "账号已被他人登录，您已离线"]


def screens(rng: random.Random) -> Iterator[Scene]:
    for k, said in enumerate(ERRORS):
        order = claim_order(rng, rng.choice([g for g in GOODS if g[1] == "card"]), delivered=True)
        reason, verdict = ("invalid_code", "supports") if k % 4 else ("not_as_described", "unrelated")
        page = [f"""<body style="background:#f7f7f7;padding:120px 26px;font-family:{rng.choice(FONTS)}"><div style="background:#fff;border-radius:10px;padding:20px"><p style="color:#888">卡密 / 激活码</p><p style="border:1px solid #ddd;padding:10px;margin:10px 0">{code(rng)}</p><p style="background:#fff1f0;border:1px solid #ffa39e;padding:8px">{e(said)}</p><div style="background:#111;color:#fff;text-align:center;padding:10px;margin-top:14px">再试一次</div></div>""",
                f"""<body style="background:#202225;color:#dcddde;padding:60px;font-family:Roboto,'Noto Sans CJK SC'"><h3>Gift redemption</h3><p style="padding:14px 0;color:#f04747">{e(said)}</p><p>{code(rng)}</p><p style="padding-top:20px"><span style="background:#5865f2;padding:8px 26px">Back</span></p>"""][k % 2]
        yield Scene("activation_error", f"err{k % 2}", page, {"reason": reason, "order": order}, verdict, PHONE if k % 2 == 0 else (720, 400), {"error_text": said}, said)
    for k, said in enumerate(OKS):
        order = claim_order(rng, rng.choice([g for g in GOODS if g[1] != "topup"]), delivered=True)
        reason, verdict = [("invalid_code", "contradicts"), ("malfunction", "supports"), ("wrong_purchase", "contradicts")][k % 3]
        page = f"""<body style="background:#eefaf1;padding:140px 30px;text-align:center;font-family:{rng.choice(FONTS)}"><div style="font-size:60px">✅</div><h2 style="padding:14px 0">{e(said)}</h2><p>{e(order["product"])}</p><p style="color:#888;padding-top:10px">{code(rng)}</p><p style="padding-top:40px;color:#0a8">返回首页</p>"""
        yield Scene("activation_ok", "ok", page, {"reason": reason, "order": order}, verdict, PHONE, {}, said)
    for k, said in enumerate(FAULTS):
        order = claim_order(rng, rng.choice([g for g in GOODS if g[1] == "membership"]), delivered=True)
        page = f"""<body style="background:{['#fff', '#111', '#f0f4ff'][k % 3]};color:{['#222', '#ddd', '#223'][k % 3]};padding:200px 30px;text-align:center;font-family:{rng.choice(FONTS)}"><div style="font-size:50px">{'⚠️🔒📡'[k % 3]}</div><p style="padding:20px 0;font-size:17px">{e(said)}</p><span style="border:1px solid #999;padding:7px 30px;border-radius:18px">{['知道了', '重新加载', '联系客服'][k % 3]}</span>"""
        yield Scene("fault_screen", "fault", page, {"reason": "malfunction", "order": order}, "supports", PHONE, {"error_text": said}, said)


TALKS = [("not_delivered", "supports", "拍了两小时啦还没发", "今天单子多 在排队", "超过承诺时间了", "尽快给您安排"), ("not_delivered", "contradicts", "什么时候给卡密", "刚发您邮箱了 查收一下", "收到啦 多谢", "不客气~"),
         ("service_failed", "supports", "上王者多少钱 几天", "260 四天包上", "好 拍了", "今晚开始上号"), ("service_failed", "supports", "师傅今天打了吗", "没空 明天再说", "都拖三天了 不打就退单", "行吧"), ("wrong_purchase", "supports", "我买成苹果区的了 能换安卓吗", "兑换码用了没", "没用过", "可以换"),
         ("wrong_purchase", "contradicts", "买错了想退", "查到您已经激活过了", "激活了 但是不是我要的", "激活后不退哦"), ("malfunction", "unrelated", "下班一起打球", "几点", "七点老地方", "OK"), ("not_as_described", "supports", "是永久的吗", "是的 永久会员 官方渠道", "支持换绑不", "支持 保证")]


def talks(rng: random.Random) -> Iterator[Scene]:
    for reason, verdict, *lines in TALKS:
        order = claim_order(rng, rng.choice(SERVICES) if reason == "service_failed" else None, delivered=reason != "not_delivered" or verdict == "contradicts")
        title = "阿强" if verdict == "unrelated" else rng.choice(SELLERS)
        body = "".join(f"<div style='display:flex;justify-content:{'flex-start' if i % 2 else 'flex-end'};padding:10px 14px'><span style='background:{'#fff' if i % 2 else '#fde68a'};border-radius:{'4px 16px 16px 16px' if i % 2 else '16px 4px 16px 16px'};padding:10px 14px;max-width:260px'>{e(text)}</span></div>" for i, text in enumerate(lines))
        yield Scene("chat", "talk", f"""<body style="background:#e9e4da;font-family:{rng.choice(FONTS)}"><div style="background:#f8f5ee;padding:48px 16px 12px"><b>{e(title)}</b> <small style="color:#6a6">在线</small></div>{body}<div style="position:fixed;bottom:0;left:0;right:0;background:#f8f5ee;padding:14px;color:#aaa">说点什么吧…</div>""", {"reason": reason, "order": order}, verdict, PHONE, {}, lines[0])


def others(rng: random.Random) -> Iterator[Scene]:
    for k in range(4):
        order = claim_order(rng, delivered=True)
        page = f"""<body style="background:#fff;font-family:{rng.choice(FONTS)}"><div style="height:240px;background:linear-gradient({rng.choice(COLOURS)},#eee)"></div><div style="padding:16px"><h3>{e(order["product"])}【秒发】</h3><p style="padding:8px 0;color:#e33;font-size:20px">¥{order["amount_paid"]} <small style="color:#999">已售2000+ 件</small></p><p style="color:#777">· 24小时自动发货　· 官方正品　· 售后无忧</p><p style="padding-top:14px"><b>宝贝描述</b></p><p>下单后请在订单页查看，面值与标题一致。</p></div><div style="position:fixed;bottom:10px;left:16px;right:16px;background:#ff5000;color:#fff;text-align:center;padding:12px;border-radius:24px">马上买</div>"""
        yield Scene("listing", "item", page, {"reason": ["not_as_described", "invalid_code"][k % 2], "order": order}, ["supports", "unrelated"][k % 2], PHONE, {"amount": order["amount_paid"]})
    for k, (product, kind, right, wrong) in enumerate([("优酷酷喵会员 年卡", "membership", "年卡 365天", "周卡 7天"), ("App Store 礼品卡 美区 50美元", "card", "面值 $50 美区", "面值 $20 美区"), ("和平精英账号 110级", "account", "等级 110级", "等级 62级"), ("夸克网盘 SVIP 12个月", "membership", "SVIP 12个月", "SVIP 1个月")]):
        fits = k % 2 == 0
        order = claim_order(rng, (product, kind, "99.00"), delivered=True)
        page = f"""<body style="background:#f3f0ff;padding:60px 18px;font-family:{rng.choice(FONTS)}"><h3>{["会员权益", "我的卡券", "账号信息", "会员权益"][k]}</h3><div style="background:#fff;border-radius:14px;padding:20px;margin-top:16px"><b>{e(product.split()[0])}</b><p style="padding:10px 0">{right if fits else wrong}</p><p style="color:#888">{["有效期至 2027-11-20", "卡密 " + code(rng), "区服 微信区", "有效期至 2027-11-20"][k]}</p></div>"""
        yield Scene("received_goods", "got", page, {"reason": "not_as_described", "order": order}, "contradicts" if fits else "supports", PHONE, {}, right if fits else wrong)
    for per, word, verdict in [(0, "待接单", "supports"), (45, "进行中", "supports"), (100, "已完成", "contradicts"), (70, "已暂停", "supports")]:
        order = claim_order(rng, rng.choice(SERVICES), delivered=per == 100)
        at = datetime.fromisoformat(order["ordered_at"])
        order["promised_at"], end = iso(at + timedelta(days=3)), at + timedelta(days=2)
        page = f"""<body style="background:#fff;padding:56px 18px;font-family:{rng.choice(FONTS)}"><h3>代打订单进度</h3><p style="padding:10px 0">{e(order["product"])}</p><p>状态 <b>{word}</b>　进度 {per}%</p>{kv([("单号", order["order_no"]), ("开始日期", f"{at:%Y-%m-%d %H:%M}"), ("约定完成", f"{at + timedelta(days=3):%Y-%m-%d %H:%M}")] + ([("完成时间", f"{end:%Y-%m-%d %H:%M}")] if per == 100 else []))}<p style="padding-top:14px;color:#888">打手：阿龙　已打 {per // 10} 局</p>"""
        yield Scene("service_record", "job", page, {"reason": "service_failed", "order": order}, verdict, PHONE, {"order_no": order["order_no"]}, word)
    for k in range(4):
        order = claim_order(rng, delivered=True)
        at = datetime.fromisoformat(order["ordered_at"]) + timedelta(minutes=1)
        twice = k % 2 == 0
        pairs = [("交易对象", e(rng.choice(SELLERS))), ("商品名称", e(order["product"])), ("交易时间", f"{at:%Y-%m-%d %H:%M:%S}"), ("支付渠道", "招商银行(尾号3310)"), ("商户订单号", order["order_no"]), ("流水号", "9" + "".join(rng.choice("0123456789") for _ in range(23)))]
        page = f"""<body style="background:#f4f6f9;padding:70px 16px;font-family:{rng.choice(FONTS)}"><p style="text-align:center">交易详情</p><h1 style="text-align:center;padding:18px">-{order["amount_paid"]}</h1><div style="background:#fff;border-radius:10px;padding:6px 14px;font-size:13px">{kv(pairs)}</div>"""
        yield Scene("payment", "trade", page, {"reason": "duplicate_order" if twice else "malfunction", "order": order}, "supports" if twice else "unrelated", PHONE, {"order_no": order["order_no"], "amount": order["amount_paid"], "times": {"event": iso(at)}})
    for n, text in enumerate(["闹钟 07:30 工作日", "健康码 绿码 2023", "菜单 宫保鸡丁 38 / 鱼香肉丝 32 / 米饭 2", "WiFi 密码 home-2020", "第三章 春风又绿江南岸，明月何时照我还。"]):
        yield Scene("unrelated", f"other{n}", f"""<body style="background:#fdfdfd;padding:160px 30px;font-size:22px;font-family:{rng.choice(FONTS)}">{e(text)}""", {"reason": rng.choice(["not_delivered", "invalid_code"]), "order": claim_order(rng)}, "unrelated")
# fmt: on
