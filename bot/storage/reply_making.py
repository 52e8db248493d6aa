"""New replies, before they are kept."""

from __future__ import annotations

import secrets

from bot.desk.approval import save
from bot.desk.approved import Approved, Content
from bot.desk.reply_file import from_line, to_line
from bot.people.identity import Actor
from bot.storage.reply_table import clean
from index.search.clause_index import ClauseIndex


def make_reply(content: Content, *, by: Actor, index: ClauseIndex, reply_id: str = "") -> Approved:
    """Return a new reply as it is kept, before it is; see ``Keeper.save_reply``."""
    reply = save(reply_id or secrets.token_urlsafe(16), clean(content), by.name, index)
    return from_line(to_line(reply).encode())


def is_same_save(known: Approved, reply: Approved) -> bool:
    """Tell whether a new reply is one that is known, which may have been changed since."""
    if known.revision == 1:
        return known.content == reply.content
    first, content = known.history[1], reply.content  # how it read until the second step
    clauses = tuple(cited.clause_id for cited in content.citations)
    return (first.text, first.questions, first.clauses) == (
        content.text,
        content.questions,
        clauses,
    )
