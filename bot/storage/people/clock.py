"""The time, which tests may set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]  # the time in UTC


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def as_utc(kept: datetime) -> datetime:
    """Return a time as it comes from a database; SQLite keeps no zone, and all are UTC."""
    return kept.replace(tzinfo=UTC) if kept.tzinfo is None else kept.astimezone(UTC)
