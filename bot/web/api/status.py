"""Whether the site is up and ready, and what it counted."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.web.api.failures import failures
from bot.web.metrics import MEDIA_TYPE
from bot.web.reply import reply
from bot.web.service import Service


class HealthObject(BaseModel):
    """That the site is up, and over what."""

    status: Literal["ok"]
    storage: Literal["ok", "out_of_order"] = Field(
        description="Of the database, as its last use found it; questions are answered without it."
    )
    agreements: list[str]
    clauses: int


class ReadyObject(BaseModel):
    """That questions can be answered and their records kept."""

    status: Literal["ready"]
    generation: str


def status_routes(service: Service) -> APIRouter:
    """Return the routes that programs watch the site by."""
    routes = APIRouter(tags=["status"])

    @routes.get("/api/health", response_model=HealthObject, responses=failures())
    async def health() -> Response:
        """Say that the site is up, and over what."""
        corpus = service.bot.index.corpus
        health = {
            "status": "ok",
            "storage": "out_of_order" if service.database.transactions.trouble else "ok",
            "agreements": [agreement.id for agreement in corpus.agreements],
            "clauses": len(corpus.clauses),
        }
        return reply(health)

    @routes.get("/api/ready", response_model=ReadyObject, responses=failures(503))
    async def ready() -> Response:
        """Say that questions can be answered and their records kept."""
        await run_in_threadpool(service.database.check)
        return reply({"status": "ready", "generation": service.bot.index.generation})

    @routes.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **failures()},
    )
    async def metrics() -> Response:
        """Return what was counted since the start, as Prometheus reads it."""
        text = await run_in_threadpool(service.metrics.to_text, service.bot.index)
        return Response(text, media_type=MEDIA_TYPE)

    return routes
