"""Questions and their answers, whole or as a stream of server-sent events."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Iterator

from fastapi import APIRouter, Request
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.responses import Response, StreamingResponse

from bot.web.api.answers import answer_object
from bot.web.api.bodies import AnswerObject, AskBody
from bot.web.api.failures import failures
from bot.web.gate import asked_on
from bot.web.problem import problem_body
from bot.web.reply import reply, to_bytes
from bot.web.service import Served, Service, Surface

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
        return reply(answer_object(served, body.id))

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
