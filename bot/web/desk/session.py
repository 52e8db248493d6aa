"""Signing in, who one is, signing out."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from bot.people.identity import Kind, Role, Viewer
from bot.people.permissions import Operation
from bot.web.api.failures import failures
from bot.web.desk.access import AccessError, actor_of, address_of, allow, operation
from bot.web.desk.cookie import forget_token, set_token
from bot.web.desk.desk import Desk
from bot.web.reply import reply


class SignInBody(BaseModel):
    """A name and a password."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=256)
    password: str = Field(max_length=1024)


class MeObject(BaseModel):
    """Who is signed in."""

    person_id: str
    name: str
    role: Role
    session_id: str


def session_routes(desk: Desk) -> APIRouter:
    """Return the routes of one's own session."""
    routes = APIRouter(prefix="/api/desk/session")
    people = desk.people
    see_self = Depends(allow(desk, Operation.SEE_SELF))

    @routes.post(
        "",
        status_code=201,
        response_model=MeObject,
        responses=failures(401, 503, posted=True),
        openapi_extra={"x-operation": Operation.SIGN_IN.value},
    )
    def sign_in(body: SignInBody, request: Request) -> Response:
        """Sign in; the cookie that comes back opens the desk."""
        token = people.sign_in(body.name, body.password, address_of(request))
        answer = reply(_me(people.sessions.viewer(token)), 201)
        set_token(answer, request, token)
        return answer

    @routes.get("", response_model=MeObject, **operation(Operation.SEE_SELF))
    def see(viewer: Viewer = see_self) -> Response:
        """Say who is signed in."""
        return reply(_me(viewer))

    @routes.delete("", status_code=204, **operation(Operation.SEE_SELF))
    def sign_out(request: Request, viewer: Viewer = see_self) -> Response:
        """End one's own session."""
        people.sessions.revoke(
            viewer.credential_id, actor_of(request, viewer), owner=viewer.person_id
        )
        answer = Response(status_code=204)
        forget_token(answer, request)
        return answer

    return routes


def _me(viewer: Viewer) -> dict[str, str]:
    if viewer.kind not in (Kind.AGENT, Kind.ADMIN):
        raise AccessError(401)
    return {
        "person_id": viewer.person_id,
        "name": viewer.name,
        "role": viewer.kind.value,
        "session_id": viewer.credential_id,
    }
