"""The table of approved replies: one JSON object a row, beside what is asked for by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, Row, Select, String, Table, Text, select

from bot.desk.approved import Approved, Content
from bot.desk.reply_file import from_line, to_line
from bot.record import writable
from bot.storage.errors import StorageError
from bot.storage.kept import strip_text
from bot.storage.tables import metadata

replies = Table(
    "replies",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),  # steps in its history
    Column("reply", Text, nullable=False),  # JSON, as in the file
    Column("owner", String(64), nullable=False, server_default=""),  # a person's id; none: nobody's
    Index("replies_by_revision", "id", "revision"),  # what changed is told without the texts
)


class UnknownReplyError(StorageError):
    """There is no reply of that id, or not of that owner."""


def select_replies() -> Select[Any]:
    """Return the query whose rows ``from_row`` reads."""
    return select(replies.c.reply, replies.c.owner)


def get_reply(connection: Connection, reply_id: str, owner: str | None) -> Approved:
    """Return one reply.

    Args:
        connection: Which reads.
        reply_id: Which.
        owner: It is found only if it is this person's; None for any. Nobody's is no one's own.

    Raises:
        UnknownReplyError: There is none.
    """
    query = select_replies().where(replies.c.id == writable(reply_id).replace("\0", ""))
    if owner is not None:
        query = query.where(replies.c.owner == owner, replies.c.owner != "")
    row = connection.execute(query).one_or_none()
    if row is None:
        raise UnknownReplyError(f"there is no reply {reply_id!r}, or it is not yours.")
    return from_row(row)


def from_row(row: Row[Any]) -> Approved:
    """Return the reply that a row holds."""
    return replace(from_line(row.reply.encode()), owner=row.owner)


def to_row(reply: Approved) -> dict[str, object]:
    """Return the row that holds a reply."""
    return {
        "id": reply.reply_id,
        "state": str(reply.state),
        "revision": reply.revision,
        "reply": to_line(reply),
        "owner": reply.owner,
    }


def clean(content: Content) -> Content:
    """Return content that any database holds, with nobody told in the questions."""
    questions = (strip_text(question, keep_words=True) for question in content.questions)
    text = writable(content.text).replace("\0", "\ufffd")
    return replace(content, text=text, questions=tuple(dict.fromkeys(questions)))
