"""The cookie of a session: no script reads it, and no other site's page sends it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

_NAME, _NAME_SECURE = "clausebot", "__Host-clausebot"  # a browser takes the latter from https alone


def token_of(request: Request) -> str:
    """Return the token that a request carries; empty for none."""
    return request.cookies.get(_name(request), "")


def set_token(response: Response, request: Request, token: str) -> None:
    """Let a browser keep a token until it is closed; the database ends a session sooner."""
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        _name(request), token, path="/", secure=is_secure, httponly=True, samesite="strict"
    )


def forget_token(response: Response, request: Request) -> None:
    """Let a browser forget its token."""
    response.delete_cookie(_name(request), path="/", secure=request.url.scheme == "https")


def _name(request: Request) -> str:
    return _NAME_SECURE if request.url.scheme == "https" else _NAME
