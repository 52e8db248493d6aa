"""What every route shares: the reader's language, JSON written fast, errors as problem+json."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Header, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.responses import Response

from bot.storage import StorageError
from index.errors import ClauseBotError

logger = logging.getLogger(__name__)
LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "clausebot_lang"  # set by the scripts that switch, page.js and shell.js
Accepted = Annotated[str, Header(alias="accept-language", description="Of what is told.")]


def choose_language(wanted: str | None, accepted: str) -> str:
    """Choose the language of a page: what the reader chose, or else what the browser likes best."""
    if wanted in LANGUAGES:
        return wanted
    for entry in accepted.split(","):
        language = entry.strip()[:2].lower()
        if language in LANGUAGES:
            return language
    return "en"


def language_of(request: Request) -> str:
    """Choose the language by the address, else by the reader's last choice, else the browser's."""
    wanted = request.query_params.get("lang") or request.cookies.get(COOKIE)
    return choose_language(wanted, request.headers.get("accept-language", ""))


def to_bytes(content: object) -> bytes:
    """Return an object, or one of texts, numbers, lists and the like, as JSON in UTF-8.

    Raises:
        ValueError: A text holds a lone surrogate, or an object is of a kind of its own.
    """
    return to_json(content, inf_nan_mode="null")


def json_response(
    content: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return it as an answer of the API."""
    return Response(to_bytes(content), status, headers, "application/json")


_AWAY_SECONDS = 30  # after which the database or the folder may be back
MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    *,
    code: str = "",
    more: Mapping[str, object] | None = None,
) -> Response:
    """Return an error that says in English what happened and what to do.

    By its code a page finds its own words for it, empty where it has none; ``more`` are further
    members, such as what is to blame.
    """
    body = problem_body(status, detail) | ({"code": code} if code else {}) | dict(more or {})
    return Response(to_bytes(body), status, headers, MEDIA_TYPE)


def problem_body(status: int, detail: str) -> dict[str, object]:
    """Return the object that says so; what UTF-8 cannot write is replaced."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail.encode("utf-8", "replace").decode(),
    }


def busy(detail: str, seconds: int, status: int = 503, *, code: str = "") -> Response:
    """Return an error that passes by itself, and after how many seconds to ask again."""
    return problem(status, detail, {"retry-after": str(seconds)}, code=code)


class ProblemObject(BaseModel):
    """What went wrong and what to do (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "Service Unavailable",
                "status": 503,
                "detail": "too many questions are waiting. Ask again in 1 second.",
            }
        }
    )

    type: str
    title: str
    status: int
    detail: str
    code: str | None = Field(None, description="Names some errors, for pages in other languages.")
    words: str | None = Field(
        None, description="Of some errors: the detail in the language of Accept-Language."
    )


_MEANINGS = {
    400: "The request makes no sense.",
    401: "Nobody known asks, or the key is unknown or revoked.",
    403: "This origin may not ask here, the key is unknown, or whoever asks may not do this.",
    404: "There is no such thing; the detail says what there is.",
    408: "The body came too slowly.",
    409: "It was changed meanwhile, or contradicts what is there.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    421: "The site is not served under this name; CLAUSEBOT_HOSTS lists those that it is.",
    422: "A field is missing or has a value that makes no sense.",
    429: "Somebody asked, or tried to sign in, too often. Retry-After says when to try again.",
    431: "The headers are too large.",
    503: "Too busy, or a part is out of order. Retry-After says when to ask again.",
}
_ALWAYS = (400, 401, 403, 421, 429, 431)  # what the gate and the guard may answer on every route
_POSTED = (408, 413, 415, 422)


def failures(*statuses: int, posted: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the description of a route's errors, beside those that every route can give.

    ``posted`` tells whether it takes a body.
    """
    described: dict[int | str, dict[str, Any]] = {}
    for status in sorted({*_ALWAYS, *statuses, *(_POSTED if posted else ())}):
        schema = {"$ref": "#/components/schemas/ProblemObject"}
        described[status] = {
            "description": _MEANINGS[status],
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        if status in (429, 503):
            described[status]["headers"] = {
                "Retry-After": {"description": "In seconds.", "schema": {"type": "integer"}}
            }
    return described


def database_away(error: StorageError) -> Response:
    """Say that the database cannot be used."""
    logger.warning("a request needed the database: %s", error)
    return busy(
        "The database cannot be used right now. Try again later.", _AWAY_SECONDS, code="storage"
    )


def library_away(error: ClauseBotError) -> Response:
    """Say that the folder of agreements cannot be used."""
    logger.warning("a request needed the folder of agreements: %s", error)
    words = (
        "The folder of agreements cannot be used right now. The log of the server says why; "
        "ask whoever runs it."
    )
    return busy(words, _AWAY_SECONDS, code="library")
