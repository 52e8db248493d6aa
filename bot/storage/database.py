"""Answers and feedback kept in a database.

SQLAlchemy Core, not its ORM: what is kept are frozen values and a handful of statements.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from bot.record import Record, seal_record, writable
from bot.storage.connection import parse_address
from bot.storage.errors import ConflictError, StorageError, UnknownAnswerError
from bot.storage.feedback import Feedback, Given
from bot.storage.kept import strip_record, strip_text, verify_record
from bot.storage.tables import answers, feedback
from bot.storage.transactions import Transactions

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PRUNED_AT_ONCE = 500  # answers, so that nobody waits long


@dataclass(frozen=True, slots=True)
class Matches:
    """What is to be erased.

    Attributes:
        answers: Ids of answers; their feedback goes with them.
        feedback: Ids of feedback.
    """

    answers: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()


def open_database(address: str, *, keep_words: bool = True) -> Database:
    """Open a database, and bring its tables to what this program needs.

    Args:
        address: ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/NAME``; empty for
            ``sqlite:///var/clausebot.db``.
        keep_words: Whether questions and notes are kept; without it they are written empty.

    Raises:
        StorageError: It cannot be opened or written, is damaged, or of a newer program.
    """
    return Database(Transactions(parse_address(address)), keep_words=keep_words)


class Database:
    """Keeps answers and feedback; may be used from several threads at once.

    Every method raises StorageError when the database cannot be read or written.
    """

    def __init__(self, transactions: Transactions, *, keep_words: bool = True) -> None:
        """See ``open_database``."""
        self._transactions = transactions
        self._keep_words = keep_words

    @property
    def place(self) -> str:
        """Where it is, without a password."""
        return self._transactions.place

    @property
    def transactions(self) -> Transactions:
        """Reading and writing in it, for what else is kept there."""
        return self._transactions

    def keep_answer(
        self, record: Record, *, surface: str, site: str = "", probability: float | None = None
    ) -> None:
        """Keep the record of an answer, what tells who asked masked.

        Args:
            record: Of the answer; what is kept of it has a digest of its own.
            surface: Where it was asked.
            site: Of the site that it was asked on; empty for our own.
            probability: That the best citation answers, 0..1; None where there is none.

        Raises:
            ConflictError: There is an answer of that id.
        """
        kept = strip_record(record, keep_words=self._keep_words)
        sealed, digest = seal_record(kept)
        row = {
            "id": kept.answer_id,
            "record": sealed,
            "digest": digest,
            "surface": surface,
            "site": site,
            "asked_at": kept.asked_at,
            "language": kept.language,
            "outcome": kept.outcome,
            "reason": kept.reason,
            "question": kept.question,
            "probability": probability,
        }
        with self._transactions.writing() as connection:
            connection.execute(insert(answers), row)

    def answer(self, answer_id: str) -> Record | None:
        """Return the record of an answer; None if there is none, or none any more.

        Raises:
            StorageError: It was changed in the database.
        """
        if not _ID.fullmatch(answer_id):
            return None
        query = select(answers.c.record, answers.c.digest).where(answers.c.id == answer_id)
        with self._transactions.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else verify_record(answer_id, row.record, row.digest)

    def keep_feedback(self, given: Feedback) -> str:
        """Keep feedback, its note masked, and return its id.

        The same key for the same answer is kept once: a later word replaces the one before.

        Raises:
            UnknownAnswerError: There is no such answer, or none any more.
        """
        row = {
            "id": secrets.token_urlsafe(16),
            "answer_id": given.answer_id,
            "verdict": given.verdict,
            "reason": given.reason,
            "note": strip_text(given.note, keep_words=self._keep_words),
            "surface": given.surface,
            "site": given.site,
            "key": given.key or None,
            "given_at": datetime.now(UTC),
        }
        try:
            if _ID.fullmatch(given.answer_id):
                with self._transactions.writing() as connection:
                    connection.execute(insert(feedback), row)
                return str(row["id"])
        except ConflictError:
            known = self._replace_feedback(row)
            if known is not None:
                return known
        raise UnknownAnswerError(f"there is no answer {given.answer_id!r}, or none any more.")

    def _replace_feedback(self, row: Mapping[str, object]) -> str | None:
        """Write over what is kept under the same key for the same answer; return its id."""
        same = (feedback.c.answer_id == row["answer_id"]) & (feedback.c.key == row["key"])
        words = {name: row[name] for name in ("verdict", "reason", "note", "given_at")}
        with self._transactions.writing() as connection:
            connection.execute(update(feedback).where(same).values(words))
            found: str | None = connection.execute(select(feedback.c.id).where(same)).scalar()
        return found

    def check(self) -> None:
        """Make sure that the database can be read and written; nothing stays written."""
        with self._transactions.writing() as connection:
            connection.execute(insert(answers), _probe())
            connection.rollback()

    def holds(self, answer_id: str) -> bool:
        """Return whether there is an answer of that id, be its record whole or not."""
        query = select(answers.c.id).where(answers.c.id == writable(answer_id))
        with self._transactions.reading() as connection:
            return connection.execute(query).one_or_none() is not None

    def verify(self) -> Iterator[str]:
        """Yield for every answer what is wrong with its record, or nothing."""
        for row in self._transactions.rows(select(answers)):
            try:
                verify_record(row.id, row.record, row.digest)
            except StorageError as error:
                yield str(error)
            else:
                yield ""

    def given(self) -> Iterator[Given]:
        """Yield all feedback, oldest first, with what it was given on."""
        query = select(feedback, answers.c.record, answers.c.digest).join(answers)
        for row in self._transactions.rows(query.order_by(feedback.c.given_at, feedback.c.id)):
            yield Given(
                row.id,
                row.given_at.replace(tzinfo=UTC) if self._transactions.is_file else row.given_at,
                Feedback(
                    row.answer_id,
                    row.verdict,
                    row.reason,
                    row.note,
                    row.surface,
                    row.site,
                    row.key or "",
                ),
                verify_record(row.answer_id, row.record, row.digest),
            )

    def find(self, words: str) -> Matches:
        """Return the answers and the feedback in which a person wrote these words.

        Args:
            words: Not empty; upper and lower case are the same.
        """
        wanted = words.casefold()
        asked = self._transactions.rows(select(answers.c.id, answers.c.record))
        noted = self._transactions.rows(select(feedback.c.id, feedback.c.note))
        return Matches(
            tuple(row.id for row in asked if wanted in _asked(row.record).casefold()),
            tuple(row.id for row in noted if wanted in row.note.casefold()),
        )

    def erase(self, matches: Matches) -> int:
        """Delete answers, with their feedback, and other feedback, beyond recovery.

        Returns:
            How many rows were deleted, feedback on the answers not counted.

        Raises:
            StorageError: Another program is reading what is to be overwritten; the rows are
                deleted all the same.
        """
        deleted = self._transactions.delete(feedback, matches.feedback)
        deleted += self._transactions.delete(answers, matches.answers)
        self._transactions.overwrite()
        return deleted

    def prune(self, before: datetime) -> int:
        """Delete the answers that were asked before a time, with their feedback, beyond recovery.

        Returns:
            How many answers were deleted.

        Raises:
            StorageError: Another program is reading what is to be overwritten; the rows are
                deleted all the same.
        """
        old = select(answers.c.id).where(answers.c.asked_at < before.astimezone(UTC))
        deleted = 0
        while found := [row.id for row in self._transactions.rows(old.limit(_PRUNED_AT_ONCE))]:
            deleted += self._transactions.delete(answers, found)
        self._transactions.overwrite()
        return deleted

    def close(self) -> None:
        """Give back every connection."""
        self._transactions.close()


def _asked(record: str) -> str:
    """Return what a person wrote, of a record that need not be whole."""
    row = json.loads(record)
    return "\n".join([row["question"], *row["history"]])


def _probe() -> dict[str, object]:
    """Return an answer that is written and taken back, to see that it can be."""
    texts = dict.fromkeys(("record", "digest", "surface", "site", "language", "outcome"), "")
    return texts | {"id": secrets.token_urlsafe(16), "question": "", "asked_at": datetime.now(UTC)}
