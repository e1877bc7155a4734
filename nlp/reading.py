"""What was understood of one message: the noun that `read` makes and the flows decide by."""

from dataclasses import dataclass
from decimal import Decimal

from msgspec import Struct

from nlp.codes import Answer, Intent, Part, Reason, Topic


class Alternative(Struct, frozen=True):
    """A reason that the text may also mean."""

    reason: Reason
    confidence: float


@dataclass(frozen=True)  # no Struct: `read` makes one whose parts are found only when they are asked for
class Reading:
    """One message, understood. Confidence is 0 to 1; `matched` holds the pieces that the answer rests on."""

    text: str                                         # as it was written, control characters taken out
    intent: Intent
    reason: Reason | None = None                      # only where the intent is refund and the text decides one
    vague: bool = False                               # a complaint that decides no reason
    confidence: float = 0.0
    matched: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()        # other reasons, the likeliest first
    order_nos: tuple[str, ...] = ()                   # order numbers in upper case, in order of appearance
    candidates: tuple[str, ...] = ()                  # other pieces that could be order numbers of a shop's own format
    amount: Decimal | None = None                     # yuan paid or claimed
    contacts: tuple[str, ...] = ()                    # phones (digits only) and e-mail addresses (lower case)
    passwords: tuple[str, ...] = ()                   # words named as a query password: 「查询密码 abc123」, as written
    words: tuple[str, ...] = ()                       # runs of letters, digits and -_.@: may hold a password
    answer: Answer | None = None                      # a short answer to whatever was asked
    wrong: Part | None = None                         # the part that the customer says is wrong
    choice: int | None = None                         # 「2」「第二个」: 1-based
    quantity: int | None = None                       # pieces that are asked back: 「只退一张」
    remedy: str | None = None                         # what is taken instead of money: "exchange", "credit", "cancel"
    code_used: bool | None = None                     # said that the code or goods were used / were not used
    topic: Topic = Topic.GENERAL                      # for questions about the rules
    language: str = "zh-CN"                           # "zh-CN" or "en"; "" where no word tells
    day: int | None = None                            # an order named by its day: 0 today, 1 yesterday
    terms: tuple[str, ...] = ()                       # words that may name a product: 腾讯视频, 点卡, steam
    case_nos: tuple[str, ...] = ()                    # case numbers of the house: RF + digits
    substance: int = 0                                # signs told beyond the wish: a bare 「我要申诉」 has 0
