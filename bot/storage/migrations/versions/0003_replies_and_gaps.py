"""Approved replies, the list of gaps, and how sure an answer was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create three tables, and a column that is empty for the answers there are."""
    op.add_column("answers", sa.Column("probability", sa.Float))
    op.create_table(
        "replies",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
    )
    op.create_table(
        "gaps",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "gap_questions",
        sa.Column(
            "id",
            sa.String(64),
            sa.ForeignKey("answers.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("gap_id", sa.String(64), nullable=False),
        sa.Column("near", sa.Text, nullable=False),
    )
    op.create_index("questions_by_gap", "gap_questions", ["gap_id"])
