"""The rules that ever ran, whole and by version, so that an old case can be decided and shown by its own."""

import json
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from storage.engine import Database
from storage.tables import rule_books


class RuleBook(Struct, frozen=True):
    """The files of one version as they were written, the packaged rules first, and when it first ran."""

    version: str
    texts: tuple[str, ...]
    since: datetime


class RuleBooks:
    """Only ever added to: what a case was judged by stays readable as long as the case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, version: str, texts: Sequence[str], now: datetime) -> None:
        """A version that is there already stays as it was first written."""
        row = {"version": version, "texts": json.dumps(texts, ensure_ascii=False), "since": now}
        with self._database.write() as connection:
            connection.execute(self._database.insert_new(rule_books), row)

    def of(self, version: str) -> RuleBook | None:
        with self._database.read() as connection:
            row = connection.execute(select(rule_books).where(rule_books.c.version == version)).one_or_none()
        return RuleBook(row.version, tuple(json.loads(row.texts)), row.since) if row else None
