"""One transaction a visit: that a message was heard, the talk, cases, events, the record and the outbox together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, Update, bindparam, insert, select, update
from sqlalchemy.exc import OperationalError

from flows.model import Talk
from storage.engine import Database
from storage.ledgers import keep_ledgers
from storage.nouns import (
    TASKS,
    AlreadyHeard,
    Line,
    Rendered,
    Saving,
    Stale,
    as_json,
    case_row,
    event_row,
    talk_row,
)
from storage.tables import (
    bindings,
    cases,
    chats,
    events,
    evidence,
    heard,
    messages,
    outbox,
    risk_steps,
    talks,
    wrong_tries,
)

STAFF = "staff"
DEADLOCK = "40P01"
_CHANGE_TALK = update(talks).where(talks.c.chat == bindparam("known"), talks.c.version == bindparam("read"))
_CHANGE_CASE = update(cases).where(cases.c.number == bindparam("known"), cases.c.version == bindparam("read"))


def save(database: Database, saving: Saving) -> None:
    try:
        with database.write() as connection:
            _Visit(database, connection, saving).write()
    except OperationalError as error:
        # Two that wait for each other on PostgreSQL: one of them is sent back to look again.
        if getattr(error.orig, "sqlstate", None) == DEADLOCK:
            raise Stale("deadlock") from error
        raise


class _Visit:
    """The rows of one saving. What can be refused comes first."""

    def __init__(self, database: Database, connection: Connection, saving: Saving) -> None:
        self.database = database
        self.connection = connection
        self.saving = saving
        # Sentences of a visit that is no message (a payment's answer) still need keys of their own.
        self.message = saving.message_id or uuid4().hex

    def write(self) -> None:
        self._hear()
        self._keep_chat()
        if self.saving.outcome.talk is not None:
            self._keep_talk(self.saving.outcome.talk)
        if self.saving.outcome.cases:
            before = self._keep_cases()
            keep_ledgers(self.connection, self.database, self.saving, before)
        self._add(events, [event_row(event) for event in self.saving.outcome.events])
        self._add(messages, list(self._record()))
        self._send()
        self._keep_facts()

    def _hear(self) -> None:
        if self.saving.message_id is None:
            return
        mark = {"chat": self.saving.chat, "message_id": self.saving.message_id, "at": self.saving.now}
        if not self._put_new(heard, mark):
            raise AlreadyHeard(self.saving.message_id)

    def _keep_chat(self) -> None:
        talk = self.saving.outcome.talk
        if self.saving.channel and (talk is None or talk.version == 0):
            self._put_new(chats, {"chat": self.saving.chat, "channel": self.saving.channel, "since": self.saving.now})

    def _keep_talk(self, talk: Talk) -> None:
        values = talk_row(talk)
        known = {"known": talk.chat, "read": talk.version}
        if not (self._change(_CHANGE_TALK, values | known) if talk.version else self._put_new(talks, values)):
            raise Stale(f"the talk of {talk.chat}")

    def _keep_cases(self) -> dict[str, Row[Any]]:
        """Writes the cases; returns their rows as they were."""
        now, changed = self.saving.now, self.saving.outcome.cases
        stored = select(cases).where(cases.c.number.in_([case.number for case in changed])).with_for_update()
        before = {row.number: row for row in self.connection.execute(stored.order_by(cases.c.number))}
        for case in changed:
            row = before.get(case.number)
            if (row.version if row else 0) != case.version:
                raise Stale(f"case {case.number}")
            values, known = case_row(case, now), {"known": case.number, "read": case.version}
            new = values | {"opened_at": now}
            if not (self._change(_CHANGE_CASE, values | known) if row else self._put_new(cases, new)):
                raise Stale(f"case {case.number}")
        return before

    def _record(self) -> Iterator[dict[str, Any]]:
        """Everything that was heard, noted and said in this visit, in that order."""
        if self.saving.incoming is not None:
            yield self._line(self.saving.incoming) | {"sent_as": f"hear:{self.saving.chat}:{self.message}"}
        for note in self.saving.outcome.notes:
            yield self._line(Line(note.by, note.text, case=note.case, kind="note", internal=True))
        for key, said in self._sentences("say", self.saving.said):
            yield self._sentence(key, said, who=said.who, internal=False)
        for key, told in self._sentences("tell", self.saving.told):
            yield self._sentence(key, told, who="system", internal=True)

    def _line(self, line: Line) -> dict[str, Any]:
        return {
            "chat": self.saving.chat,
            "case_no": line.case,
            "at": self.saving.now,
            "who": line.who,
            "text": line.text,
            "text_key": None,
            "text_values": None,
            "files": as_json(line.files),
            "buttons": "[]",
            "pressed": line.pressed,
            "kind": line.kind,
            "internal": line.internal,
            "sent_as": None,
        }

    def _sentence(self, key: str, said: Rendered, *, who: str, internal: bool) -> dict[str, Any]:
        line = Line(who, said.text, said.files, case=said.case, internal=internal)
        made_of = {"text_key": said.key, "text_values": said.values, "buttons": as_json(said.buttons), "sent_as": key}
        return self._line(line) | made_of

    def _sentences(self, kind: str, sentences: Iterable[Rendered]) -> Iterator[tuple[str, Rendered]]:
        for n, sentence in enumerate(sentences):
            yield f"{kind}:{self._chat_in_key()}:{self.message}:{n}", sentence

    def _chat_in_key(self) -> str:
        """A colon in the name of a chat must not make two visits look like one."""
        return self.saving.chat.replace("%", "%25").replace(":", "%3A")

    def _send(self) -> None:
        """What is to be carried out. A key that was there before is not carried out again, but for a payment's."""
        now, outcome = self.saving.now, self.saving.outcome
        rows = [
            _task("say", key, said, said.to or self.saving.chat, now)
            for key, said in self._sentences("say", self.saving.said)
        ]
        rows += [_task("tell", key, told, STAFF, now) for key, told in self._sentences("tell", self.saving.told)]
        rows += [_task("wake", wake.key, wake, wake.chat, wake.at) for wake in outcome.wakes]
        if self.saving.read is not None:
            key = f"read:{self._chat_in_key()}:{self.message}"
            rows.append(_task("read", key, self.saving.read, self.saving.chat, now))
        if rows:
            self.connection.execute(self.database.insert_new(outbox), rows)
        for pay in outcome.pays:
            row = _task("pay", f"pay:{pay.case}", pay, self.saving.chat, now)
            asked_again = {"due": now, "attempts": 0, "leased_until": None, "done_at": None, "error": None}
            paying = self.database.insert(outbox).values(row)
            self.connection.execute(paying.on_conflict_do_update(index_elements=["key"], set_=asked_again))

    def _keep_facts(self) -> None:
        chat, now, outcome = self.saving.chat, self.saving.now, self.saving.outcome
        for order_no in outcome.bind:
            self._put_new(bindings, {"chat": chat, "order_no": order_no, "at": now})
        self._add(wrong_tries, [{"order_no": number, "chat": chat, "at": now} for number in outcome.wrong_tries])
        if outcome.risk is not None:
            self._add(risk_steps, [asdict(outcome.risk) | {"at": now}])
        for piece in self.saving.pieces:
            seen = {"file": piece.file, "size": piece.size, "type": piece.type, "first_seen": now, "first_chat": chat}
            self._put_new(evidence, seen)

    def _add(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.connection.execute(insert(table), rows)

    def _put_new(self, table: Any, values: Mapping[str, Any]) -> bool:
        """Whether it was new."""
        return self.connection.execute(self.database.insert_new(table), values).rowcount == 1

    def _change(self, statement: Update, values: Mapping[str, Any]) -> bool:
        return self.connection.execute(statement, values).rowcount == 1


def _task(kind: str, key: str, task: Any, chat: str | None, due: Any) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind,
        "chat": chat,
        "case_no": task.case,
        "due": due,
        "body": TASKS[kind].dump_json(task).decode(),
        "attempts": 0,
    }
