"""One verdict a voter and answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add a column; of the feedback there is, nobody knows the voter."""
    op.add_column("feedback", sa.Column("voter", sa.String(64)))
    op.create_index("feedback_by_voter", "feedback", ["answer_id", "voter"], unique=True)
