"""Lanes and urgency in the outbox, staff on Telegram, topics of the staff's group, the pace, and leases.

A program of before may go on beside: it finds what it knows, and what it leaves out has a default.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.String(40)
LANES = """UPDATE outbox SET lane = CASE kind
    WHEN 'say' THEN 'say:' || chat
    WHEN 'tell' THEN 'tell:' || COALESCE(case_no, '') END"""


def upgrade() -> None:
    _outbox()
    with op.batch_alter_table("staff", recreate="auto") as staff:
        staff.add_column(sa.Column("telegram", sa.BigInteger()))
    op.create_index("ix_staff_telegram", "staff", ["telegram"], unique=True)
    _group()
    _pace()
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )


def _outbox() -> None:
    for index in ("ix_outbox_unsaid", "ix_outbox_due", "ix_outbox_done"):
        op.drop_index(index, "outbox")
    with op.batch_alter_table("outbox", recreate="auto", table_kwargs={"sqlite_autoincrement": True}) as outbox:
        outbox.add_column(sa.Column("lane", sa.Text()))
        outbox.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(LANES)
    _where("ix_outbox_due", ["due"], "done_at IS NULL")
    _where("ix_outbox_lanes", ["lane", "id"], "done_at IS NULL AND lane IS NOT NULL")
    _where("ix_outbox_done", ["done_at"], "done_at IS NOT NULL")


def _where(index: str, columns: list[str], condition: str) -> None:
    op.create_index(index, "outbox", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def _group() -> None:
    op.create_table(
        "topics",
        sa.Column("about", sa.Text(), primary_key=True),
        sa.Column("thread", sa.BigInteger(), nullable=False),
        sa.Column("card", sa.BigInteger()),
        sa.Column("shown", sa.Text()),
    )
    op.create_index("ix_topics_thread", "topics", ["thread"])
    op.create_table(
        "topic_files",
        sa.Column("about", sa.Text(), primary_key=True),
        sa.Column("file", sa.Text(), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "prompts",
        sa.Column("message", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("case_no", CODE, nullable=False),
        sa.Column("step", CODE, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )


def _pace() -> None:
    op.create_table(
        "sendings",
        sa.Column("id", SERIAL, primary_key=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_sendings_sender", "sendings", ["sender", "at"])
    op.create_index("ix_sendings_chat", "sendings", ["sender", "chat", "at"])
