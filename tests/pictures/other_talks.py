"""Chats drawn by another hand, in five messengers, and what has nothing to do with the trade."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageFilter

from tests.pictures.other_orders import FONTS, SELLERS, SERVICES, claim_order
from tests.pictures.pages import PHONE, Scene, e, iso

# fmt: off
TALKS = [
    ("not_delivered", "supports", [("me", "你好 我昨天买的会员怎么还没充上"), ("shop", "亲抱歉，上游延迟了"), ("me", "都过了承诺时间了"), ("shop", "再等等哈 尽快给您处理")]),
    ("not_delivered", "contradicts", [("me", "发货了没"), ("shop", "卡密已经发您了 在订单里看"), ("me", "看到了 谢谢老板"), ("shop", "嗯嗯 有问题联系我")]),
    ("not_delivered", "supports", [("me", "订单 {no} 没收到货"), ("shop", "稍等我查一下"), ("shop", "暂时缺货，明天补货再发"), ("me", "那我要退款")]),
    ("not_delivered", "contradicts", [("me", "充了吗"), ("shop", "已充好 您刷新看看"), ("me", "到了到了，能用"), ("shop", "亲麻烦五星好评哦")]),
    ("service_failed", "supports", [("me", "代练接吗 白银到铂金"), ("shop", "接 136 两天打完"), ("me", "行 我拍下了"), ("shop", "好 今晚八点上号")]),
    ("service_failed", "supports", [("me", "师傅打到哪了"), ("shop", "最近单子多 还没打"), ("me", "说好三天的 今天都第五天了"), ("shop", "打不完的话你申请退单吧")]),
    ("service_failed", "contradicts", [("me", "打完了吗"), ("shop", "代练已完成 到星耀了 你验收下"), ("me", "上线看了 打得不错 辛苦了"), ("shop", "下次再来")]),
    ("wrong_purchase", "supports", [("me", "我买错区了 想要安卓区的"), ("shop", "卡密用掉没有"), ("me", "没有 还没兑换"), ("shop", "那可以给你换")]),
    ("wrong_purchase", "contradicts", [("me", "能退吗 买错了"), ("shop", "您激活了吗"), ("me", "已经激活了 用了一天"), ("shop", "激活过的退不了哦")]),
    ("not_as_described", "supports", [("me", "这个是年卡对吧"), ("shop", "是的 官方年卡 365天"), ("me", "支持电视端吗"), ("shop", "支持的 保证正品")]),
    ("malfunction", "unrelated", [("室友", "今晚谁带饭"), ("me", "我去 你吃啥"), ("室友", "黄焖鸡 微辣"), ("me", "行"), ("室友", "谢啦")]),
    ("invalid_code", "unrelated", [("爸", "到学校没"), ("me", "刚到宿舍"), ("爸", "钱够不够花"), ("me", "够的"), ("爸", "早点睡")]),
    ("not_delivered", "supports", [("me", "Hello, order {no} still not here"), ("shop", "Sorry for the delay! We're restocking."), ("me", "How long will it take?"), ("shop", "Hopefully tonight")]),
    ("not_delivered", "contradicts", [("me", "any update on my code?"), ("shop", "We've sent it, check your inbox"), ("me", "received, thank you!"), ("shop", "Great, enjoy the game")]),
    ("service_failed", "unrelated", [("me", "周末去爬山不"), ("小林", "下雨吧"), ("me", "天气预报说晴"), ("小林", "那走"), ("me", "七点见")]),
    ("not_delivered", "contradicts", [("me", "在吗 {wrong} 这单什么时候发"), ("shop", "今天发 亲"), ("me", "快点呀"), ("shop", "好的")]),
]
# fmt: on


def chats(rng: random.Random) -> Iterator[Scene]:
    for k, (reason, verdict, lines) in enumerate(TALKS):
        order = claim_order(rng, rng.choice(SERVICES) if reason == "service_failed" else None, delivered=verdict == "contradicts" or reason in ("wrong_purchase", "not_as_described"))
        wrong = "".join(reversed(order["order_no"][-6:])) + "7719203"
        told = [(who, text.format(no=order["order_no"], wrong="DH" + wrong)) for who, text in lines]
        shows = {"order_no": order["order_no"] if any(order["order_no"] in text for _, text in told) else "DH" + wrong if any(wrong in text for _, text in told) else None}
        partner = next(who for who, _ in told if who != "me")
        at = datetime.fromisoformat(order["ordered_at"]) + timedelta(hours=rng.randint(2, 30))
        name, page, size, stamped = _chat(rng, told, rng.choice(SELLERS) if partner == "shop" else partner, at, k % 5)
        yield Scene("chat", name, page, {"reason": reason, "order": order}, verdict, size, shows | {"times": {"event": iso(at)} if stamped else {}}, told[0][1])


def _chat(rng: random.Random, told: list[tuple[str, str]], title: str, at: datetime, n: int) -> tuple[str, str, tuple[int, int], bool]:
    def rows(mine: str, theirs: str, ink: str, radius: int, faces: bool = True) -> str:
        out = ""
        for who, text in told:
            face = f"<div style='width:38px;height:38px;border-radius:{radius // 2}px;background:{'#c9a' if who == 'me' else '#9bc'};flex:none'></div>" if faces else ""
            bubble = f"<span style='background:{mine if who == 'me' else theirs};color:{ink};border-radius:{radius}px;padding:9px 12px;max-width:240px'>{e(text)}</span>"
            out += f"<div style='display:flex;gap:8px;margin:14px 12px;justify-content:{'flex-end' if who == 'me' else 'flex-start'}'>{bubble + face if who == 'me' else face + bubble}</div>"
        return out

    font = rng.choice(FONTS[:3])
    head = f"<div style='text-align:center;padding:46px 0 10px'>‹　<b>{e(title)}</b>　···</div>"
    if n == 0:
        keys = "".join(f"<span style='background:#fff;border-radius:5px;margin:3px;padding:9px 10px'>{key}</span>" for key in "QWERTYUIOPASDFGHJKLZXCVBNM")
        return "cc_keys", f"""<body style="background:#ededed;font-family:{font}">{head}<p style="text-align:center;color:#aaa;font-size:12px">{at:%-m月%-d日} {"下午" if at.hour >= 12 else "上午"}{at.hour % 12 or 12}:{at:%M}</p>{rows("#95ec69", "#fff", "#111", 6)}<div style="position:fixed;bottom:0;left:0;right:0;background:#d1d4da;padding:8px 2px;text-align:center;line-height:2.9"><div style="background:#f6f6f6;padding:8px;margin-bottom:6px;line-height:1.4">|</div>{keys}</div>""", PHONE, True
    if n == 1:
        return "cc_blue", f"""<body style="background:#f1f3f7;font-family:{font}"><div style="background:linear-gradient(90deg,#12b7f5,#3d8bff);color:#fff">{head}</div><p style="text-align:center;color:#aaa;font-size:12px;padding-top:8px">{at:%H:%M}</p>{rows("#12b7f5", "#fff", "#111", 16)}<div style="position:fixed;bottom:0;left:0;right:0;background:#fff;padding:12px;color:#bbb">🎤　😊　🖼　＋</div>""", PHONE, False
    if n == 2:
        lines = "".join(f"<div style='margin:8px 10px;display:flex;justify-content:{'flex-end' if who == 'me' else 'flex-start'}'><span style='background:{'#2b5278' if who == 'me' else '#182533'};border-radius:12px;padding:7px 12px;max-width:270px'>{e(text)} <small style='color:#7d93a8'>{at + timedelta(minutes=i):%H:%M}{' ✓✓' if who == 'me' else ''}</small></span></div>" for i, (who, text) in enumerate(told))
        return "cc_night", f"""<body style="background:#0e1621;color:#e4ecf2;font-family:{font}"><div style="background:#17212b;padding:44px 16px 10px"><b>{e(title)}</b><br><small style="color:#6d8296">last seen recently</small></div><p style="text-align:center;padding:10px"><span style="background:#1e2c3a;border-radius:10px;padding:2px 10px;font-size:12px">{at:%B %-d}</span></p>{lines}<div style="position:fixed;bottom:0;left:0;right:0;background:#17212b;padding:14px 16px;color:#6d8296">Message</div>""", PHONE, False
    if n == 3:
        lines = "".join(f"<div style='padding:9px 0'><b style='color:{'#2a7' if who == 'me' else '#36c'};font-size:12px'>{'我' if who == 'me' else e(title)}（{at + timedelta(seconds=40 * i):%Y-%m-%d %H:%M:%S}）</b><br>{e(text)}</div>" for i, (who, text) in enumerate(told))
        return "cc_desk", f"""<body style="background:#fff;display:flex;font-family:{font}"><div style="width:190px;background:#2e2e2e;color:#ccc;height:600px;padding:16px;line-height:2.4;font-size:13px">最近联系<br>{e(title)}<br>系统通知</div><div style="flex:1"><div style="border-bottom:1px solid #eee;padding:14px 20px"><b>{e(title)}</b></div><div style="padding:10px 20px;height:430px">{lines}</div><div style="border-top:1px solid #eee;padding:12px 20px;color:#bbb;display:flex;justify-content:space-between"><span>请输入消息</span><span style="background:#3a8bff;color:#fff;padding:4px 18px">发送</span></div></div>""", (920, 600), True
    return "cc_shop", f"""<body style="background:#f4f4f4;font-family:{font}"><div style="background:#fff">{head}<p style="text-align:center;color:#999;font-size:11px;padding-bottom:6px">官方旗舰店 · 平均响应30秒</p></div>{rows("#ffe1d2", "#fff", "#222", 12, False)}<div style="position:fixed;bottom:0;left:0;right:0;background:#fff;padding:10px"><span style="border:1px solid #ddd;border-radius:12px;font-size:12px;padding:3px 10px">查物流</span> <span style="border:1px solid #ddd;border-radius:12px;font-size:12px;padding:3px 10px">我要投诉</span><p style="color:#bbb;padding-top:10px">请输入消息...</p></div>""", PHONE, False


OTHER_THINGS = [
    """<body style="background:#e8efe4"><div style="height:560px;background:repeating-linear-gradient(30deg,#dfe8da 0 40px,#f7f3e3 40px 60px)"></div><div style="background:#fff;border-radius:16px 16px 0 0;padding:18px"><b>人民广场</b><p style="color:#888">距您 1.2公里 · 步行16分钟</p><p style="padding-top:12px">路线　打车　收藏</p></div>""",
    """<body style="background:#fff;padding:56px 20px"><h2>番茄牛腩的做法</h2><p style="color:#888;padding:8px 0">收藏 2.1万</p><p>牛腩 500克<br>番茄 3个<br>姜片 适量</p><p style="padding-top:16px">牛腩冷水下锅焯水，捞出备用。番茄切块炒出汁，加入牛腩和热水，小火炖一个半小时。</p>""",
    """<body style="background:#000;color:#fff"><div style="padding:420px 40px 0;font-size:64px;text-align:right">1,024</div><div style="display:grid;grid-template-columns:repeat(4,1fr);gap:12px;padding:20px;text-align:center;font-size:26px"><span>7</span><span>8</span><span>9</span><span>÷</span><span>4</span><span>5</span><span>6</span><span>×</span><span>1</span><span>2</span><span>3</span><span>−</span></div>""",
    """<body style="background:#fff;padding:50px 18px"><h2>市民中心新图书馆下月开馆</h2><p style="color:#999;padding:8px 0">本地新闻　记者 王某　阅读 3.2万</p><p>新馆位于滨江路，建筑面积约三万平方米，馆藏图书一百二十万册，开放时间为每日九点至二十一点。</p>""",
    """<body style="background:#10233f;color:#fff;padding:80px 24px;text-align:center"><h1>G7312</h1><p style="padding:10px">上海虹桥 → 杭州东</p><p>09:12 开　10:03 到　05车 12F号</p><p style="color:#9ab;padding-top:20px">检票口 B7</p>""",
    """<body style="background:linear-gradient(160deg,#a1c4fd,#c2e9fb);padding:90px 20px"><h1 style="font-weight:300">北京 多云</h1><div style="font-size:80px;font-weight:200">9°</div><p>最高 13° 最低 2°　西北风3级　湿度 31%</p>""",
    """<body style="background:#fdf6e3;padding:60px 24px"><h3>备忘录</h3><p style="line-height:2">1. 交电费<br>2. 取干洗的外套<br>3. 周五给妈妈打电话<br>4. 买猫粮</p>""",
]


def unrelated(rng: random.Random) -> Iterator[Scene]:
    for n, page in enumerate(OTHER_THINGS):
        reason = rng.choice(["not_delivered", "invalid_code", "malfunction", "service_failed"])
        yield Scene("unrelated", f"uu_{n}", page, {"reason": reason, "order": claim_order(rng)}, "unrelated")


def photo_of_nothing(rng: random.Random) -> Image.Image:
    """Blots of colour, as a photo of a pet or a wall has."""
    small = Image.frombytes("RGB", (12, 9), bytes(rng.randrange(256) for _ in range(12 * 9 * 3)))
    picture = small.resize((1200, 900), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(18))
    out = BytesIO()
    picture.save(out, "JPEG", quality=70)
    return Image.open(out).convert("RGB")
