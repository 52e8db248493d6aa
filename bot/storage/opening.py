"""A database that was out of order when the program started is opened once it is in order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from bot.storage.database import Database
from bot.storage.errors import StorageError

logger = logging.getLogger(__name__)
SECONDS = 5.0  # from try to try


class Opener:
    """Opens a database in a thread that ends with that, or with the program."""

    def __init__(self, database: Database, then: Callable[[], None]) -> None:
        """Open ``database``, and then do what could not be done without it.

        Args:
            database: Which is open, or away.
            then: Called once it was opened late; never where it was open from the beginning.
        """
        self._transactions = database.transactions
        self._then = then
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="opening", daemon=True)
        self._seconds = SECONDS

    def start(self, seconds: float = SECONDS) -> None:
        """Try every so many seconds, unless it is open."""
        self._seconds = seconds
        if not self._transactions.is_open:
            logger.error(
                "%s The program runs without it: answers are given but not kept, feedback and "
                "replies wait in the spool, nobody can sign in. It is tried again every %g s.",
                self._transactions.trouble,
                seconds,
            )
            self._thread.start()

    def stop(self) -> None:
        """Try no more; a try under way comes to its end first."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            said = self._transactions.trouble
            try:
                self._transactions.open()
                logger.warning("%s: is open now", self._transactions.place)
                self._then()
            except StorageError as error:
                if str(error) != said:
                    logger.error("still without a database: %s", error)  # noqa: TRY400
            except Exception:  # the edge of this thread: it must live as long as it is needed
                logger.exception("the database was not opened, or what waited for it not done")
            if self._transactions.is_open:
                return
