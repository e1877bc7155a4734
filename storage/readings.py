"""What was seen in the pictures that were handed in, each file once, and where a file was handed in before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select

from nlp.pictured import Line, Trace
from storage.engine import Database
from storage.tables import cases, evidence, readings

COMPARED = 20_000
"""So many of the latest pictures a new one is compared with."""
LINES = TypeAdapter(tuple[Line, ...])
TRACES = TypeAdapter(tuple[Trace, ...])


@dataclass(frozen=True, slots=True)
class PictureRecord:
    """One file as it was seen. Without lines and a size it could not be read."""

    file: str
    size: tuple[int, int]
    lines: tuple[Line, ...] = ()
    print: str = ""
    traces: tuple[Trace, ...] = ()
    preview: str | None = None  # the file that browsers can show instead


class Readings:
    """A file is read once, whoever hands it in how often."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def of(self, files: Iterable[str]) -> Mapping[str, PictureRecord]:
        wanted = sorted(set(files))
        if not wanted:
            return {}
        with self.database.read() as connection:
            found = connection.execute(select(readings).where(readings.c.file.in_(wanted))).all()
        return {row.file: _record(row) for row in found}

    def put(self, record: PictureRecord, now: datetime) -> None:
        values = {
            "file": record.file, "at": now, "width": record.size[0], "height": record.size[1],
            "lines": LINES.dump_json(record.lines).decode(), "print": record.print,
            "traces": TRACES.dump_json(record.traces).decode(), "preview": record.preview,
        }  # fmt: skip
        with self.database.write(durable=False) as connection:
            connection.execute(self.database.insert_new(readings), values)

    def prints(self, but: str) -> list[tuple[str, str]]:
        """(file, print) of the latest pictures, that one left out."""
        asked = select(readings.c.file, readings.c.print).where(readings.c.file != but, readings.c.print != "")
        with self.database.read() as connection:
            rows = connection.execute(asked.order_by(readings.c.at.desc()).limit(COMPARED)).all()
        return [(row.file, row.print) for row in rows]

    def handed_in(self, file: str) -> tuple[str, str | None] | None:
        """Who handed a file in first, and that customer's newest case that it is in."""
        with self.database.read() as connection:
            chat = connection.scalar(select(evidence.c.first_chat).where(evidence.c.file == file))
            if chat is None:
                return None
            held = cases.c.body.contains(f'"{file}"', autoescape=True)
            asked = select(cases.c.number).where(cases.c.customer == chat, held).order_by(cases.c.opened_at.desc())
            return chat, connection.scalar(asked.limit(1))


def _record(row: Any) -> PictureRecord:
    return PictureRecord(
        row.file, (row.width, row.height), LINES.validate_json(row.lines), row.print, TRACES.validate_json(row.traces),
        row.preview,
    )  # fmt: skip
