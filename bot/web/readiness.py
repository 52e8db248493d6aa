"""Whether the site can do its work, looked at part by part whenever somebody asks."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.storage.database import PATIENCE
from bot.storage.storage_errors import StorageError
from bot.web.service import Service

logger = logging.getLogger(__name__)
OK = "ok"
FLOOR = 100 << 20  # bytes that are to be free; the outbox takes half of that
_SEE_LOG = "The log of the server says why."


@dataclass(frozen=True, slots=True)
class Parts:
    """What is wrong with each part; ``OK`` for nothing.

    No word of it tells of paths, servers or askers: everybody may read it.

    Attributes:
        can_keep: Whether records of answers are kept, be it in the outbox.
        records: Records of answers.
        disk: Room where things are kept.
        database: The database.
        index: The index that is answered from.
        model: What answers.
    """

    can_keep: bool
    records: str
    disk: str
    database: str
    index: str
    model: str


class Readiness:
    """Looks at the parts of a site."""

    def __init__(self, service: Service, index_trouble: Callable[[], str]) -> None:
        """Look at what ``service`` needs; ``index_trouble`` says why a newer index is not used."""
        self._service = service
        self._index_trouble = index_trouble

    def look(self) -> Parts:
        """Look at every part; the database and the outbox are written for it."""
        database, outbox = self._database(), self._outbox()
        can_keep = OK in (database, outbox)
        return Parts(
            can_keep,
            self._records(database) if can_keep else f"They cannot be kept. {_SEE_LOG}",
            self._disk(outbox),
            database,
            f"A newer one is not taken over. {_SEE_LOG}" if self._index_trouble() else OK,
            f"The last question could not be answered. {_SEE_LOG}"
            if self._service.has_failed
            else OK,
        )

    def _database(self) -> str:
        try:
            self._service.database.check(patience=PATIENCE)
        except StorageError as error:
            logger.warning("the database is not ready: %s", error)
            return f"It cannot be written. {_SEE_LOG}"
        return OK

    def _outbox(self) -> str:
        outbox = self._service.writer.outbox
        if outbox is None:
            return "There is none."
        try:
            outbox.probe()
        except OSError as error:
            logger.warning("%s: nothing can be put there: %s", outbox.folder, error)
            return f"It cannot be written. {_SEE_LOG}"
        return OK

    def _records(self, database: str) -> str:
        budget = self._service.writer.budget
        if budget.is_used_up:
            return (
                f"{budget.a_day} are kept of this day, which is all that CLAUSEBOT_RECORDS_A_DAY "
                "allows; answers go on without a record until midnight, UTC."
            )
        return OK if database == OK else "They wait in the outbox until the database is back."

    def _disk(self, outbox: str) -> str:
        try:
            free = min((shutil.disk_usage(folder).free for folder in self._folders()), default=None)
        except OSError as error:
            logger.warning("the room on the disk is not known: %s", error)
            return f"How much room there is cannot be told. {_SEE_LOG}"
        if free is not None and free < FLOOR:
            return f"{free >> 20} MB are free, which is less than {FLOOR >> 20}. Free some."
        has_outbox = self._service.writer.outbox is not None
        return outbox if has_outbox else OK

    def _folders(self) -> Iterator[Path]:
        """Yield the folders on this machine in which things are kept."""
        transactions, outbox = self._service.database.transactions, self._service.writer.outbox
        if transactions.is_file:
            yield Path(transactions.place).parent
        if outbox is not None:
            yield outbox.folder
