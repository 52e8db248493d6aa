"""Replies turn pending, and back, by themselves: with a new index, at the start, at each look."""

from __future__ import annotations

import logging

from bot.desk.replies.rules import State
from bot.desk.shell.desk import Desk
from bot.storage import StorageError
from index.errors import StoreError
from index.search.clause_index import ClauseIndex
from index.store import read_manifest

logger = logging.getLogger(__name__)


def reload_index(desk: Desk, index: ClauseIndex) -> None:
    """Answer from another index, and turn pending the replies under which a clause changed."""
    desk.service.swap(index)
    _review(desk)


def turn_pending(desk: Desk) -> None:
    """Hold every reply against the agreements of today, of which another program may have more.

    Where the database is out of order the log says so: a reply whose clauses changed is not
    offered meanwhile, and every look at the list tries again.
    """
    if not _is_newest(desk, desk.service.bot.index):
        desk.reloader.look()
    _review(desk)


def warm_matcher(desk: Desk) -> None:
    """Let the questions of the approved replies be read beside, before a draft asks for them."""
    try:
        desk.replies.matcher_of_now(desk.service.bot.index)
    except StorageError as error:
        logger.warning("the approved replies are not read: %s", error)


def _review(desk: Desk) -> None:
    index = desk.service.bot.index
    try:
        turned = desk.replies.review(index, lambda: _is_newest(desk, index))
    except StorageError as error:
        logger.warning("the approved replies are not held against the agreements: %s", error)
        return
    if turned:
        pending = sum(reply.state is State.PENDING for reply in turned)
        logger.info("replies turned pending: %d, back: %d", pending, len(turned) - pending)


def _is_newest(desk: Desk, index: ClauseIndex) -> bool:
    """Tell whether nobody has stored another index; held against an older one replies would turn.

    Two programs on one folder take a new index over one after the other, and a reply may rest on
    words that only the first has yet.
    """
    try:
        return read_manifest(desk.library.index).generation == index.generation
    except StoreError:  # nothing is stored that could be newer
        return True
