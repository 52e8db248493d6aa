"""The tables as they are now; ``migrations`` tells how they came to be."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

answers = Table(
    "answers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("record", Text, nullable=False),  # JSON, with its digest
    Column("digest", String(64), nullable=False),
    Column("surface", String(16), nullable=False),
    Column("site", Text, nullable=False),  # empty for our own
    Column("asked_at", DateTime(timezone=True), nullable=False),  # UTC
    Column("language", String(8), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reason", String(16)),
    Column("question", Text, nullable=False),
    Index("answers_by_time", "asked_at"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE"), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reason", String(16)),
    Column("note", Text, nullable=False),
    Column("surface", String(16), nullable=False),
    Column("site", Text, nullable=False),
    Column("key", String(200)),  # of the asker's program, so that the same is kept once
    Column("given_at", DateTime(timezone=True), nullable=False),  # UTC
    UniqueConstraint("answer_id", "key", name="feedback_once"),
)
