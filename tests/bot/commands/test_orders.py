"""`orders` keeps what can be used, names what cannot, and asks the source."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from storage.orders import OrderTable
from tests.bot.commands.running import ORDER, Run, lines


def test_orders_are_imported_and_bad_rows_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "orders.jsonl").write_text(lines(ORDER, {"order_no": "X"}), "utf-8")
    code, out, err = run("orders", "import", "orders.jsonl")
    assert (code, out) == (1, "1 orders imported, 1 rows left out\n") and "orders.jsonl:2: amount_paid" in err
    assert run("orders", "check", ORDER["order_no"])[1] == f"{ORDER['order_no']}: 点卡, delivered\n"
    assert run("orders", "check")[:2] == (0, "the order source answers\n")


def test_a_disk_that_fills_up_on_the_way_is_one_line_that_repeats_no_order(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(table: OrderTable, given: object) -> None:
        raise OperationalError("INSERT", {"contact": ORDER["order_no"]}, Exception("database or disk is full"))

    monkeypatch.setattr(OrderTable, "put", full)
    (tmp_path / "orders.jsonl").write_text(lines(ORDER), "utf-8")
    code, out, err = run("orders", "import", "orders.jsonl")
    assert (code, out) == (2, "") and err == "refund-desk: the database cannot be used: database or disk is full\n"
