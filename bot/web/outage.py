"""What is told where storage cannot be used: plain words outward, place and cause to the log."""

from __future__ import annotations

import logging

from starlette.responses import JSONResponse

from bot.storage import StorageError
from bot.web.problem import busy
from index.errors import ClauseBotError

logger = logging.getLogger(__name__)
_SECONDS = 30  # after which it may be back


def database_away(error: StorageError) -> JSONResponse:
    """Say that the database cannot be used."""
    logger.warning("a request needed the database: %s", error)
    return busy("The database cannot be used right now. Try again later.", _SECONDS, code="storage")


def library_away(error: ClauseBotError) -> JSONResponse:
    """Say that the folder of agreements cannot be used."""
    logger.warning("a request needed the folder of agreements: %s", error)
    words = (
        "The folder of agreements cannot be used right now. The log of the server says why; "
        "ask whoever runs it."
    )
    return busy(words, _SECONDS, code="library")
