"""One transaction a visit: that a message was heard, the talk, cases, events, the record and the outbox together."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from msgspec.structs import asdict
from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from flows.model import Talk
from storage.engine import Database
from storage.ledgers import keep_ledgers
from storage.nouns import (
    AlreadyHeard,
    AtHand,
    Due,
    Line,
    Rendered,
    Saving,
    Stale,
    as_held,
    as_json,
    case_row,
    due_row,
    event_row,
    talk_row,
    task_row,
)
from storage.outbox import put, put_held
from storage.tables import (
    When,
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
from storage.visit import Ready, Visit

STAFF = "staff"
DEADLOCK = "40P01"
_UNDONE = (outbox.c.key == bindparam("known")) & outbox.c.done_at.is_(None)
_FINISH = Ready(update(outbox).where(_UNDONE).values(done_at=bindparam("now", type_=When()), leased_until=None))
_CHANGE_TALK = Ready(update(talks).where(talks.c.chat == bindparam("known"), talks.c.version == bindparam("read")))
_CASE_AS_IT_IS = Ready(select(cases).where(cases.c.number == bindparam("number")).with_for_update())
_CHANGE_CASE = Ready(update(cases).where(cases.c.number == bindparam("known"), cases.c.version == bindparam("read")))
_HEARD_ON = insert(chats)
_KEEP_CHAT = Ready(
    _HEARD_ON.on_conflict_do_update(index_elements=["chat"], set_={"channel": _HEARD_ON.excluded.channel})
)
_ASKED_AGAIN = {"attempts": 0, "leased_until": None, "done_at": None, "error": None}
_PAY = insert(outbox).inline()
_ASK_FOR_MONEY = Ready(
    _PAY.on_conflict_do_update(index_elements=["key"], set_=_ASKED_AGAIN | {"due": _PAY.excluded.due})
)
_ADD = {table.name: Ready(insert(table).inline()) for table in (events, messages, wrong_tries, risk_steps)}
_PUT_NEW = {
    table.name: Ready(insert(table).inline().on_conflict_do_nothing())
    for table in (heard, talks, cases, bindings, evidence)
}


def save(database: Database, saving: Saving, held: Mapping[str, datetime]) -> AtHand:
    """What is said and told of the kinds in `held` is held until then by whoever saves, where nothing is before it."""
    try:
        return database.write_together(lambda visit: _Saved(visit, saving, held).write())
    except OperationalError as error:
        # Two that wait for each other on PostgreSQL: one of them is sent back to look again.
        if getattr(error.orig, "sqlstate", None) == DEADLOCK:
            raise Stale("deadlock") from error
        raise


class _Saved:
    """The rows of one saving. What can be refused comes first."""

    def __init__(self, visit: Visit, saving: Saving, held: Mapping[str, datetime]) -> None:
        self.visit = visit
        self.saving = saving
        self.held = held
        # Sentences of a visit that is no message (a payment's answer) still need keys of their own.
        self.message = saving.message_id or uuid4().hex

    def write(self) -> AtHand:
        self._hear()
        self._keep_chat()
        if self.saving.outcome.talk is not None:
            self._keep_talk(self.saving.outcome.talk)
        if self.saving.outcome.cases:
            before = self._keep_cases()
            keep_ledgers(self.visit, self.saving, before)
        self._add(events, [event_row(event) for event in self.saving.outcome.events])
        self._add(messages, list(self._record()))
        at_hand = self._send()
        self._keep_facts()
        return at_hand

    def _hear(self) -> None:
        if self.saving.finishes:
            done = [{"known": key, "now": self.saving.now} for key in self.saving.finishes]
            if self.visit.change(_FINISH, *done) != len(done):
                raise AlreadyHeard(self.saving.message_id)
        if self.saving.message_id is None:
            return
        mark = {"chat": self.saving.chat, "message_id": self.saving.message_id, "at": self.saving.now}
        if not self._put_new(heard, mark):
            raise AlreadyHeard(self.saving.message_id)

    def _keep_chat(self) -> None:
        """A customer is answered where they wrote last."""
        channel = self.saving.channel
        if channel and channel != self.saving.known_channel:
            new = {"chat": self.saving.chat, "channel": channel, "since": self.saving.now}
            self.visit.change(_KEEP_CHAT, new)

    def _keep_talk(self, talk: Talk) -> None:
        values = talk_row(talk)
        known = {"known": talk.chat, "read": talk.version}
        if not (self.visit.change(_CHANGE_TALK, values | known) if talk.version else self._put_new(talks, values)):
            raise Stale(f"the talk of {talk.chat}")

    def _keep_cases(self) -> dict[str, Any]:
        """Writes the cases; returns their rows as they were."""
        now, changed = self.saving.now, self.saving.outcome.cases
        before = {}
        for number in sorted({case.number for case in changed}):
            if row := self.visit.row(_CASE_AS_IT_IS, number=number):
                before[number] = row
        for case in changed:
            row = before.get(case.number)
            if (row.version if row else 0) != case.version:
                raise Stale(f"case {case.number}")
            values, known = case_row(case, now), {"known": case.number, "read": case.version}
            new = values | {"opened_at": now}
            if not (self.visit.change(_CHANGE_CASE, values | known) if row else self._put_new(cases, new)):
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
        return self._line(line) | made_of | {"files": as_json(said.files)}

    def _sentences(self, kind: str, sentences: Iterable[Rendered]) -> Iterator[tuple[str, Rendered]]:
        for n, sentence in enumerate(sentences):
            yield f"{kind}:{self._chat_in_key()}:{self.message}:{n}", sentence

    def _chat_in_key(self) -> str:
        """A colon in the name of a chat must not make two visits look like one."""
        return self.saving.chat.replace("%", "%25").replace(":", "%3A")

    def _send(self) -> AtHand:
        """What is to be carried out. A key that was there before is not carried out again, but for a payment's."""
        now, outcome = self.saving.now, self.saving.outcome
        lanes: dict[tuple[str, str], list[Due]] = {}
        for key, said in self._sentences("say", self.saving.said):
            chat = said.to or self.saving.chat
            channel = (self.saving.channel or self.saving.known_channel) if chat == self.saving.chat else None
            due = Due(key, "say", said, chat, channel, lane=f"say:{chat}")
            lanes.setdefault(("say", f"say:{chat}"), []).append(due)
        for key, told in self._sentences("tell", self.saving.told):
            lane = f"tell:{told.case or told.about}"
            lanes.setdefault(("tell", lane), []).append(Due(key, "tell", told, STAFF, lane=lane))
        at_hand = self._lanes(lanes)
        rows = [task_row("wake", wake.key, wake, wake.chat, wake.at) for wake in outcome.wakes]
        if self.saving.read is not None:
            key, chat = f"read:{self._chat_in_key()}:{self.message}", self.saving.chat
            rows.append(task_row("read", key, self.saving.read, chat, now, lane=f"read:{chat}"))
        put(self.visit, rows)
        for pay in outcome.pays:
            self.visit.change(_ASK_FOR_MONEY, task_row("pay", f"pay:{pay.case}", pay, self.saving.chat, now))
        return at_hand

    def _lanes(self, lanes: Mapping[tuple[str, str], list[Due]]) -> AtHand:
        """Puts down what is said and told; returns what of it is held by whoever saves."""
        held, behind = [], []
        for (kind, lane), found in lanes.items():
            rows = [due_row(due, self.saving.now, urgent=self.saving.urgent) for due in found]
            until = self.held.get(kind) if kind != "say" or found[0].channel else None
            if until is None:
                put(self.visit, rows)
            elif put_held(self.visit, rows[0], until):
                put(self.visit, [row | as_held(until) for row in rows[1:]])
                held.append(tuple(found))
            else:
                put(self.visit, rows[1:])
                behind.append((kind, lane))
        return AtHand(tuple(held), tuple(behind))

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

    def _add(self, table: Table, rows: list[dict[str, Any]]) -> None:
        self.visit.change(_ADD[table.name], *rows)

    def _put_new(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Whether it was new."""
        return self.visit.change(_PUT_NEW[table.name], values) == 1
