"""Words that look the same to a person in, one way of writing them out."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, exists, select, update

from bot.storage.tables import answers, feedback, gap_questions, gaps, replies
from bot.storage.transactions import Transactions


def match_key(text: str) -> str:
    """Return text as it is compared with other text, to find what somebody wrote.

    Composed and decomposed letters, full and half width, upper and lower case are the same; any
    white space is one blank; characters that print nothing go. Empty for text without a word.
    """
    printing = "".join(
        char for char in text if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf")
    )
    cased = unicodedata.normalize("NFKC", printing).casefold()
    return " ".join(unicodedata.normalize("NFKC", cased).split())


_AT_ONCE = 500  # answers, so that nobody waits long


@dataclass(frozen=True, slots=True)
class Matches:
    """What is to be erased.

    Attributes:
        answers: Ids of answers; their feedback goes with them.
        feedback: Ids of feedback.
        gaps: Ids of gaps, of which the note goes alone.
        replies: Ids of approved replies; their history goes with them.
    """

    answers: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()


def find_words(transactions: Transactions, words: str) -> Matches:
    """Return where askers, and those who look after the gaps, wrote these words.

    The words are not empty; what looks the same is the same, see ``match_key``. Approved replies
    are not among it: they are the company's own text, in use, and whether one goes is for a person
    to say; see ``find_replies``.
    """
    asked = transactions.rows(select(answers.c.id, answers.c.record))
    noted = transactions.rows(select(feedback.c.id, feedback.c.note))
    marked = transactions.rows(select(gaps.c.id, gaps.c.note))
    wanted = match_key(words)
    return Matches(
        tuple(row.id for row in asked if any(wanted in text for text in _asked(row.record))),
        tuple(row.id for row in noted if wanted in match_key(row.note)),
        tuple(row.id for row in marked if wanted in match_key(row.note)),
    )


def find_replies(transactions: Transactions, words: str) -> list[str]:
    """Return the ids of the approved replies that hold words, or held them at some time."""
    wanted = match_key(words)
    kept = transactions.rows(select(replies.c.id, replies.c.reply).order_by(replies.c.id))
    return [row.id for row in kept if any(wanted in text for text in _texts(row.reply))]


def erase(transactions: Transactions, matches: Matches) -> int:
    """Delete what matches beyond recovery, with what hangs on it.

    Returns:
        How many rows were deleted or blanked, feedback on the answers not counted.

    Raises:
        StorageError: Another program is reading what is to be overwritten; the rows are
            deleted all the same.
    """
    deleted = transactions.delete(feedback, matches.feedback)
    deleted += transactions.delete(answers, matches.answers)
    deleted += transactions.delete(replies, matches.replies)
    with transactions.writing() as connection:
        for gap_id in matches.gaps:
            blank = update(gaps).where(gaps.c.id == gap_id).values(note="")
            deleted += connection.execute(blank).rowcount
    _forget_marks(transactions)
    transactions.overwrite()
    return deleted


def prune(transactions: Transactions, before: datetime) -> int:
    """Delete the answers that were asked before a time, with their feedback, beyond recovery.

    Returns:
        How many answers were deleted.

    Raises:
        StorageError: Another program is reading what is to be overwritten; the rows are
            deleted all the same.
    """
    old = select(answers.c.id).where(answers.c.asked_at < before.astimezone(UTC))
    deleted = 0
    while found := [row.id for row in transactions.rows(old.limit(_AT_ONCE))]:
        deleted += transactions.delete(answers, found)
    _forget_marks(transactions)
    transactions.overwrite()
    return deleted


def _forget_marks(transactions: Transactions) -> None:
    """Delete what was made of gaps of which no question is left."""
    is_left = exists().where(gap_questions.c.gap_id == gaps.c.id)
    with transactions.writing() as connection:
        connection.execute(delete(gaps).where(~is_left))


def _asked(record: str) -> list[str]:
    """Return what a person wrote, folded, of a record that need not be whole."""
    try:
        row = json.loads(record)
        return [match_key(text) for text in (row["question"], *row["history"])]
    except (ValueError, KeyError, TypeError):
        return [match_key(record)]


def _texts(line: str) -> Iterator[str]:
    """Yield every text in the JSON of a row, folded; all of it where it is none."""
    try:
        yield from _parts(json.loads(line))
    except ValueError:
        yield match_key(line)


def _parts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield match_key(value)
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _parts(part)
