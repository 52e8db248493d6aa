"""Rows of a table in, what they hold out: one that cannot be read spoils no list."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Row

from index.errors import ClauseBotError

T = TypeVar("T")
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, ClauseBotError)
"""What a reader raises for a row that holds what this program never wrote."""

logger = logging.getLogger(__name__)


def readable(
    table: str, rows: Iterable[Row[Any]], read: Callable[[Row[Any]], T]
) -> Iterator[tuple[Row[Any], T]]:
    """Yield each row with what it holds, and say once in the log which are left out, and why.

    Args:
        table: Its name, for the log.
        rows: Each with its ``id``.
        read: Raises one of ``UNREADABLE`` for a row that cannot be read.
    """
    for row in rows:
        try:
            found = read(row)
        except UNREADABLE as error:
            _say(table, str(row.id), str(error))
        else:
            yield row, found


@lru_cache(maxsize=1_000)  # the keys are read every few seconds
def _say(table: str, row_id: str, reason: str) -> None:
    logger.error("%s: the row %r cannot be read, and is left out: %s", table, row_id, reason)
