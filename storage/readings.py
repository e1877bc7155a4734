"""What was seen in the pictures that were handed in, each file once, and where a file was handed in before."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder
from sqlalchemy import select, union_all

from flows.reuse import traits
from nlp.pictured import Line, Trace
from storage.engine import Database
from storage.nouns import as_json
from storage.tables import cases, evidence, likenesses, readings

OF_A_TRAIT, COMPARED = 200, 50
"""Of a trait so many of the latest pictures are found, and those looked at that share most, however many there are."""
LINES = Decoder(tuple[Line, ...])
TRACES = Decoder(tuple[Trace, ...])


class PictureRecord(Struct, frozen=True):
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
            "lines": as_json(record.lines), "print": record.print,
            "traces": as_json(record.traces), "preview": record.preview,
        }  # fmt: skip
        shown = [{"trait": trait, "at": now, "file": record.file} for trait in traits(record.print, record.lines)]
        with self.database.write(durable=False) as connection:
            is_new = connection.execute(self.database.insert_new(readings), values).rowcount > 0
            if is_new and shown:
                connection.execute(self.database.insert_new(likenesses), shown)

    def alike(self, record: PictureRecord) -> list[str]:
        """Other files that share traits with this one, those that share most first."""
        latest = [
            select(likenesses.c.file)
            .where(likenesses.c.trait == trait, likenesses.c.file != record.file)
            .order_by(likenesses.c.at.desc())
            .limit(OF_A_TRAIT)
            .subquery()
            for trait in sorted(traits(record.print, record.lines))
        ]
        if not latest:
            return []
        with self.database.read() as connection:
            found = connection.scalars(union_all(*(select(one.c.file) for one in latest)))
            return [file for file, _ in Counter(found).most_common(COMPARED)]

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
        row.file, (row.width, row.height), LINES.decode(row.lines), row.print, TRACES.decode(row.traces),
        row.preview,
    )  # fmt: skip
