"""Signing in and out, who one is, and the sessions that are open."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from bot.desk.shell.access import (
    ROW_ID,
    AccessError,
    RowId,
    actor_of,
    address_of,
    allow,
    device_of,
    forget_token,
    operation,
    set_device,
    set_token,
)
from bot.desk.shell.desk import Desk
from bot.people.identity import Kind, Role, UnknownError, Viewer
from bot.people.permissions import Operation, may, owner_for
from bot.people.second_factor import MAX_CODE
from bot.storage import StorageError
from bot.web.bodies import Body, Object
from bot.web.http import database_away, failures, json_response


class SignInBody(Body):
    """A name and a password, and a code of those who turned two-factor sign-in on."""

    name: str = Field(max_length=256)
    password: str = Field(max_length=1024)
    code: str = Field(
        "",
        max_length=MAX_CODE,
        description="Of the authenticator app, or a recovery code; needed where one without it "
        "is refused with the code second_factor.",
    )


class MeObject(Object):
    """Who is signed in."""

    person_id: str
    name: str
    role: Role
    session_id: str

    @classmethod
    def of(cls, viewer: Viewer) -> Self:
        """Return who somebody is who has a session.

        Raises:
            AccessError: It is nobody who could have one.
        """
        if viewer.kind not in (Kind.AGENT, Kind.ADMIN):
            raise AccessError(401)
        return cls.made_of(viewer, role=viewer.kind.value, session_id=viewer.credential_id)


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
        device = device_of(request)
        given = (body.name, body.password, address_of(request), device, body.code)

        def enter() -> Response:
            signed_in = people.sign_in(*given)
            answer = json_response(MeObject.of(people.sessions.viewer(signed_in.token)), 201)
            set_token(answer, request, signed_in.token)
            set_device(answer, request, signed_in.device)
            return answer

        return await asyncio.wrap_future(desk.sign_ins.enter(enter))

    @routes.get("", **operation(Operation.SEE_SELF))
    def see(viewer: Viewer = see_self) -> MeObject:
        """Say who is signed in."""
        return MeObject.of(viewer)

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


class SessionObject(Object):
    """A session that is open."""

    session_id: str
    person_id: str
    address: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
    is_current: bool


class EndedObject(Object):
    """How many sessions were ended."""

    ended: int


class SessionsObject(Object):
    """Those that one may see, the last used first."""

    sessions: list[SessionObject]


def sessions_routes(desk: Desk) -> APIRouter:
    """Return the routes of sessions."""
    routes = APIRouter(prefix="/api/desk/sessions")
    sessions = desk.people.sessions
    see_sessions = Depends(allow(desk, Operation.SEE_SESSIONS))
    revoke_session = Depends(allow(desk, Operation.REVOKE_SESSION))

    @routes.get("", **operation(Operation.SEE_SESSIONS))
    def see(viewer: Viewer = see_sessions) -> SessionsObject:
        """List the sessions that are open: one's own; an admin sees everybody's."""
        mine = viewer.credential_id
        found = sessions.of(owner_for(viewer, Operation.SEE_SESSIONS))
        return SessionsObject(
            sessions=[
                SessionObject.made_of(session, is_current=session.session_id == mine)
                for session in found
            ]
        )

    @routes.delete(
        "/{session_id}", status_code=204, **operation(Operation.REVOKE_SESSION, 404, 422)
    )
    def revoke(session_id: RowId, request: Request, viewer: Viewer = revoke_session) -> Response:
        """End a session, at once."""
        owner = owner_for(viewer, Operation.REVOKE_SESSION)
        sessions.revoke(session_id, actor_of(request, viewer), owner=owner)
        return Response(status_code=204)

    @routes.delete("", **operation(Operation.REVOKE_SESSION, 404, 422))
    def revoke_all(
        person_id: Annotated[str, Query(pattern=ROW_ID, description="Whose.")],
        request: Request,
        viewer: Viewer = revoke_session,
    ) -> EndedObject:
        """End every session of a person, at once."""
        if not may(viewer, Operation.REVOKE_SESSION, person_id):
            raise UnknownError("there is no such person, or it is not you.")
        return EndedObject(ended=sessions.revoke_all(person_id, actor_of(request, viewer)))

    return routes
