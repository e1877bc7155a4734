"""One transaction a visit: that messages were heard, talks, cases, events, the record and the outbox together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from msgspec.structs import asdict
from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

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
    as_json,
    case_row,
    due_row,
    event_row,
    talk_row,
    task_row,
)
from storage.outbox import FINISH, InLane, put_in_lanes
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
from storage.visit import Ready, Visit

Row = dict[str, Any]
STAFF = "staff"
DEADLOCK = "40P01"
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


def save(database: Database, savings: Sequence[Saving], held: Mapping[str, datetime]) -> AtHand:
    """All of them or none; they are of as many chats.

    What is said and told of the kinds in `held` is held until then by whoever saves, where nothing is before it.
    """
    try:
        return database.write_together(lambda visit: _Writing(visit, savings, held).write())
    except OperationalError as error:
        # Two that wait for each other on PostgreSQL: one of them is sent back to look again.
        if getattr(error.orig, "sqlstate", None) == DEADLOCK:
            raise Stale("deadlock") from error
        raise


class _Writing:
    """The rows of several savings, table by table. What can be refused comes first."""

    def __init__(self, visit: Visit, savings: Sequence[Saving], held: Mapping[str, datetime]) -> None:
        self.visit = visit
        self.each = [_Saved(saving) for saving in savings]
        self.savings = savings
        self.held = held

    def write(self) -> AtHand:
        self._hear()
        self._keep_chats()
        self._keep_talks()
        for saving in self.savings:
            if saving.outcome.cases:
                before = self._keep_cases(saving)
                keep_ledgers(self.visit, saving, before)
        self._add(events, [event_row(event) for saving in self.savings for event in saving.outcome.events])
        self._add(messages, [line for saved in self.each for line in saved.record()])
        at_hand = self._send()
        self._keep_facts()
        return at_hand

    def _hear(self) -> None:
        done = [key for saving in self.savings for key in saving.finishes]
        now = max(saving.now for saving in self.savings)
        if done and self.visit.change(FINISH, {"keys": done, "now": now}) != len(done):
            raise AlreadyHeard(*self._messages())
        marks = [
            {"chat": saving.chat, "message_id": saving.message_id, "at": saving.now}
            for saving in self.savings
            if saving.message_id is not None
        ]
        if self._put_new(heard, marks) != len(marks):
            raise AlreadyHeard(*self._messages())

    def _messages(self) -> list[str | None]:
        return [saving.message_id for saving in self.savings]

    def _keep_chats(self) -> None:
        """A customer is answered where they wrote last."""
        moved = [saving for saving in self.savings if saving.channel and saving.channel != saving.known_channel]
        self.visit.change(
            _KEEP_CHAT, *({"chat": one.chat, "channel": one.channel, "since": one.now} for one in moved)
        )

    def _keep_talks(self) -> None:
        changed = [saving.outcome.talk for saving in self.savings if saving.outcome.talk is not None]
        new = [talk_row(talk) for talk in changed if not talk.version]
        known = [talk_row(talk) | {"known": talk.chat, "read": talk.version} for talk in changed if talk.version]
        if self._put_new(talks, new) != len(new) or self.visit.change(_CHANGE_TALK, *known) != len(known):
            raise Stale(f"the talk of {', '.join(talk.chat for talk in changed)}")

    def _keep_cases(self, saving: Saving) -> dict[str, Any]:
        """Writes the cases; returns their rows as they were."""
        now, changed = saving.now, saving.outcome.cases
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
            if not (self.visit.change(_CHANGE_CASE, values | known) if row else self._put_new(cases, [new])):
                raise Stale(f"case {case.number}")
        return before

    def _send(self) -> AtHand:
        """What is to be carried out. A key that was there before is not carried out again, but for a payment's."""
        lanes: dict[tuple[str, str], InLane] = {}
        for saved in self.each:
            for due in saved.dues():
                until, has_way = self.held.get(due.kind), due.kind != "say" or due.channel
                lane = lanes.setdefault((due.kind, due.lane or ""), InLane(due.kind, due.lane or "", until))
                lane.add(due, due_row(due, saved.saving.now, urgent=saved.saving.urgent), waits=not has_way)
        at_hand = put_in_lanes(self.visit, lanes.values(), [row for saved in self.each for row in saved.tasks()])
        for saving in self.savings:
            for pay in saving.outcome.pays:
                self.visit.change(_ASK_FOR_MONEY, task_row("pay", f"pay:{pay.case}", pay, saving.chat, saving.now))
        return at_hand

    def _keep_facts(self) -> None:
        bound, tried, steps, seen = [], [], [], []
        for saving in self.savings:
            chat, now, outcome = saving.chat, saving.now, saving.outcome
            bound += [{"chat": chat, "order_no": number, "at": now} for number in outcome.bind]
            tried += [{"order_no": number, "chat": chat, "at": now} for number in outcome.wrong_tries]
            steps += [asdict(outcome.risk) | {"at": now}] if outcome.risk is not None else []
            seen += [
                {"file": piece.file, "size": piece.size, "type": piece.type, "first_seen": now, "first_chat": chat}
                for piece in saving.pieces
            ]
        self._put_new(bindings, bound)
        self._add(wrong_tries, tried)
        self._add(risk_steps, steps)
        self._put_new(evidence, seen)

    def _add(self, table: Table, rows: Sequence[Row]) -> None:
        self.visit.change(_ADD[table.name], *rows)

    def _put_new(self, table: Table, rows: Sequence[Row]) -> int:
        """How many of them were new."""
        return self.visit.change(_PUT_NEW[table.name], *rows)


class _Saved:
    """One saving as rows, and the keys under which its sentences go."""

    def __init__(self, saving: Saving) -> None:
        self.saving = saving
        # Sentences of a visit that is no message (a payment's answer) still need keys of their own.
        self.message = saving.message_id or uuid4().hex
        # A colon in the name of a chat must not make two visits look like one.
        self._chat_in_key = saving.chat.replace("%", "%25").replace(":", "%3A")

    def record(self) -> Iterator[Row]:
        """Everything that was heard, noted and said in this visit, in that order."""
        if self.saving.incoming is not None:
            yield self._line(self.saving.incoming) | {"sent_as": f"hear:{self.saving.chat}:{self.message}"}
        for note in self.saving.outcome.notes:
            yield self._line(Line(note.by, note.text, case=note.case, kind="note", internal=True))
        for key, said in self._sentences("say", self.saving.said):
            yield self._sentence(key, said, who=said.who, internal=False)
        for key, told in self._sentences("tell", self.saving.told):
            yield self._sentence(key, told, who="system", internal=True)

    def dues(self) -> Iterator[Due]:
        """What is said and told."""
        for key, said in self._sentences("say", self.saving.said):
            chat = said.to or self.saving.chat
            channel = (self.saving.channel or self.saving.known_channel) if chat == self.saving.chat else None
            yield Due(key, "say", said, chat, channel, lane=f"say:{chat}")
        for key, told in self._sentences("tell", self.saving.told):
            yield Due(key, "tell", told, STAFF, lane=f"tell:{told.case or told.about}")

    def tasks(self) -> Iterator[Row]:
        """What is to be looked at later."""
        for wake in self.saving.outcome.wakes:
            yield task_row("wake", wake.key, wake, wake.chat, wake.at)
        if self.saving.read is not None:
            key, chat = f"read:{self._chat_in_key}:{self.message}", self.saving.chat
            yield task_row("read", key, self.saving.read, chat, self.saving.now, lane=f"read:{chat}")

    def _line(self, line: Line) -> Row:
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

    def _sentence(self, key: str, said: Rendered, *, who: str, internal: bool) -> Row:
        line = Line(who, said.text, said.files, case=said.case, internal=internal)
        made_of = {"text_key": said.key, "text_values": said.values, "buttons": as_json(said.buttons), "sent_as": key}
        return self._line(line) | made_of | {"files": as_json(said.files)}

    def _sentences(self, kind: str, sentences: Iterable[Rendered]) -> Iterator[tuple[str, Rendered]]:
        for n, sentence in enumerate(sentences):
            yield f"{kind}:{self._chat_in_key}:{self.message}:{n}", sentence
