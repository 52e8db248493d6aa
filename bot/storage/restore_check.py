"""What was restored, read as the program reads it, before it counts.

The checksum of a backup tells of accidents. A file that somebody made or changed may have a good
one, and hold what no list can show; answers aside, of which each record has a digest of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from bot.storage.backup_file import BackupError
from bot.storage.feedback import Feedback
from bot.storage.gaps.gaps import read_mark
from bot.storage.people.accounts import read_person
from bot.storage.people.keys import read_key
from bot.storage.people.trail import read_entry
from bot.storage.readable import UNREADABLE
from bot.storage.reply_table import from_row, replies
from bot.storage.tables import api_keys, feedback, gap_questions, gaps, people, trail

_AT_ONCE = 500  # rows read in one go


def check_rows(connection: Connection, source: Path) -> None:
    """Read every row of the newest tables through its reader.

    Raises:
        BackupError: One cannot be read; names the table, the row and what is wrong.
    """
    for table, read in _READERS.items():
        rows = connection.execute(select(table), execution_options={"yield_per": _AT_ONCE})
        for row in rows:
            try:
                read(row)
            except UNREADABLE as error:
                raise BackupError(
                    f"{source}: the row {row.id!r} of {table.name} cannot be read ({error}). "
                    "Nothing was restored. Use another backup."
                ) from error


def _read_reply(row: Row[Any]) -> None:
    reply = from_row(row)
    if (reply.reply_id, reply.state, reply.revision) != (row.id, row.state, row.revision):
        raise ValueError("it is another reply than its row says")


def _read_question(row: Row[Any]) -> None:
    for ids in (json.loads(row.near), json.loads(row.agreements)):
        if not isinstance(ids, list) or not all(isinstance(name, str) for name in ids):
            raise ValueError("its clauses or agreements are no list of ids")


def _read_feedback(row: Row[Any]) -> None:
    texts = (row.note, row.surface, row.site, row.key or "")
    Feedback(row.answer_id, row.verdict, row.reason, *texts)


_READERS: Mapping[Table, Callable[[Row[Any]], object]] = {
    people: read_person,
    api_keys: read_key,
    replies: _read_reply,
    gaps: read_mark,
    gap_questions: _read_question,
    feedback: _read_feedback,
    trail: read_entry,
}
