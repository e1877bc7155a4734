"""What a chat says: that it came or did not, what was agreed or promised, whether it was used; small talk says nothing."""

from flows.model import Says
from nlp.codes import Reason
from tests.flows.holding import N, O, R, Row, Y, every, says_so

CHAT = "小陈\n|{0}\n{1}\n|{2}\n{3}\n请输入消息"


def chat(*said: str) -> str:
    return CHAT.format(*said)


# fmt: off
ROWS: list[Row] = [
    (chat("我的卡密还没到", "缺货了 明天补", "那我要退款", "您申请吧"),           R.NOT_DELIVERED,    Y, "says_missing"),
    (chat("发货了吗", "卡密发您了", "收到了 可以用", "麻烦好评"),                R.NOT_DELIVERED,    N, "says_received"),
    (chat("代练多少钱 打到星耀", "180 三天内完成", "行", "今晚上号"),             R.SERVICE_FAILED,   Y, "agreement_shown"),
    (chat("代练打完了吗", "完成了 您验收下", "好的 满意", "下次再来"),            R.SERVICE_FAILED,   N, "says_done"),
    (chat("拍错了能退吗", "卡密用了吗", "还没用 没激活", "那可以"),               R.WRONG_PURCHASE,   Y, "code_unused"),
    (chat("买错了能退吗", "激活了吗", "已激活 用了一天", "那退不了哦"),            R.CHANGE_OF_MIND,   N, "code_used"),
    (chat("这个会员是年卡吗", "是的 官方年卡", "支持电视吗", "支持的 质保一年"),    R.NOT_AS_DESCRIBED, Y, "promise_shown"),
    (chat("晚饭吃了没", "吃了 面条", "天冷多穿", "知道啦"),                      R.NOT_DELIVERED,    O, "small_talk"),
    (chat("电梯明天检修", "收到", "物业通知了吗", "群里发了"),                  R.NOT_DELIVERED,    O, "small_talk"),
    (chat("激活码在哪里输", "设置里有入口", "行了 已经激活成功", "好嘞"),           R.INVALID_CODE,     N, "says_received"),
    (chat("这个码不能用", "兑换成功后才计时的", "提示无效", "我们查一下"),          R.INVALID_CODE,     O, "wrong_kind"),
    (chat("昨天激活成功的", "嗯嗯", "今天就掉了", "我们查一下"),                  R.MALFUNCTION,      O, "wrong_kind"),
    (chat("卡密发了吗", "您收到了没", "没有", "再等等"),                         R.NOT_DELIVERED,    O, "wrong_kind"),
    (chat("代练打得怎么样", "王者昨晚就打到了", "很满意 谢谢", "下次再来"),         R.SERVICE_FAILED,   N, "says_done"),
    (chat("买错区了能退吗", "激活了吗亲", "激活了才发现不对", "那退不了"),         R.WRONG_PURCHASE,   N, "code_used"),
    (chat("不想要了 能退吧", "卡密看了吗", "没看也没用", "那可以"),               R.CHANGE_OF_MIND,   Y, "code_unused"),
    (chat("代练约好八点的", "没空 来不了", "说好今晚打完", "明天吧"),             R.SERVICE_FAILED,   Y, "agreement_shown"),
    (chat("卡密还没到呢", "看到了 马上给您补发", "快点", "能用的 您等等"),        R.NOT_DELIVERED,    Y, "says_missing"),
    (chat("卡密呢 什么时候发", "已收到您的订单", "快点", "请您稍等"),            R.NOT_DELIVERED,    Y, "says_missing"),
    (chat("订单 KM202611201530099999 没到账", "稍等", "快点", "好的"),           R.NOT_DELIVERED,    N, "order_mismatch"),
]
# fmt: on


@every(ROWS)
def test_what_it_says_of_a_claim(text: str, reason: Reason, says: Says, code: str) -> None:
    says_so(text, reason, says, code)
