"""Fills our own orders table from CSV or JSON lines: what is good is kept, what is not is named with its line."""

import codecs
import csv
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from msgspec import Struct

from bot.orders.order_json import BadOrder, from_cells, parse_order
from flows.model import Order
from storage.orders import OrderTable

BATCH = 500
LONGEST_LINE = 1_000_000
UNREADABLE = "\ufffd"


class BadRow(Struct, frozen=True):
    """A row that was left out. `line` is counted from 1, as an editor shows it."""

    line: int
    reason: str


class Imported(Struct, frozen=True):
    kept: int
    bad: tuple[BadRow, ...] = ()


def import_orders(table: OrderTable, file: Path) -> Imported:
    """By the file's ending: .csv, or JSON lines. An order that is there already is brought up to date."""
    rows = _from_csv(file) if file.suffix.lower() == ".csv" else _from_json_lines(file)
    kept, bad = 0, []
    while batch := list(islice(rows, BATCH)):
        good = [row for row in batch if isinstance(row, Order)]
        bad += [row for row in batch if isinstance(row, BadRow)]
        table.put(good)
        kept += len(good)
    return Imported(kept, tuple(bad))


def _from_json_lines(file: Path) -> Iterator[Order | BadRow]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip(b" \t\r\n" + codecs.BOM_UTF8):
                yield _from_json(number, line)


def _from_json(number: int, line: bytes) -> Order | BadRow:
    if len(line) > LONGEST_LINE:
        return BadRow(number, f"expected a line of at most {LONGEST_LINE} bytes")
    try:
        return parse_order(json.loads(line.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return BadRow(number, "expected UTF-8 text")
    except BadOrder as bad:
        return BadRow(number, str(bad))
    except (ValueError, RecursionError) as error:
        return BadRow(number, f"expected one JSON object: {str(error)[:80]}")


def _from_csv(file: Path) -> Iterator[Order | BadRow]:
    with file.open(encoding=_encoding(file), errors="replace", newline="") as text:
        rows = csv.reader(text)
        heading = [name.strip() for name in next(rows, [])]
        if "order_no" not in heading:
            yield BadRow(1, "expected a heading with order_no, product, amount_paid, status, ordered_at")
            return
        while True:
            begins = rows.line_num + 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield BadRow(begins, f"not readable as CSV: {error}")
            else:
                yield from _from_row(begins, heading, cells)


def _from_row(line: int, heading: list[str], cells: list[str]) -> Iterator[Order | BadRow]:
    if any(cell.strip() for cell in cells):
        yield _from_cells(line, heading, cells)


def _from_cells(line: int, heading: list[str], cells: list[str]) -> Order | BadRow:
    if len(cells) > len(heading):
        return BadRow(line, f"expected {len(heading)} cells as in the heading, found {len(cells)}")
    if any(UNREADABLE in cell for cell in cells):
        return BadRow(line, "expected text in UTF-8 or GB18030")
    try:
        return parse_order(from_cells(dict(zip(heading, cells, strict=False))))
    except BadOrder as bad:
        return BadRow(line, str(bad))


def _encoding(file: Path) -> str:
    """Spreadsheets on Chinese Windows still save CSV in GB18030."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with file.open("rb") as data:
            while piece := data.read(1 << 16):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"
