"""Approved replies as JSON Lines, one reply a line, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime

from bot.desk.replies.rules import ApprovedReply, ReplyError, State, check_content
from bot.records.record import canonical_json, check_quote
from index.jsonl import parse_object, read_value, split_lines

FORMAT = 1  # of the JSON; raised when its keys change
_KEYS = [
    "format",
    "reply_id",
    "content",
    "state",
    "approved_by",
    "approved_at",
    "changes",
    "history",
]
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def to_line(reply: ApprovedReply) -> str:
    """Return a reply, with its history, as one JSON object in one line."""
    row = asdict(reply) | {"format": FORMAT}
    del row["owner"]
    return canonical_json(row)


def from_line(line: bytes) -> ApprovedReply:
    """Return the reply that one line holds.

    Raises:
        ValueError: It holds none; the message says why.
    """
    row = parse_object(line)
    if row.get("format") != FORMAT:
        raise ValueError(f"has format {row.get('format')!r}, this program reads {FORMAT}.")
    if row.keys() != set(_KEYS):
        raise ValueError(f"has other keys than {', '.join(_KEYS)}.")
    reply = read_value(ApprovedReply, {key: row[key] for key in _KEYS[1:]})
    if not _ID.fullmatch(reply.reply_id):
        raise ValueError("'reply_id' is none: at most 64 letters, digits, - and _.")
    for cited in reply.content.citations:
        check_quote(cited)
    if (reply.state is State.PENDING) != bool(reply.changes):
        raise ValueError("'changes' belong to a reply that is pending.")
    if not reply.history or not reply.approved_by.strip():
        raise ValueError("has no history, or nobody approved it.")
    try:
        check_content(reply.content)
    except ReplyError as error:
        raise ValueError(str(error)) from error
    history = tuple(replace(edit, at=_in_utc(edit.at)) for edit in reply.history)
    return replace(reply, approved_at=_in_utc(reply.approved_at), history=history)


def read_replies(data: bytes) -> Iterator[tuple[int, ApprovedReply | str]]:
    """Yield for every line of a file its number, and the reply or what is wrong with it."""
    for number, line in split_lines(data):
        try:
            yield number, from_line(line)
        except ValueError as error:
            yield number, str(error)


def _in_utc(time: datetime) -> datetime:
    if time.utcoffset() is None:
        raise ValueError("a time has no time zone.")
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time is before the year 1, or after 9999.") from error
