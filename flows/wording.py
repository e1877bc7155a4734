"""The pieces that many sentences are put together from: an order, a reason, an amount, a list of what is needed."""

from collections.abc import Iterable
from typing import Any

from flows.model import Case, Decision, Need, Order, Refund, Text, Value, Yuan
from nlp.codes import Reason


def order_text(order: Order) -> Text:
    return Text(
        "order.named",
        {"product": order.product, "paid": Yuan(order.amount_paid), "at": order.ordered_at, "order_no": order.order_no},
    )


def as_written(order_no: str) -> str:
    """A number not yet shown to be theirs: letters and digits alone, so that no spelling tells what is on record."""
    return "".join(sign for sign in order_no.upper() if sign.isalnum())


def reason_text(reason: Reason) -> Text:
    return Text(f"reason.{reason}")


def needs_text(needs: Iterable[Need]) -> Value:
    return tuple(Text(f"need.{need}") for need in needs)


def refused(refusal: Decision) -> dict[str, Any]:
    """What every refusal says: its rule with the order's facts, why, and until when it can be appealed."""
    until = {"until": refusal.until} if refusal.until else {}
    return {"rule": refusal.basis, "text": Text("news.remark", {"text": refusal.text}), **until}


def amounts(refund: Refund) -> dict[str, Any]:
    """What goes back, in words: the money, and the points where there are some."""
    cash, points = Yuan(refund.cash), Text("amount.points", {"points": refund.points})
    parts = ((cash,) if refund.cash or not refund.points else ()) + ((points,) if refund.points else ())
    return {"cash": cash, "back": parts}


def about(case: Case) -> dict[str, Any]:
    """What any sentence about a case may name."""
    return {
        "number": case.number,
        "order": case.order.product,
        "reason": reason_text(case.reason),
        "state": Text(f"state.{case.state}"),
        "paid_with": paid_with(case.order, case.refund),
        **amounts(case.refund),
    }


def paid_with(order: Order, refund: Refund) -> Text:
    """Where it goes back to. Points go back to the points, whatever the money was paid with."""
    if refund.points and not refund.cash:
        return Text("way.points")
    named = order.paid_with in WAYS or not order.paid_with
    way = Text(f"way.{order.paid_with or 'other'}") if named else Text("way.named", {"way": order.paid_with})
    return Text("way.with_points", {"way": way}) if refund.points else way


WAYS = ("alipay", "wechat", "balance", "usdt")
"""Ways of paying that the catalogue has a name for; any other is shown as the order has it."""


def arrival(order: Order, refund: Refund) -> Text:
    """How long it takes on its way back."""
    if refund.points and not refund.cash:
        return Text("arrival.points")
    return Text(f"arrival.{order.paid_with if order.paid_with in WAYS else 'other'}")
