"""Importing orders: what is good is kept, what is not is named with its line and its reason."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.orders.table import BATCH, BadRow, Imported, import_orders
from flows.model import Goods
from storage.orders import OrderTable
from storage.store import Store

HEADING = "order_no,product,amount_paid,status,ordered_at,quantity,kind,contact"
GOOD = "KM1,100元点卡,49.90,delivered,2026-11-20T12:00:00+08:00,2,card,"


def an_object(**given: Any) -> dict[str, Any]:
    plain = {
        "product": "点卡",
        "amount_paid": "49.90",
        "status": "delivered",
        "ordered_at": "2026-11-20T12:00:00+08:00",
    }
    return {"order_no": "KM1"} | plain | given


def bring_in(store: Store, folder: Path, name: str, content: str | bytes) -> Imported:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return import_orders(OrderTable(store.database), file)


def test_json_lines_are_kept_and_the_bad_ones_named_by_their_line(store: Store, tmp_path: Path) -> None:
    lines = [
        json.dumps(an_object(), ensure_ascii=False),
        "",
        "{not json",
        json.dumps(an_object(order_no="KM2", amount_paid="12,5")),
        json.dumps(["a list"]),
        json.dumps(an_object(order_no="KM3", ordered_at="2026-11-20T12:00:00")),
        json.dumps(an_object(order_no="KM4", colour="an unknown key")),
    ]
    imported = bring_in(store, tmp_path, "orders.jsonl", "\n".join(lines))
    assert imported.kept == 2
    assert [(row.line, row.reason.split(":")[0]) for row in imported.bad] == [
        (3, "expected one JSON object"),
        (4, "amount_paid"),
        (5, "expected an object with order_no, product, amount_paid, status, ordered_at"),
        (6, "ordered_at"),
    ]
    found = OrderTable(store.database).find(["KM1"]).get("KM1")
    assert found is not None
    assert (found.amount_paid, found.product) == (4990, "点卡")


def test_a_csv_of_a_spreadsheet_is_kept_and_the_bad_rows_named(store: Store, tmp_path: Path) -> None:
    rows = [
        HEADING,
        GOOD,
        'KM2,"点卡, 带逗号\n两行",-1.00,delivered,2026-11-20T12:00:00+08:00,1,card,',
        "",
        "KM3,点卡,1.00,delivered,2026-11-20T12:00:00+08:00,none,card,",
        "KM4,点卡,1.00,delivered,2026-11-20T12:00:00+08:00,1,card,x,one too many",
        'KM5,"点卡, 带逗号",1.00,delivered,2026-11-20T12:00:00+08:00',
    ]
    imported = bring_in(store, tmp_path, "orders.csv", "\r\n".join(rows))
    assert imported.kept == 2
    assert [row.line for row in imported.bad] == [3, 6, 7]
    assert ["amount_paid" in imported.bad[0].reason, "quantity" in imported.bad[1].reason] == [True, True]
    assert imported.bad[2].reason == "expected 8 cells as in the heading, found 9"
    found = OrderTable(store.database).find(["KM1"]).get("KM1")
    assert found is not None
    assert (found.quantity, found.kind, found.contact) == (2, Goods.CARD, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_is_read_however_the_spreadsheet_saved_it(store: Store, tmp_path: Path, encoding: str) -> None:
    assert bring_in(store, tmp_path, "orders.CSV", f"{HEADING}\n{GOOD}\n".encode(encoding)) == Imported(1)
    found = OrderTable(store.database).find(["KM1"]).get("KM1")
    assert found is not None
    assert found.product == "100元点卡"


def test_a_file_in_no_known_writing_is_named_row_by_row(store: Store, tmp_path: Path) -> None:
    content = f"{HEADING}\n{GOOD}\n".encode() + b"KM2,\xff\xff,1.00,delivered,2026-11-20T12:00:00+08:00,1,card,\n"
    assert BadRow(3, "expected text in UTF-8 or GB18030") in bring_in(store, tmp_path, "orders.csv", content).bad
    line = json.dumps(an_object()).encode() + b"\n{\xff}\n"
    assert bring_in(store, tmp_path, "orders.jsonl", line) == Imported(1, (BadRow(2, "expected UTF-8 text"),))


@pytest.mark.parametrize("content", ["", "number,price\n1,2\n", "\n"])
def test_a_csv_without_the_heading_says_which_one_is_expected(store: Store, tmp_path: Path, content: str) -> None:
    imported = bring_in(store, tmp_path, "orders.csv", content)
    assert imported == Imported(
        0, (BadRow(1, "expected a heading with order_no, product, amount_paid, status, ordered_at"),)
    )


def test_importing_again_brings_up_to_date_and_adds_nothing(store: Store, tmp_path: Path) -> None:
    bring_in(store, tmp_path, "orders.jsonl", json.dumps(an_object(status="undelivered", buyer="u1")))
    bring_in(store, tmp_path, "orders.jsonl", json.dumps(an_object(status="closed", buyer="u1")))
    assert [order.status for order in OrderTable(store.database).of_customers(["u1"])["u1"]] == ["closed"]


def test_a_large_file_is_kept_whole(store: Store, tmp_path: Path) -> None:
    count = 2 * BATCH + 1
    lines = "\n".join(json.dumps(an_object(order_no=f"KM{n}")) for n in range(count))
    assert bring_in(store, tmp_path, "orders.jsonl", lines) == Imported(count)
    assert OrderTable(store.database).find([f"KM{count - 1}"])


def test_hostile_lines_are_named_and_harm_nothing(store: Store, tmp_path: Path) -> None:
    lines = ["[" * 100_000, '"' + "x" * 1_000_001 + '"', "NaN", json.dumps(an_object(order_no="KM9"))]
    imported = bring_in(store, tmp_path, "orders.jsonl", "\n".join(lines))
    assert (imported.kept, [row.line for row in imported.bad]) == (1, [1, 2, 3])
    assert all(len(row.reason) < 200 for row in imported.bad)


@pytest.mark.parametrize("name", ["order_no", "buyer"])
def test_a_name_longer_than_an_index_takes_is_named_and_leaves_the_others_in(
    store: Store, tmp_path: Path, name: str
) -> None:
    # Of signs that cannot be packed, as PostgreSQL would otherwise take more.
    long = "".join(chr(0x4E00 + n * 37 % 20_000) for n in range(3_900))
    lines = [json.dumps(an_object(order_no="KM1")), json.dumps(an_object(order_no="KM2") | {name: long})]
    imported = bring_in(store, tmp_path, "orders.jsonl", "\n".join(lines))
    assert imported == Imported(1, (BadRow(2, f"{name}: expected at most 200 characters"),))


def test_a_number_that_a_spreadsheet_has_shortened_is_no_order_of_that_name(store: Store, tmp_path: Path) -> None:
    rows = [
        HEADING,
        GOOD.replace("KM1", "2.02611E+17"),
        GOOD + "1.38001E+10",
        GOOD.replace("KM1", "12E45"),
    ]
    imported = bring_in(store, tmp_path, "orders.csv", "\n".join(rows))
    assert (imported.kept, [row.line for row in imported.bad]) == (1, [2, 3])
    assert [row.reason.split(":")[0] for row in imported.bad] == ["order_no", "contact"]
