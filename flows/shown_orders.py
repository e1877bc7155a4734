"""What order pages and bills say of a claim: a status, what was paid, and whether it was ordered or paid twice."""

from decimal import Decimal

from flows.bench import NAMED_ALIKE, Bench, box_of, in_cents
from flows.model import OrderStatus, Yuan
from nlp.codes import Reason
from nlp.pictured import PageStatus
from nlp.product import alike

P = PageStatus


def undelivered(bench: Bench) -> None:
    """An order page for goods that did not come."""
    if not bench.same_order():
        return
    status, delivered = bench.shown.status, bench.shown.moment("delivered")
    if status in (P.SENT, P.DONE) or (status is None and delivered):
        when = f" {delivered.at:%H:%M}" if delivered else ""
        box = bench.shown.status_box or (delivered.box if delivered else None)
        bench.contradicts("status_mismatch", box, status=(status or P.SENT).value, when=when)
    elif status in (P.CLOSED, P.UNPAID):
        bench.contradicts("status_mismatch", bench.shown.status_box, status=status.value, when="")
    elif status:
        bench.supports("status_fits", bench.shown.status_box, status=status.value)
    elif bench.shown.number:
        bench.supports("order_fits", bench.shown.number.box, order_no=bench.order.order_no)


def not_used(bench: Bench) -> None:
    """An order page for something that was bought by mistake or is not wanted any more."""
    if not bench.same_order():
        return
    signs, status = bench.picture.signs, bench.shown.status
    undelivered = bench.order.status is OrderStatus.UNDELIVERED
    if used := bench.used():
        bench.contradicts("code_used", used.box, shown=used.text)
    elif status in (P.CLOSED, P.UNPAID) or (status in (P.SENT, P.DONE) and undelivered):
        bench.contradicts("status_mismatch", bench.shown.status_box, status=status.value, when="")
    elif "unused" in signs:
        bench.supports("code_unused", signs["unused"].box)
    elif status in (P.UNSENT, P.PROCESSING):
        bench.supports("status_fits", bench.shown.status_box, status=status.value)
    elif status in (P.SENT, P.DONE) and bench.reason is Reason.CHANGE_OF_MIND:
        bench.contradicts("status_mismatch", bench.shown.status_box, status=status.value, when="")
    elif status is None and bench.shown.number and undelivered:
        bench.supports("order_fits", bench.shown.number.box, order_no=bench.order.order_no)
    else:
        bench.unrelated("use_not_shown")


def twice(bench: Bench) -> None:
    """A page with orders, for something that was ordered twice."""
    picture, order = bench.picture, bench.order
    numbers = [one.number.text for one in picture.orders if one.number]
    known = [number for number in numbers if bench.is_either(number)]
    if len(numbers) > 1 and known:
        mine, others = bench.shown, [one for one in picture.orders if one is not bench.shown]
        lapsed = next((one for one in picture.orders if one.status in (P.CLOSED, P.UNPAID)), None)
        priced = [one.paid for one in others if one.paid]
        if lapsed and lapsed.status and lapsed.number:
            bench.contradicts(
                "second_lapsed", lapsed.status_box, order_no=lapsed.number.text, status=lapsed.status.value
            )
        elif mine.paid and priced and all(one.yuan != mine.paid.yuan for one in priced):
            bench.contradicts(
                "sums_differ", priced[0].box, one=in_cents(mine.paid.yuan), other=in_cents(priced[0].yuan)
            )
        else:
            bench.supports("two_orders", None, one=numbers[0], other=numbers[1])
    elif numbers and not known:
        twin = bench.shown.paid and bench.shown.paid.yuan == Decimal(order.amount_paid) / 100 and not bench.other_no
        if twin and alike(order.product, picture.text) > NAMED_ALIKE:
            bench.supports("order_fits", box_of(bench.shown.number), order_no=numbers[0])
        else:
            bench.same_order()
    elif bench.same_order():
        if bench.shown.status in (P.CLOSED, P.UNPAID):
            bench.contradicts("status_mismatch", bench.shown.status_box, status=bench.shown.status.value, when="")
        else:
            bench.supports("order_fits", box_of(bench.shown.number), order_no=order.order_no)


def paid_twice(bench: Bench) -> None:
    """A bill, for something that was paid twice."""
    paid = Decimal(bench.order.amount_paid) / 100
    equal = [one for one in bench.picture.sums if one.yuan == paid]
    numbers = [one.number for one in bench.picture.orders if one.number]
    back = next((one for one in equal if one.refunded), None)
    if back:
        bench.contradicts("paid_back", back.box, paid=Yuan(bench.order.amount_paid))
    elif numbers and not any(bench.is_either(number.text) for number in numbers):
        bench.contradicts("order_mismatch", numbers[0].box, shown=numbers[0].text, order_no=bench.order.order_no)
    elif len(equal) >= 2 or (equal and len(numbers) < 2):
        bench.supports(
            "two_payments" if len(equal) >= 2 else "payment_fits", equal[0].box, paid=Yuan(bench.order.amount_paid)
        )
    elif bench.picture.sums:
        wrong = bench.picture.sums[0] if not equal else next(one for one in bench.picture.sums if one.yuan != paid)
        bench.contradicts("amount_mismatch", wrong.box, shown=in_cents(wrong.yuan), paid=Yuan(bench.order.amount_paid))
    bench.after_order(bench.event())
