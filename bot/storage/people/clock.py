"""The time, which tests may set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]  # the time in UTC
AHEAD = timedelta(minutes=5)  # what is of later than so long from now was written by a wrong clock


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def as_utc(kept: datetime) -> datetime:
    """Return a time as it comes from a database; SQLite keeps no zone, and all are UTC."""
    return kept.replace(tzinfo=UTC) if kept.tzinfo is None else kept.astimezone(UTC)
