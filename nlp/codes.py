"""The codes that a reading speaks in: intents, refund reasons, and the small answers of a conversation."""

from enum import StrEnum


class ReasonType(StrEnum):
    """The three kinds of reason, as a customer sees them first."""

    NOT_DELIVERED = "not_delivered"
    QUALITY = "quality"
    USER_ERROR = "user_error"


class Reason(StrEnum):
    """Why money is wanted back. A case has exactly one."""

    NOT_DELIVERED = "not_delivered"
    INVALID_CODE = "invalid_code"
    MALFUNCTION = "malfunction"
    NOT_AS_DESCRIBED = "not_as_described"
    SERVICE_FAILED = "service_failed"
    WRONG_PURCHASE = "wrong_purchase"
    DUPLICATE_ORDER = "duplicate_order"
    CHANGE_OF_MIND = "change_of_mind"

    @property
    def type(self) -> ReasonType:
        if self is Reason.NOT_DELIVERED:
            return ReasonType.NOT_DELIVERED
        return ReasonType.USER_ERROR if self in USER_ERRORS else ReasonType.QUALITY


NAMES: dict[Reason, tuple[str, ...]] = {
    Reason.NOT_DELIVERED: ("未发货", "未到账"),
    Reason.INVALID_CODE: ("激活失败",),
    Reason.MALFUNCTION: ("功能异常",),
    Reason.NOT_AS_DESCRIBED: ("与描述不符",),
    Reason.SERVICE_FAILED: ("服务未达标",),
    Reason.WRONG_PURCHASE: ("误拍错买",),
    Reason.DUPLICATE_ORDER: ("重复下单",),
    Reason.CHANGE_OF_MIND: ("无理由",),
}
"""What the reasons are called in Chinese, as a customer may repeat it from a button."""

USER_ERRORS = (Reason.WRONG_PURCHASE, Reason.DUPLICATE_ORDER, Reason.CHANGE_OF_MIND)


class Intent(StrEnum):
    """What a message wants done now."""

    REFUND = "refund"
    STATUS = "status"
    URGE = "urge"
    PAYOUT_MISSING = "payout_missing"
    ADD_EVIDENCE = "add_evidence"
    APPEAL = "appeal"
    ASK_BASIS = "ask_basis"
    HUMAN = "human"
    WITHDRAW = "withdraw"
    POLICY = "policy"
    EXTERNAL_HELP = "external_help"
    GREETING = "greeting"
    THANKS = "thanks"
    OTHER = "other"


class Answer(StrEnum):
    """A small answer that means something only beside the question that was asked."""

    YES = "yes"                  # 对 / 确认 / 提交 / ok
    NO = "no"                    # 不对 / 不是 / 不用了
    BACK = "back"                # 返回 / 上一步
    CANCEL = "cancel"            # 取消 / 算了 / 不弄了
    RESTART = "restart"          # 重新来 / 从头开始
    NO_MORE = "no_more"          # 没有了 / 就这些 / 提交吧
    UNKNOWN = "unknown"          # 不知道 / 忘了 / 找不到
    ACCEPT = "accept"            # 接受 / 同意换 / 可以换货
    DECLINE = "decline"          # 不要，我就要退款 / 不接受
    LATER = "later"              # 等会儿发 / 晚点再说
    IN_WRITING = "in_writing"    # 要书面答复
    RESUME = "resume"            # 继续自助退款 / 不用人工了
    ARRIVED = "arrived"          # 刚到了 / 已经到账了
    KEEP = "keep"                # 别撤 / 不撤了 / 我又想退了


class Part(StrEnum):
    """A part of a claim that a customer may say to be wrong: 「订单不对」「原因不是这个」."""

    ORDER = "order"
    REASON = "reason"
    EVIDENCE = "evidence"


class Topic(StrEnum):
    """What a question about the rules asks for."""

    WINDOW = "window"              # 多久内可以退
    REVIEW_TIME = "review_time"    # 多久审完
    ARRIVAL = "arrival"            # 多久到账
    HOW_LONG = "how_long"          # 多久, and nothing more
    WAY_BACK = "way_back"          # 退到哪里
    AMOUNT = "amount"              # 优惠券、积分、退多少
    EVIDENCE = "evidence"          # 要什么材料
    NOT_WANTED = "not_wanted"      # 无理由、买错、不想要能不能退
    SERVICE = "service"            # 代练开始之后
    APPEAL = "appeal"              # 申诉几次、时限
    GENERAL = "general"            # any other
