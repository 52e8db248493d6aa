"""What an asker says of an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.records.record import Record, digest_of

VERDICTS = ("helpful", "unhelpful")
MAX_KEY = 200  # characters
REASONS = ("wrong_clause", "incomplete", "not_answered", "other")


@dataclass(frozen=True, slots=True)
class Feedback:
    """One verdict on one answer.

    Attributes:
        answer_id: Of the answer.
        verdict: ``helpful`` or ``unhelpful``.
        reason: One of ``REASONS``, or None.
        note: In the asker's words; may be empty.
        surface: Where it was given.
        site: Of the site that it was given on; empty for our own.
        key: Chosen by the asker's program: the same key for the same answer is kept once. At
            most ``MAX_KEY`` printable ASCII characters; empty where it has none. What is kept is
            a digest of it, see ``digest_key``.
        voter: Who gives it, as far as ``Voters`` tells it without telling who it is: the same voter
            has one verdict on an answer. Empty for nobody who can be told.
    """

    answer_id: str
    verdict: str
    reason: str | None = None
    note: str = ""
    surface: str = ""
    site: str = ""
    key: str = ""
    voter: str = ""

    def __post_init__(self) -> None:
        """Refuse what no feedback may be."""
        if self.verdict not in VERDICTS:
            raise ValueError(f"the verdict is {self.verdict!r}; it is one of {VERDICTS}")
        if self.reason is not None and self.reason not in REASONS:
            raise ValueError(f"the reason is {self.reason!r}; it is one of {REASONS}")
        if len(self.key) > MAX_KEY or not self.key.isascii() or not self.key.isprintable():
            raise ValueError(f"the key is none of at most {MAX_KEY} printable ASCII characters")


@dataclass(frozen=True, slots=True)
class Given:
    """Feedback as it was given.

    Attributes:
        feedback_id: Its id.
        given_at: In UTC.
        feedback: What was said.
        record: Of the answer that it is about.
    """

    feedback_id: str
    given_at: datetime
    feedback: Feedback
    record: Record


_DIGEST = "sha256:"
_IS_DIGEST = re.compile(_DIGEST + r"[0-9a-f]{64}")


def digest_key(answer_id: str, key: str) -> str:
    """Return the key of feedback as it is kept: a program may have put a person's address into it.

    The digest is of the answer too, so that nothing tells whose keys of two answers are the same.
    Of what is a digest already it is that digest, empty of an empty key.
    """
    if not key or _IS_DIGEST.fullmatch(key):
        return key
    return _DIGEST + digest_of(f"{answer_id}\n{key}")
