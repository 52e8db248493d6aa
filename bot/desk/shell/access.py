"""Who sends a request to the desk, by a session's cookie or a key, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from bot.desk.shell.desk import Desk
from bot.people.client_address import clean_address
from bot.people.identity import Actor, Kind, Viewer
from bot.people.permissions import Operation, Reach, reach
from bot.web.http import failures
from bot.web.key_check import bearer_key, site_of
from index.errors import ClauseBotError

_SESSION, _DEVICE = "clausebot", "clausebot-device"
_SECURE = "__Host-"  # a browser takes a name with it from https alone
_DEVICE_SECONDS = 180 * 24 * 60 * 60  # from the last time that somebody signed in


def token_of(request: Request) -> str:
    """Return the token that a request carries; empty for none."""
    return request.cookies.get(_name(request, _SESSION), "")


def device_of(request: Request) -> str:
    """Return what a browser kept of an earlier time; empty for nothing."""
    return request.cookies.get(_name(request, _DEVICE), "")


def set_token(response: Response, request: Request, token: str) -> None:
    """Let a browser keep a token until it is closed; the database ends a session sooner."""
    _set(response, request, _SESSION, token, None)


def set_device(response: Response, request: Request, device: str) -> None:
    """Let a browser keep that somebody signed in with it; signing out leaves it there."""
    _set(response, request, _DEVICE, device, _DEVICE_SECONDS)


def forget_token(response: Response, request: Request) -> None:
    """Let a browser forget its token."""
    response.delete_cookie(_name(request, _SESSION), path="/", secure=_is_secure(request))


def _set(response: Response, request: Request, name: str, value: str, seconds: int | None) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="strict",
    )


def _name(request: Request, name: str) -> str:
    return _SECURE + name if _is_secure(request) else name


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


ROW_ID = r"^[A-Za-z0-9_-]{1,64}$"  # of a person, session or key
RowId = Annotated[str, Path(pattern=ROW_ID)]


class AccessError(ClauseBotError):
    """Somebody may not do what they asked for.

    Attributes:
        status: 401 where nobody known asks, 403 where somebody known may not.
    """

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(
            "Sign in, or send the key of an agent as Authorization: Bearer."
            if status == 401
            else "You may not do this. Ask an admin."
        )


def operation(what: Operation, *statuses: int, posted: bool = False) -> dict[str, Any]:
    """Return what the description of a route says of it, to be given to its decorator.

    The statuses are of its failures, beside those of access; ``posted`` says that it takes JSON.
    """
    return {
        "responses": failures(401, 403, 503, *statuses, posted=posted),
        "openapi_extra": {"x-operation": what.value},
    }


def allow(desk: Desk, what: Operation) -> Callable[[Request], Viewer]:
    """Return a dependency that gives who asks, if they may do it to anything at all.

    What they may do it *to* is the route's to check, by ``may`` or ``owner_for``.
    """

    def check(request: Request) -> Viewer:
        viewer = viewer_of(request, desk)
        if reach(viewer, what) is Reach.NONE:
            raise AccessError(401 if viewer.kind is Kind.ANONYMOUS else 403)
        return viewer

    return check


def viewer_of(request: Request, desk: Desk) -> Viewer:
    """Return who sends a request; where there is a key, a cookie counts for nothing."""
    site = site_of(request)
    if site is not None:  # the key of a page or a program, which the gate has looked at
        return Viewer(Kind.PROGRAM if site.is_program else Kind.WIDGET, name=site.name)
    key = bearer_key(request.headers)
    return desk.people.keys.viewer(key) if key else desk.people.sessions.viewer(token_of(request))


def actor_of(request: Request, viewer: Viewer) -> Actor:
    """Return who acts, as the audit log tells it."""
    return Actor.of(viewer, address_of(request))


def address_of(request: Request) -> str:
    """Return where a request is from; empty where that is not known.

    A proxy that is trusted passes on what it was told, which need be no address.
    """
    return clean_address(request.client.host) if request.client else ""
