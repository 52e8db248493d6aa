"""The tables as they are now, and the one form of time; ``migrations`` tells how they came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

Clock = Callable[[], datetime]  # the time in UTC
AHEAD = timedelta(minutes=5)  # what is of later than so long from now was written by a wrong clock


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def as_utc(kept: datetime) -> datetime:
    """Return a time as it comes from a database; SQLite keeps no zone, and all are UTC."""
    return kept.replace(tzinfo=UTC) if kept.tzinfo is None else kept.astimezone(UTC)


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
    Column("probability", Float),  # that its best citation answers; none where nobody told
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
    Column("key", String(200)),  # digest of one of the asker's program: the same is kept once
    Column("given_at", DateTime(timezone=True), nullable=False),  # UTC
    Column("voter", String(64)),  # told by ``Voters``; none where nobody can be
    UniqueConstraint("answer_id", "key", name="feedback_once"),
    Index("feedback_by_voter", "answer_id", "voter", unique=True),
)

gaps = Table(  # those that somebody marked
    "gaps",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),  # UTC
)

gap_questions = Table(
    "gap_questions",
    metadata,
    Column("id", ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("gap_id", String(64), nullable=False),  # the first answer's, even if that is gone
    Column("near", Text, nullable=False),  # JSON: ids of clauses
    Column("agreements", Text, nullable=False, server_default="[]"),  # JSON: ids; none for all
    Index("questions_by_gap", "gap_id"),
)

people = Table(
    "people",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("folded", String(200), nullable=False, unique=True),  # the name that nobody shares
    Column("role", String(16), nullable=False),
    Column("password", Text, nullable=False),  # argon2id, with its salt and parameters
    Column("is_disabled", Boolean, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),  # UTC
    Column("totp_secret", Text),  # sealed, see ``Seal``; of an app that may not have proved itself
    Column("totp_since", DateTime(timezone=True)),  # when it did; none: a password is enough
    Column("totp_step", BigInteger),  # the last that was taken; none before it is good
    Column("recovery_codes", Text, nullable=False, server_default="[]"),  # JSON: SHA-256 of each
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token", String(64), nullable=False, unique=True),  # SHA-256
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("address", Text, nullable=False),  # where it was begun
    Column("begun_at", DateTime(timezone=True), nullable=False),  # UTC, as all below
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("secret", String(64), nullable=False, unique=True),  # SHA-256
    Column("name", String(64), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("person_id", ForeignKey("people.id"), index=True),  # none: nobody's
    Column("origins", Text, nullable=False),  # JSON; those of a widget's key
    Column("per_key_per_minute", Integer, nullable=False),
    Column("per_address_per_minute", Integer, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("subject", String(64), primary_key=True),  # SHA-256 of a name or an address
    Column("failed", Integer, nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("blocked_until", DateTime(timezone=True), nullable=False),
    Index("failures_by_time", "last_at"),
)

# Triggers refuse to change it, and to delete what ``trail_pruning`` does not say.
audit_log = Table(
    "trail",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("who", Text, nullable=False),
    Column("person_id", String(64), nullable=False),  # empty for none
    Column("action", String(32), nullable=False),
    Column("subject", Text, nullable=False),  # id of what it was done to
    Column("detail", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("digest", String(64), nullable=False, server_default=""),  # SHA-256
    Index("trail_by_time", "at"),
)

trail_pruning = Table(  # holds a row only inside the transaction that prunes, which tells it first
    "trail_pruning",
    metadata,
    Column("until", DateTime(timezone=True), primary_key=True),
)
replies = Table(
    "replies",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),  # steps in its history
    Column("reply", Text, nullable=False),  # JSON, as in the file
    Column("owner", String(64), nullable=False, server_default=""),  # a person's id; none: nobody's
    Index("replies_by_revision", "id", "revision"),  # what changed is told without the texts
)
