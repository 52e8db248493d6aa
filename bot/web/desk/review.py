"""Replies turn pending by themselves: with a new index, at the start, and before each look."""

from __future__ import annotations

import logging

from bot.storage import StorageError
from bot.web.desk.desk import Desk
from index.clause_index import ClauseIndex

logger = logging.getLogger(__name__)


def take_index(desk: Desk, index: ClauseIndex) -> None:
    """Answer from another index, and turn pending the replies under which a clause changed."""
    desk.service.bot.take(index)
    turn_pending(desk)


def turn_pending(desk: Desk) -> None:
    """Hold every reply against the agreements of today.

    Where the database is out of order the log says so: a reply whose clauses changed is not
    offered meanwhile, and every look at the list tries again.
    """
    try:
        turned = desk.replies.review(desk.service.bot.index)
    except StorageError as error:
        logger.warning("the approved replies are not held against the agreements: %s", error)
        return
    if turned:
        logger.info("replies that turned pending: %d", len(turned))
