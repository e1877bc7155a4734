"""`talk`: a whole messenger on standard input and output, one JSON object a line, every answer closed by a `done`."""

import json
import os
import stat
import sys
import uuid
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, TextIO

import structlog

from bot.channels import STAFF, Incoming, Outgoing, Upload
from bot.fields import BadField, code, instant, name_of, short_name
from bot.handle import STAFF_ACTIONS, House, NotAllowed, StaffAction
from bot.json_lines import BadLine, Json, error, lines, parsed
from bot.record import case_json, event_json, iso
from flows.model import Case, Remedy, Role
from nlp.codes import Reason
from storage.outbox import HAPPENS, IS_SAID
from storage.store import Store

NAME = "stdio"
log = structlog.get_logger()


class Clock:
    """The time of the conversation: the machine's, or one that stands still until it is moved."""

    def __init__(self, stands_at: datetime | None = None) -> None:
        self.stands_at = stands_at

    def now(self) -> datetime:
        return self.stands_at or datetime.now(UTC)


class Paper:
    """A channel that prints at once: what it was given is out of the process, whoever kills that a moment later."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.out: TextIO = sys.stdout

    def send(self, message: Outgoing) -> None:
        put(self.out, _notice(message) if self.name == STAFF else _reply(message))


class LineTalk:
    """Deals with one line after the other. When its `done` is printed, the line and all that was due is on disk."""

    def __init__(
        self, house: House, store: Store, run_due: Callable[[datetime, Collection[str]], int],
        said: Paper, told: Paper, clock: Clock, longest_file: int,
    ) -> None:  # fmt: skip
        self._house, self._store, self._run_due = house, store, run_due
        self._said, self._told, self._clock = said, told, clock
        self._longest_file = longest_file
        self._last_event = store.last_event()

    def run(self, source: BinaryIO, out: TextIO) -> None:
        self._said.out = self._told.out = out
        for number, line in enumerate(lines(source), 1):
            for answer in self.answer(number, line):
                put(out, answer)

    def answer(self, number: int, line: bytes | None) -> list[Json]:
        """Says what is due to be said, and returns what is printed after it. None is a line that was too long."""
        shown, errors = [], []
        try:
            self._catch_up(self._clock.now())
            shown = self._take(parsed(line))
            self._catch_up(self._clock.now())
        except (BadLine, NotAllowed) as bad:
            errors = [error(number, bad.code, str(bad))]
        except BadField as bad:
            errors = [error(number, "bad_field", str(bad))]
        except Exception:
            # One line must not end the conversation of all others.
            log.exception("a line failed", line=number)
            errors = [error(number, "failed", "this line could not be dealt with; it may be sent again")]
        for kind in IS_SAID:
            self._run_due(self._clock.now(), (kind,))
        return [*self._events(), *shown, *errors, {"done": True}]

    # ---- what a line can be

    def _take(self, raw: Json) -> list[Json]:
        line_id = _line_id(raw) or uuid.uuid4().hex
        if "show" in raw:
            return self._show(raw)
        if "agent" in raw:
            self._house.decide(_action(raw, line_id), self._clock.now())
        elif "clock" in raw:
            self._move(instant(raw["clock"], "clock"))
        elif "customer" in raw:
            self._house.hear(self._incoming(raw, line_id), self._clock.now())
        else:
            raise BadLine("unknown_line", 'expected a line with "customer", "agent", "clock" or "show"')
        return []

    def _incoming(self, raw: Json, line_id: str) -> Incoming:
        if not any(key in raw for key in ("text", "press", "file", "start")):
            raise BadLine("unknown_line", 'customer: expected "text", "press", "file" or "start"')
        file = _words(raw, "file")
        return Incoming(
            channel=NAME,
            chat=_customer(raw),
            message_id=f"line:{line_id}",
            text=_words(raw, "text") or _words(raw, "caption") or "",
            files=(_upload(file, self._longest_file),) if file is not None else (),
            button=_words(raw, "press"),
            payload=_words(raw, "start"),
        )

    def _move(self, to: datetime) -> None:
        if to < self._clock.now():
            raise BadLine("clock_backwards", f"clock: expected {iso(self._clock.now())} or later; time only goes on")
        self._catch_up(to)
        self._clock.stands_at = to

    def _show(self, raw: Json) -> list[Json]:
        if raw["show"] == "cases":
            return [self._shown(case) for case in self._store.recall(_customer(raw)).cases]
        if raw["show"] != "case":
            raise BadLine("bad_field", 'show: expected "case" or "cases"')
        case = self._store.case(name_of(raw, "case"))
        if case is None:
            raise BadLine("unknown_case", "case: there is no case of this number")
        return [self._shown(case)]

    # ---- time

    def _catch_up(self, to: datetime) -> None:
        """Everything that is due up to then happens in the order of time, each thing at its own moment.

        What is said of it is printed afterwards, in the order of the protocol.
        """
        at = self._clock.stands_at or to
        while (due := self._store.outbox.next_due(HAPPENS)) is not None and due <= to:
            waited, at = due <= at, max(at, due)
            if not self._run_due(at, HAPPENS) and waited:
                break
        self._run_due(to, HAPPENS)

    # ---- what is printed

    def _events(self) -> list[Json]:
        news = self._store.events_since(self._last_event)
        self._last_event = news[-1][0] if news else self._last_event
        return [{"event": event_json(event)} for _, event in news]

    def _shown(self, case: Case) -> Json:
        return {"case": case_json(case, self._store.recall(case.customer).talk.owner)}


def put(out: TextIO, answer: Json) -> None:
    out.write(json.dumps(answer, ensure_ascii=False) + "\n")
    out.flush()


def _reply(said: Outgoing) -> Json:
    return {
        "to": said.chat,
        "text": said.text,
        "buttons": [{"id": button, "label": label} for button, label in said.buttons],
        "asks": said.asks,
        "expects": list(said.expects),
        "case": said.case,
    }


def _notice(told: Outgoing) -> Json:
    return {"to": STAFF, "text": told.text, "case": told.case}


def _line_id(raw: Json) -> str | None:
    given = raw.get("id")
    if given is not None and (isinstance(given, bool) or not isinstance(given, str | int)):
        raise BadField("id", "a text or a whole number")
    return None if given is None else short_name({"id": str(given)}, "id")


def _customer(raw: Json) -> str:
    chat = short_name(raw, "customer")
    if chat == STAFF:
        raise BadLine("bad_field", f"customer: {STAFF} is the name of those who work here")
    return chat


def _words(raw: Json, name: str) -> str | None:
    value = raw.get(name)
    if value is not None and not isinstance(value, str):
        raise BadField(name, "text in quotes")
    # Half characters, as a program may cut them, are no text that can be kept.
    return None if value is None else value.encode("utf-8", "replace").decode()


def _action(raw: Json, line_id: str) -> StaffAction:
    do = name_of(raw, "do")
    if do not in STAFF_ACTIONS:
        raise BadField("do", f"one of {', '.join(STAFF_ACTIONS)}")
    role = code(raw, "role", Role) or Role.AGENT
    if role not in (Role.AGENT, Role.SUPERVISOR):
        raise BadField("role", "agent or supervisor")
    return StaffAction(
        agent=short_name(raw, "agent"),
        role=role,
        case=name_of(raw, "case"),
        do=do,
        text=_words(raw, "text") or "",
        offer=code(raw, "offer", Remedy),
        reason=code(raw, "reason", Reason),
        action_id=line_id,
    )


def _upload(path: str, longest: int) -> Upload:
    """The file as it lies there, up to one byte more than is taken. What cannot be read is said so to the customer."""
    name = os.path.basename(path)
    try:
        if stat.S_ISREG(os.stat(path).st_mode):
            with Path(path).open("rb") as file:
                return Upload(name, file.read(longest + 1))
    except (OSError, ValueError):
        pass
    return Upload(name, problem="evidence.unreadable")
