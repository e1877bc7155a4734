"""The rules that ever ran, kept whole by version."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "rule_books",
        sa.Column("version", sa.String(40), primary_key=True),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
    )
