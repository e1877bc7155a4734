"""More made-up pages: faults, listings, goods as received, chats, records of services, bills, and what is none of these."""

import random
from collections.abc import Iterator
from datetime import timedelta

from tests.pictures.pages import DESKTOP, PHONE, PRODUCTS, SERVICES, Scene, Shop, code, e, en, rows, when

FAULTS = ["您的会员已失效，请续费后观看", "账号存在异常，已被临时冻结", "登录失败：密码已被修改", "该账号已在其他设备登录，您被迫下线", "你的帐号因违规已被封禁至2027-01-01", "播放失败，错误码 3-20010", "未检测到有效授权，部分功能已停用",
          "Your subscription has been cancelled.", "We couldn't sign you in. This account has been suspended.", "Microsoft Office 产品未授权，大多数功能被禁用", "权益不可用：当前账号不是会员", "系统繁忙，功能暂时无法使用"]  # fmt: skip


def faults(rng: random.Random) -> Iterator[Scene]:
    for said in FAULTS:
        order = Shop(rng).order(rng.choice([p for p in PRODUCTS if p[1] == "membership"]), delivered=True)
        n = rng.randrange(4)
        if n == 0:
            name, size, page = (
                "fs_toast",
                PHONE,
                f"""<body style="background:#000;color:#fff"><div style="height:230px;background:#222;margin-top:44px;display:flex;align-items:center;justify-content:center;text-align:center;padding:20px"><div>{e(said)}<br><br><span style="border:1px solid #fff;border-radius:16px;padding:4px 18px">刷新重试</span></div></div>
            <div style="padding:16px"><h3>长风渡 第12集</h3><p style="color:#999">热度 9821　简介 ›</p><p style="padding-top:20px">选集　1　2　3　4　5　6</p></div>""",
            )
        elif n == 1:
            name, size, page = (
                "fs_modal",
                PHONE,
                f"""<body style="background:#334"><div style="padding:120px 40px;color:#aab;text-align:center;font-size:28px">幻境大陆</div><div style="position:fixed;left:30px;right:30px;top:330px;background:#fff;border-radius:8px;padding:20px;text-align:center"><h3>提示</h3><p style="padding:16px 0">{e(said)}</p><span style="background:#d9a441;color:#fff;padding:8px 40px;border-radius:6px">确定</span></div>""",
            )
        elif n == 2:
            name, size, page = (
                "fs_desktop",
                (1100, 600),
                f"""<body style="background:#fff"><div style="background:#ffd9d9;padding:10px 20px;color:#900">⚠ {e(said)}　<span style="background:#fff;border:1px solid #c99;padding:2px 10px">修复</span></div><div style="padding:12px 20px;border-bottom:1px solid #ddd">文件　开始　插入　页面布局　公式　数据　审阅　视图</div><div style="height:420px;background:#f6f6f6"></div>""",
            )
        else:
            name, size, page = (
                "fs_center",
                PHONE,
                f"""<body style="background:#fafafa;padding:120px 26px;text-align:center"><div style="font-size:54px">⚠️</div><h3 style="padding:16px 0">{e(said)}</h3><p class=k>用户 ID：8842****19</p><div style="background:#444;color:#fff;padding:11px;border-radius:8px;margin-top:40px">联系客服</div>""",
            )
        reason, verdict = rng.choice(
            [("malfunction", "supports")] * 3 + [("duplicate_order", "unrelated"), ("not_delivered", "unrelated")]
        )
        yield Scene("fault_screen", name, page, {"reason": reason, "order": order}, verdict, size)


def listings(rng: random.Random) -> Iterator[Scene]:
    for n in range(8):
        order = Shop(rng).order(delivered=True)
        product, price = order["product"], order["amount_paid"]
        if n % 3 == 0:
            name, size, page = (
                "li_taobao",
                PHONE,
                f"""<body style="background:#f4f4f4"><div style="height:300px;background:linear-gradient(135deg,#fa0,#f36);color:#fff;font-size:34px;padding:110px 30px">{e(product)}</div><div style="background:#fff;padding:14px"><span style="color:#ff5000;font-size:24px">¥{price}</span>　<s class=k>¥{float(price) * 1.3:.0f}</s>　<span class=k>已售 3000+</span>
            <h3 style="padding:8px 0">{e(product)} 官方直充 自动发货 秒到账</h3>{rows([("发货", "自动发货"), ("保障", "正品保证 · 7×24小时客服")])}</div><div style="position:fixed;bottom:0;left:0;right:0;background:#fff;padding:10px;display:flex;gap:8px;justify-content:flex-end"><span>店铺</span><span>客服</span><span style="background:#ffb400;padding:8px 20px;border-radius:18px">加入购物车</span><span style="background:#ff5000;color:#fff;padding:8px 20px;border-radius:18px">立即购买</span></div>""",
            )
        elif n % 3 == 1:
            name, size, page = (
                "li_desk",
                DESKTOP,
                f"""<body style="background:#fff;padding:30px;display:flex;gap:30px"><div style="width:380px;height:380px;background:#e3ecff"></div><div><h2>{e(product)}</h2><p class=k style="padding:8px 0">销量 1288　库存 562　好评率 99%</p><div style="background:#fff3ee;padding:14px;font-size:22px;color:#e4393c">价格 ¥ {price}</div>{rows([("商品类型", "虚拟商品"), ("有效期", "购买后长期有效")])}
            <div style="margin-top:24px"><span style="background:#e4393c;color:#fff;padding:12px 34px">立即下单</span></div><h3 style="padding-top:30px">商品介绍</h3><p>付款后系统自动发送，支持官方渠道查询。</p></div>""",
            )
        else:
            name, size, page = (
                "li_english",
                DESKTOP,
                f"""<body style="background:#fff;padding:30px;font-family:Arial,'Noto Sans CJK SC'"><h2>{e(product)}</h2><p style="color:#f90">★★★★★ 4.8 (312 reviews)</p><h2 style="padding:14px 0">CN¥{price}</h2><p>In stock · Instant delivery · Region: CN</p><div style="padding:20px 0"><span style="background:#ffd814;padding:10px 30px;border-radius:18px">Add to cart</span> <span style="background:#ffa41c;padding:10px 30px;border-radius:18px">Buy now</span></div><h3>Product description</h3><p>Genuine code, delivered to your email right after payment.</p>""",
            )
        reason, verdict = rng.choice(
            [
                ("not_as_described", "supports"),
                ("not_as_described", "supports"),
                ("not_delivered", "unrelated"),
                ("invalid_code", "unrelated"),
            ]
        )
        yield Scene("listing", name, page, {"reason": reason, "order": order}, verdict, size, {"amount": price})


def received(rng: random.Random) -> Iterator[Scene]:
    for n in range(8):
        fits = rng.random() < 0.45
        shop = Shop(rng)
        if n % 4 == 0:
            order = shop.order(("腾讯视频VIP 年卡", "membership", "198.00"), delivered=True)
            days, until = (
                (365, when(order["ordered_at"]) + timedelta(days=365))
                if fits
                else (31, when(order["ordered_at"]) + timedelta(days=31))
            )
            name, size, page = (
                "rg_member",
                PHONE,
                f"""<body style="background:#16130f;color:#f3dfb5;padding:50px 18px"><h2>会员中心</h2><div style="background:#3a2f1c;border-radius:14px;padding:20px;margin:16px 0"><h3>腾讯视频VIP</h3><p>{"年度会员" if fits else "月度会员"} · {days} 天</p><p style="color:#b89b64">有效期至 {until:%Y-%m-%d}</p></div><p>我的权益</p><p style="color:#b89b64;padding-top:10px">超清画质　跳过广告　下载加速</p>""",
            )
        elif n % 4 == 1:
            order = shop.order(("Steam 充值卡 100元", "card", "97.50"), delivered=True)
            name, size, page = (
                "rg_card",
                PHONE,
                f"""<body style="background:#f2f5f9;padding:50px 16px"><h3>卡密信息</h3><div style="background:#fff;padding:16px;border-radius:10px;margin-top:12px">{rows([("商品", "Steam 充值卡"), ("面值", "100元" if fits else "50元"), ("卡号", code(rng)), ("有效期", "2028-12-31"), ("订单号", order["order_no"])])}<p style="color:#06f;text-align:center;padding-top:12px">一键复制</p></div>""",
            )
        elif n % 4 == 2:
            order = shop.order(("PSN 港服 充值卡 HK$300", "card", "268.00"), delivered=True)
            name, size, page = (
                "rg_email",
                (900, 520),
                f"""<body style="background:#fff;padding:34px;font-family:Arial,'Noto Sans CJK SC'"><h2>Your gift card is here</h2><p style="padding:12px 0">Thank you for your purchase. Redemption code:</p><p style="font-size:24px;background:#f3f3f3;padding:12px">{code(rng)}</p>{rows([("Value", "HK$300" if fits else "US$30"), ("Region", "Hong Kong" if fits else "United States"), ("Expires on", "2029-01-31")])}""",
            )
        else:
            order = shop.order(("王者荣耀 成品号 120级 皮肤200", "account", "320.00"), delivered=True)
            name, size, page = (
                "rg_account",
                PHONE,
                f"""<body style="background:#eef1ff;padding:50px 16px"><h3>账号信息</h3><div style="background:#fff;padding:16px;border-radius:10px;margin-top:12px">{rows([("昵称", "风起***"), ("等级", "120级" if fits else "30级"), ("皮肤", "200皮肤" if fits else "12皮肤"), ("段位", "永恒钻石"), ("区服", "微信区")])}</div>""",
            )
        yield Scene(
            "received_goods",
            name,
            page,
            {"reason": "not_as_described", "order": order},
            "contradicts" if fits else "supports",
            size,
        )


CHATS = [
    ("not_delivered", "contradicts", [("me", "我的卡密呢"), ("shop", "已经发到订单里了哦"), ("me", "收到了，谢谢"), ("shop", "不客气，欢迎下次光临")]),
    ("not_delivered", "supports", [("me", "老板，下单两个小时了还没到账"), ("shop", "不好意思，这批缺货，晚点发"), ("me", "那要多久啊"), ("shop", "今天之内给您补上")]),
    ("not_delivered", "contradicts", [("me", "充好了吗"), ("shop", "好了，您看下余额"), ("me", "到账了 可以用"), ("shop", "麻烦给个好评")]),
    ("service_failed", "supports", [("me", "钻石打到星耀多少钱"), ("shop", "180 三天内完成"), ("me", "行 什么时候开始"), ("shop", "今晚上号，25号之前打到")]),
    ("service_failed", "supports", [("me", "在吗，接单吗"), ("shop", "接的亲，5小时陪玩75"), ("me", "每天一小时可以吗"), ("shop", "可以，明天晚上开始")]),
    ("service_failed", "unrelated", [("妈", "晚饭吃了没"), ("me", "吃了 面条"), ("妈", "天冷多穿衣服"), ("me", "知道了"), ("妈", "周末回来不")]),
    ("malfunction", "unrelated", [("同学", "作业写完没"), ("me", "还没有"), ("同学", "明天要交的"), ("me", "今晚写"), ("同学", "好嘞")]),
    ("not_delivered", "supports", [("me", "Hi, I still haven't received my code"), ("shop", "Sorry, it is out of stock, delivery is delayed"), ("me", "When will it be sent?"), ("shop", "Please wait until tomorrow")]),
    ("wrong_purchase", "supports", [("me", "老板我拍错了，想买的是港服"), ("shop", "卡密用了吗"), ("me", "还没用，没激活"), ("shop", "那您申请一下售后")]),
    ("not_delivered", "contradicts", [("me", "does it take long?"), ("shop", "Your code was delivered 5 minutes ago"), ("me", "got it, it works, thanks!"), ("shop", "Enjoy")]),
]  # fmt: skip


def chats(rng: random.Random) -> Iterator[Scene]:
    for n, (reason, verdict, lines) in enumerate(CHATS):
        shop = Shop(rng)
        order = shop.order(
            rng.choice(SERVICES) if reason == "service_failed" else None, delivered=verdict == "contradicts"
        )
        partner = next(who for who, _ in lines if who != "me")
        title = shop.name if partner == "shop" else partner
        at = when(order["ordered_at"])
        style = n % 3
        if style == 2:
            body = "".join(
                f"<div style='padding:8px 0'><span style='color:{'#1677ff' if w == 'me' else '#0a0'}'>{'我' if w == 'me' else e(title)} {at:%Y-%m-%d} {at:%H:%M}:1{i}</span><br>{e(t)}</div>"
                for i, (w, t) in enumerate(lines)
            )
            page, size, name = (
                f"""<body style="background:#fff"><div style="background:#333;color:#fff;padding:12px 20px">{e(title)} 在线咨询</div><div style="padding:18px 24px">{body}</div><div style="border-top:1px solid #ddd;padding:14px 24px;color:#aaa">输入消息…　　发送</div>""",
                (900, 560),
                "ch_desk",
            )
        else:
            mine, theirs, back, ink = (
                ("#95ec69", "#fff", "#ededed", "#111") if style == 0 else ("#0b7cff", "#26282e", "#0e0f12", "#eee")
            )
            def bubble(w, t):
                return (
                            f"<div style='display:flex;justify-content:{'flex-end' if w == 'me' else 'flex-start'};margin:14px 12px'><span style='background:{mine if w == 'me' else theirs};color:{ink};border-radius:8px;padding:9px 12px;max-width:250px'>{e(t)}</span></div>"
                        )
            body = "".join(bubble(w, t) for w, t in lines)
            page, size, name = (
                f"""<body style="background:{back};color:{ink};padding-top:44px"><div style="text-align:center;padding:8px;border-bottom:1px solid #8883">‹　<b>{e(title)}</b>　···</div><p style="text-align:center;color:#999;font-size:12px;padding:10px">{at:%m月%d日 %H:%M}</p>{body}""",
                PHONE,
                f"ch_phone{style}",
            )
        yield Scene("chat", name, page, {"reason": reason, "order": order}, verdict, size)


def services(rng: random.Random) -> Iterator[Scene]:
    for n in range(8):
        shop = Shop(rng)
        state = rng.choice(["open", "open", "done", "none"])
        order = shop.order(rng.choice(SERVICES), delivered=state == "done")
        by = shop.at + timedelta(days=4)
        order["promised_at"] = by.isoformat(timespec="minutes")
        per, word = {"open": (rng.randint(10, 80), "进行中"), "done": (100, "已完成"), "none": (0, "等待接单")}[state]
        end = by - timedelta(days=1)
        if state == "done":
            order["delivered_at"] = end.isoformat(timespec="minutes")
        if n % 3 == 0:
            pairs = [
                ("单号", order["order_no"]),
                ("服务", order["product"]),
                ("下单时间", f"{shop.at:%Y-%m-%d %H:%M}"),
                ("约定完成", f"{by:%Y-%m-%d %H:%M}"),
            ] + ([("完成时间", f"{end:%Y-%m-%d %H:%M}")] if state == "done" else [])
            name, size, page = (
                "sr_dark",
                PHONE,
                f"""<body style="background:#10141f;color:#dde;padding:50px 18px"><h2>代练进度</h2><div style="font-size:40px;padding:18px 0;color:#ffb83d">{per}%</div><div style="height:10px;background:#333;border-radius:6px"><div style="width:{per}%;height:10px;background:#ffb83d;border-radius:6px"></div></div><p style="padding:10px 0">{word}</p>{rows(pairs)}""",
            )
        elif n % 3 == 1:
            name, size, page = (
                "sr_timeline",
                PHONE,
                f"""<body style="background:#fff;padding:50px 18px"><h3>服务记录</h3><p class=k style="padding:8px 0">{e(order["product"])} · ¥{order["amount_paid"]}</p><p>状态：<b>{word}</b>　完成度 {per}%</p><div style="border-left:2px solid #ddd;margin:20px 6px;padding-left:14px">
            <p>{shop.at:%m-%d %H:%M}　提交订单</p>{"" if state == "none" else f"<p>{shop.at + timedelta(hours=3):%m-%d %H:%M}　打手接单上号</p><p>{shop.at + timedelta(hours=9):%m-%d %H:%M}　胜3负1</p>"}{f"<p>{end:%m-%d %H:%M}　目标达成，号主验收</p>" if state == "done" else ""}</div>{rows([("订单号", order["order_no"]), ("截止时间", f"{by:%Y-%m-%d %H:%M}")])}""",
            )
        else:
            name, size, page = (
                "sr_english",
                (900, 480),
                f"""<body style="background:#f5f6fa;padding:30px;font-family:Arial,'Noto Sans CJK SC'"><h2>Service progress</h2><p style="padding:8px 0">Order {order["order_no"]} · {e(order["product"])}</p><h1 style="padding:10px 0">{per}%</h1><p>{ {"open": "In progress", "done": "Completed", "none": "Not started"}[state] }</p>{rows([("Started", en(shop.at)), ("Deadline", en(by))] + ([("Completed at", en(end))] if state == "done" else []))}""",
            )
        yield Scene(
            "service_record",
            name,
            page,
            {"reason": "service_failed", "order": order},
            "contradicts" if state == "done" else "supports",
            size,
            {"order_no": order["order_no"]},
        )


def payments(rng: random.Random) -> Iterator[Scene]:
    for n in range(8):
        shop = Shop(rng)
        order = shop.order(delivered=True)
        at, paid, no = shop.at + timedelta(minutes=1), order["amount_paid"], order["order_no"]
        if n % 4 == 0:
            reason, verdict = "invalid_code", "unrelated"
            name, size, page = (
                "pm_alipay",
                PHONE,
                f"""<body style="background:#f5f5f5;padding-top:44px"><h4 style="text-align:center">账单详情</h4><div style="background:#fff;margin-top:12px;padding:24px;text-align:center"><p>{e(shop.name)}</p><h1>-{paid}</h1><p class=k>交易成功</p></div><div style="background:#fff;margin-top:10px;padding:14px">{rows([("支付时间", f"{at:%Y-%m-%d %H:%M:%S}"), ("付款方式", "余额宝"), ("商品说明", order["product"]), ("商家订单号", no), ("订单号", "20261120220014" + "".join(rng.choice("0123456789") for _ in range(14)))])}</div>""",
            )
        elif n % 4 == 1:
            second = shop.number()
            back = rng.random() < 0.4
            reason, verdict = "duplicate_order", "contradicts" if back else "supports"
            def item(t, m, num, extra=""):
                return (
                            f"<div style='padding:12px 16px;border-bottom:1px solid #eee'><div class=row><span>{e(t)}</span><b>-{m}</b></div><div class=row><small class=k>{at:%m月%d日 %H:%M}　商户单号 {num}</small><small style='color:#e80'>{extra}</small></div></div>"
                        )
            name, size, page = (
                "pm_list",
                PHONE,
                f"""<body style="background:#fff;padding-top:44px"><h4 style="text-align:center;padding-bottom:10px">账单</h4><p style="background:#f2f2f2;padding:8px 16px">{at:%Y年%m月}　支出 ¥{float(paid) * 2 + 12.5:.2f}</p>{item(shop.name, paid, no)}{item(shop.name, paid, second, "已全额退款" if back else "")}{item("便利店", "12.50", "BL99812")}""",
            )
        elif n % 4 == 2:
            reason, verdict = "malfunction", "unrelated"
            name, size, page = (
                "pm_receipt",
                (760, 620),
                f"""<body style="background:#fff;padding:34px;font-family:Arial,'Noto Sans CJK SC'"><h2>Payment receipt</h2><p class=k>Thank you! Payment successful.</p>{rows([("Amount paid", "CN¥" + paid), ("Merchant", shop.name), ("Paid at", en(at)), ("Payment method", "Visa ending 4417"), ("Order no.", no), ("Transaction ID", "TX" + code(rng)[-4:] + "99187723")])}""",
            )
        else:
            reason, verdict = "service_failed", "unrelated"
            name, size, page = (
                "pm_wechat",
                PHONE,
                f"""<body style="background:#fff;padding:90px 20px"><div style="text-align:center"><p>{e(shop.name)}</p><h1>-{paid}</h1></div>{rows([("当前状态", "支付成功"), ("商品", order["product"]), ("支付时间", f"{at:%Y年%m月%d日 %H:%M:%S}"), ("支付方式", "零钱"), ("交易单号", "42000023" + "".join(rng.choice("0123456789") for _ in range(20))), ("商户单号", no)])}""",
            )
        yield Scene(
            "payment", name, page, {"reason": reason, "order": order}, verdict, size, {"order_no": no, "amount": paid}
        )


UNRELATED = [
    """<body style="background:#1db954;color:#fff;padding:80px 24px"><div style="width:340px;height:340px;background:#0003;border-radius:12px"></div><h2 style="padding-top:24px">夜航星</h2><p>不才 - 夜航星</p><p style="padding-top:30px">01:42 ———●———— 04:31</p>""",
    """<body style="background:#fff;padding:60px 20px"><h1>8,214 步</h1><p class=k>今日目标 10000 步</p><p style="padding:20px 0">行走距离 5.6 公里　消耗 312 千卡</p><p>周一 周二 周三 周四 周五</p>""",
    """<body style="background:linear-gradient(#223,#557);color:#fff;text-align:center;padding-top:140px"><div style="font-size:72px">21:36</div><p>11月18日 星期三</p><div style="background:#fff2;border-radius:14px;margin:60px 16px;padding:14px;text-align:left">日历 · 明天 9:30 部门周会</div>""",
    """<body style="background:#fffbe6;padding:60px 22px"><h2>购物清单</h2><p>鸡蛋 一盒<br>牛奶 两瓶<br>土豆 3斤<br>洗衣液</p>""",
    """<body style="background:#f7f7f7;padding:50px 14px"><b>小周</b><p>周末爬山，风景真好～</p><div style="height:240px;background:linear-gradient(#8cf,#5a5);margin:12px 0"></div><p class=k>2小时前　赞 12　评论 3</p>""",
    """<body style="background:#dff;padding:60px 24px"><h2>上海 晴</h2><div style="font-size:70px">18°</div><p>空气质量 良　湿度 45%　东北风3级</p><p>明天 12°~20°　后天 11°~19°</p>""",
    """<body style="background:radial-gradient(#f90,#603)">""",
    """<body style="background:#eee;padding:60px 20px"><h3>取件通知</h3><p>您的快递已到菜鸟驿站，取件码 5-2-3307，请于20:00前领取。</p>""",
]  # fmt: skip


def unrelated(rng: random.Random) -> Iterator[Scene]:
    for n, page in enumerate(UNRELATED):
        yield Scene(
            "unrelated",
            f"un_{n}",
            page,
            {
                "reason": rng.choice(["not_delivered", "invalid_code", "malfunction", "service_failed"]),
                "order": Shop(rng).order(),
            },
            "unrelated",
        )
