"""Errors of the site as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an error that says what happened and what to do."""
    return JSONResponse(problem_body(status, detail), status, headers, MEDIA_TYPE)


def problem_body(status: int, detail: str) -> dict[str, object]:
    """Return the object that says so; what UTF-8 cannot write is replaced."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail.encode("utf-8", "replace").decode(),
    }


def busy(detail: str, seconds: int, status: int = 503) -> JSONResponse:
    """Return an error that passes by itself, and after how many seconds to ask again."""
    return problem(status, detail, {"retry-after": str(seconds)})
