"""Approved replies out to a file and in from one, all of its lines or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import insert, select

from bot.desk.approval import review
from bot.desk.approved import Approved
from bot.desk.reply_file import read_replies
from bot.people.identity import Actor
from bot.storage.people.trail import Action, Deed, note
from bot.storage.reply_table import clean, replies, to_row
from bot.storage.transactions import Transactions
from index.errors import ClauseBotError
from index.search.clause_index import ClauseIndex


class ReplyFileError(ClauseBotError):
    """A file of replies is not taken over.

    Attributes:
        problems: Each wrong line's number, from 1, and what is wrong with it.
    """

    code = "reply_file"

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        lines = "; ".join(f"line {number}: {problem}" for number, problem in problems[:10])
        super().__init__(f"nothing is taken over. {len(problems)} lines are wrong: {lines}")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: how many replies are new, and how many were there already."""

    new: int
    known: int


def export_replies(transactions: Transactions) -> bytes:
    """Return every reply, one a line."""
    lines = sorted(row.reply for row in transactions.rows(select(replies.c.reply)))
    return "".join(f"{line}\n" for line in lines).encode()


def import_replies(
    transactions: Transactions,
    data: bytes,
    by: Actor,
    index: ClauseIndex,
    kept: Sequence[Approved],
) -> Imported:
    """Keep the replies of a file beside those that are kept; see ``Replies.take_over``."""
    problems: list[tuple[int, str]] = []
    new: dict[str, Approved] = {}
    known = {reply.reply_id: replace(reply, owner="") for reply in kept}
    count = 0
    for number, found in read_replies(data):
        problem = found if isinstance(found, str) else _problem(found, known, new)
        if problem or isinstance(found, str):
            problems.append((number, problem))
        elif found.reply_id in known:
            count += 1
        else:
            new[found.reply_id] = review(_cleaned(found), index)
    if problems:
        raise ReplyFileError(problems)
    if new:
        _insert(transactions, list(new.values()), by)
    return Imported(len(new), count)


def _insert(transactions: Transactions, new: Sequence[Approved], by: Actor) -> None:
    now = datetime.now(UTC)
    with transactions.writing() as connection:
        connection.execute(insert(replies), [to_row(reply) for reply in new])
        told = "taken over from a file"
        note(connection, now, by, *(Deed(Action.REPLY_CHANGED, r.reply_id, told) for r in new))


def _cleaned(reply: Approved) -> Approved:
    return replace(reply, content=clean(reply.content))


def _problem(reply: Approved, known: Mapping[str, Approved], new: Mapping[str, Approved]) -> str:
    """Return why a reply of a file cannot be kept beside others; empty where it can."""
    if reply.reply_id in new:
        return f"the reply {reply.reply_id} stands there twice."
    if known.get(reply.reply_id, reply) not in (reply, _cleaned(reply)):
        return f"another reply has the id {reply.reply_id} here."
    return ""
