"""Signing in, who one is, signing out."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from bot.people.identity import Kind, Role, Viewer
from bot.people.permissions import Operation
from bot.storage import StorageError
from bot.web.api.failures import failures
from bot.web.desk.access import AccessError, actor_of, address_of, allow, operation
from bot.web.desk.cookie import device_of, forget_token, set_device, set_token
from bot.web.desk.desk import Desk
from bot.web.outage import database_away
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
    check = allow(desk, Operation.SEE_SELF)
    see_self = Depends(check)

    @routes.post(
        "",
        status_code=201,
        response_model=MeObject,
        responses=failures(401, 503, posted=True),
        openapi_extra={"x-operation": Operation.SIGN_IN.value},
    )
    async def sign_in(body: SignInBody, request: Request) -> Response:
        """Sign in; the cookie that comes back opens the desk.

        Another stays in the browser, so that wrong tries elsewhere never make this one wait.
        """
        given = (body.name, body.password, address_of(request), device_of(request))

        def enter() -> Response:
            signed_in = people.sign_in(*given)
            answer = reply(_me(people.sessions.viewer(signed_in.token)), 201)
            set_token(answer, request, signed_in.token)
            set_device(answer, request, signed_in.device)
            return answer

        return await asyncio.wrap_future(desk.sign_ins.enter(enter))

    @routes.get("", response_model=MeObject, **operation(Operation.SEE_SELF))
    def see(viewer: Viewer = see_self) -> Response:
        """Say who is signed in."""
        return reply(_me(viewer))

    @routes.delete("", status_code=204, **operation(Operation.SEE_SELF))
    def sign_out(request: Request) -> Response:
        """End one's own session.

        The browser forgets it in any case; by 503 the session itself may still be open.
        """
        try:
            viewer = check(request)
            by = actor_of(request, viewer)
            people.sessions.revoke(viewer.credential_id, by, owner=viewer.person_id)
            answer = Response(status_code=204)
        except StorageError as error:
            answer = database_away(error)
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
