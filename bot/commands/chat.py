"""`refund-desk chat`: sits a customer down at the terminal; without a configuration, in the demo shop."""

from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from bot import app
from bot.channels import STAFF
from bot.channels.board import Board
from bot.channels.terminal import NAME, Terminal
from bot.config import Settings
from bot.demo.orders import CONTACT, PASSWORD, examples
from bot.evidence import MEGA
from bot.logs import set_up
from flows.amount import yuan
from flows.model import Order

CHAT = "terminal"


def chat(settings: Settings, *, in_demo_shop: bool) -> None:
    set_up(settings.log.model_copy(update={"level": "error"}))
    desk, console = app.build(settings), Console()
    longest = settings.evidence.max_megabytes * MEGA
    terminal = Terminal(console, lambda text: desk.catalogue.say(settings.language, text), longest)
    try:
        if in_demo_shop:
            orders = [example.order for example in examples(datetime.now(UTC))]
            desk.orders.put(orders)
            terminal.note("terminal.orders", contact=CONTACT, password=PASSWORD)
            console.print(_listed(orders))
        terminal.converse(desk.house, desk.worker({NAME: terminal, STAFF: Board()}).run_due, CHAT)
    finally:
        desk.close()


def _listed(orders: list[Order]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2))
    for order in orders:
        table.add_row(order.order_no, order.product, f"¥{yuan(order.amount_paid)}", order.status)
    return table
