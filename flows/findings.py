"""A picture held against a claim: it supports, contradicts or has nothing to do with it, with findings in words.

Nothing here decides. A contradiction is asked about and shown to the agent, with the place that it stands at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flows.model import Cents, Finding, Mark, Order, OrderStatus, Says, Yuan
from flows.workdays import SHANGHAI
from nlp.codes import Reason
from nlp.pictured import Box, Moment, OrderShown, PageStatus, PictureKind, PictureReading, Shown, Sum
from nlp.product import alike, promised

K, P = PictureKind, PageStatus
SAME_MINUTE = timedelta(minutes=1)
"""Pages leave the seconds out."""
BEFORE_ORDER = timedelta(minutes=5)
NAMED_ALIKE = 0.34
"""So much of a product's name has to stand on a listing for it to be the product's."""
LOOKS_LIKE = str.maketrans("OILSBZQ", "0115820")
"""Letters that are read for digits and digits for letters: no difference between two order numbers."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a picture says of a claim, and what that rests on."""

    says: Says
    findings: tuple[Finding, ...]


class Bench:
    """One picture beside one claim. Findings are gathered; the first that contradicts decides what it says."""

    def __init__(self, picture: PictureReading, reason: Reason, order: Order, other_no: str | None) -> None:
        self.picture, self.reason, self.order, self.other_no = picture, reason, order, other_no
        self.shown = claimed(picture, order.order_no)
        self.against: list[Finding] = []
        self.fits: list[Finding] = []
        self.beside: list[Finding] = []

    def contradicts(self, code: str, box: Box | None = None, **values: str | Yuan) -> None:
        self.against.append(self._finding(code, box, values))

    def supports(self, code: str, box: Box | None = None, **values: str | Yuan) -> None:
        self.fits.append(self._finding(code, box, values))

    def unrelated(self, code: str, **values: str | Yuan) -> None:
        self.beside.append(self._finding(code, None, values))

    def _finding(self, code: str, box: Box | None, values: Mapping[str, str | Yuan]) -> Finding:
        return Finding(code, {"reason": self.reason.value, **values}, mark(box, self.picture.size) if box else None)

    def held(self) -> Held:
        if self.against:
            return Held(Says.CONTRADICTS, tuple(self.against))
        if self.fits:
            return Held(Says.SUPPORTS, tuple(self.fits))
        return Held(Says.UNRELATED, tuple(self.beside))

    # ---- what is looked at for most kinds

    def same_order(self) -> bool:
        """Whether the picture is of this order, as far as its number and what was paid tell."""
        number, paid = self.shown.number, self.shown.paid
        if number and not same_number(number.text, self.order.order_no):
            self.contradicts("order_mismatch", number.box, shown=number.text, order_no=self.order.order_no)
        if paid and paid.yuan not in self._paid(paid):
            self.contradicts("amount_mismatch", paid.box, shown=in_cents(paid.yuan), paid=Yuan(self.order.amount_paid))
        return not self.against

    def _paid(self, shown: Sum) -> tuple[Decimal, ...]:
        """What a page may rightly show: what was paid, and where it does not say so, the price before coupons."""
        order = self.order
        may_be = (order.amount_paid,) if shown.paid else (order.amount_paid, order.price or order.amount_paid)
        return tuple(Decimal(cents) / 100 for cents in may_be)

    def after_order(self, moment: Moment | None) -> None:
        """What happened before the order was made is not of this order."""
        if moment and moment.at < local(self.order.ordered_at) - BEFORE_ORDER:
            self.contradicts(
                "before_order", moment.box, at=printed(moment.at), ordered=printed(local(self.order.ordered_at))
            )

    def event(self) -> Moment | None:
        return next((one for one in self.picture.first.times if one.of == "event"), None)


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


def claimed(picture: PictureReading, order_no: str) -> OrderShown:
    """Of several orders on a picture, the one that is claimed for."""
    shown = picture.orders
    return next((one for one in shown if one.number and same_number(one.number.text, order_no)), picture.first)


def same_number(one: str, other: str) -> bool:
    first, second = (text.upper().replace("-", "").replace(" ", "") for text in (one, other))
    return first == second or first.translate(LOOKS_LIKE) == second.translate(LOOKS_LIKE)


# ---- the pages, each with what it can say


def _undelivered(bench: Bench) -> None:
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


def _not_used(bench: Bench) -> None:
    """An order page for something that was bought by mistake or is not wanted any more."""
    if not bench.same_order():
        return
    signs, status = bench.picture.signs, bench.shown.status
    undelivered = bench.order.status is OrderStatus.UNDELIVERED
    if used := _used(bench):
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


def _used(bench: Bench) -> Shown | None:
    """Where it says that the code was used, unless it says that it was not."""
    signs = bench.picture.signs
    return signs.get("used") if "unused" not in signs else None


def _twice(bench: Bench) -> None:
    """A page with orders, for something that was ordered twice."""
    picture, order = bench.picture, bench.order
    numbers = [one.number.text for one in picture.orders if one.number]
    known = [number for number in numbers if _is_either(bench, number)]
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
            bench.supports("order_fits", _box(bench.shown.number), order_no=numbers[0])
        else:
            bench.same_order()
    elif bench.same_order():
        if bench.shown.status in (P.CLOSED, P.UNPAID):
            bench.contradicts("status_mismatch", bench.shown.status_box, status=bench.shown.status.value, when="")
        else:
            bench.supports("order_fits", _box(bench.shown.number), order_no=order.order_no)


def _box(shown: Shown | None) -> Box | None:
    return shown.box if shown else None


def _is_either(bench: Bench, number: str) -> bool:
    return any(same_number(number, one) for one in (bench.order.order_no, bench.other_no) if one)


def _paid_twice(bench: Bench) -> None:
    """A bill, for something that was paid twice."""
    paid = Decimal(bench.order.amount_paid) / 100
    equal = [one for one in bench.picture.sums if one.yuan == paid]
    numbers = [one.number for one in bench.picture.orders if one.number]
    back = next((one for one in equal if one.refunded), None)
    if back:
        bench.contradicts("paid_back", back.box, paid=Yuan(bench.order.amount_paid))
    elif numbers and not any(_is_either(bench, number.text) for number in numbers):
        bench.contradicts("order_mismatch", numbers[0].box, shown=numbers[0].text, order_no=bench.order.order_no)
    elif len(equal) >= 2 or (equal and len(numbers) < 2):
        bench.supports(
            "two_payments" if len(equal) >= 2 else "payment_fits", equal[0].box, paid=Yuan(bench.order.amount_paid)
        )
    elif bench.picture.sums:
        wrong = bench.picture.sums[0] if not equal else next(one for one in bench.picture.sums if one.yuan != paid)
        bench.contradicts("amount_mismatch", wrong.box, shown=in_cents(wrong.yuan), paid=Yuan(bench.order.amount_paid))
    bench.after_order(bench.event())


def _refused(bench: Bench) -> None:
    """An error screen, for a code that was refused."""
    if bench.same_order():
        bench.after_order(bench.event())
    error = bench.picture.error
    bench.supports("error_shown", error.box if error else None, shown=error.text if error else "")


def _refused_as_used(bench: Bench) -> None:
    """An error screen where the code has to be unused."""
    error, used = bench.picture.error, _used(bench)
    if error and used:
        bench.contradicts("code_used", error.box, shown=error.text)


def _works(bench: Bench) -> None:
    """It was activated: the opposite of what is claimed."""
    said = bench.picture.success
    bench.contradicts("works", said.box if said else None, shown=said.text if said else "")


def _had_worked(bench: Bench) -> None:
    """It was activated, for something that stopped working: one of the two pieces that are needed."""
    if bench.same_order():
        bench.after_order(bench.event())
    said = bench.picture.success
    bench.supports("activated", said.box if said else None, shown=said.text if said else "")


def _faulty(bench: Bench) -> None:
    if bench.same_order():
        bench.after_order(bench.event())
    error = bench.picture.error
    bench.supports("fault_shown", error.box if error else None, shown=error.text if error else "")


def _advertised(bench: Bench) -> None:
    """The listing. One of another product has nothing to do with this order."""
    if alike(bench.order.product, bench.picture.text) < NAMED_ALIKE:
        bench.unrelated("other_product", product=bench.order.product)
    else:
        bench.supports("listing_shown", None, product=bench.order.product)


def _received(bench: Bench) -> None:
    """The goods as they came, beside what was ordered."""
    number = bench.shown.number
    if number and not same_number(number.text, bench.order.order_no):
        bench.contradicts("order_mismatch", number.box, shown=number.text, order_no=bench.order.order_no)
        return
    bench.after_order(bench.shown.moment("delivered") or bench.event())
    wanted = promised(f"{bench.order.product} {bench.order.description}")
    there = _promised_by_lines(bench.picture, bench.order)
    both = wanted.keys() & there.keys()
    other = next((sort for sort in sorted(both) if not wanted[sort] & there[sort]), None)
    if other:
        bench.supports(
            "differs", None, ordered="、".join(sorted(wanted[other])), received="、".join(sorted(there[other]))
        )
    elif both:
        bench.contradicts("as_ordered", None, product=bench.order.product)
    else:
        bench.supports("goods_shown", None)


def _promised_by_lines(picture: PictureReading, order: Order) -> Mapping[str, frozenset[str]]:
    """What the page says was received; dates and the number of the order promise nothing."""
    lines = [line.text for line in picture.lines if order.order_no not in line.text and not _is_chrome(line.text)]
    return promised("\n".join(lines))


def _is_chrome(text: str) -> bool:
    digits = sum(map(str.isdigit, text))
    return digits >= 8 or ":" in text[:6]


def _came(bench: Bench) -> None:
    """The goods themselves, for goods that did not come."""
    if bench.same_order() and (bench.shown.number or alike(bench.order.product, bench.picture.text) > NAMED_ALIKE):
        bench.contradicts("goods_came", _box(bench.shown.number))


def _unused_goods(bench: Bench) -> None:
    if used := _used(bench):
        bench.contradicts("code_used", used.box, shown=used.text)
    elif "unused" in bench.picture.signs:
        bench.supports("code_unused", bench.picture.signs["unused"].box)


def _served(bench: Bench) -> None:
    """The record of a service: not begun, not finished or late supports; finished in time contradicts."""
    if not bench.same_order():
        return
    picture, shown = bench.picture, bench.shown
    done = picture.progress == 100 or (picture.progress is None and _is_finished(picture))
    ended, promise = shown.moment("delivered"), shown.moment("promised")
    by = promise.at if promise else local(bench.order.promised_at) if bench.order.promised_at else None
    sign = picture.signs.get("finished")
    if done and not (ended and by and ended.at > by + SAME_MINUTE):
        bench.contradicts("service_done", sign.box if sign else None)
    elif done:
        bench.supports("service_late", ended.box if ended else None, at=printed(ended.at) if ended else "")
    else:
        bench.supports("service_open", None, progress=f"{picture.progress}%" if picture.progress is not None else "")


def _is_finished(picture: PictureReading) -> bool:
    signs = picture.signs
    return "finished" in signs and not signs.keys() & {"not_begun", "running", "undone"}


def _talked(bench: Bench) -> None:
    """A chat: it has to be about the trade at all."""
    signs, picture = bench.picture.signs, bench.picture
    number = bench.shown.number
    if "trade" not in signs and "agreement" not in signs and not number:
        bench.unrelated("small_talk")
        return
    if number and not _is_either(bench, number.text):
        bench.contradicts("order_mismatch", number.box, shown=number.text, order_no=bench.order.order_no)
        return
    rule = CHATS.get(bench.reason)
    if rule:
        rule(bench)
    elif "received" in signs and _lower(signs["received"], signs.get("not_received")) and bench.reason in QUALITY:
        bench.contradicts("says_received", signs["received"].box, shown=signs["received"].text)
    if not (bench.against or bench.fits):
        bench.unrelated("wrong_kind", kind=picture.kind.value)


def _chat_of_delivery(bench: Bench) -> None:
    signs = bench.picture.signs
    came, missing = signs.get("received"), signs.get("not_received")
    if came and _lower(came, missing):
        bench.contradicts("says_received", came.box, shown=came.text)
    elif missing:
        bench.supports("says_missing", missing.box, shown=missing.text)


def _chat_of_service(bench: Bench) -> None:
    signs = bench.picture.signs
    done, undone = signs.get("done"), signs.get("undone")
    if done and _lower(done, undone) and "agreement" in signs and not undone:
        bench.contradicts("says_done", done.box, shown=done.text)
    elif undone or "agreement" in signs:
        bench.supports("agreement_shown", None)


def _chat_of_use(bench: Bench) -> None:
    signs = bench.picture.signs
    if "unused" in signs:
        bench.supports("code_unused", signs["unused"].box)
    elif "used" in signs or "received" in signs:
        used = signs.get("used") or signs["received"]
        bench.contradicts("code_used", used.box, shown=used.text)


def _chat_of_listing(bench: Bench) -> None:
    if "promise" in bench.picture.signs:
        bench.supports("promise_shown", bench.picture.signs["promise"].box)


def _chat_of_two(bench: Bench) -> None:
    numbers = [one.number.text for one in bench.picture.orders if one.number]
    if len(numbers) > 1:
        bench.supports("two_orders", None, one=numbers[0], other=numbers[1])


def _lower(one: Shown, other: Shown | None) -> bool:
    """Whether it was said after the other."""
    return other is None or one.box[1] > other.box[1]


QUALITY = (Reason.INVALID_CODE, Reason.MALFUNCTION)
CHATS: Mapping[Reason, Rule] = {
    Reason.NOT_DELIVERED: _chat_of_delivery,
    Reason.SERVICE_FAILED: _chat_of_service,
    Reason.WRONG_PURCHASE: _chat_of_use,
    Reason.CHANGE_OF_MIND: _chat_of_use,
    Reason.NOT_AS_DESCRIBED: _chat_of_listing,
    Reason.DUPLICATE_ORDER: _chat_of_two,
}

# fmt: off
RULES: Mapping[Reason, Mapping[PictureKind, Rule]] = {
    Reason.NOT_DELIVERED:    {K.ORDER_PAGE: _undelivered, K.CHAT: _talked, K.ACTIVATION_OK: _works,
                              K.RECEIVED_GOODS: _came},
    Reason.INVALID_CODE:     {K.ACTIVATION_ERROR: _refused, K.ACTIVATION_OK: _works, K.CHAT: _talked},
    Reason.MALFUNCTION:      {K.FAULT_SCREEN: _faulty, K.ACTIVATION_OK: _had_worked, K.CHAT: _talked},
    Reason.NOT_AS_DESCRIBED: {K.LISTING: _advertised, K.RECEIVED_GOODS: _received, K.CHAT: _talked},
    Reason.SERVICE_FAILED:   {K.SERVICE_RECORD: _served, K.CHAT: _talked, K.LISTING: _advertised},
    Reason.WRONG_PURCHASE:   {K.ORDER_PAGE: _not_used, K.ACTIVATION_OK: _works, K.ACTIVATION_ERROR: _refused_as_used,
                              K.RECEIVED_GOODS: _unused_goods, K.CHAT: _talked},
    Reason.DUPLICATE_ORDER:  {K.ORDER_PAGE: _twice, K.PAYMENT: _paid_twice, K.CHAT: _talked},
    Reason.CHANGE_OF_MIND:   {K.ORDER_PAGE: _not_used, K.ACTIVATION_OK: _works, K.ACTIVATION_ERROR: _refused_as_used,
                              K.RECEIVED_GOODS: _unused_goods, K.CHAT: _talked},
}
"""What each kind of picture can say of each reason (domain, the evidence that a reason needs). Others say nothing."""
# fmt: on


# ---- measures


def mark(box: Box, size: tuple[int, int]) -> Mark:
    """A place in thousandths of the picture, a little wider than the text, so that it is seen whatever the size."""
    width, height = max(1, size[0]), max(1, size[1])
    left, top = max(0, 1000 * box[0] // width - 8), max(0, 1000 * box[1] // height - 5)
    return Mark(left, top, min(1000, 1000 * box[2] // width + 8) - left, min(1000, 1000 * box[3] // height + 5) - top)


def local(at: datetime) -> datetime:
    """A moment as a page in China prints it."""
    return at.astimezone(SHANGHAI).replace(tzinfo=None)


def printed(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def in_cents(yuan: Decimal) -> Yuan:
    return Yuan(Cents(int(yuan * 100)))
