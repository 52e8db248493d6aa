"""The OpenAI form of asking: ``POST /v1/chat/completions``, for clients that know nothing else.

The last message of the user is the question, those before it are its history. What answers is no
language model: the content is the answer's own text with its quotes, and beside the choices stand
its citations. Errors under ``/v1/`` have OpenAI's form, whoever raised them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Iterator
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import MutableHeaders
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.answering.answer import Outcome, Reason
from bot.web.api.answers import HEARTBEAT, split_text
from bot.web.bodies import CitationObject, Object, Text
from bot.web.http import MEDIA_TYPE, failures, json_response, to_bytes
from bot.web.key_check import asked_on
from bot.web.service import Served, Service, Surface
from index.errors import QueryError

logger = logging.getLogger(__name__)
PREFIX = "/v1/"
EVERY = "clausebot"  # the model that answers from all agreements; clausebot/ID from one
_MOST_MESSAGES = 200
_LONGEST = 20_000  # characters of a message
_HISTORY = 50  # earlier questions that are looked at


class _Foreign(BaseModel):
    """A part of OpenAI's body; temperatures, tools and the like are not for us."""

    model_config = ConfigDict(extra="ignore")


class TextPart(_Foreign):
    """A part of a message that is written in parts."""

    type: Text = "text"
    text: Annotated[Text, Field(max_length=_LONGEST)] = ""


class ChatMessage(_Foreign):
    """One message of a conversation; what is not the user's is not read."""

    role: Text
    content: Annotated[Text, Field(max_length=_LONGEST)] | list[TextPart] | None = None

    @property
    def words(self) -> str:
        """What it says; pictures and the like say nothing."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text").strip()
        return (self.content or "").strip()


class StreamOptions(_Foreign):
    """What a stream is to hold beside the answer."""

    include_usage: bool | None = False


class ChatBody(_Foreign):
    """A conversation as OpenAI's clients send it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "model": "clausebot/xunzhong",
                "messages": [
                    {"role": "user", "content": "How long is data kept after termination?"}
                ],
            }
        }
    )

    model: Text = Field(
        EVERY, description="`clausebot` for all agreements, `clausebot/` and an id for one."
    )
    messages: list[ChatMessage] = Field(min_length=1, max_length=_MOST_MESSAGES)
    stream: bool | None = False
    stream_options: StreamOptions | None = None


class ReplyMessage(BaseModel):
    """The answer as a message."""

    role: Literal["assistant"] = "assistant"
    content: str = Field(description="The answer's text: each clause named, and quoted.")
    refusal: None = None


class ChatChoice(BaseModel):
    """The one answer."""

    index: Literal[0] = 0
    message: ReplyMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Usage(BaseModel):
    """Tokens that a language model took; there is none."""

    prompt_tokens: Literal[0] = 0
    completion_tokens: Literal[0] = 0
    total_tokens: Literal[0] = 0


class CitedObject(Object):
    """What stands beside the text of an answer."""

    outcome: Outcome
    reason: Reason | None = Field(description="Why it was abstained; null when answered.")
    citations: list[CitationObject] = Field(
        description="The deciding clause first, as `/api/ask` gives them; empty when abstained."
    )
    answer_id: str = Field(description="Under which its record is kept; empty where none is.")


class Completion(CitedObject):
    """An answer in OpenAI's form."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Seconds since 1970.")
    model: str
    choices: list[ChatChoice]
    usage: Usage

    @classmethod
    def of(cls, served: Served, model: str) -> Self:
        """Return an answer as it is given out."""
        return cls.made_of(
            served.answer,
            **_head(served, model),
            object="chat.completion",
            choices=[ChatChoice(message=ReplyMessage(content=served.answer.text))],
            usage=Usage(),
            answer_id=served.answer_id,
        )


class ModelObject(BaseModel):
    """All agreements, or one, under the name of a model."""

    id: str
    object: Literal["model"] = "model"
    created: Literal[0] = 0
    owned_by: str = "clausebot"


class ModelList(BaseModel):
    """What can be asked."""

    object: Literal["list"] = "list"
    data: list[ModelObject]


class ErrorDetail(BaseModel):
    """What went wrong, and of which kind."""

    message: str
    type: str
    param: None = None
    code: None = None


class ErrorObject(BaseModel):
    """An error as OpenAI writes it."""

    error: ErrorDetail


def _failures(*statuses: int, posted: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the description of a route's errors, in their form here."""
    described = failures(*statuses, posted=posted)
    return {
        status: {name: what for name, what in of.items() if name != "content"}
        | {"model": ErrorObject}
        for status, of in described.items()
    }


_STREAM = {
    "description": "An answer, or as `text/event-stream` its chunks; the last one has the "
    "`citations`, `outcome`, `reason` and `answer_id`, and `[DONE]` ends it.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


def openai_routes(service: Service) -> APIRouter:
    """Return the routes that OpenAI's clients ask."""
    routes = APIRouter(prefix=PREFIX.rstrip("/"), tags=["openai"])

    @routes.get("/models", responses=_failures())
    async def models() -> ModelList:
        """Return what can be asked: all agreements, and each one."""
        ids = [agreement.id for agreement in service.bot.index.corpus.agreements]
        return ModelList(data=[ModelObject(id=name) for name in (EVERY, *map(_name, ids))])

    @routes.post(
        "/chat/completions",
        response_model=Completion,
        responses={200: _STREAM, **_failures(404, 503, posted=True)},
    )
    async def complete(body: ChatBody, request: Request) -> Response:
        """Answer the last message of the user, or abstain."""
        asking = asyncio.ensure_future(_ask(service, body, request))
        if not body.stream:
            return json_response(Completion.of(await asking, body.model))
        # What is refused is mostly refused at once, and then the status can still say so.
        await asyncio.wait({asking}, timeout=HEARTBEAT)
        if asking.done():
            asking.result()
        return StreamingResponse(
            _stream(asking, body),
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
            media_type="text/event-stream",
        )

    return routes


async def _ask(service: Service, body: ChatBody, request: Request) -> Served:
    name, _, agreement = body.model.partition("/")
    if name != EVERY or (not agreement and body.model != EVERY):
        raise HTTPException(404, f"There is no model {body.model!r}. Take one of /v1/models.")
    said = [message.words for message in body.messages if message.role == "user"]
    if not said or not said[-1]:
        raise HTTPException(422, "messages: no text of the user is in them. Add the question.")
    surface, site = asked_on(request, Surface.STREAM if body.stream else Surface.API)
    try:
        return await service.ask_soon(
            said[-1],
            agreement=agreement or None,
            history=[words for words in said[:-1] if words][-_HISTORY:],
            surface=surface,
            site=site,
        )
    except QueryError as error:
        raise HTTPException(404, f"There is no model {body.model!r}: {error}") from error


def _name(agreement: str) -> str:
    return f"{EVERY}/{agreement}"


def _head(served: Served, model: str) -> dict[str, object]:
    name = served.answer_id or secrets.token_urlsafe(16)
    return {"id": f"chatcmpl-{name}", "created": int(time.time()), "model": model}


async def _stream(asking: asyncio.Future[Served], body: ChatBody) -> AsyncGenerator[bytes, None]:
    """Yield the chunks of an answer; an asker who leaves takes the question along."""
    try:
        while not asking.done():
            yield b": wait\n\n"
            await asyncio.wait({asking}, timeout=HEARTBEAT)
        try:
            served = asking.result()
        except Exception:  # the edge: the status is sent, so the stream has to say it
            logger.exception("a streamed question failed")
            yield _event(_error(500, "The question could not be finished. See the server's log."))
            return
        for chunk in _chunks(served, body):
            yield _event(chunk)
        yield b"data: [DONE]\n\n"
    finally:
        asking.cancel()


def _chunks(served: Served, body: ChatBody) -> Iterator[dict[str, object]]:
    head = _head(served, body.model) | {"object": "chat.completion.chunk"}

    def chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, object]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return head | {"choices": [choice]}

    yield chunk({"role": "assistant", "content": ""})
    for piece in split_text(served.answer.text):
        yield chunk({"content": piece})
    cited = CitedObject.made_of(served.answer, answer_id=served.answer_id)
    yield chunk({}, "stop") | cited.model_dump(mode="json")
    if body.stream_options and body.stream_options.include_usage:
        yield head | {"choices": [], "usage": Usage().model_dump()}


def _event(data: object) -> bytes:
    return b"data: " + to_bytes(data) + b"\n\n"


_KINDS = {401: "authentication_error", 403: "permission_error", 404: "not_found_error",
          429: "rate_limit_error"}  # fmt: skip


def _error(status: int, message: str) -> dict[str, object]:
    usual = "server_error" if status >= 500 else "invalid_request_error"
    kind = _KINDS.get(status, usual)
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


class OpenAIErrors:
    """Wraps an application: its problems under ``/v1/`` become errors as OpenAI writes them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        begun: Message | None = None  # of a problem, until its body is whole
        body = b""

        async def send_translated(message: Message) -> None:
            nonlocal begun, body
            if message["type"] == "http.response.start":
                if MutableHeaders(raw=message["headers"]).get("content-type") == MEDIA_TYPE:
                    begun = message
                    return
            elif begun is not None:
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                # Their clients know a request that makes no sense as 400.
                status = 400 if begun["status"] == 422 else begun["status"]
                said = to_bytes(_error(status, str(json.loads(body).get("detail", ""))))
                headers = MutableHeaders(raw=list(begun["headers"]))
                headers["content-type"] = "application/json"
                headers["content-length"] = str(len(said))
                await send({**begun, "status": status, "headers": headers.raw})
                message = {"type": "http.response.body", "body": said}
                begun = None
            await send(message)

        await self.app(scope, receive, send_translated)
