"""Whose an approved reply is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a column; the replies there are belong to nobody."""
    owner = sa.Column("owner", sa.String(64), nullable=False, server_default="")
    op.add_column("replies", owner)
