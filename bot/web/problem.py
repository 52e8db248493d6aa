"""Errors of the site as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    *,
    code: str = "",
    more: Mapping[str, object] | None = None,
) -> JSONResponse:
    """Return an error that says what happened and what to do.

    Args:
        status: Of the answer.
        detail: In English.
        headers: Beside the usual ones.
        code: By which a page finds its own words for it; empty where it has none.
        more: Further members, such as what is to blame.
    """
    body = problem_body(status, detail) | ({"code": code} if code else {}) | dict(more or {})
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def problem_body(status: int, detail: str) -> dict[str, object]:
    """Return the object that says so; what UTF-8 cannot write is replaced."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail.encode("utf-8", "replace").decode(),
    }


def busy(detail: str, seconds: int, status: int = 503, *, code: str = "") -> JSONResponse:
    """Return an error that passes by itself, and after how many seconds to ask again."""
    return problem(status, detail, {"retry-after": str(seconds)}, code=code)
