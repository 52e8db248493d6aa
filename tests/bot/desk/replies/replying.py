"""Replies to be kept, for the tests of what becomes of them."""

from __future__ import annotations

from collections.abc import Callable

from bot.desk.replies.rules import ApprovedReply, Content, cite_clauses
from bot.desk.replies.store import Replies
from bot.outbox.writer import OutboxWriter
from bot.people.identity import Actor
from bot.storage import Database
from index.search.clause_index import ClauseIndex

LI = Actor("Li")
ANNA, BEN, CLEO = (Actor(name, f"person-{name}") for name in ("anna", "ben", "cleo"))
HOW_LONG = "注销账号后数据保留多久？"
HOW_LONG_EN = "How long is data kept after the account is closed?"
BACKUPS = "We keep backups of your site for 90 days."

Build = Callable[..., ClauseIndex]


def content_of(
    index: ClauseIndex,
    *questions: str,
    quotes: tuple[tuple[str, str], ...] = (("globex/1.1", BACKUPS),),
    text: str = "备份保存90天。",
) -> Content:
    """Return what a reply says, on the backups where nothing else is given."""
    return Content("zh", text, questions or (HOW_LONG,), *cite_clauses(index, "zh", quotes))


def keep_reply(
    database: Database, content: Content, *, by: Actor, index: ClauseIndex, reply_id: str = ""
) -> ApprovedReply:
    """Keep a new reply as the program does."""
    keeper = OutboxWriter(database, Replies(database))
    return keeper.save_reply(content, by=by, index=index, reply_id=reply_id).reply
