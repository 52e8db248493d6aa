"""What a person proves themselves with beside a password, if they turned that on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns; nobody has turned it on."""
    op.add_column("people", sa.Column("totp_secret", sa.Text))
    op.add_column("people", sa.Column("totp_since", sa.DateTime(timezone=True)))
    op.add_column("people", sa.Column("totp_step", sa.BigInteger))
    codes = sa.Column("recovery_codes", sa.Text, nullable=False, server_default="[]")
    op.add_column("people", codes)
