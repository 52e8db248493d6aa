"""Questions and their answers, whole or as a stream; and the records of answers that were given."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Path, Query, Request
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response, StreamingResponse

from bot.answering.answer import Writing
from bot.records.citation_status import Change, CitationStatus, check_record
from bot.records.export import to_html, to_markdown
from bot.records.record import Cited, Near, Record, Source, to_row
from bot.web.bodies import ANSWER_ID, AnswerObject, Body, Language, Object, Text
from bot.web.http import failures, json_response, problem_body, to_bytes
from bot.web.key_check import asked_on
from bot.web.service import Served, Service, Surface

# Who knows the address may read the answer; neither a cache nor a search engine keeps it.
_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}
AnswerId = Annotated[str, Path(pattern=ANSWER_ID, description="As it stands in the answer.")]


class ClauseNowObject(Object):
    """A clause as it is now."""

    clause_id: str
    label: str
    text: str


class CitationStatusObject(Object):
    """What has become of a cited clause since."""

    clause_id: str = Field(description="As it was cited.")
    change: Change
    now: ClauseNowObject | None = Field(description="Null when gone.")


class RecordObject(Object):
    """What an answer rests on, and what has become of it.

    The digest is the SHA-256 of the canonical JSON (RFC 8785) of all but itself and the standings.
    """

    answer_id: str
    asked_at: str = Field(description="In UTC.", examples=["2026-11-22T09:30:00.000000Z"])
    question: str = Field(
        description="As far as it is kept; `[phone]`, `[key]` and such stand for what is masked."
    )
    history: tuple[str, ...]
    chosen: str | None = Field(description="Id of the one agreement that was chosen.")
    language: Language
    outcome: Literal["answered", "abstained"]
    reason: str | None
    text: str = Field(description="What the asker read.")
    remarks: tuple[str, ...]
    citations: tuple[Cited, ...]
    nearest: tuple[Near, ...]
    sources: tuple[Source, ...]
    generation: str = Field(description="Of the index.")
    model: str = Field(description="Fingerprint of the embedding model.")
    writer: Writing | None = Field(
        None,
        exclude_if=lambda given: given is None,
        description="The language model that was asked to write; absent where none was.",
    )
    format: int
    digest: str
    standings: list[CitationStatusObject] = Field(
        [], exclude_if=lambda given: not given, description="One for each citation."
    )

    @classmethod
    def of(cls, record: Record, standings: Sequence[CitationStatus] = ()) -> Self:
        """Return a record with its digest, and what has become of its citations."""
        row = to_row(record)
        return cls.model_validate(row | {"digest": record.digest, "standings": list(standings)})


def to_json_text(record: Record, standings: Sequence[CitationStatus] = ()) -> str:
    """Return a record as JSON that people can read and ``record_from_json`` verifies."""
    return RecordObject.of(record, standings).model_dump_json(indent=2) + "\n"


_EXPORTS = {
    "markdown": (to_markdown, "text/markdown", "md"),
    "html": (to_html, "text/html", "html"),
    "json": (to_json_text, "application/json", "json"),
}
_EXPORTED = {
    "description": "The file.",
    "content": {kind: {"schema": {"type": "string"}} for _, kind, _ in _EXPORTS.values()},
}


def answer_routes(service: Service) -> APIRouter:
    """Return the routes that show a given answer again."""
    routes = APIRouter(tags=["answers"])

    def find(answer_id: str) -> tuple[Record, tuple[CitationStatus, ...]]:
        service.writer.demand_written(answer_id)
        record = service.database.answer(answer_id)
        if record is None:
            raise HTTPException(404, f"There is no answer {answer_id!r}, or none any more.")
        return record, check_record(record, service.bot.index)

    @routes.get(
        "/api/answers/{answer_id}", response_model=RecordObject, responses=failures(404, 422, 503)
    )
    async def answer(answer_id: AnswerId) -> Response:
        """Return what an answer rests on, and whether the clauses cited have changed since."""
        found = await run_in_threadpool(find, answer_id)
        return json_response(RecordObject.of(*found), headers=_HEADERS)

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


class AskBody(Body):
    """A question as a program asks it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "question": "How long is data kept after termination?",
                "agreement": "xunzhong",
            }
        }
    )

    question: Text = Field(description="In Chinese or English.")
    agreement: Text | None = Field(None, description="Id of the one agreement to answer from.")
    history: list[Text] = Field([], max_length=50, description="Earlier questions, oldest first.")
    id: Text | None = Field(None, max_length=200, description="Given back with the answer.")


def ask_routes(service: Service) -> APIRouter:
    """Return the routes that answer questions."""
    routes = APIRouter(prefix="/api", tags=["ask"])

    @routes.post("/ask", responses=_REFUSALS)
    async def ask(body: AskBody, request: Request) -> AnswerObject:
        """Answer one question, or abstain."""
        served = await _ask(service, body, request, Surface.API)
        return AnswerObject.of(served.answer, served.answer_id, body.id)

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
    whole = AnswerObject.of(served.answer, served.answer_id, asked_id)
    yield "begin", whole.model_dump(include={"language", "outcome", "reason"})
    for citation in whole.citations:
        yield "citation", citation
    for delta in split_text(whole.answer):
        yield "text", {"delta": delta}
    yield "done", whole


def split_text(text: str) -> list[str]:
    """Return the pieces in which a text is streamed; joined, they are it."""
    return _PIECE.findall(text)


def _event(name: str, data: object) -> bytes:
    return format_sse_event(event=name, data_str=to_bytes(data).decode())
