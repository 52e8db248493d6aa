"""What comes with an API key: origins and limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add columns; the keys there are name no origin, and have the usual limits."""
    for name, kind, usual in (
        ("origins", sa.Text, "[]"),
        ("per_key_per_minute", sa.Integer, "600"),
        ("per_address_per_minute", sa.Integer, "30"),
    ):
        op.add_column("api_keys", sa.Column(name, kind, nullable=False, server_default=usual))
