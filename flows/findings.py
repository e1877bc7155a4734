"""A picture held against a claim: it supports, contradicts or has nothing to do with it, with findings in words.

Nothing here decides. A contradiction is asked about and shown to the agent, with the place that it stands at.
"""

from collections.abc import Callable, Mapping

from flows import shown_goods as goods
from flows import shown_orders as orders
from flows.bench import Bench, Held
from flows.model import Order
from flows.shown_talks import talked
from nlp.codes import Reason
from nlp.pictured import PictureKind, PictureReading

K = PictureKind
Rule = Callable[[Bench], None]


def hold(picture: PictureReading, reason: Reason, order: Order, other_no: str | None = None) -> Held:
    """What this picture, taken at face value, says of this claim (domain, rule 10)."""
    bench = Bench(picture, reason, order, other_no)
    rule = RULES[reason].get(picture.kind)
    if not any(line.sure >= 0.6 and len(line.text) > 1 for line in picture.lines):
        bench.unrelated("unreadable")
    elif rule is None:
        bench.unrelated("wrong_kind", kind=picture.kind.value)
    else:
        rule(bench)
        if not (bench.against or bench.fits or bench.beside):
            bench.unrelated("says_nothing", kind=picture.kind.value)
    return bench.held()


# fmt: off
RULES: Mapping[Reason, Mapping[PictureKind, Rule]] = {
    Reason.NOT_DELIVERED:    {K.ORDER_PAGE: orders.undelivered, K.CHAT: talked, K.ACTIVATION_OK: goods.works,
                              K.RECEIVED_GOODS: goods.came},
    Reason.INVALID_CODE:     {K.ACTIVATION_ERROR: goods.refused, K.ACTIVATION_OK: goods.works, K.CHAT: talked},
    Reason.MALFUNCTION:      {K.FAULT_SCREEN: goods.faulty, K.ACTIVATION_OK: goods.had_worked, K.CHAT: talked},
    Reason.NOT_AS_DESCRIBED: {K.LISTING: goods.advertised, K.RECEIVED_GOODS: goods.received, K.CHAT: talked},
    Reason.SERVICE_FAILED:   {K.SERVICE_RECORD: goods.served, K.CHAT: talked, K.LISTING: goods.advertised},
    Reason.WRONG_PURCHASE:   {K.ORDER_PAGE: orders.not_used, K.ACTIVATION_OK: goods.works, K.CHAT: talked,
                              K.ACTIVATION_ERROR: goods.refused_as_used, K.RECEIVED_GOODS: goods.unused_goods},
    Reason.DUPLICATE_ORDER:  {K.ORDER_PAGE: orders.twice, K.PAYMENT: orders.paid_twice, K.CHAT: talked},
    Reason.CHANGE_OF_MIND:   {K.ORDER_PAGE: orders.not_used, K.ACTIVATION_OK: goods.works, K.CHAT: talked,
                              K.ACTIVATION_ERROR: goods.refused_as_used, K.RECEIVED_GOODS: goods.unused_goods},
}
"""What each kind of picture can say of each reason (domain, the evidence that a reason needs). Others say nothing."""
# fmt: on
