"""The cookies of the desk: no script reads them, and no other site's page sends them.

One opens a session; the other proves that somebody signed in with this browser before, and opens
nothing.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

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
