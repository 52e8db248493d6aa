"""The errors of the API, as its description says them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.web.problem import MEDIA_TYPE


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
    422: "A field is missing or has a value that makes no sense.",
    429: "Somebody asked, or tried to sign in, too often. Retry-After says when to try again.",
    431: "The headers are too large.",
    503: "Too busy, or a part is out of order. Retry-After says when to ask again.",
}
_ALWAYS = (400, 401, 403, 429, 431)  # what the gate and the guard may answer on every route
_POSTED = (408, 413, 415, 422)


def failures(*statuses: int, posted: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the description of the errors of a route.

    Args:
        statuses: Its own, beside those that every route can give.
        posted: Whether it takes a body.
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
