"""Approved replies as JSON Lines, one reply a line, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.desk.replies.rules import (
    ApprovedReply,
    Changed,
    Content,
    Edit,
    ReplyError,
    State,
    StepKind,
    check_content,
)
from bot.records.citation_status import Change
from bot.records.record import Cited, Source, build, canonical_json, check_quote, writable
from index.jsonl import parse_object, split_lines

FORMAT = 1  # of the JSON; raised when its keys change
_KEYS = ("format", "reply_id", "content", "state", "approved_by", "approved_at", "changes")
_MAX_ID = 64


def to_line(reply: ApprovedReply) -> str:
    """Return a reply, with its history, as one JSON object in one line."""
    return canonical_json(
        {
            "format": FORMAT,
            "reply_id": reply.reply_id,
            "content": asdict(reply.content),
            "state": str(reply.state),
            "approved_by": reply.approved_by,
            "approved_at": reply.approved_at.isoformat(),
            "changes": [asdict(change) for change in reply.changes],
            "history": [asdict(edit) | {"at": edit.at.isoformat()} for edit in reply.history],
        }
    )


def from_line(line: bytes) -> ApprovedReply:
    """Return the reply that one line holds.

    Raises:
        ValueError: It holds none; the message says why.
    """
    row = parse_object(line)
    if row.get("format") != FORMAT:
        raise ValueError(f"has format {row.get('format')!r}, this program reads {FORMAT}.")
    if row.keys() != {*_KEYS, "history"}:
        raise ValueError(f"has other keys than {', '.join((*_KEYS, 'history'))}.")
    try:
        reply = _from_row(row)
        check_content(reply.content)
        to_line(reply).encode()
    except UnicodeEncodeError as error:
        raise ValueError("holds characters that are none.") from error
    except ReplyError as error:
        raise ValueError(str(error)) from error
    except (KeyError, TypeError) as error:
        raise ValueError(f"is not whole ({error}).") from error
    return reply


def read_replies(data: bytes) -> Iterator[tuple[int, ApprovedReply | str]]:
    """Yield for every line of a file its number, and the reply or what is wrong with it."""
    for number, line in split_lines(data):
        try:
            yield number, from_line(line)
        except ValueError as error:
            yield number, str(error)


def _from_row(row: dict[str, Any]) -> ApprovedReply:
    reply_id = _text(row["reply_id"])
    is_id = reply_id.isascii() and reply_id.replace("-", "").replace("_", "").isalnum()
    if not is_id or len(reply_id) > _MAX_ID:
        raise ValueError("'reply_id' is none: at most 64 letters, digits, - and _.")
    given = dict(row["content"])
    for key, kind in (("citations", Cited), ("sources", Source)):
        given[key] = tuple(build(kind, part) for part in given[key])
    content: Content = build(Content, given)
    for cited in content.citations:
        check_quote(cited)
    changes: tuple[Changed, ...] = tuple(build(Changed, part) for part in row["changes"])
    state = State(row["state"])
    if (state is State.PENDING) != bool(changes):
        raise ValueError("'changes' belong to a reply that is pending.")
    for change in changes:
        Change(change.change)
    history = tuple(_edit(part) for part in row["history"])
    approver = _text(row["approved_by"])
    if not history or not approver.strip():
        raise ValueError("has no history, or nobody approved it.")
    return ApprovedReply(
        reply_id, content, state, approver, _time(row["approved_at"]), changes, history
    )


def _edit(part: dict[str, Any]) -> Edit:
    edit: Edit = build(Edit, part | {"at": _time(part["at"])})
    StepKind(edit.deed)
    return edit


def _time(value: object) -> datetime:
    time = datetime.fromisoformat(_text(value))
    if time.utcoffset() is None:
        raise ValueError("a time has no time zone.")
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time is before the year 1, or after 9999.") from error


def _text(value: object) -> str:
    if not isinstance(value, str) or writable(value) != value:
        raise ValueError("a text is none.")
    return value
