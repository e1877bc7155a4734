"""Read-only questions: what a customer's page shows, and the desk's queue, talks, record and figures."""

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, true
from sqlalchemy.sql.expression import nulls_last

from flows.model import LAST, Case, CaseState, RiskStep
from nlp.codes import Reason
from storage.engine import Database
from storage.nouns import case_noun
from storage.tables import cases, chats, events, messages, risk_steps, talks

PAGE = 50
DOUBTFUL = '"doubts":[{'
"""How a case's row says that one of its pictures was used before or may have been touched up."""
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of a chat's record, as it was heard, said or noted."""

    id: int
    at: datetime
    who: str  # customer, bot, agent:NAME, system
    text: str
    files: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    pressed: str | None = None
    case: str | None = None
    internal: bool = False
    message_id: str | None = None  # of what a customer wrote: the id that their channel gave it
    kind: str = "text"  # or what it is that cannot be shown: sticker, voice ...
    key: str | None = None  # of the catalogue, where the text came from there


@dataclass(frozen=True, slots=True)
class TalkRow:
    """A conversation that belongs to a person, or waits for one."""

    chat: str
    channel: str
    owner: str
    case: str | None
    heard_at: datetime | None
    last_words: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How the desk stands."""

    overdue: int = 0
    due_soon: int = 0  # within a day
    handed_in: int = 0  # in the last seven days
    approved: int = 0
    refused: int = 0
    paid_back: int = 0  # cents


class View(StrEnum):
    """The ways to look at the queue."""

    OPEN = "open"
    MINE = "mine"
    APPEALS = "appeals"
    WAITING = "waiting"
    ALL = "all"


DECIDING = (CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.APPEALED)
CARRYING_OUT = (CaseState.ACCEPTED, CaseState.APPROVED, CaseState.PAYING, CaseState.PAYOUT_FAILED)
WITH_CUSTOMER = (CaseState.AWAITING_CUSTOMER, CaseState.OFFERED)


class Search:
    """Asks, and changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- the record of a chat

    def said(self, chat: str, after: int = 0) -> tuple[Logged, ...]:
        """What a customer may see of their own talk, from a line on; as many as fit into one answer."""
        return self._lines(and_(messages.c.chat == chat, messages.c.id > after, messages.c.internal.is_(False)))

    def transcript(self, chat: str, most: int = 500) -> tuple[Logged, ...]:
        """The newest lines of a talk with all that is for staff eyes only, the oldest of them first."""
        newest = select(messages).where(messages.c.chat == chat).order_by(messages.c.id.desc()).limit(most)
        with self._database.read() as connection:
            return tuple(_logged(row) for row in reversed(connection.execute(newest).all()))

    def has_file(self, chat: str, file: str) -> bool:
        """Whether this customer handed in that file. With its quotes, no part of a name in the list is taken for it."""
        named = messages.c.files.contains(f'"{file}"', autoescape=True)
        with self._database.read() as connection:
            return connection.scalar(select(messages.c.id).where(messages.c.chat == chat, named).limit(1)) is not None

    def _lines(self, which: ColumnElement[bool]) -> tuple[Logged, ...]:
        asked = select(messages).where(which).order_by(messages.c.id).limit(CHUNK)
        with self._database.read() as connection:
            return tuple(_logged(row) for row in connection.execute(asked))

    # ---- the queue

    def queue(self, view: View, agent: str, page: int = 0) -> tuple[Case, ...]:
        """Cases of a view, what is due first at the top, of the same day those with doubtful pictures first.

        Their events are left out.
        """
        order: tuple[Any, ...] = (
            nulls_last(cases.c.due_at.asc()),
            case((cases.c.body.contains(DOUBTFUL, autoescape=True), 0), else_=1),
            nulls_last(cases.c.until.asc()),
            cases.c.opened_at,
            cases.c.number,
        )
        if view is View.ALL:
            order = (cases.c.opened_at.desc(), cases.c.number.desc())
        asked = select(cases).where(_of_view(view, agent)).order_by(*order).limit(PAGE).offset(page * PAGE)
        with self._database.read() as connection:
            return tuple(case_noun(row, ()) for row in connection.execute(asked))

    def counts(self, agent: str) -> dict[View, int]:
        sums = [
            func.coalesce(func.sum(case((_of_view(view, agent), 1), else_=0)), 0).label(view.value) for view in View
        ]
        with self._database.read() as connection:
            row = connection.execute(select(*sums)).one()
        return {view: int(getattr(row, view.value)) for view in View}

    def find(self, text: str) -> tuple[Case, ...]:
        """Cases by their number or by their order's number, written out."""
        wanted = text.strip().upper()
        asked = select(cases).where(or_(cases.c.number == wanted, func.upper(cases.c.order_no) == wanted))
        with self._database.read() as connection:
            return tuple(
                case_noun(row, ()) for row in connection.execute(asked.order_by(cases.c.opened_at.desc()).limit(PAGE))
            )

    def talks(self) -> tuple[TalkRow, ...]:
        """Talks that wait for a person, the longest wait first, and then those that a person has."""
        theirs = select(messages.c.text).where(messages.c.chat == talks.c.chat, messages.c.who == "customer")
        words = theirs.order_by(messages.c.id.desc()).limit(1).correlate(talks).scalar_subquery()
        asked = (
            select(talks, chats.c.channel, words.label("last_words"))
            .outerjoin(chats, chats.c.chat == talks.c.chat)
            .where(talks.c.owner != "bot")
            .order_by(talks.c.owner != "agent:", talks.c.heard_at)
            .limit(CHUNK)
        )
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
        return tuple(
            TalkRow(row.chat, row.channel or "", row.owner, row.case_no, row.heard_at, row.last_words or "")
            for row in rows
        )

    def waiting(self) -> int:
        """How many talks wait for a person."""
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).where(talks.c.owner == "agent:")) or 0

    def risk_steps(self, customer: str) -> tuple[tuple[datetime, RiskStep], ...]:
        """How a customer came onto the high-risk list and off it, the latest first."""
        asked = select(risk_steps).where(risk_steps.c.customer == customer).order_by(risk_steps.c.id.desc())
        with self._database.read() as connection:
            return tuple(
                (row.at, RiskStep(row.customer, row.restricted, row.by, row.why)) for row in connection.execute(asked)
            )

    # ---- the whole

    def figures(self, now: datetime) -> Figures:
        week, soon = now - timedelta(days=7), now + timedelta(days=1)
        deciding = cases.c.state.in_([state.value for state in DECIDING])
        with self._database.read() as connection:
            standing = connection.execute(
                select(
                    _count(and_(deciding, cases.c.due_at < now)).label("overdue"),
                    _count(and_(deciding, cases.c.due_at >= now, cases.c.due_at <= soon)).label("due_soon"),
                )
            ).one()
            steps = connection.execute(
                select(
                    events.c.target,
                    func.count(events.c.case_no.distinct()).label("cases"),
                    func.sum(cases.c.cash).label("cash"),
                )
                .outerjoin(cases, cases.c.number == events.c.case_no)
                .where(events.c.at >= week, events.c.source != events.c.target)
                .group_by(events.c.target)
            ).all()
        reached = {row.target: row for row in steps}

        def cases_in(*states: CaseState) -> int:
            return sum(reached[state.value].cases for state in states if state.value in reached)

        paid = reached.get(CaseState.REFUNDED.value)
        return Figures(
            int(standing.overdue), int(standing.due_soon), cases_in(CaseState.SUBMITTED),
            cases_in(CaseState.APPROVED), cases_in(CaseState.REJECTED), int(paid.cash or 0) if paid else 0,
        )  # fmt: skip

    def corrected(self) -> tuple[tuple[str, Reason], ...]:
        """What customers said in the cases whose reason staff corrected, with the reason as it stands."""
        touched = select(events.c.case_no).where(events.c.step == "correct_reason")
        with self._database.read() as connection:
            found = connection.execute(select(cases).where(cases.c.number.in_(touched)).order_by(cases.c.number)).all()
        return tuple((case.words, case.reason) for case in (case_noun(row, ()) for row in found) if case.words)

    def newest(self) -> Hashable:
        """Differs as soon as anything was said, noted or stepped anywhere."""
        with self._database.read() as connection:
            return tuple(connection.scalar(select(func.max(table.c.id))) for table in (messages, events, risk_steps))

    def mark(self, chat: str, number: str | None) -> Hashable:
        """Differs as soon as anything of this talk or this case did."""
        with self._database.read() as connection:
            return (
                connection.scalar(select(func.max(messages.c.id)).where(messages.c.chat == chat)),
                connection.scalar(select(talks.c.version).where(talks.c.chat == chat)),
                connection.scalar(select(func.max(risk_steps.c.id)).where(risk_steps.c.customer == chat)),
                connection.scalar(select(cases.c.version).where(cases.c.number == number)) if number else None,
            )


def _of_view(view: View, agent: str) -> ColumnElement[bool]:
    def among(states: Sequence[CaseState]) -> ColumnElement[bool]:
        return cases.c.state.in_([state.value for state in states])

    appealed = and_(
        cases.c.state == CaseState.IN_REVIEW.value, cases.c.body.contains('"appealed":true', autoescape=True)
    )
    wheres: dict[View, ColumnElement[bool]] = {
        View.OPEN: among((*DECIDING, *CARRYING_OUT)),
        View.MINE: and_(cases.c.reviewer == agent, ~among((*LAST, CaseState.REJECTED))),
        View.APPEALS: or_(cases.c.state == CaseState.APPEALED.value, appealed),
        View.WAITING: among(WITH_CUSTOMER),
        View.ALL: true(),
    }
    return wheres[view]


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0)


def _logged(row: Row[Any]) -> Logged:
    sign = f"hear:{row.chat}:"
    came_as = row.sent_as.removeprefix(sign) if row.sent_as and row.sent_as.startswith(sign) else None
    return Logged(
        row.id, row.at, row.who, row.text, tuple(json.loads(row.files)),
        tuple((button[0], button[1]) for button in json.loads(row.buttons)),
        row.pressed, row.case_no, row.internal, came_as, row.kind, row.text_key,
    )  # fmt: skip
