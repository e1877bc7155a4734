"""`refund-desk orders`: fills the built-in table of orders, and looks whether the order source answers."""

import sys
from pathlib import Path

from bot import app
from bot.config import CannotStart, Settings
from bot.orders import OrdersUnavailable
from bot.orders.table import Imported, import_orders
from storage.orders import OrderTable


def import_file(settings: Settings, file: Path) -> int:
    """Imports what can be used, and says how much that was. The number of rows that were left out."""
    store = app.open_store(settings)
    try:
        imported = fill(OrderTable(store.database), file)
    finally:
        store.close()
    print(f"{imported.kept} orders imported, {len(imported.bad)} rows left out")
    return len(imported.bad)


def fill(table: OrderTable, file: Path) -> Imported:
    """Rows that cannot be used are named on standard error, the good ones are kept."""
    try:
        imported = import_orders(table, file)
    except OSError as error:
        raise CannotStart(f"{file}: cannot be read: {error.strerror}") from None
    for row in imported.bad:
        print(f"{file}:{row.line}: {row.reason}", file=sys.stderr)
    return imported


def check(settings: Settings, order_no: str | None) -> None:
    """Asks the configured source for one order, there or not: an answer is what matters."""
    store = app.open_store(settings)
    try:
        asked = order_no or "REFUND-DESK-CHECK"
        found = OrderTable(store.database).find([asked]).get(asked)
    except OrdersUnavailable as error:
        raise CannotStart(f"the order source does not answer: {error}") from None
    finally:
        store.close()
    if order_no:
        print(f"{order_no}: {f'{found.product}, {found.status}' if found else 'no such order'}")
    else:
        print("the order source answers")
