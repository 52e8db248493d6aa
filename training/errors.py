"""What can go wrong while a model is made."""

from __future__ import annotations


class TrainingError(Exception):
    """Training cannot go on; the message says what to mend."""
