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
    (chat("订单 KM202611201530099999 没到账", "稍等", "快点", "好的"),           R.NOT_DELIVERED,    N, "order_mismatch"),
]
# fmt: on


@every(ROWS)
def test_what_it_says_of_a_claim(text: str, reason: Reason, says: Says, code: str) -> None:
    says_so(text, reason, says, code)
