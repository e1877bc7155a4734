"""What was given back of each order, and which case of it is open: two decisions on one order never both count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from flows.model import GRANTED, LAST, Case, CaseState, Ledger
from storage.nouns import Overdrawn, Saving, Stale
from storage.tables import cases, ledgers
from storage.visit import Ready, Visit

NOT_OPEN = (*sorted(state.value for state in LAST), CaseState.DRAFT.value)
"""A refused case is open until it is closed: it can come back by an appeal."""
_OF_ORDER = Ready(select(ledgers).where(ledgers.c.order_no == bindparam("order_no")).with_for_update())
_STILL_OPEN = (cases.c.order_no == bindparam("order_no")) & and_(*(cases.c.state != state for state in NOT_OPEN))
_OPEN_CASES = Ready(
    select(cases.c.number, cases.c.customer).where(_STILL_OPEN).order_by(cases.c.opened_at.desc()).limit(1)
)
_BEGIN = Ready(insert(ledgers).on_conflict_do_nothing())
_KNOWN = (ledgers.c.order_no == bindparam("known")) & (ledgers.c.version == bindparam("read"))
_CHANGE = Ready(update(ledgers).where(_KNOWN))


@dataclass(slots=True)
class Change:
    """What one visit changes in the ledger of one order."""

    bought: int
    pieces: int = 0
    opened: Case | None = None
    left: str | None = None

    @property
    def decides(self) -> bool:
        """It promises something that another decision may have promised already."""
        return self.pieces > 0 or self.opened is not None


def ledger_noun(row: Any) -> Ledger:
    return Ledger(row.order_no, row.granted, row.open_case, row.open_customer, row.version)


def keep_ledgers(visit: Visit, saving: Saving, before: Mapping[str, Any]) -> None:
    """Called once the cases are written; `before` holds their rows as they were.

    Raises `Stale` where another decision on the same order came first.
    """
    read = {ledger.order_no: ledger.version for ledger in saving.ledgers}
    for order_no, change in sorted(_changes(saving.outcome.cases, before).items()):
        row = visit.row(_OF_ORDER, order_no=order_no)
        version = row.version if row else 0
        if change.decides and order_no not in read:
            raise ValueError(f"{order_no}: decided upon without its ledger")
        if read.get(order_no, version) != version:
            raise Stale(f"the ledger of {order_no}")
        _write(visit, _next(visit, order_no, row, change), version)


def _changes(changed: Iterable[Case], before: Mapping[str, Any]) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    for case in changed:
        row = before.get(case.number)
        pieces = _granted(case.state, case.quantity) - (_granted(row.state, row.quantity) if row else 0)
        was_open, is_open = row is not None and row.state not in NOT_OPEN, case.state not in NOT_OPEN
        if pieces == 0 and was_open == is_open:
            continue
        change = changes.setdefault(case.order.order_no, Change(case.order.quantity))
        change.pieces += pieces
        if is_open and not was_open:
            change.opened = case
        if was_open and not is_open:
            change.left = case.number
    return changes


def _granted(state: str, quantity: int) -> int:
    return quantity if state in GRANTED else 0


def _next(visit: Visit, order_no: str, row: Any | None, change: Change) -> dict[str, Any]:
    granted = (row.granted if row else 0) + change.pieces
    if change.pieces > 0 and granted > change.bought:
        raise Overdrawn(f"{order_no}: {granted} of {change.bought} pieces")
    open_case, open_customer = (row.open_case, row.open_customer) if row else (None, None)
    if change.opened is not None:
        open_case, open_customer = change.opened.number, change.opened.customer
    elif change.left is not None and change.left == open_case:
        open_case, open_customer = _another_open(visit, order_no)
    return {
        "order_no": order_no,
        "bought": max(change.bought, granted),
        "granted": granted,
        "open_case": open_case,
        "open_customer": open_customer,
        "version": (row.version if row else 0) + 1,
    }


def _another_open(visit: Visit, order_no: str) -> tuple[str | None, str | None]:
    row = visit.row(_OPEN_CASES, order_no=order_no)
    return (row.number, row.customer) if row else (None, None)


def _write(visit: Visit, values: dict[str, Any], version: int) -> None:
    if version == 0:
        done = visit.change(_BEGIN, values)
    else:
        done = visit.change(_CHANGE, values | {"known": values["order_no"], "read": version})
    if done != 1:
        raise Stale(f"the ledger of {values['order_no']}")
