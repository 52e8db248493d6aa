"""The API for programs: one file for each group of routes."""

from __future__ import annotations

from fastapi import APIRouter

from bot.web.api.answers import answer_routes, ask_routes
from bot.web.api.clauses import clause_routes
from bot.web.api.status import feedback_routes, status_routes
from bot.web.exposure import Exposure
from bot.web.readiness import Readiness
from bot.web.service import Service


def api_routes(service: Service, readiness: Readiness, exposure: Exposure) -> APIRouter:
    """Return the routes that answer programs."""
    routes = APIRouter()
    for group in (ask_routes, clause_routes, answer_routes, feedback_routes):
        routes.include_router(group(service))
    routes.include_router(status_routes(service, readiness, exposure))
    return routes
