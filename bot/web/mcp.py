"""The agreements as tools for a model: an MCP server over streamable HTTP at ``/mcp``.

Every request stands alone and is answered by one JSON object. No session is kept, so that a
second copy of the site may answer the next request. The only importer of mcp.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.answering.question import MAX_LENGTH
from bot.web.api.clauses import MOST_HITS, ClauseObject, FoundObject
from bot.web.bodies import AnswerObject, Text
from bot.web.http import problem
from bot.web.key_check import asked_on
from bot.web.service import Busy, Service, Surface
from index.address import version_of
from index.errors import QueryError

logging.getLogger("mcp").setLevel(logging.ERROR)  # it would log what strangers send
PATH = "/mcp"
# Foreign pages, and names that are not ours, are refused before: KeyCheck and HostCheck.
_CHECKED_HERE = TransportSecuritySettings(enable_dns_rebinding_protection=False)
_READ_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "Terms-of-service agreements, quoted word for word. Use ask for a question: it returns the "
    "deciding clauses, or says that the agreements do not decide it; then do not answer from "
    "elsewhere. Use search_clauses to look around and get_clause to read a clause whole. Quote a "
    "clause with its agreement and label. Renderings are unofficial; the original wording prevails."
)
_ASK = (
    "Answer a question from the agreements. Returns the clauses that decide it, each with its "
    "label, the deciding words as `quote`, the whole clause as `text`, where it is an item of a "
    "list what the list says before as `lead_in`, where there are such an unofficial `translation` "
    "and the clause in one unofficial line as `gist`, "
    "and its `confidence`; or the outcome `abstained` with a `reason`: `silent` (the agreements "
    "are known to say nothing on it), `weak_evidence` (clauses are on the topic, none decides "
    "it), `not_found` (no clause was found), `out_of_scope` or `invalid`."
)
_SEARCH = (
    "List the clauses nearest to a question or to some words, best first, each with its text and "
    "a score of 0..1. A high score does not mean that the clause decides the question: `ask` does."
)
_CLAUSE = (
    "Read one clause word for word, with the titles above it, its agreement and version, and an "
    "unofficial rendering where there is one."
)

Question = Annotated[Text, Field(description="In Chinese or English, as a person asks it.")]
Words = Annotated[Text, Field(max_length=MAX_LENGTH, description="A question, or some words.")]
Agreement = Annotated[
    Text | None,
    Field(description="Id of the one agreement to look in, such as `xunzhong`. None for all."),
]
History = Annotated[
    Sequence[Text],
    Field(
        max_length=50,
        description="Earlier questions of the same conversation, oldest first, so that "
        "'and if I do not?' is understood.",
    ),
]
Count = Annotated[int, Field(ge=1, le=MOST_HITS, description="How many clauses.")]
ClauseId = Annotated[
    Text,
    Field(
        description="As `ask` and `search_clauses` give it, such as `xunzhong/5(3)`; an address "
        "with a version, such as `xunzhong@2023-11-08/5(3)`, is understood too, and so is what a "
        "person types, such as `dahan/12` for 第十二条."
    ),
]


class ReadClause(ClauseObject):
    """One clause with the agreement that it stands in."""

    agreement_title: str
    agreement_version: str


class ToolServer:
    """Serves the tools as an ASGI application, while ``running``."""

    def __init__(self, service: Service) -> None:
        self._server = _offer(_Tools(service))
        self._app: ASGIApp = problem(503, "The tools have not started. Ask again in a second.")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run what serves the requests; the site's lifespan does so."""
        app = self._server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            transport_security=_CHECKED_HERE,
        )
        async with app.router.lifespan_context(app):
            self._app = app
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        app = self._app
        if scope["method"] != "POST":
            # Without sessions there is nothing to listen to, and none to end.
            detail = "Only POST is served here, to clients of the Model Context Protocol."
            app = problem(405, detail, {"allow": "POST"})
        await app(scope, receive, send)


class _Tools:
    """What a model can call; each returns text to read and the object that programs get."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def ask(
        self,
        context: Context[Any, Request],
        question: Question,
        agreement: Agreement = None,
        history: History = (),
    ) -> Annotated[CallToolResult, AnswerObject]:
        # What a client calls itself is not written down: it may call itself anything.
        request = context.request_context.request
        surface, site = asked_on(request, Surface.MCP) if request else (Surface.MCP, "")
        with _described():
            served = await self._service.ask_soon(
                question, agreement=agreement, history=history, surface=surface, site=site
            )
        ids = ", ".join(citation.clause_id for citation in served.answer.citations)
        text = served.answer.text + (f"\n\nClause ids: {ids}" if ids else "")
        return _result(text, AnswerObject.of(served.answer, served.answer_id))

    async def search_clauses(
        self, question: Words, agreement: Agreement = None, k: Count = 10
    ) -> Annotated[CallToolResult, FoundObject]:
        with _described():
            found = await self._service.search_soon(question, agreement=agreement, k=k)
        text = "\n\n".join(
            f"{hit.clause.clause_id} (score {hit.score:.2f})\n{hit.clause.text}"
            for hit in found.hits
        )
        return _result(text, FoundObject.of(found))

    async def get_clause(self, clause_id: ClauseId) -> Annotated[CallToolResult, ReadClause]:
        index = self._service.bot.index
        with _described():
            position = index.locate(clause_id)
        clause = index.corpus.clauses[position]
        agreement = index.agreement(clause.agreement)
        rendering = index.fields(position).rendering
        head = " / ".join([agreement.title, *clause.path, clause.label])
        text = f"{head} (version {version_of(agreement)})\n\n{clause.text}"
        if rendering:
            text += f"\n\nUnofficial rendering; the original wording prevails:\n{rendering}"
        title, version = agreement.title, version_of(agreement)
        read = ReadClause.at(position, index, agreement_title=title, agreement_version=version)
        return _result(text, read)


def _offer(tools: _Tools) -> MCPServer[Any]:
    # Nothing here changes while the server runs, so there is nothing to subscribe to: a
    # subscription would be a stream that never ends.
    server: MCPServer[Any] = MCPServer(
        "clausebot",
        title="ClauseBot",
        instructions=_INSTRUCTIONS,
        log_level="WARNING",
        subscriptions=False,
    )
    for tool, title, description in (
        (tools.ask, "Ask the agreements", _ASK),
        (tools.search_clauses, "Search the clauses", _SEARCH),
        (tools.get_clause, "Read a clause", _CLAUSE),
    ):
        server.add_tool(tool, title=title, description=description, annotations=_READ_ONLY)
    return server


@contextmanager
def _described() -> Iterator[None]:
    """Turn what the caller can mend into an error that the model reads."""
    try:
        yield
    except (QueryError, Busy) as error:
        raise ToolError(str(error)) from error


def _result(text: str, given: BaseModel) -> CallToolResult:
    shown = TextContent(type="text", text=text)
    return CallToolResult(content=[shown], structured_content=given.model_dump(mode="json"))
