"""The record after an answer: kept where the database takes it, and no asker waits where not."""

from __future__ import annotations

import logging
import secrets
import time
from datetime import UTC, datetime

from bot.answer import Answer, Reason
from bot.question import MAX_LENGTH
from bot.record import make_record
from bot.storage import Database, StorageError
from bot.web.metrics import Metrics
from index.search.clause_index import ClauseIndex

logger = logging.getLogger(__name__)
# A database that cannot be written makes answers wait until it says so, such as for a lock. Then
# it is left alone for so many times as long, so that most answers do not wait.
_PAUSES = 20
_KEPT_HISTORY = 20  # earlier questions written down with an answer


class Recorder:
    """Keeps records of answers; may be used from several threads at once."""

    def __init__(self, database: Database, metrics: Metrics) -> None:
        """Keep them in ``database``, and count in ``metrics`` whether they could be."""
        self._database = database
        self._metrics = metrics
        self._unkept_until = 0.0  # monotonic

    def keep(
        self,
        answer: Answer,
        index: ClauseIndex,
        agreement: str | None,
        history: tuple[str, ...],
        asked_on: tuple[str, str],
    ) -> str:
        """Keep the record of an answer; return its id, or nothing where it is not kept.

        Args:
            answer: The answer.
            index: That it is from.
            agreement: Id of the one that was chosen; None for all.
            history: Earlier questions of the same asker, oldest first.
            asked_on: Where it was asked, and the name of the site; empty for our own.
        """
        if answer.reason is Reason.INVALID:
            return ""
        began = time.monotonic()
        if began < self._unkept_until:
            self._metrics.count_record(kept=False)
            return ""
        answer_id = secrets.token_urlsafe(16)
        surface, site = asked_on
        try:
            record = make_record(
                answer,
                index,
                answer_id=answer_id,
                asked_at=datetime.now(UTC),
                chosen=agreement,
                history=tuple(former[:MAX_LENGTH] for former in history[-_KEPT_HISTORY:]),
            )
            sure = max((cited.probability for cited in answer.citations), default=None)
            self._database.keep_answer(record, surface=surface, site=site, probability=sure)
        except StorageError as error:
            now = time.monotonic()
            self._unkept_until = now + _PAUSES * (now - began)
            self._metrics.count_record(kept=False)
            logger.warning("an answer was given but not kept: %s", error)
            return ""
        self._metrics.count_record(kept=True)
        return answer_id
