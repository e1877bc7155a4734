"""What was seen in pictures: their lines, how they look, and signs that they were touched up."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "readings",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("print", sa.Text(), nullable=False),
        sa.Column("traces", sa.Text(), nullable=False),
        sa.Column("preview", sa.Text()),
        sa.PrimaryKeyConstraint("file"),
    )
    op.create_index("ix_readings_at", "readings", ["at"])
