"""What screens, listings and goods as they came say of a claim, and how far a service is."""

import re
from collections.abc import Mapping
from datetime import timedelta

from flows.bench import NAMED_ALIKE, Bench, box_of, local, printed, same_number
from flows.model import Order
from nlp.pictured import PictureReading
from nlp.product import alike, promised

SAME_MINUTE = timedelta(minutes=1)
"""Pages leave the seconds out."""

REMARK = re.compile("说好|说是|应该|应为|本来|明明|买的|拍的|订的|写的|标的|承诺|要的|宣传|should be|supposed to")
"""What customers write over a picture says what they wanted, not what came."""


def refused(bench: Bench) -> None:
    """An error screen, for a code that was refused."""
    if bench.same_order():
        bench.after_order(bench.event())
    error = bench.picture.error
    bench.supports("error_shown", error.box if error else None, shown=error.text if error else "")


def refused_as_used(bench: Bench) -> None:
    """An error screen where the code has to be unused."""
    error, used = bench.picture.error, bench.used()
    if error and used:
        bench.contradicts("code_used", error.box, shown=error.text)


def works(bench: Bench) -> None:
    """It was activated: the opposite of what is claimed."""
    said = bench.picture.success
    bench.contradicts("works", said.box if said else None, shown=said.text if said else "")


def had_worked(bench: Bench) -> None:
    """It was activated, for something that stopped working: one of the two pieces that are needed."""
    if bench.same_order():
        bench.after_order(bench.event())
    said = bench.picture.success
    bench.supports("activated", said.box if said else None, shown=said.text if said else "")


def faulty(bench: Bench) -> None:
    if bench.same_order():
        bench.after_order(bench.event())
    error = bench.picture.error
    bench.supports("fault_shown", error.box if error else None, shown=error.text if error else "")


def advertised(bench: Bench) -> None:
    """The listing. One of another product has nothing to do with this order."""
    if alike(bench.order.product, bench.picture.text) < NAMED_ALIKE:
        bench.unrelated("other_product", product=bench.order.product)
    else:
        bench.supports("listing_shown", None, product=bench.order.product)


def received(bench: Bench) -> None:
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
    """What the page says was received; dates and the number of the order promise nothing, and no remark on it does."""
    lines = [
        line.text
        for line in picture.lines
        if order.order_no not in line.text and not _is_chrome(line.text) and not REMARK.search(line.text)
    ]
    return promised("\n".join(lines))


def _is_chrome(text: str) -> bool:
    digits = sum(map(str.isdigit, text))
    return digits >= 8 or ":" in text[:6]


def came(bench: Bench) -> None:
    """The goods themselves, for goods that did not come."""
    if bench.same_order() and (bench.shown.number or alike(bench.order.product, bench.picture.text) > NAMED_ALIKE):
        bench.contradicts("goods_came", box_of(bench.shown.number))


def unused_goods(bench: Bench) -> None:
    if used := bench.used():
        bench.contradicts("code_used", used.box, shown=used.text)
    elif "unused" in bench.picture.signs:
        bench.supports("code_unused", bench.picture.signs["unused"].box)


def served(bench: Bench) -> None:
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
