"""Answers that were given: their records, held against the agreements as they are now."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from bot.answer import to_json
from bot.export import record_row, to_html, to_json_text, to_markdown
from bot.record import Record
from bot.standing import Standing, check_record
from bot.web.api.bodies import ANSWER_ID
from bot.web.api.failures import failures
from bot.web.api.record_bodies import RecordObject
from bot.web.reply import reply
from bot.web.service import Served, Service

_EXPORTS = {
    "markdown": (to_markdown, "text/markdown", "md"),
    "html": (to_html, "text/html", "html"),
    "json": (to_json_text, "application/json", "json"),
}
# Who knows the address may read the answer; neither a cache nor a search engine keeps it.
_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}
_EXPORTED = {
    "description": "The file.",
    "content": {kind: {"schema": {"type": "string"}} for _, kind, _ in _EXPORTS.values()},
}
AnswerId = Annotated[str, Path(pattern=ANSWER_ID, description="As it stands in the answer.")]


def answer_object(served: Served, asked_id: str | None = None) -> dict[str, object]:
    """Return an answer as the object that every face gives out.

    Args:
        served: The answer and the id of its record.
        asked_id: Given back as ``id``, where the question had one.
    """
    return {**to_json(served.answer, asked_id), "answer_id": served.answer_id}


def answer_routes(service: Service) -> APIRouter:
    """Return the routes that show a given answer again."""
    routes = APIRouter(tags=["answers"])

    def find(answer_id: str) -> tuple[Record, tuple[Standing, ...]]:
        record = service.database.answer(answer_id)
        if record is None:
            raise HTTPException(404, f"There is no answer {answer_id!r}, or none any more.")
        return record, check_record(record, service.bot.index)

    @routes.get(
        "/api/answers/{answer_id}",
        response_model=RecordObject,
        responses=failures(404, 422, 503),
    )
    async def answer(answer_id: AnswerId) -> Response:
        """Return what an answer rests on, and whether the clauses cited have changed since."""
        return reply(record_row(*await run_in_threadpool(find, answer_id)), headers=_HEADERS)

    @routes.get(
        "/api/answers/{answer_id}/export",
        response_class=Response,
        responses={200: _EXPORTED, **failures(404, 422, 503)},
    )
    async def export(
        answer_id: AnswerId,
        kind: Annotated[Literal["markdown", "html", "json"], Query(alias="format")] = "markdown",
    ) -> Response:
        """Return the same as a file to keep; the JSON one can be verified without this site."""
        found = await run_in_threadpool(find, answer_id)
        write, media_type, ending = _EXPORTS[kind]
        named = f'attachment; filename="clausebot-{answer_id}.{ending}"'
        headers = _HEADERS | {"content-disposition": named}
        return Response(write(*found), media_type=media_type, headers=headers)

    @routes.get("/a/{answer_id}", response_class=HTMLResponse, responses=failures(404, 422, 503))
    async def page(answer_id: AnswerId) -> Response:
        """Return the same as a page, to be shared by its link."""
        found = await run_in_threadpool(find, answer_id)
        return HTMLResponse(to_html(*found), headers=_HEADERS)

    return routes
