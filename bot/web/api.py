"""The API: bodies, routes, and which error has which status."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from bot.answer import to_json
from bot.bot import Bot
from bot.web.problem import problem
from index.errors import QueryError


def _check_writable(text: str) -> str:
    """Refuse what JSON can spell but UTF-8 cannot write, so that every answer can be sent."""
    text.encode()  # raises a ValueError for a lone surrogate
    return text


Text = Annotated[str, AfterValidator(_check_writable)]


class AskBody(BaseModel):
    """A question as a program asks it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "question": "How long is data kept after termination?",
                "agreement": "xunzhong",
            }
        },
    )

    question: Text = Field(description="In Chinese or English.")
    agreement: Text | None = Field(None, description="Id of the one agreement to answer from.")
    history: list[Text] = Field([], max_length=50, description="Earlier questions, oldest first.")
    id: Text | None = Field(None, max_length=200, description="Given back with the answer.")


def api_routes(bot: Bot) -> APIRouter:
    """Return the routes that answer programs."""
    routes = APIRouter(prefix="/api")

    @routes.post("/ask", responses={404: {}, 422: {}})
    def ask(body: AskBody) -> JSONResponse:
        """Answer one question, or abstain."""
        answer = bot.ask(body.question, agreement=body.agreement, history=body.history)
        return JSONResponse(to_json(answer, body.id))

    @routes.get("/health")
    def health() -> dict[str, object]:
        """Say that the site is up, and over what."""
        corpus = bot.index.corpus
        return {
            "status": "ok",
            "agreements": [agreement.id for agreement in corpus.agreements],
            "clauses": len(corpus.clauses),
        }

    return routes


def refuse_body(_: Request, error: Exception) -> Response:
    """Say what is wrong with a body, without repeating it."""
    if not isinstance(error, RequestValidationError):
        raise error
    problems = [
        ".".join(str(part) for part in fault["loc"][1:]) + ": " + fault["msg"]
        for fault in error.errors()
    ]
    text = "; ".join(problems).encode("utf-8", "replace").decode()
    return problem(422, text or "The body is not a question as JSON.")


def refuse_agreement(_: Request, error: Exception) -> Response:
    """Say that there is no such agreement, and which there are."""
    if not isinstance(error, QueryError):
        raise error
    return problem(404, str(error).encode("utf-8", "replace").decode())
