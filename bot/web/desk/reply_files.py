"""Approved replies, taken out to a file and in from one."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.people.identity import Viewer
from bot.people.permissions import Operation
from bot.web.desk.access import actor_of, allow, operation
from bot.web.desk.desk import Desk
from bot.web.desk.reply_bodies import ImportedObject
from bot.web.desk.review import turn_pending
from bot.web.desk.upload import UPLOADED, read_upload
from bot.web.reply import reply

MAX_FILE = 20_000_000  # bytes of a file of replies


def add_file_routes(routes: APIRouter, desk: Desk) -> None:
    """Add the routes that take replies out to a file and in from one."""

    @routes.get("/export", response_class=Response, **operation(Operation.EXPORT_REPLIES))
    def export(_: Viewer = Depends(allow(desk, Operation.EXPORT_REPLIES))) -> Response:  # noqa: B008
        """Return every reply as a file of JSON Lines."""
        turn_pending(desk)
        disposition = 'attachment; filename="clausebot-replies.jsonl"'
        headers = {"content-disposition": disposition}
        return Response(desk.replies.export(), 200, headers, "application/jsonl")

    check = allow(desk, Operation.IMPORT_REPLIES)
    described = operation(Operation.IMPORT_REPLIES, 408, 413, 415, 422)
    described["openapi_extra"] |= UPLOADED

    @routes.post(
        "/import", response_model=ImportedObject, dependencies=[Depends(check)], **described
    )
    async def take_over(request: Request) -> Response:
        """Keep the replies of such a file, all of them or, if a line is wrong, none.

        A reply is approved by whom the file names, and the trail says who imported it.
        """
        data, viewer = await read_upload(request, MAX_FILE, check)
        by, index = actor_of(request, viewer), desk.service.bot.index
        taken = await run_in_threadpool(desk.replies.take_over, data, by=by, index=index)
        return reply({"new": taken.new, "known": taken.known})
