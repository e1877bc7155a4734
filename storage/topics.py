"""The staff's group as far as it has to be remembered: topics, cards, pictures that stand there, open questions."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, delete, select, update

from storage.engine import Database
from storage.tables import prompts, topic_files, topics


class Topic(Struct, frozen=True):
    """The topic of one case, or of one talk that has none."""

    about: str  # the case's number, or the chat
    thread: int
    card: int | None = None  # the message that shows the case
    shown: str | None = None  # what it shows, in short


class Prompt(Struct, frozen=True):
    """A question that the group was asked: the answer to it is the text of a step."""

    case: str
    step: str


class Topics:
    """Remembers; what is true of a topic only Telegram knows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, about: str) -> Topic | None:
        return self._one(topics.c.about == about)

    def at(self, thread: int) -> Topic | None:
        return self._one(topics.c.thread == thread)

    def _one(self, which: Any) -> Topic | None:
        with self._database.read() as connection:
            row = connection.execute(select(topics).where(which)).first()
        return _topic(row) if row else None

    def threads(self, abouts: list[str]) -> dict[str, int]:
        with self._database.read() as connection:
            rows = connection.execute(select(topics).where(topics.c.about.in_(abouts))).all()
        return {row.about: row.thread for row in rows}

    def opened(self, about: str, thread: int) -> Topic:
        """A new topic; where there was one before, it is gone, and nothing stands in the new one yet."""
        values = {"about": about, "thread": thread, "card": None, "shown": None}
        opening = self._database.insert(topics).values(values)
        with self._database.write() as connection:
            connection.execute(opening.on_conflict_do_update(index_elements=["about"], set_=values))
            connection.execute(delete(topic_files).where(topic_files.c.about == about))
        return Topic(about, thread)

    def is_gone(self, about: str) -> None:
        """Somebody deleted it: the next word needs a new one."""
        with self._database.write() as connection:
            connection.execute(delete(topics).where(topics.c.about == about))
            connection.execute(delete(topic_files).where(topic_files.c.about == about))

    def shows(self, about: str, card: int | None, shown: str) -> None:
        with self._database.write() as connection:
            connection.execute(update(topics).where(topics.c.about == about).values(card=card, shown=shown))

    def files(self, about: str) -> frozenset[str]:
        with self._database.read() as connection:
            return frozenset(connection.scalars(select(topic_files.c.file).where(topic_files.c.about == about)))

    def has_files(self, about: str, files: tuple[str, ...]) -> None:
        rows = [{"about": about, "file": file} for file in files]
        if rows:
            with self._database.write() as connection:
                connection.execute(self._database.insert_new(topic_files), rows)

    def asked(self, message: int, prompt: Prompt, now: datetime) -> None:
        values = {"message": message, "case_no": prompt.case, "step": prompt.step, "at": now}
        with self._database.write() as connection:
            connection.execute(self._database.insert_new(prompts), values)

    def question(self, message: int) -> Prompt | None:
        with self._database.read() as connection:
            row = connection.execute(select(prompts).where(prompts.c.message == message)).one_or_none()
        return Prompt(row.case_no, row.step) if row else None


def _topic(row: Row[Any]) -> Topic:
    return Topic(row.about, row.thread, row.card, row.shown)
