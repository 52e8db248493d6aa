"""Answers and feedback kept in a database.

SQLAlchemy Core, not its ORM: what is kept are frozen values and a handful of statements.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from bot.records.record import Record, seal_record, writable
from bot.storage.connection import parse_address
from bot.storage.erasure import Matches, erase, find_replies, find_words, prune
from bot.storage.feedback import Feedback, Given, digest_key
from bot.storage.storage_errors import ConflictError, StorageError, UnknownAnswerError
from bot.storage.stripping import strip_record, strip_text, verify_record
from bot.storage.tables import answers, feedback
from bot.storage.transactions import Transactions
from index.background import Worker

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
PATIENCE = 0.25  # seconds that others who write are waited for where something else can be done
_PROBE_LENGTH = 8192  # characters, more than most records have


def open_database(address: str, *, keep_words: bool = True, may_be_away: bool = False) -> Database:
    """Open a database, and bring its tables to what this program needs.

    Its address is ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/NAME``; empty for
    ``sqlite:///var/clausebot.db``. Without ``keep_words`` questions and notes are written empty.
    One that ``may_be_away`` may be locked, full or not reached now; see ``Opener``.

    Raises:
        StorageError: It cannot be opened or written, is damaged, or of a newer program.
    """
    transactions = Transactions(parse_address(address), may_be_away=may_be_away)
    return Database(transactions, keep_words=keep_words)


class Database:
    """Keeps answers and feedback; may be used from several threads at once.

    Every method raises StorageError when the database cannot be read or written.

    Attributes:
        transactions: Reading and writing in it, for what else is kept there.
        keeps_words: Whether questions and notes are kept; without it they are written empty.
    """

    def __init__(self, transactions: Transactions, *, keep_words: bool = True) -> None:
        self.transactions = transactions
        self.keeps_words = keep_words

    @property
    def place(self) -> str:
        """Where it is, without a password."""
        return self.transactions.place

    def strip_answer(self, record: Record) -> Record:
        """Return a record as it is kept, what tells who asked masked."""
        return strip_record(record, keep_words=self.keeps_words)

    def keep_answer(
        self,
        record: Record,
        *,
        surface: str,
        site: str = "",
        probability: float | None = None,
        patience: float | None = None,
    ) -> None:
        """Keep the record of an answer, what tells who asked masked, with a digest of its own.

        No asker waits for the disk: a power cut may lose the last ones in a file of SQLite. The
        same record kept twice is kept once. The site is empty for our own; the probability is that
        the best citation answers, 0..1, None where there is none; for ``patience`` see
        ``Transactions.writing``.

        Raises:
            ConflictError: There is another answer of that id.
        """
        kept = self.strip_answer(record)
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
        try:
            with self.transactions.writing(may_be_lost=True, patience=patience) as connection:
                connection.execute(insert(answers), row)
        except ConflictError:
            if not self._has_kept(kept.answer_id, digest):
                raise

    def _has_kept(self, answer_id: str, digest: str) -> bool:
        query = select(answers.c.id).where(answers.c.id == answer_id, answers.c.digest == digest)
        with self.transactions.reading() as connection:
            return connection.execute(query).one_or_none() is not None

    def count_answers(self, since: datetime) -> int:
        """Return how many answers were asked since a time, which has its zone."""
        query = select(func.count()).where(answers.c.asked_at >= since.astimezone(UTC))
        with self.transactions.reading() as connection:
            return connection.execute(query).scalar_one()

    def answer(self, answer_id: str) -> Record | None:
        """Return the record of an answer; None if there is none, or none any more.

        Raises:
            StorageError: It was changed in the database.
        """
        if not _ID.fullmatch(answer_id):
            return None
        query = select(answers.c.record, answers.c.digest).where(answers.c.id == answer_id)
        with self.transactions.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else verify_record(answer_id, row.record, row.digest)

    def strip_feedback(self, given: Feedback) -> Feedback:
        """Return feedback as it is kept, its note masked or empty, its key as a digest.

        Raises:
            UnknownAnswerError: No answer can have that id.
        """
        if not _ID.fullmatch(given.answer_id):
            raise _unknown(given)
        note = strip_text(given.note, keep_words=self.keeps_words)
        return replace(given, note=note, key=digest_key(given.answer_id, given.key))

    def keep_feedback(
        self, given: Feedback, *, feedback_id: str = "", given_at: datetime | None = None
    ) -> str:
        """Keep feedback, its note masked, and return its id.

        Of the same voter, and under the same key, an answer has one verdict: the word that was
        given last stands, whichever is written last. The caller may choose the id, so that keeping
        twice keeps it once; empty for none.

        Raises:
            UnknownAnswerError: There is no such answer, or none any more.
        """
        stripped = self.strip_feedback(given)
        row = asdict(stripped) | {
            "id": feedback_id or secrets.token_urlsafe(16),
            "key": stripped.key or None,
            "voter": stripped.voter or None,
            "given_at": given_at or datetime.now(UTC),
        }
        try:
            with self.transactions.writing() as connection:
                connection.execute(insert(feedback), row)
        except ConflictError:
            known = self._known_feedback(row)
            if known is None:
                raise _unknown(given) from None
            return known
        return str(row["id"])

    def _known_feedback(self, row: Mapping[str, object]) -> str | None:
        """Return the id of what is kept as the same feedback, the later word of both in it."""
        is_mine = [feedback.c.id == row["id"]]
        is_of_answer = feedback.c.answer_id == row["answer_id"]
        for column in (feedback.c.key, feedback.c.voter):
            if row[column.name] is not None:
                is_mine.append(is_of_answer & (column == row[column.name]))
        words = {name: row[name] for name in ("verdict", "reason", "note", "given_at")}
        with self.transactions.writing() as connection:
            for is_same in is_mine:  # one row is changed, though a key and a voter may name two
                known = select(feedback.c.id).where(is_same)
                found: str | None = connection.execute(known).scalar()
                if found is not None:
                    is_older = feedback.c.given_at < row["given_at"]
                    later = update(feedback).where(feedback.c.id == found, is_older)
                    connection.execute(later.values(words))
                    return found
        return None

    def check(self, *, patience: float | None = None) -> None:
        """Make sure that the database can be read and written; nothing stays written.

        What is written is committed, and as long as a record is: only then does a full disk show.
        """
        probe = _probe()
        with self.transactions.writing(may_be_lost=True, patience=patience) as connection:
            connection.execute(insert(answers), probe)
            connection.execute(delete(answers).where(answers.c.id == probe["id"]))

    def holds(self, answer_id: str) -> bool:
        """Return whether there is an answer of that id, be its record whole or not."""
        query = select(answers.c.id).where(answers.c.id == writable(answer_id))
        with self.transactions.reading() as connection:
            return connection.execute(query).one_or_none() is not None

    def verify(self) -> Iterator[str]:
        """Yield for every answer what is wrong with its record, or nothing."""
        for row in self.transactions.rows(select(answers)):
            try:
                verify_record(row.id, row.record, row.digest)
            except StorageError as error:
                yield str(error)
            else:
                yield ""

    def given(self) -> Iterator[Given]:
        """Yield all feedback, oldest first, with what it was given on."""
        query = select(feedback, answers.c.record, answers.c.digest).join(answers)
        for row in self.transactions.rows(query.order_by(feedback.c.given_at, feedback.c.id)):
            yield Given(
                row.id,
                row.given_at.replace(tzinfo=UTC) if self.transactions.is_file else row.given_at,
                read_feedback(row),
                verify_record(row.answer_id, row.record, row.digest),
            )

    def find(self, words: str) -> Matches:
        """Return where people wrote these words; see ``erasure.find_words``."""
        return find_words(self.transactions, words)

    def replies_holding(self, words: str) -> list[str]:
        """Return the ids of the approved replies that hold words, or held them at some time."""
        return find_replies(self.transactions, words)

    def erase(self, matches: Matches) -> int:
        """Delete what matches beyond recovery; see ``erasure.erase``."""
        return erase(self.transactions, matches)

    def prune(self, before: datetime) -> int:
        """Delete the answers that were asked before a time; see ``erasure.prune``."""
        return prune(self.transactions, before)

    def close(self) -> None:
        """Give back every connection."""
        self.transactions.close()


def read_feedback(row: Row[Any]) -> Feedback:
    """Return what a row of feedback says."""
    texts = (row.note, row.surface, row.site, row.key or "", row.voter or "")
    return Feedback(row.answer_id, row.verdict, row.reason, *texts)


def _unknown(given: Feedback) -> UnknownAnswerError:
    return UnknownAnswerError(f"there is no answer {given.answer_id!r}, or none any more.")


def _probe() -> dict[str, object]:
    """Return an answer that is written and taken back, to see that it can be."""
    texts = dict.fromkeys(("record", "digest", "surface", "site", "language", "outcome"), "")
    texts["record"] = " " * _PROBE_LENGTH
    return texts | {"id": secrets.token_urlsafe(16), "question": "", "asked_at": datetime.now(UTC)}


logger = logging.getLogger(__name__)
SECONDS = 5.0  # from try to try


class Opener:
    """Opens a database in a thread that ends with that, or with the program."""

    def __init__(self, database: Database, then: Callable[[], None]) -> None:
        """Open a database that is away, and then do what could not be done without it.

        ``then`` is called once it was opened late; never where it was open from the beginning.
        """
        self._transactions = database.transactions
        self._then = then
        self._worker = Worker("opening")

    def start(self, seconds: float = SECONDS) -> None:
        """Try every so many seconds, unless it is open."""
        if not self._transactions.is_open:
            logger.error(
                "%s The program runs without it: answers are given but not kept, feedback and "
                "replies wait in the spool, nobody can sign in. It is tried again every %g s.",
                self._transactions.trouble,
                seconds,
            )
            self._worker.repeat(self._try, seconds)

    def stop(self) -> None:
        """Try no more; a try under way comes to its end first."""
        self._worker.stop()

    def _try(self) -> None:
        said = self._transactions.trouble
        try:
            self._transactions.open()
            logger.warning("%s: is open now", self._transactions.place)
            self._then()
        except StorageError as error:
            if str(error) != said:
                logger.error("still without a database: %s", error)  # noqa: TRY400
        finally:
            if self._transactions.is_open:
                self._worker.stop()
