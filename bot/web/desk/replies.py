"""Approved replies: found, saved, edited, approved again, retired, taken out and in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.desk.approval import cite_clauses
from bot.desk.approved import Approved, Content, State
from bot.people.identity import Viewer
from bot.people.permissions import Operation, owner_for
from bot.web.api.bodies import ANSWER_ID, Text
from bot.web.desk.access import actor_of, allow, operation
from bot.web.desk.desk import Desk
from bot.web.desk.reply_bodies import (
    ContentBody,
    EditBody,
    ImportedObject,
    ListObject,
    NewReplyBody,
    ReplyObject,
    SpooledObject,
    StepBody,
)
from bot.web.desk.reply_objects import listed_object, reply_object
from bot.web.desk.review import turn_pending
from bot.web.desk.upload import UPLOADED, read_upload
from bot.web.reply import reply
from index.clause_index import ClauseIndex

MAX_FILE = 20_000_000  # bytes of a file of replies
_MOST = 100  # replies in one page of the list
ReplyId = Annotated[str, Path(pattern=ANSWER_ID)]


def reply_routes(desk: Desk) -> APIRouter:
    """Return the routes of approved replies."""
    routes = APIRouter(prefix="/api/desk/replies")
    _add_lists(routes, desk)
    _add_files(routes, desk)
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

    @routes.get("/export", response_class=Response, **operation(Operation.EXPORT_REPLIES))
    def export(_: Viewer = Depends(allow(desk, Operation.EXPORT_REPLIES))) -> Response:  # noqa: B008
        """Return every reply as a file of JSON Lines."""
        turn_pending(desk)
        disposition = 'attachment; filename="clausebot-replies.jsonl"'
        headers = {"content-disposition": disposition}
        return Response(desk.replies.export(), 200, headers, "application/jsonl")

    @routes.get(
        "/{reply_id}", response_model=ReplyObject, **operation(Operation.SEE_REPLY, 404, 422)
    )
    def get(reply_id: ReplyId, viewer: Viewer = see) -> Response:
        """Return one reply, its history, and what has become of its clauses."""
        turn_pending(desk)
        known = desk.replies.get(reply_id)
        return reply(reply_object(known, viewer, desk.service.bot.index))


def _add_files(routes: APIRouter, desk: Desk) -> None:
    described = operation(Operation.IMPORT_REPLIES, 408, 413, 415, 422)
    described["openapi_extra"] |= UPLOADED

    @routes.post("/import", response_model=ImportedObject, **described)
    async def take_over(
        request: Request,
        viewer: Viewer = Depends(allow(desk, Operation.IMPORT_REPLIES)),  # noqa: B008
    ) -> Response:
        """Keep the replies of such a file, all of them or, if a line is wrong, none."""
        data = await read_upload(request, MAX_FILE)
        by, index = actor_of(request, viewer), desk.service.bot.index
        taken = await run_in_threadpool(desk.replies.take_over, data, by=by, index=index)
        return reply({"new": taken.new, "known": taken.known})


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
        """Keep a new reply, approved by who saves it."""
        index, by = desk.service.bot.index, actor_of(request, viewer)
        saved = desk.service.keeper.save_reply(
            _content(body, index), by=by, index=index, reply_id=body.reply_id
        )
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


def _content(body: ContentBody, index: ClauseIndex) -> Content:
    quotes = [(clause.clause_id, clause.quote) for clause in body.clauses]
    citations, sources = cite_clauses(index, body.language, quotes)
    return Content(body.language, body.text, tuple(body.questions), citations, sources)
