"""What pictures are found again by, so that a new one is not held against all: also of those that are there already."""

import json

import sqlalchemy as sa
from alembic import op

from flows.reuse import traits
from nlp.pictured import Line

revision = "0006"
down_revision = "0005"

AT_ONCE = 500


def upgrade() -> None:
    likenesses = op.create_table(
        "likenesses",
        sa.Column("trait", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("trait", "at", "file"),
    )
    connection, last = op.get_bind(), ""
    asked = sa.text("SELECT file, at, lines, print FROM readings WHERE file > :last ORDER BY file LIMIT :n")
    while seen := connection.execute(asked, {"last": last, "n": AT_ONCE}).all():
        last = seen[-1].file
        shown = ((one, trait) for one in seen for trait in traits(one.print, _lines(one.lines)))
        op.bulk_insert(likenesses, [{"trait": trait, "at": one.at, "file": one.file} for one, trait in shown])


def _lines(told: str) -> list[Line]:
    return [Line(one["text"], (*one["box"],), one["sure"]) for one in json.loads(told)]
