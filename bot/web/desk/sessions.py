"""Sessions that are open, one's own or everybody's, and ending them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from bot.people.errors import UnknownError
from bot.people.identity import Viewer
from bot.people.permissions import Operation, may, owner_for
from bot.web.desk.access import ROW_ID, RowId, actor_of, allow, operation
from bot.web.desk.desk import Desk
from bot.web.reply import reply


class SessionObject(BaseModel):
    """A session that is open."""

    session_id: str
    person_id: str
    address: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
    is_current: bool


class EndedObject(BaseModel):
    """How many sessions were ended."""

    ended: int


class SessionsObject(BaseModel):
    """Those that one may see, the last used first."""

    sessions: list[SessionObject]


def sessions_routes(desk: Desk) -> APIRouter:
    """Return the routes of sessions."""
    routes = APIRouter(prefix="/api/desk/sessions")
    sessions = desk.people.sessions
    see_sessions = Depends(allow(desk, Operation.SEE_SESSIONS))
    revoke_session = Depends(allow(desk, Operation.REVOKE_SESSION))

    @routes.get("", response_model=SessionsObject, **operation(Operation.SEE_SESSIONS))
    def see(viewer: Viewer = see_sessions) -> Response:
        """List the sessions that are open: one's own; an admin sees everybody's."""
        rows = [
            {
                "session_id": session.session_id,
                "person_id": session.person_id,
                "address": session.address,
                "begun_at": session.begun_at,
                "seen_at": session.seen_at,
                "ends_at": session.ends_at,
                "is_current": session.session_id == viewer.credential_id,
            }
            for session in sessions.of(owner_for(viewer, Operation.SEE_SESSIONS))
        ]
        return reply({"sessions": rows})

    @routes.delete(
        "/{session_id}", status_code=204, **operation(Operation.REVOKE_SESSION, 404, 422)
    )
    def revoke(session_id: RowId, request: Request, viewer: Viewer = revoke_session) -> Response:
        """End a session, at once."""
        owner = owner_for(viewer, Operation.REVOKE_SESSION)
        sessions.revoke(session_id, actor_of(request, viewer), owner=owner)
        return Response(status_code=204)

    @routes.delete("", response_model=EndedObject, **operation(Operation.REVOKE_SESSION, 404, 422))
    def revoke_all(
        person_id: Annotated[str, Query(pattern=ROW_ID, description="Whose.")],
        request: Request,
        viewer: Viewer = revoke_session,
    ) -> Response:
        """End every session of a person, at once."""
        if not may(viewer, Operation.REVOKE_SESSION, person_id):
            raise UnknownError("there is no such person, or it is not you.")
        return reply({"ended": sessions.revoke_all(person_id, actor_of(request, viewer))})

    return routes
