"""The first schema: chats and their record, cases and their events, the outbox, orders, staff."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

CODE = sa.String(40)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

REFUSE = "SELECT RAISE(ABORT, 'events are only ever added')"
SQLITE_TRIGGERS = (
    f"CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN {REFUSE}; END",
    f"CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN {REFUSE}; END",
    "CREATE TRIGGER events_once BEFORE INSERT ON events"
    f" WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) BEGIN {REFUSE}; END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION events_are_only_added() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'events are only ever added'; END $$",
    "CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events"
    " FOR EACH ROW EXECUTE FUNCTION events_are_only_added()",
    "CREATE TRIGGER events_remain BEFORE TRUNCATE ON events"
    " FOR EACH STATEMENT EXECUTE FUNCTION events_are_only_added()",
)


def upgrade() -> None:
    _chats()
    _cases()
    _outbox()
    _orders()
    _people()
    triggers = SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_TRIGGERS
    for statement in triggers:
        op.execute(statement)


def _where(index: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(index, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("chat", sa.Text(), primary_key=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "heard",
        sa.Column("chat", sa.Text(), primary_key=True),
        sa.Column("message_id", sa.Text(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "talks",
        sa.Column("chat", sa.Text(), primary_key=True),
        sa.Column("state", CODE, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("case_no", CODE),
        sa.Column("heard_at", sa.BigInteger()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    _where("ix_talks_with_people", "talks", ["owner"], "owner != 'bot'")
    op.create_table(
        "messages",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("case_no", CODE),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", sa.Text()),
        sa.Column("text_values", sa.Text()),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("buttons", sa.Text(), nullable=False),
        sa.Column("pressed", sa.Text()),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("sent_as", sa.Text()),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_case", "messages", ["case_no", "id"])
    op.create_index("ix_messages_chat", "messages", ["chat", "id"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("number", CODE, primary_key=True),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("reason", CODE, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cash", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("reviewer", sa.Text()),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("until", sa.BigInteger()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("ix_cases_customer", "cases", ["customer", "opened_at"])
    op.create_index("ix_cases_order", "cases", ["order_no"])
    op.create_index("ix_cases_queue", "cases", ["state", "due_at"])
    op.create_index("ix_cases_opened", "cases", ["opened_at"])
    op.create_table(
        "events",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("case_no", CODE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("step", CODE, nullable=False),
        sa.Column("source", CODE, nullable=False),
        sa.Column("target", CODE, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_case", "events", ["case_no", "id"])
    op.create_index("ix_events_at", "events", ["at"])
    op.create_table(
        "ledgers",
        sa.Column("order_no", sa.Text(), primary_key=True),
        sa.Column("bought", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("open_case", CODE),
        sa.Column("open_customer", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("granted >= 0 AND granted <= bought", name="never_more_than_bought"),
    )
    op.create_table(
        "sequences",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.Integer(), nullable=False),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("chat", sa.Text()),
        sa.Column("case_no", CODE),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.BigInteger()),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sqlite_autoincrement=True,
    )
    _where("ix_outbox_done", "outbox", ["done_at"], "done_at IS NOT NULL")
    _where("ix_outbox_due", "outbox", ["due"], "done_at IS NULL")
    _where("ix_outbox_unsaid", "outbox", ["chat", "id"], "done_at IS NULL AND kind = 'say'")


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("number", sa.Text(), primary_key=True),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("coupon", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("points_value", sa.BigInteger(), nullable=False),
        sa.Column("amount_paid", sa.BigInteger(), nullable=False),
        sa.Column("paid_with", sa.Text(), nullable=False),
        sa.Column("trade_no", sa.Text()),
        sa.Column("status", CODE, nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column("promised_at", sa.BigInteger()),
        sa.Column("delivered_at", sa.BigInteger()),
        sa.Column("service_started_at", sa.BigInteger()),
        sa.Column("buyer", sa.Text()),
        sa.Column("contact", sa.Text()),
        sa.Column("query_password", sa.Text()),
    )
    op.create_index("ix_orders_plain", "orders", ["plain"])
    op.create_index("ix_orders_buyer", "orders", ["buyer", "ordered_at"])
    op.create_table(
        "bindings",
        sa.Column("chat", sa.Text(), primary_key=True),
        sa.Column("order_no", sa.Text(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wrong_tries",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_wrong_tries_order", "wrong_tries", ["order_no", "at"])
    op.create_table(
        "evidence",
        sa.Column("file", sa.Text(), primary_key=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("first_chat", sa.Text(), nullable=False),
    )


def _people() -> None:
    op.create_table(
        "staff",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("role", CODE, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "risk_steps",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_risk_steps_customer", "risk_steps", ["customer", "id"])
