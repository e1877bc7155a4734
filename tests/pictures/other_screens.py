"""Screens of apps drawn by another hand: codes refused and accepted, and what stopped working."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.pictures.other_orders import COLOURS, FONTS, GOODS, SELLERS, claim_order, kv
from tests.pictures.pages import PHONE, Scene, e, iso

# fmt: off
REFUSED = [
    ("卡密已被其他账号使用", True), ("兑换码无效，请核对后输入", False), ("您输入的激活码不正确", False), ("该兑换码已过期", False), ("充值卡密码错误，还可输入2次", False), ("激活码不存在或已失效", False), ("此卡已被充值", True),
    ("序列号已被激活，无法再次使用", True), ("This code has already been used", True), ("Invalid activation key. Please check and try again.", False), ("The code you entered has expired.", False), ("Sorry, that code isn't valid.", False),
    ("兌換碼錯誤，請重新輸入", False), ("此序號已使用", True), ("CDK已被领取", True), ("该产品密钥无法在此国家或地区使用", False), ("卡号错误", False), ("提取码错误或者卡券已核销", True),
]
ACCEPTED = ["激活成功", "兑换成功", "充值成功", "会员开通成功", "绑定成功，权益已到账", "Code redeemed!", "Your product has been activated", "兌換成功", "领取成功", "卡密充值成功"]
FAULTS = [
    "会员已过期，请重新开通", "您的账号在其他地方登录，已被强制下线", "账号因违规已被封停", "该账号密码已被修改，请重新登录", "视频加载失败（错误码 5004）", "Your account has been suspended", "许可证已失效，部分功能不可用",
    "网络连接失败，请稍后重试", "该账号已被冻结", "当前账号不是会员，无法观看完整内容", "Subscription expired. Renew to continue.", "服务器连接异常，游戏即将退出", "此账号已被原持有人申诉找回", "We can't play this title right now. Error code: M7111",
]
# fmt: on
TIMES = ["%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d %H:%M", "%Y年%m月%d日 %H:%M"]


def code(rng: random.Random) -> str:
    c = lambda n: "".join(rng.choice("ABCDEFGHJKLMNPQRTUVWXY346789") for _ in range(n))  # noqa: E731
    d = lambda n: "".join(rng.choice("0123456789") for _ in range(n))  # noqa: E731
    return rng.choice([f"{c(4)}-****-****-{c(4)}", f"************{d(4)}", f"*****-*****-{c(5)}", f"{c(2)}******{c(4)}", f"卡密尾号 {c(4)}", f"•••• •••• •••• {d(4)}"])


def _refusal(rng: random.Random, said: str, at: datetime | None, n: int) -> tuple[str, str, tuple[int, int]]:
    stamp = at.strftime(rng.choice(TIMES)) if at else ""
    font, colour, secret = rng.choice(FONTS), rng.choice(COLOURS), code(rng)
    if n == 0:
        return "re_sheet", f"""<body style="background:#666;font-family:{font}"><div style="opacity:.35;background:#fff;height:844px;padding:60px 20px"><h3>卡密兑换</h3><p>{secret}</p></div><div style="position:fixed;bottom:0;left:0;right:0;background:#fff;border-radius:18px 18px 0 0;padding:26px 22px 40px;text-align:center"><div style="font-size:44px">😢</div><h3 style="padding:10px">{e(said)}</h3><p style="color:#999;font-size:13px">{stamp}</p><div style="background:{colour};color:#fff;border-radius:24px;padding:11px;margin-top:18px">我知道了</div></div>""", PHONE
    if n == 1:
        return "re_inline", f"""<body style="background:#fff;padding:70px 24px;font-family:{font}"><h2>激活会员</h2><p style="color:#888;padding:8px 0 22px">请输入您购买的激活码</p><div style="border-bottom:2px solid #e33;padding:10px 0;font-size:18px">{secret}</div><p style="color:#e33;padding:8px 0;font-size:13px">{e(said)}</p><div style="background:{colour};color:#fff;border-radius:6px;text-align:center;padding:12px;margin-top:20px">立即激活</div><p style="color:#bbb;padding-top:16px;font-size:12px">{stamp}　常见问题 ›</p>""", PHONE
    if n == 2:
        return "re_window", f"""<body style="background:#2a6f97;padding:80px"><div style="background:#f0f0f0;width:560px;border:1px solid #555"><div style="background:#fff;padding:7px 12px;font-size:13px;display:flex;justify-content:space-between"><span>激活向导</span><span>—　□　✕</span></div><div style="padding:26px;display:flex;gap:16px"><div style="font-size:34px">❌</div><div>{e(said)}<br><br><span style="color:#555;font-size:13px">密钥：{secret}<br>{stamp}</span></div></div><div style="background:#e3e3e3;text-align:right;padding:12px"><span style="border:1px solid #888;background:#fff;padding:4px 26px">确定</span></div></div>""", (760, 460)
    if n == 3:
        return "re_game", f"""<body style="background:radial-gradient(#3a2a55,#120b1e);color:#f2e3b3;font-family:{font};padding:60px"><div style="font-size:13px">UID 820***117　服务器：星落</div><div style="width:520px;margin:60px auto;background:#241a35ee;border:2px solid #b08d46;text-align:center;padding:22px"><h3 style="color:#ffdf8e">兑换奖励</h3><div style="background:#0006;padding:9px;margin:16px 0">{secret}</div><p style="color:#ff8a7a">{e(said)}</p><div style="display:flex;gap:20px;justify-content:center;padding-top:18px"><span style="background:#5a4a7a;padding:7px 34px">取消</span><span style="background:#b08d46;color:#241a35;padding:7px 34px">确认</span></div></div><p style="text-align:right;font-size:12px">{stamp}</p>""", (1000, 520)
    if n == 4:
        return "re_site", f"""<body style="background:#f6f7f9;font-family:Roboto,Arial,'Noto Sans CJK SC'"><div style="background:#111;color:#fff;padding:14px 30px"><b>Arcadia</b>　Store　Library　Community</div><div style="width:620px;margin:40px auto;background:#fff;border-radius:10px;padding:30px"><h2>Redeem code</h2><p style="color:#666;padding:8px 0 16px">Enter the code from your card or e-mail.</p><div style="border:1px solid #d33;border-radius:6px;padding:11px">{secret}</div><p style="color:#d33;padding:10px 0">⚠ {e(said)}</p><span style="background:#0a66c2;color:#fff;border-radius:6px;padding:10px 26px">Redeem</span><p style="color:#999;font-size:12px;padding-top:22px">{stamp}</p></div>""", (900, 560)
    if n == 5:
        return "re_alert", f"""<body style="background:#000a;font-family:{font}"><div style="opacity:.4;padding:60px 20px;color:#fff"><h2>兑换礼品卡或代码</h2></div><div style="position:fixed;left:60px;right:60px;top:330px;background:#f7f7f7ee;border-radius:14px;text-align:center"><div style="padding:18px 14px"><b>无法兑换</b><p style="font-size:13px;padding-top:6px">{e(said)}</p><p style="font-size:12px;color:#777">{secret}<br>{stamp}</p></div><div style="border-top:1px solid #ccc;color:#007aff;padding:11px">好</div></div>""", PHONE
    return "re_card", f"""<body style="background:{colour}18;padding:54px 14px;font-family:{font}"><h3 style="text-align:center">{rng.choice(["兑换结果", "充值结果", "激活结果"])}</h3><div style="background:#fff;border-radius:14px;padding:26px 18px;margin-top:18px;text-align:center"><div style="width:60px;height:60px;border-radius:30px;background:#f5a623;color:#fff;font-size:36px;margin:auto">!</div><h3 style="padding:14px 0">{e(said)}</h3>{kv([("卡密", secret)] + ([("提交时间", stamp)] if stamp else []))}</div><div style="text-align:center;padding-top:20px;color:#576b95">返回首页</div>""", PHONE


def errors(rng: random.Random) -> Iterator[Scene]:
    cards = [goods for goods in GOODS if goods[1] == "card"]
    for k, (said, used) in enumerate(REFUSED):
        order = claim_order(rng, rng.choice(cards), delivered=True)
        reason, verdict, early = "invalid_code", "supports", False
        if k % 6 == 4:
            reason, verdict = rng.choice(["service_failed", "duplicate_order", "not_as_described", "not_delivered"]), "unrelated"
        elif used and k % 2 == 0:
            reason, verdict = "wrong_purchase", "contradicts"
        elif k % 4 == 3:
            verdict, early = "contradicts", True
        ordered = datetime.fromisoformat(order["ordered_at"])
        at = ordered + (timedelta(days=-rng.randint(2, 20)) if early else timedelta(minutes=rng.randint(12, 300)))
        shown_at = at if early or rng.random() < 0.5 else None
        name, page, size = _refusal(rng, said, shown_at, k % 7)
        shows: dict[str, Any] = {"error_text": said, "times": {"event": iso(shown_at)} if shown_at else {}}
        yield Scene("activation_error", name, page, {"reason": reason, "order": order}, verdict, size, shows, said)


def successes(rng: random.Random) -> Iterator[Scene]:
    for k, said in enumerate(ACCEPTED):
        order = claim_order(rng, rng.choice([goods for goods in GOODS if goods[1] != "topup"]), delivered=True)
        at = datetime.fromisoformat(order["ordered_at"]) + timedelta(minutes=rng.randint(10, 90))
        reason, verdict = [("invalid_code", "contradicts"), ("malfunction", "supports"), ("wrong_purchase", "contradicts"), ("not_delivered", "contradicts"), ("service_failed", "unrelated")][k % 5]
        font, colour, stamp, product = rng.choice(FONTS), rng.choice(COLOURS), at.strftime(rng.choice(TIMES)), e(order["product"])
        if k % 4 == 0:
            name, size, page = "oo_mini", PHONE, f"""<body style="background:#fff;padding:100px 26px;text-align:center;font-family:{font}"><div style="width:76px;height:76px;border-radius:38px;background:#07c160;color:#fff;font-size:46px;margin:auto">✓</div><h2 style="padding:18px 0 8px">{e(said)}</h2><p style="color:#888">{product}</p><p style="color:#888;font-size:13px;padding-top:30px">{code(rng)}<br>{stamp}</p><div style="background:#07c160;color:#fff;border-radius:6px;padding:10px;margin:60px 60px 0">完成</div>"""
        elif k % 4 == 1:
            name, size, page = "oo_site", (980, 480), f"""<body style="background:#fff;font-family:Roboto,'Noto Sans CJK SC'"><div style="background:#123;color:#fff;padding:14px 30px">Arcadia　Store　Library</div><div style="background:#e9f8ee;border:1px solid #9fd8b2;border-radius:6px;margin:30px;padding:18px;color:#176b3a">✔ {e(said)}</div><div style="padding:0 30px">{kv([("Product", product), ("Code", code(rng)), ("Date", stamp)])}</div>"""
        elif k % 4 == 2:
            name, size, page = "oo_dialog", PHONE, f"""<body style="background:#333;font-family:{font}"><div style="opacity:.3;color:#fff;padding:60px 20px">会员中心</div><div style="position:fixed;left:34px;right:34px;top:270px;background:linear-gradient(#fff3d6,#fff);border-radius:16px;padding:26px;text-align:center"><div style="font-size:46px">🎉</div><h2 style="color:#8a5a00">{e(said)}</h2><p style="padding:12px 0">{product}</p><p style="color:#999;font-size:12px">{stamp}</p><div style="background:#f0c36a;border-radius:20px;padding:9px;margin-top:14px">立即体验</div></div>"""
        else:
            name, size, page = "oo_rows", PHONE, f"""<body style="background:#f4f5f7;padding:54px 14px;font-family:{font}"><h3>操作记录</h3><div style="background:#fff;border-radius:10px;padding:14px;margin-top:12px">{kv([("类型", "卡密兑换"), ("卡密", code(rng)), ("商品", product), ("状态", f'<b style="color:{colour}">{e(said)}</b>'), ("兑换时间", stamp)])}</div>"""
        yield Scene("activation_ok", name, page, {"reason": reason, "order": order}, verdict, size, {"times": {"event": iso(at)}}, said)


def faults(rng: random.Random) -> Iterator[Scene]:
    for k, said in enumerate(FAULTS):
        order = claim_order(rng, rng.choice([goods for goods in GOODS if goods[1] == "membership"]), delivered=True)
        reason, verdict = [("malfunction", "supports"), ("malfunction", "supports"), ("change_of_mind", "unrelated"), ("malfunction", "supports"), ("not_delivered", "unrelated")][k % 5]
        font, colour = rng.choice(FONTS), rng.choice(COLOURS)
        if k % 5 == 0:
            name, size, page = "ff_banner", PHONE, f"""<body style="background:#f6f6f6;font-family:{font}"><div style="background:#2b2b2b;color:#e8c88f;padding:60px 20px 24px"><b style="font-size:18px">小鱼干***</b><p style="font-size:13px;padding-top:6px">{e(said)}</p></div><div style="padding:20px"><div style="background:#e8c88f;border-radius:22px;text-align:center;padding:11px">续费会员</div><p style="padding-top:24px">会员特权</p><p style="color:#999">广告特权　高清画质　专属标识</p></div>"""
        elif k % 5 == 1:
            name, size, page = "ff_login", PHONE, f"""<body style="background:linear-gradient(#0f2027,#2c5364);color:#fff;font-family:{font}"><div style="text-align:center;padding-top:120px;font-size:30px;letter-spacing:8px">星海远征</div><div style="position:fixed;left:40px;right:40px;top:360px;background:#1c2733;border:1px solid #48607a;border-radius:6px;padding:18px"><b>登录提示</b><p style="padding:14px 0;line-height:1.7">{e(said)}</p><div style="display:flex;justify-content:flex-end;gap:24px;color:#7fc7ff"><span>退出</span><span>重新登录</span></div></div>"""
        elif k % 5 == 2:
            name, size, page = "ff_desk", (1180, 620), f"""<body style="background:#fff;font-family:{font}"><div style="background:{colour};height:40px"></div><div style="padding:60px 120px"><h1 style="font-size:30px">:(</h1><h2 style="padding:16px 0">{e(said)}</h2><p style="color:#666">如果问题仍然存在，请联系客服并提供请求编号 7f3a-91。</p><p style="padding-top:30px"><span style="border:1px solid #888;padding:7px 24px">重试</span>　<span style="border:1px solid #888;padding:7px 24px">反馈</span></p></div>"""
        elif k % 5 == 3:
            name, size, page = "ff_player", (900, 420), f"""<body style="background:#000;color:#ddd;text-align:center;padding-top:150px;font-family:{font}"><p style="font-size:18px">{e(said)}</p><p style="padding-top:18px"><span style="background:#333;padding:7px 22px;border-radius:16px">刷新</span></p><p style="position:fixed;bottom:14px;left:20px;color:#888">00:00 / 45:12　　倍速　清晰度　选集</p>"""
        else:
            name, size, page = "ff_toast", PHONE, f"""<body style="background:#fff;padding:60px 18px;font-family:{font}"><h3>我的</h3><div style="display:flex;gap:12px;padding:18px 0"><div style="width:54px;height:54px;border-radius:27px;background:#ddd"></div><div>昵称***<br><small style="color:#999">ID: 55****02</small></div></div><p style="padding:10px 0">我的收藏　›</p><p>播放历史　›</p><p style="padding:10px 0">设置　›</p><div style="position:fixed;left:50px;right:50px;top:420px;background:#000c;color:#fff;border-radius:8px;padding:14px;text-align:center;font-size:14px">{e(said)}</div>"""
        yield Scene("fault_screen", name, page, {"reason": reason, "order": order}, verdict, size, {"error_text": said}, f"{said} {rng.choice(SELLERS)}")
