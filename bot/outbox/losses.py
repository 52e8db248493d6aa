"""What was lost, counted by what it was and why."""

from __future__ import annotations

import threading
from collections import Counter
from enum import StrEnum


class Loss(StrEnum):
    """Why something is not kept."""

    DROPPED = "dropped"  # the oldest of a full outbox, for a newer one
    REFUSED = "refused"  # can never be written, and was moved aside
    UNWRITABLE = "unwritable"  # neither the database nor the outbox took it
    OVER_BUDGET = "over_budget"  # enough records of this day


class Losses:
    """Counts losses by kind and reason; may be used from several threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, Loss]] = Counter()

    def count(self, kind: str, loss: Loss, number: int = 1) -> None:
        """Count what was lost of a kind."""
        with self._lock:
            self._counts[kind, loss] += number

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how much was lost so far, by kind and reason."""
        with self._lock:
            return {(kind, str(loss)): number for (kind, loss), number in self._counts.items()}
