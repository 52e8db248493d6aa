"""Questions and their answers, whole or as a stream; and the records of answers that were given."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response, StreamingResponse

from bot.answering.answer import to_json
from bot.records.citation_status import CitationStatus, check_record
from bot.records.export import record_row, to_html, to_json_text, to_markdown
from bot.records.record import Record
from bot.web.api.bodies import ANSWER_ID, AnswerObject, AskBody, RecordObject
from bot.web.http import failures, json_response, problem_body, to_bytes
from bot.web.key_check import asked_on
from bot.web.service import Served, Service, Surface

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

    def find(answer_id: str) -> tuple[Record, tuple[CitationStatus, ...]]:
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
        return json_response(
            record_row(*await run_in_threadpool(find, answer_id)), headers=_HEADERS
        )

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


logger = logging.getLogger(__name__)
HEARTBEAT = 2.0  # seconds; after so long without an answer the stream begins with a comment
_PIECE = re.compile(r".+?(?:[。；！？\n]+|[.!?] +|\Z)", re.DOTALL)  # joined, they are the text
_EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["begin", "citation", "text", "done", "error"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["event", "data"],
}
_STREAM = {
    "description": "`begin` says language, outcome and reason: "
    '`{"language": "en", "outcome": "answered", "reason": null}`; `citation` comes once for each '
    'citation, `text` for each piece of the answer: `{"delta": "…"}`, joined they are its text; '
    "`done` holds the whole answer. `error` ends the stream with a problem instead. Lines that "
    "begin with a colon keep the connection alive.",
    "content": {"text/event-stream": {"schema": _EVENT}},
}
_REFUSALS = failures(404, 503, posted=True)


def ask_routes(service: Service) -> APIRouter:
    """Return the routes that answer questions."""
    routes = APIRouter(prefix="/api", tags=["ask"])

    @routes.post("/ask", response_model=AnswerObject, responses=_REFUSALS)
    async def ask(body: AskBody, request: Request) -> Response:
        """Answer one question, or abstain."""
        served = await _ask(service, body, request, Surface.API)
        return json_response(answer_object(served, body.id))

    @routes.post(
        "/ask/stream",
        response_class=StreamingResponse,
        responses={200: _STREAM, **_REFUSALS},
    )
    async def ask_stream(body: AskBody, request: Request) -> Response:
        """Answer one question as a stream of events, in the order in which they are shown."""
        asking = asyncio.ensure_future(_ask(service, body, request, Surface.STREAM))
        # What is refused is mostly refused at once, and then the status can still say so.
        await asyncio.wait({asking}, timeout=HEARTBEAT)
        if asking.done():
            asking.result()  # raises what it was refused for
        return StreamingResponse(
            _stream(asking, body.id),
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
            media_type="text/event-stream",
        )

    return routes


async def _ask(service: Service, body: AskBody, request: Request, surface: Surface) -> Served:
    surface, site = asked_on(request, surface)
    return await service.ask_soon(
        body.question,
        agreement=body.agreement,
        history=body.history,
        surface=surface,
        site=site,
    )


async def _stream(
    asking: asyncio.Future[Served], asked_id: str | None
) -> AsyncGenerator[bytes, None]:
    """Yield the events of an answer as it comes; an asker who leaves takes the question along."""
    try:
        while not asking.done():
            yield KEEPALIVE_COMMENT
            await asyncio.wait({asking}, timeout=HEARTBEAT)
        try:
            served = asking.result()
        except Exception:  # the edge: the status is sent, so the stream has to say it
            logger.exception("a streamed question failed")
            detail = "The question could not be finished. The log of the server says why."
            yield _event("error", problem_body(500, detail))
            return
        for name, data in _events(served, asked_id):
            yield _event(name, data)
    finally:
        asking.cancel()


def _events(served: Served, asked_id: str | None) -> Iterator[tuple[str, object]]:
    whole = answer_object(served, asked_id)
    yield "begin", {name: whole[name] for name in ("language", "outcome", "reason")}
    citations = whole["citations"]
    for citation in citations if isinstance(citations, list) else ():
        yield "citation", citation
    for delta in _PIECE.findall(served.answer.text):
        yield "text", {"delta": delta}
    yield "done", whole


def _event(name: str, data: object) -> bytes:
    return format_sse_event(event=name, data_str=to_bytes(data).decode())
