"""What askers think of answers, whether the site is up and ready, and what it counted."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.people.client_address import network_of
from bot.storage import Feedback
from bot.web.bodies import ANSWER_ID, Body, Object, Text
from bot.web.exposure import Exposure
from bot.web.http import failures, json_response, problem
from bot.web.key_check import asked_on, site_of
from bot.web.metrics import MEDIA_TYPE
from bot.web.readiness import Readiness
from bot.web.service import Service, Surface


class FeedbackBody(Body):
    """What an asker thinks of an answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "answer_id": "J0k2b3gT5mQ8sW1xZr4vYA",
                "verdict": "unhelpful",
                "reason": "incomplete",
                "note": "The fee for early termination is missing.",
            }
        }
    )

    answer_id: str = Field(pattern=ANSWER_ID, description="As it stands in the answer.")
    verdict: Literal["helpful", "unhelpful"]
    reason: Literal["wrong_clause", "incomplete", "not_answered", "other"] | None = None
    note: Text = Field("", max_length=2000, description="In the asker's own words.")
    key: str = Field(
        "",
        pattern=r"^[A-Za-z0-9_.:-]{0,100}$",
        description="Of the asker's choice. An answer has one verdict under a key, and one of a "
        "network address (of IPv6, a /64), whatever the key: a later one replaces it. A program "
        "that sends its own key as Bearer tells its askers from one another by this one alone.",
    )


class KeptObject(BaseModel):
    """Feedback that is kept."""

    id: str


_SPOOLED = "It is kept for the database, which is out of order and takes it when it is back."


def feedback_routes(service: Service) -> APIRouter:
    """Return the route that keeps feedback."""
    routes = APIRouter(prefix="/api", tags=["feedback"])

    @routes.post(
        "/feedback",
        status_code=201,
        responses={
            202: {"model": KeptObject, "description": _SPOOLED},
            **failures(404, 503, posted=True),
        },
    )
    async def keep(body: FeedbackBody, request: Request, response: Response) -> KeptObject:
        """Keep what an asker thinks of an answer, in the place of what they thought before."""
        surface, site = asked_on(request, Surface.API)
        feedback = Feedback(**body.model_dump(), surface=surface, site=site)
        address = network_of(request.client.host) if request.client else ""
        if body.key and (program := site_of(request)) is not None and program.is_program:
            address = ""
        kept = await run_in_threadpool(service.keep_feedback, feedback, address=address)
        response.status_code = 202 if kept.is_spooled else 201
        return KeptObject(id=kept.feedback_id)

    return routes


_READY_SECONDS = 5  # after which it may be ready
_NOT_READY = (
    "Records of answers cannot be kept: neither the database nor the outbox takes them. Questions "
    "are answered all the same. See the parts, and the log of the server."
)


class HealthObject(BaseModel):
    """That the site is up, and over what."""

    status: Literal["ok"]
    storage: Literal["ok", "out_of_order"] = Field(
        description="Of the database, as its last use found it; questions are answered without it."
    )
    agreements: list[str]
    clauses: int


class PartsObject(Object):
    """What a site needs: ``ok``, or what is wrong with it."""

    records: str = Field(description="Whether records of answers are kept, be it in the outbox.")
    disk: str = Field(description="Whether there is room where things are kept.")
    database: str = Field(description="Whether it can be written.")
    index: str = Field(description="Whether the newest one is answered from.")
    model: str = Field(description="Whether questions can be answered by it.")


_NO_WATCHER = (
    "What is counted is not for this address. Let whoever runs the site put its network into "
    "CLAUSEBOT_METRICS."
)


class ReadyObject(BaseModel):
    """That questions can be answered and their records kept; and what is wrong all the same."""

    status: Literal["ready"]
    generation: str
    parts: PartsObject


def status_routes(service: Service, readiness: Readiness, exposure: Exposure) -> APIRouter:
    """Return the routes that programs watch the site by."""
    routes = APIRouter(tags=["status"])

    @routes.get("/api/health", responses=failures())
    async def health() -> HealthObject:
        """Say that the site is up, and over what."""
        corpus = service.bot.index.corpus
        return HealthObject(
            status="ok",
            storage="out_of_order" if service.database.transactions.trouble else "ok",
            agreements=[agreement.id for agreement in corpus.agreements],
            clauses=len(corpus.clauses),
        )

    @routes.get("/api/ready", response_model=ReadyObject, responses=failures(503))
    async def ready() -> Response:
        """Say that questions can be answered and their records kept, part by part."""
        parts = await run_in_threadpool(readiness.look)
        told = PartsObject.made_of(parts)
        generation = service.bot.index.generation
        if not parts.can_keep:
            more = {"generation": generation, "parts": told.model_dump()}
            wait = {"retry-after": str(_READY_SECONDS)}
            return problem(503, _NOT_READY, wait, code="storage", more=more)
        return json_response(ReadyObject(status="ready", generation=generation, parts=told))

    @routes.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **failures()},
    )
    async def metrics(request: Request) -> Response:
        """Return what was counted since the start, as Prometheus reads it."""
        if not exposure.may_watch(request):
            raise HTTPException(403, _NO_WATCHER)
        text = await run_in_threadpool(service.metrics.to_text, service.bot.index)
        return Response(text, media_type=MEDIA_TYPE)

    return routes
