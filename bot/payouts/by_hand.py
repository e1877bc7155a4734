"""The way back that needs no provider: staff are told what to pay, pay it themselves and mark the case."""

from collections.abc import Callable
from datetime import datetime

from bot.payouts import Answer
from flows.model import Outcome, Pay, Text
from flows.wording import amounts, paid_with
from storage.nouns import AlreadyHeard, Rendered, Saving
from storage.store import Store


class ByHand:
    """Tells staff once for each payment, whatever is asked again."""

    def __init__(self, store: Store, say: Callable[[Text], str]) -> None:
        self.store = store
        self.say = say
        """A text of the catalogue in the language of the staff."""

    def refund(self, key: str, pay: Pay, now: datetime) -> Answer:
        case = self.store.case(pay.case)
        notice = Rendered("pay.by_hand", "{}", self.say(_to_pay(pay)), case=pay.case)
        try:
            chat = case.customer if case else ""
            self.store.save(Saving(chat, Outcome(), now, message_id=f"by_hand:{key}", told=(notice,)))
        except AlreadyHeard:
            pass
        return Answer.BY_HAND

    def look_up(self, key: str, pay: Pay) -> Answer | None:
        """Nobody but the person who pays knows."""
        return None


def _to_pay(pay: Pay) -> Text:
    what, way = amounts(pay.refund)["back"], paid_with(pay.order, pay.refund)
    return Text("pay.by_hand", {"case": pay.case, "order_no": pay.order.order_no, "way": way, "what": what})
