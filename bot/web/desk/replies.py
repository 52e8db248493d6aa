"""Approved replies: found, saved, edited, approved again, retired."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from bot.desk.approval import cite_clauses
from bot.desk.approved import Approved, Content, State, check_content
from bot.desk.shelf import Match
from bot.people.identity import Viewer
from bot.people.permissions import Operation, owner_for
from bot.storage import StorageError
from bot.web.api.bodies import ANSWER_ID, Text
from bot.web.desk.access import actor_of, allow, operation
from bot.web.desk.desk import Desk
from bot.web.desk.reply_bodies import (
    MAX_BESIDE,
    ContentBody,
    EditBody,
    ListObject,
    NewReplyBody,
    ReplyObject,
    SpooledObject,
    StepBody,
)
from bot.web.desk.reply_files import add_file_routes
from bot.web.desk.reply_objects import listed_object, reply_object, standing_object
from bot.web.desk.review import turn_pending
from bot.web.problem import problem
from bot.web.reply import reply
from index.search.clause_index import ClauseIndex

logger = logging.getLogger(__name__)
_MOST = 100  # replies in one page of the list
ReplyId = Annotated[str, Path(pattern=ANSWER_ID)]


def reply_routes(desk: Desk) -> APIRouter:
    """Return the routes of approved replies."""
    routes = APIRouter(prefix="/api/desk/replies")
    add_file_routes(routes, desk)  # before those of an id, which “export” might be
    _add_lists(routes, desk)
    _add_steps(routes, desk)
    return routes


def _add_lists(routes: APIRouter, desk: Desk) -> None:
    see = Depends(allow(desk, Operation.SEE_REPLY))

    @routes.get("", response_model=ListObject, **operation(Operation.SEE_REPLY, 422))
    def find(
        words: Annotated[Text, Query(description="All of which it holds.", max_length=500)] = "",
        state: State | None = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 20,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        viewer: Viewer = see,
    ) -> Response:
        """List the replies that hold every word, those changed last first."""
        turn_pending(desk)
        found = desk.replies.find(words)
        counts = Counter(known.state for known in found)
        wanted = [known for known in found if state in (None, known.state)]
        page = wanted[offset : offset + limit]
        return reply(
            {
                "replies": [listed_object(known, viewer) for known in page],
                "total": len(wanted),
                "counts": {kind.value: counts[kind] for kind in State},
            }
        )

    @routes.get(
        "/{reply_id}", response_model=ReplyObject, **operation(Operation.SEE_REPLY, 404, 422)
    )
    def get(reply_id: ReplyId, viewer: Viewer = see) -> Response:
        """Return one reply, its history, and what has become of its clauses."""
        turn_pending(desk)
        known = desk.replies.get(reply_id)
        return reply(reply_object(known, viewer, desk.service.bot.index))


def _add_steps(routes: APIRouter, desk: Desk) -> None:
    may_save = Depends(allow(desk, Operation.APPROVE_REPLY))
    may_change = Depends(allow(desk, Operation.CHANGE_REPLY))
    may_retire = Depends(allow(desk, Operation.RETIRE_REPLY))

    def done(viewer: Viewer, step: Callable[[ClauseIndex], Approved]) -> Response:
        index = desk.service.bot.index
        return reply(reply_object(step(index), viewer, index))

    described = operation(Operation.APPROVE_REPLY, 409, posted=True)
    described["responses"] |= {202: {"model": SpooledObject, "description": "It is kept."}}

    @routes.post("", status_code=201, response_model=ReplyObject, **described)
    def save(body: NewReplyBody, request: Request, viewer: Viewer = may_save) -> Response:
        """Keep a new reply, approved by who saves it, unless one to a like question stands.

        Then it is refused by 409 and ``code`` ``reply_stands``, and ``standing`` tells which do.
        """
        index, by = desk.service.bot.index, actor_of(request, viewer)
        content = _content(body, index)
        standing = _standing(desk, content, index)
        ids = {match.reply.reply_id for match in standing}
        if body.reply_id not in ids and ids - set(body.beside):
            told = [standing_object(match, viewer) for match in standing[:MAX_BESIDE]]
            detail = "A reply to a like question stands already. Change that one."
            return problem(409, detail, code="reply_stands", more={"standing": told})
        saved = desk.service.keeper.save_reply(content, by=by, index=index, reply_id=body.reply_id)
        if saved.is_spooled:
            return reply({"reply_id": saved.reply.reply_id, "state": "spooled"}, 202)
        return reply(reply_object(saved.reply, viewer, index), 201)

    changed = operation(Operation.CHANGE_REPLY, 404, 409, posted=True)

    @routes.put("/{reply_id}", response_model=ReplyObject, **changed)
    def edit(
        reply_id: ReplyId, body: EditBody, request: Request, viewer: Viewer = may_change
    ) -> Response:
        """Write other content; an approved reply stays approved, by who edits it."""
        return done(
            viewer,
            lambda index: desk.replies.edit(
                reply_id,
                _content(body, index),
                by=actor_of(request, viewer),
                revision=body.revision,
                index=index,
                owner=owner_for(viewer, Operation.CHANGE_REPLY),
            ),
        )

    @routes.post("/{reply_id}/approve", response_model=ReplyObject, **changed)
    def approve(
        reply_id: ReplyId, body: StepBody, request: Request, viewer: Viewer = may_change
    ) -> Response:
        """Approve a reply again, pending or retired before."""
        return done(
            viewer,
            lambda index: desk.replies.approve(
                reply_id,
                by=actor_of(request, viewer),
                revision=body.revision,
                index=index,
                owner=owner_for(viewer, Operation.CHANGE_REPLY),
            ),
        )

    @routes.post(
        "/{reply_id}/retire",
        response_model=ReplyObject,
        **operation(Operation.RETIRE_REPLY, 404, 409, posted=True),
    )
    def retire(
        reply_id: ReplyId, body: StepBody, request: Request, viewer: Viewer = may_retire
    ) -> Response:
        """Offer a reply no longer; it is kept."""
        return done(
            viewer,
            lambda _: desk.replies.retire(
                reply_id,
                by=actor_of(request, viewer),
                revision=body.revision,
                owner=owner_for(viewer, Operation.RETIRE_REPLY),
            ),
        )


def _standing(desk: Desk, content: Content, index: ClauseIndex) -> list[Match]:
    """Return the replies that stand already to like questions.

    Where the database is out of order nobody can tell, and the reply is kept all the same.
    """
    check_content(content)
    try:
        return desk.replies.on_shelf(index).find_standing(content, index)
    except StorageError as error:
        logger.warning("nobody knows whether a reply stands already: %s", error)
        return []


def _content(body: ContentBody, index: ClauseIndex) -> Content:
    quotes = [(clause.clause_id, clause.quote) for clause in body.clauses]
    citations, sources = cite_clauses(index, body.language, quotes)
    return Content(body.language, body.text, tuple(body.questions), citations, sources)
