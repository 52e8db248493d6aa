"""How many records a day are kept, so that nobody fills the disk by asking."""

from __future__ import annotations

import logging
import threading
from datetime import date, datetime, time

from bot.settings import RECORDS_A_DAY
from bot.storage.database import Database
from bot.storage.storage_errors import StorageError
from bot.storage.tables import Clock, utc_now
from index.background import Worker

logger = logging.getLogger(__name__)
SECONDS = 60.0  # from count to count


class RecordBudget:
    """Counts the records of the day, in UTC; may be used from several threads at once.

    Attributes:
        a_day: How many are kept a day.
    """

    def __init__(
        self, database: Database, a_day: int = RECORDS_A_DAY, *, now: Clock = utc_now
    ) -> None:
        """Allow ``a_day`` records of each day in ``database``."""
        self.a_day = a_day
        self._database = database
        self._now = now
        self._lock = threading.Lock()
        self._day: date | None = None
        self._taken = 0
        self._worker = Worker("budget")

    @property
    def is_used_up(self) -> bool:
        """Whether no further record of this day is kept."""
        with self._lock:
            self._turn_day()
            return self._taken >= self.a_day

    def take(self) -> bool:
        """Count a record that is about to be kept; return whether it may be."""
        with self._lock:
            self._turn_day()
            if self._taken >= self.a_day:
                return False
            self._taken += 1
            if self._taken == self.a_day:
                logger.error(
                    "%d records of this day are kept, which is what CLAUSEBOT_RECORDS_A_DAY "
                    "allows. Answers go on without a record until midnight, UTC.",
                    self.a_day,
                )
            return True

    def give(self) -> None:
        """Count a record no more, which could not be kept."""
        with self._lock:
            self._taken = max(0, self._taken - 1)

    def recount(self) -> None:
        """Learn from the database what was kept before the start, and by other programs."""
        today = self._now().date()
        try:
            began = datetime.combine(today, time(), self._now().tzinfo)
            kept = self._database.count_answers(began)
        except StorageError:  # counted again soon; whoever writes says what is wrong
            return
        with self._lock:
            self._turn_day()
            if self._day == today:
                self._taken = max(self._taken, kept)  # some wait in the outbox

    def start(self, seconds: float = SECONDS) -> None:
        """Recount at once and every so many seconds, in a thread that ends with the program."""
        self._worker.repeat(self.recount, seconds, is_first_at_once=True)

    def stop(self) -> None:
        """Recount no more."""
        self._worker.stop()

    def _turn_day(self) -> None:
        today = self._now().date()
        if self._day != today:
            self._day, self._taken = today, 0
