"""Which agreements the questions of a gap are about."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ANSWERS = sa.table("answers", sa.column("id"), sa.column("record"))
_QUESTIONS = sa.table("gap_questions", sa.column("id"), sa.column("agreements"))


def upgrade() -> None:
    """Add a column; a question that is in a group is about what was chosen, if anything was."""
    about = sa.Column("agreements", sa.Text, nullable=False, server_default="[]")
    op.add_column("gap_questions", about)
    connection = op.get_bind()
    grouped = sa.select(_QUESTIONS.c.id, _ANSWERS.c.record).where(_QUESTIONS.c.id == _ANSWERS.c.id)
    for row in connection.execute(grouped).all():
        chosen = json.loads(row.record).get("chosen")
        if chosen is not None:
            is_it = _QUESTIONS.c.id == row.id
            values = {"agreements": json.dumps([chosen])}
            connection.execute(sa.update(_QUESTIONS).where(is_it).values(values))
