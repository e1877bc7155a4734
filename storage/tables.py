"""Rows as the database has them, and the triggers by which it keeps events append-only itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Computed,
    Connection,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    event,
    false,
    literal_column,
    true,
)

from flows.model import LAST, CaseState

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class When(TypeDecorator[datetime]):
    """A moment as whole microseconds since 1970: the same on every database, in order, with no zone to mistake."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value.isoformat()} says no zone")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Words(TypeDecorator[str]):
    """What people and shops write: PostgreSQL takes no NUL, and neither database half a surrogate pair."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else readable(value)


def readable(text: str) -> str:
    """A text as it is kept."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


# A number of its own for each row, in the order in which rows were written.
Serial = BigInteger().with_variant(Integer(), "sqlite")
Code = String(40)
# One of its pictures was used before or may have been touched up.
DOUBTFUL = """CASE WHEN replace(body, '"doubts":[{', '') = body THEN 0 ELSE 1 END"""
PLACE = f"COALESCE(due_at, until + 100000000000000000, 200000000000000000) - {DOUBTFUL}"
"""Moments are far below the first of these figures for three thousand years; of the same one, doubtful cases first."""

metadata = MetaData()

chats = Table(
    "chats",
    metadata,
    Column("chat", Words, primary_key=True),
    Column("channel", Words, nullable=False),
    Column("since", When, nullable=False),
)

heard = Table(
    "heard",
    metadata,
    Column("chat", Words, primary_key=True),
    Column("message_id", Words, primary_key=True),
    Column("at", When, nullable=False),
    sqlite_with_rowid=False,
)

talks = Table(
    "talks",
    metadata,
    Column("chat", Words, primary_key=True),
    Column("state", Code, nullable=False),
    Column("owner", Words, nullable=False),
    Column("case_no", Code),
    Column("heard_at", When),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)


def one_of(column: Column[str], *values: str) -> ColumnElement[bool]:
    """Written out: a database takes an index of some rows alone only where it sees that no other rows are meant."""
    return column.in_([literal_column(f"'{value}'") for value in values])


def index_of_some(name: str, which: ColumnElement[bool], *columns: ColumnElement[Any]) -> Index:
    return Index(name, *columns, sqlite_where=which, postgresql_where=which)


WAITS_FOR_A_PERSON = one_of(talks.c.owner, "agent:")
WITH_A_PERSON = ~one_of(talks.c.owner, "bot", "agent:")
index_of_some("ix_talks_waiting", WAITS_FOR_A_PERSON, talks.c.heard_at)
index_of_some("ix_talks_with_people", WITH_A_PERSON, talks.c.heard_at)

cases = Table(
    "cases",
    metadata,
    Column("number", Code, primary_key=True),
    Column("customer", Words, nullable=False),
    Column("order_no", Words, nullable=False),
    Column("reason", Code, nullable=False),
    Column("state", Code, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("cash", BigInteger, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("reviewer", Words),
    Column("opened_at", When, nullable=False),
    Column("changed_at", When, nullable=False),
    Column("due_at", When),
    Column("until", When),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("appealed", Boolean, nullable=False, server_default=false()),
    # Its place in the queue: by when it is due, after those by when the customer has to answer, after those the rest.
    Column("place", BigInteger, Computed(PLACE, persisted=True)),
    Column("order_upper", Words, Computed("upper(order_no)", persisted=True)),
    Index("ix_cases_customer", "customer", "opened_at"),
    Index("ix_cases_order", "order_no"),
    Index("ix_cases_order_upper", "order_upper"),
    Index("ix_cases_opened", "opened_at", "number"),
    Index("ix_cases_state", "state", "opened_at"),
)
_DECIDING = CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.APPEALED
_CARRYING_OUT = CaseState.ACCEPTED, CaseState.APPROVED, CaseState.PAYING, CaseState.PAYOUT_FAILED
DECIDING = one_of(cases.c.state, *_DECIDING)
OPEN = one_of(cases.c.state, *_DECIDING, *_CARRYING_OUT)
APPEALS = cases.c.appealed & one_of(cases.c.state, CaseState.APPEALED, CaseState.IN_REVIEW)
WITH_CUSTOMER = one_of(cases.c.state, CaseState.AWAITING_CUSTOMER, CaseState.OFFERED)
IN_HAND = ~one_of(cases.c.state, *sorted({*LAST, CaseState.REJECTED}))
QUEUE = cases.c.place, cases.c.opened_at, cases.c.number
index_of_some("ix_cases_deciding", DECIDING, cases.c.due_at)
index_of_some("ix_cases_open", OPEN, *QUEUE)
index_of_some("ix_cases_appeals", APPEALS, *QUEUE)
index_of_some("ix_cases_with_customer", WITH_CUSTOMER, *QUEUE)
index_of_some("ix_cases_in_hand", IN_HAND, cases.c.reviewer, *QUEUE)

events = Table(
    "events",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("case_no", Code, nullable=False),
    Column("at", When, nullable=False),
    Column("by", Words, nullable=False),
    Column("step", Code, nullable=False),
    Column("source", Code, nullable=False),
    Column("target", Code, nullable=False),
    Column("why", Words, nullable=False),
    Index("ix_events_case", "case_no", "id"),
    sqlite_autoincrement=True,
)
COUNTED = one_of(events.c.target, CaseState.SUBMITTED, CaseState.APPROVED, CaseState.REJECTED, CaseState.REFUNDED) & (
    events.c.source != events.c.target
)
CORRECTED = one_of(events.c.step, "correct_reason")
index_of_some("ix_events_counted", COUNTED, events.c.at, events.c.target, events.c.case_no)
index_of_some("ix_events_corrected", CORRECTED, events.c.case_no)

messages = Table(
    "messages",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("chat", Words, nullable=False),
    Column("case_no", Code),
    Column("at", When, nullable=False),
    Column("who", Words, nullable=False),  # customer, bot, agent:NAME, system
    Column("text", Words, nullable=False),
    Column("text_key", Words),  # of the catalogue, where the text came from there
    Column("text_values", Text),  # what it was filled with, as JSON
    Column("files", Text, nullable=False),  # a JSON list of names
    Column("buttons", Text, nullable=False),  # a JSON list of [id, label]
    Column("pressed", Words),  # the id of the button that the customer pressed
    Column("kind", Code, nullable=False),
    Column("internal", Boolean, nullable=False),  # for staff eyes only
    Column("sent_as", Words),  # its key in the outbox; of what came in, hear:CHAT:MESSAGE
    Index("ix_messages_chat", "chat", "id"),
    Index("ix_messages_case", "case_no", "id"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("kind", Code, nullable=False),  # say, tell, pay, wake, read, arrived
    Column("chat", Words),
    Column("case_no", Code),
    Column("due", When, nullable=False),
    Column("body", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("leased_until", When),
    Column("done_at", When),
    Column("error", Words),
    Column("lane", Words),  # rows of one lane are carried out one after the other
    Column("urgent", Boolean, nullable=False, server_default=true()),  # before what is routine
    sqlite_autoincrement=True,
)
_undone = outbox.c.done_at.is_(None)
_queues = _undone & outbox.c.lane.is_not(None)
Index("ix_outbox_due", outbox.c.due, sqlite_where=_undone, postgresql_where=_undone)
Index("ix_outbox_lanes", outbox.c.lane, outbox.c.id, sqlite_where=_queues, postgresql_where=_queues)
Index("ix_outbox_done", outbox.c.done_at, sqlite_where=~_undone, postgresql_where=~_undone)

bindings = Table(
    "bindings",
    metadata,
    Column("chat", Words, primary_key=True),
    Column("order_no", Words, primary_key=True),
    Column("at", When, nullable=False),
    sqlite_with_rowid=False,
)

wrong_tries = Table(
    "wrong_tries",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("order_no", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("at", When, nullable=False),
    Index("ix_wrong_tries_order", "order_no", "at"),
)

ledgers = Table(
    "ledgers",
    metadata,
    Column("order_no", Words, primary_key=True),
    Column("bought", Integer, nullable=False),
    Column("granted", Integer, nullable=False),
    Column("open_case", Code),
    Column("open_customer", Words),
    Column("version", Integer, nullable=False),
    CheckConstraint("granted >= 0 AND granted <= bought", name="never_more_than_bought"),
)

risk_steps = Table(
    "risk_steps",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("customer", Words, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("by", Words, nullable=False),
    Column("why", Words, nullable=False),
    Column("at", When, nullable=False),
    Index("ix_risk_steps_customer", "customer", "id"),
)

staff = Table(
    "staff",
    metadata,
    Column("name", Words, primary_key=True),
    Column("role", Code, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("since", When, nullable=False),
    Column("telegram", BigInteger),  # the Telegram user that this account is bound to
    Index("ix_staff_telegram", "telegram", unique=True),
)

topics = Table(
    "topics",
    metadata,
    Column("about", Words, primary_key=True),  # a case's number, or the chat of a talk that has none
    Column("thread", BigInteger, nullable=False),  # the topic of the staff's group
    Column("card", BigInteger),  # the message that shows the case
    Column("shown", Words),  # what that message shows, in short: it is edited only where that changed
    Index("ix_topics_thread", "thread"),
)

topic_files = Table(
    "topic_files",
    metadata,
    Column("about", Words, primary_key=True),
    Column("file", Words, primary_key=True),  # a picture that stands in the topic
    sqlite_with_rowid=False,
)

prompts = Table(
    "prompts",
    metadata,
    Column("message", BigInteger, primary_key=True, autoincrement=False),  # in the staff's group
    Column("case_no", Code, nullable=False),
    Column("step", Code, nullable=False),  # what the answer to it is the text of
    Column("at", When, nullable=False),
    sqlite_with_rowid=False,
)

sendings = Table(
    "sendings",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("sender", Words, nullable=False),
    Column("chat", Words, nullable=False),
    Column("at", When, nullable=False),
    Index("ix_sendings_sender", "sender", "at"),
    Index("ix_sendings_chat", "sender", "chat", "at"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),  # of what only one process does at a time
    Column("holder", Words, nullable=False),
    Column("until", When, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("number", Words, primary_key=True),  # in upper case, as it is looked for
    Column("plain", Words, nullable=False),  # of that, letters and digits alone
    Column("order_no", Words, nullable=False),  # as the shop writes it
    Column("product", Words, nullable=False),
    Column("kind", Code, nullable=False),
    Column("description", Words, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("coupon", BigInteger, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("points_value", BigInteger, nullable=False),
    Column("amount_paid", BigInteger, nullable=False),
    Column("paid_with", Words, nullable=False),
    Column("trade_no", Words),
    Column("status", Code, nullable=False),
    Column("ordered_at", When, nullable=False),
    Column("promised_at", When),
    Column("delivered_at", When),
    Column("service_started_at", When),
    Column("buyer", Words),
    Column("contact", Words),
    Column("query_password", Words),
    Index("ix_orders_plain", "plain"),
    Index("ix_orders_buyer", "buyer", "ordered_at"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("file", Words, primary_key=True),  # its content's hash, with an extension
    Column("size", BigInteger, nullable=False),
    Column("type", Words, nullable=False),
    Column("first_seen", When, nullable=False),
    Column("first_chat", Words, nullable=False),
)

rule_books = Table(
    "rule_books",
    metadata,
    Column("version", Code, primary_key=True),
    Column("texts", Words, nullable=False),  # a JSON list of the files as they were written
    Column("since", When, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("file", Words, primary_key=True),
    Column("at", When, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("lines", Text, nullable=False),  # as JSON: text, box, how surely it was read
    Column("print", Words, nullable=False),  # how it looks, to be compared
    Column("traces", Text, nullable=False),  # as JSON: signs that it was touched up
    Column("preview", Words),  # the file that browsers can show instead
    Index("ix_readings_at", "at"),
)

likenesses = Table(
    "likenesses",
    metadata,
    # What a picture is found again by (flows/reuse.py), in the order in which it is asked: the latest of a trait.
    Column("trait", Words, primary_key=True),
    Column("at", When, primary_key=True),
    Column("file", Words, primary_key=True),
)

sequences = Table(
    "sequences",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Integer, nullable=False),
)

REFUSE = "SELECT RAISE(ABORT, 'events are only ever added')"
# REPLACE deletes without firing a delete trigger on SQLite: hence the third one there.
APPEND_ONLY = {
    "sqlite": (
        f"CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN {REFUSE}; END",
        f"CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN {REFUSE}; END",
        "CREATE TRIGGER events_once BEFORE INSERT ON events"
        f" WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) BEGIN {REFUSE}; END",
    ),
    "postgresql": (
        "CREATE FUNCTION events_are_only_added() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'events are only ever added'; END $$",
        "CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events"
        " FOR EACH ROW EXECUTE FUNCTION events_are_only_added()",
        "CREATE TRIGGER events_remain BEFORE TRUNCATE ON events"
        " FOR EACH STATEMENT EXECUTE FUNCTION events_are_only_added()",
    ),
}


@event.listens_for(events, "after_create")
def _keep_events(target: Table, connection: Connection, **_: object) -> None:
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)
