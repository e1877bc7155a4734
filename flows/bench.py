"""One picture beside one claim: what is gathered of it, and the measures by which it is compared."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from difflib import SequenceMatcher

from msgspec import Struct

from flows.model import Cents, Finding, Mark, Order, Says, Yuan
from flows.workdays import SHANGHAI
from nlp.codes import Reason
from nlp.pictured import Box, Moment, OrderShown, PictureReading, Shown, Sum

BEFORE_ORDER = timedelta(minutes=5)
NAMED_ALIKE = 0.34
"""So much of a product's name has to stand on a page for it to be of the product."""
LOOKS_LIKE = str.maketrans("OILSBZQ", "0115820")
"""Letters that are read for digits and digits for letters: no difference between two order numbers."""
LOST, NEARLY = 2, 0.88
"""So many signs of a number may be lost under a stroke of a pen, and so much of the rest has to be the same."""


class Held(Struct, frozen=True):
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

    def is_either(self, number: str) -> bool:
        """Whether a number is the claimed order's, or that of the second one that the claim names."""
        return any(same_number(number, one) for one in (self.order.order_no, self.other_no) if one)

    def used(self) -> Shown | None:
        """Where it says that the code was used, unless it says that it was not."""
        signs = self.picture.signs
        return signs.get("used") if "unused" not in signs else None


def claimed(picture: PictureReading, order_no: str) -> OrderShown:
    """Of several orders on a picture, the one that is claimed for."""
    shown = picture.orders
    return next((one for one in shown if one.number and same_number(one.number.text, order_no)), picture.first)


def same_number(one: str, other: str) -> bool:
    """Whether two order numbers are one, but for signs that look alike; or one of them was read with signs lost.

    A shop's numbers are equally long: another length with nearly all signs the same is a misreading.
    """
    first, second = (text.upper().replace("-", "").replace(" ", "").translate(LOOKS_LIKE) for text in (one, other))
    if first == second:
        return True
    lost = abs(len(first) - len(second))
    return 0 < lost <= LOST and SequenceMatcher(None, first, second, autojunk=False).ratio() >= NEARLY


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


def box_of(shown: Shown | None) -> Box | None:
    return shown.box if shown else None
