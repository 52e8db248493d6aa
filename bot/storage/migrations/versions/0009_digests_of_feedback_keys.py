"""The key of feedback is kept as a digest: a program may have put a person's address into it."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_FEEDBACK = sa.table("feedback", *map(sa.column, ("id", "answer_id", "key")))


def upgrade() -> None:
    """Replace the keys that stand as they were given."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(_FEEDBACK).where(_FEEDBACK.c.key.is_not(None))).all():
        digest = hashlib.sha256(f"{row.answer_id}\n{row.key}".encode()).hexdigest()
        changed = sa.update(_FEEDBACK).where(_FEEDBACK.c.id == row.id)
        connection.execute(changed.values(key=f"sha256:{digest}"))
