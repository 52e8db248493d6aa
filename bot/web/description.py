"""The description of the API at ``/openapi.json``."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from bot.web.api.failures import ProblemObject

_ABOUT = """Ask terms-of-service agreements in Chinese or English. Every answer cites the clauses
that decide the question, word for word; where the agreements do not decide it, it says so.

Errors are `application/problem+json` (RFC 9457) and say what to do. A full queue answers 503 at
once, with `Retry-After`. A browser on another site sends the public key of its site as
`X-ClauseBot-Key`; programs and our own pages need none. A program that has a key of its own sends
it as `Authorization: Bearer`, and its questions are counted under its name."""
_TAGS = [
    {"name": "ask", "description": "Questions and their answers."},
    {"name": "read", "description": "What the answers rest on."},
    {"name": "answers", "description": "Answers that were given, verified again."},
    {"name": "feedback", "description": "What askers think of answers."},
    {"name": "desk", "description": "For support agents, and for their programs with a key."},
    {"name": "dify", "description": "External knowledge for a flow built in Dify."},
    {"name": "status", "description": "For whoever runs this."},
]


class DescribedSite(FastAPI):
    """An application whose description names the form of every error once."""

    def __init__(self, **options: Any) -> None:
        """Take what FastAPI takes."""
        super().__init__(
            title="ClauseBot",
            version="1",
            description=_ABOUT,
            openapi_tags=_TAGS,
            docs_url=None,
            redoc_url=None,
            **options,
        )

    def openapi(self) -> dict[str, Any]:
        """Return the description, with the form of the errors that the routes refer to."""
        if not self.openapi_schema:
            described = super().openapi()
            described["components"]["schemas"][ProblemObject.__name__] = (
                ProblemObject.model_json_schema()
            )
            for path in described["paths"].values():
                for operation in path.values():
                    # What a route does in one sentence says more than its function's name.
                    operation["summary"] = operation.pop("description").rstrip(".")
        return super().openapi()
