"""A customer's message in, the draft of a reply out; nothing is sent, and no draft is kept.

What customers write to agents is what visitors ask the page, so each question of a message is
kept as a question asked at the desk, persons in it masked, and the list of gaps learns from it.
That is done where a caller says ``keep``, as our page does with a message that it drafts for the
first time: who then swaps a citation asks nothing new.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from bot.bot import Bot
from bot.desk.draft import Reply as Drafted
from bot.desk.draft import make_draft, redraft, reword
from bot.desk.render import to_row
from bot.desk.requote import requote
from bot.desk.shelf import Match, Shelf, find_sure
from bot.desk.ticket import read_ticket
from bot.people.permissions import Operation
from bot.web.desk.access import allow, operation
from bot.web.desk.desk import Desk
from bot.web.desk.draft_bodies import DraftBody, DraftObject, QuotesBody, QuotesObject
from bot.web.desk.reply_bodies import QuoteBody
from bot.web.reply import reply
from index.diff import tell_apart
from index.search.clause_index import ClauseIndex


def draft_routes(desk: Desk) -> APIRouter:
    """Return the routes that draft, and that quote anew what a draft quoted."""
    routes = APIRouter(prefix="/api/desk/drafts")

    may_draft = [Depends(allow(desk, Operation.MAKE_DRAFT))]

    @routes.post(
        "",
        response_model=DraftObject,
        dependencies=may_draft,
        **operation(Operation.MAKE_DRAFT, 404, posted=True),
    )
    def draft(body: DraftBody) -> Response:
        """Find the questions of a message and draft a cited reply to each."""
        # Read before the turn is taken: what is new on the shelf makes no visitor wait.
        shelf = desk.replies.on_shelf(desk.service.bot.index)
        return reply(desk.service.take_turn(lambda bot: _draft(desk, bot, body, shelf)))

    @routes.post(
        "/quotes",
        response_model=QuotesObject,
        dependencies=may_draft,
        **operation(Operation.MAKE_DRAFT, posted=True),
    )
    def quote_anew(body: QuotesBody) -> Response:
        """Return what to quote today of clauses that a draft quoted, and what is different."""
        index = desk.service.bot.index
        return reply({"clauses": [_requote(index, body.language, cited) for cited in body.clauses]})

    return routes


def _requote(index: ClauseIndex, language: str, cited: QuoteBody) -> dict[str, Any] | None:
    now = requote(index, language, cited.clause_id, cited.quote)
    if now is None:
        return None
    pieces = [asdict(piece) for piece in tell_apart(cited.quote, now.quote)]
    return {**asdict(now), "difference": pieces}


def _draft(desk: Desk, bot: Bot, body: DraftBody, shelf: Shelf) -> dict[str, Any]:
    made = make_draft(bot, read_ticket(body.message), agreement=body.agreement)
    for at, clauses in enumerate(body.cited):
        if clauses is not None:
            made = redraft(bot, made, at, clauses)
    matches = [_match(shelf, bot.index, drafted) for drafted in made.replies]
    wanted = body.approved + [None] * (len(matches) - len(body.approved))
    used = [
        match is not None and match.reply.reply_id == reply_id
        for match, reply_id in zip(matches, wanted, strict=False)
    ]
    for at, match in enumerate(matches):
        if match is not None and used[at]:
            made = reword(made, at, match.reply.content.text)
    if body.keep:
        desk.service.keep_draft(made, bot.index)
    row = to_row(made)
    for drafted, match, is_used in zip(row["replies"], matches, used, strict=True):
        drafted["approved"] = None if match is None else _offer(match, is_used=is_used)
    return row


def _match(shelf: Shelf, index: ClauseIndex, drafted: Drafted) -> Match | None:
    """Return the approved reply to a question, with the sentence that it leans on or alone.

    One that leans on another question has none.
    """
    asked, sure = drafted.asked, find_sure(drafted.answer)
    for words in () if asked.leans else dict.fromkeys((asked.text, asked.alone)):
        match = shelf.match(words, index, drafted.agreement, sure) if words else None
        if match is not None:
            return match
    return None


def _offer(match: Match, *, is_used: bool) -> dict[str, Any]:
    content = match.reply.content
    return {
        "reply_id": match.reply.reply_id,
        "text": content.text,
        "question": match.question,
        "language": content.language,
        "clauses": [cited.clause_id for cited in content.citations],
        "approved_by": match.reply.approved_by,
        "approved_at": match.reply.approved_at.isoformat(),
        "likeness": round(match.likeness, 4),
        "is_used": is_used,
    }
