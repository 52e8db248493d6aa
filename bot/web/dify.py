"""Dify's external knowledge API: the clauses that an answer rests on, for a flow built there."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from bot.answering.answer import Answer, Citation
from bot.web.bodies import Text
from bot.web.http import failures, json_response
from bot.web.service import Service, Surface
from bot.web.sites import Callers
from bot.words.catalogue import say
from index.address import address_of, version_of
from index.errors import QueryError
from index.search.clause_index import ClauseIndex

Metadata = dict[str, str]


class _Foreign(BaseModel):
    """A part of Dify's body; a later Dify may send more than is known here."""

    model_config = ConfigDict(extra="ignore")


class Condition(_Foreign):
    """A test of a record's metadata. Ours holds words: no number is compared, no date."""

    name: Text | list[Text] = Field(description="A field of the metadata, or several.")
    comparison_operator: Literal[
        "contains",
        "not contains",
        "start with",
        "end with",
        "is",
        "is not",
        "in",
        "not in",
        "empty",
        "not empty",
    ]
    value: Text | list[Text] | None = Field(None, description="None for the tests of emptiness.")

    def holds(self, metadata: Metadata) -> bool:
        """Tell whether the test holds for any of the fields that it names."""
        names = [self.name] if isinstance(self.name, str) else self.name
        return any(self._holds(metadata.get(name, "")) for name in names)

    def _holds(self, found: str) -> bool:
        values = self.value if isinstance(self.value, list) else [self.value or ""]
        match self.comparison_operator:
            case "contains" | "not contains":
                holds = any(value in found for value in values)
            case "start with":
                holds = found.startswith(tuple(values))
            case "end with":
                holds = found.endswith(tuple(values))
            case "empty" | "not empty":
                holds = not found
            case _:
                holds = found in values
        return holds != ("not" in self.comparison_operator.split())


class Conditions(_Foreign):
    """Tests of a record's metadata, joined."""

    logical_operator: Literal["and", "or"] | None = "and"
    conditions: list[Condition] | None = Field(None, max_length=50)

    def hold(self, metadata: Metadata) -> bool:
        """Tell whether a record with this metadata is wanted."""
        tests = [condition.holds(metadata) for condition in self.conditions or ()]
        return not tests or (any(tests) if self.logical_operator == "or" else all(tests))


class RetrievalSetting(_Foreign):
    """How much is wanted."""

    top_k: int | None = Field(None, ge=1, description="Records at most; never more than 10.")
    score_threshold: float | None = Field(None, ge=0, le=1, description="Of a record at least.")


class RetrievalBody(_Foreign):
    """What Dify asks for."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "knowledge_id": "xunzhong",
                "query": "How long is data kept after termination?",
                "retrieval_setting": {"top_k": 4, "score_threshold": 0.0},
            }
        }
    )

    knowledge_id: Text = Field(description="Id of an agreement; `*` or `all` for every one.")
    query: Text = Field(description="The question, in Chinese or English.")
    retrieval_setting: RetrievalSetting | None = None
    metadata_condition: Conditions | None = None


class DifyRecord(BaseModel):
    """One clause, as Dify takes it up."""

    content: str = Field(description="The clause word for word.")
    score: float = Field(description="How well it fits the question, 0..1.")
    title: str = Field(description="Agreement and number, in the question's language.")
    metadata: Metadata = Field(
        description="clause_id, agreement, version, address, label, path, cited (yes or no), "
        "the quote of a cited clause, and an unofficial translation; empty where there is none."
    )


class DifyRecords(BaseModel):
    """What an answer rests on; empty where the agreements do not decide the question."""

    records: list[DifyRecord]


class DifyError(BaseModel):
    """An error as Dify numbers it: 1001 no key, 1002 a wrong key, 2001 no such agreement."""

    error_code: int
    error_msg: str


EVERY = frozenset(("*", "all"))  # knowledge ids that stand for all agreements
USUAL = 4  # records, where Dify names no number
_BAD_HEADER, _BAD_KEY, _NO_KNOWLEDGE = 1001, 1002, 2001  # as Dify numbers them
_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="Dify",
    description="The key of a program, or of a site that CLAUSEBOT_SITES names; any word where "
    "there is no key at all.",
)


class DifyRefusedError(Exception):
    """A request that is refused in Dify's own form of an error."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def refuse_dify(_: Request, error: DifyRefusedError) -> Response:
    """Say why Dify's request is refused."""
    return json_response(DifyError(error_code=error.code, error_msg=str(error)), error.status)


def dify_routes(service: Service, callers: Callers) -> APIRouter:
    """Return the route that Dify asks."""
    routes = APIRouter(tags=["dify"])
    statuses = failures(404, 503, posted=True)
    for status in (403, 404):
        statuses[status]["model"] = DifyError

    def permit(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> str:
        """Return the name of the program or the site whose key was sent."""
        # Both are 403: of most other statuses, Dify's test of a connection says that all is well.
        if given is None:
            raise DifyRefusedError(403, _BAD_HEADER, "Send the header 'Authorization: Bearer KEY'.")
        site = callers.find(given.credentials)
        if site is None and (callers.claims(given.credentials) or callers.is_used()):
            words = "No site or program has this key. Compare it with the desk or the file."
            raise DifyRefusedError(403, _BAD_KEY, words)
        if site and not site.may_retrieve:
            words = "This key is no program's. An admin makes one for a program at the desk."
            raise DifyRefusedError(403, _BAD_KEY, words)
        return site.name if site else ""

    @routes.post("/retrieval", responses=statuses)
    async def retrieve(body: RetrievalBody, site: str = Depends(permit)) -> DifyRecords:
        """Return the clauses that decide a question, and the next nearest, for a flow in Dify."""
        agreement = None if body.knowledge_id in EVERY else body.knowledge_id
        try:
            served = await service.ask_soon(
                body.query, agreement=agreement, surface=Surface.DIFY, site=site
            )
        except QueryError as error:
            raise DifyRefusedError(404, _NO_KNOWLEDGE, str(error)) from error
        records = to_records(served.answer, served.index)
        return DifyRecords(records=_select(records, body))

    return routes


def to_records(answer: Answer, index: ClauseIndex) -> list[DifyRecord]:
    """Return the clauses of an answer, the cited ones first; none where it abstains."""
    if not answer.citations:
        return []
    cited = {citation.clause_id: citation for citation in answer.citations}
    # A cited clause that is not among the nearest of all is so sure to answer as it was found.
    scores = {id_: citation.confidence for id_, citation in cited.items()}
    scores |= {hit.clause_id: hit.score for hit in answer.retrieved}
    return [
        _record(index, answer.language, clause_id, score, cited.get(clause_id))
        for clause_id, score in scores.items()
    ]


def _record(
    index: ClauseIndex, language: str, clause_id: str, score: float, citation: Citation | None
) -> DifyRecord:
    position = index.position(clause_id)
    clause = index.corpus.clauses[position]
    agreement = index.agreement(clause.agreement)
    title = agreement.title_in(language)
    return DifyRecord(
        content=clause.text,
        score=round(score, 4),
        title=say("clause", language, agreement=title, label=clause.label),
        metadata={
            "clause_id": clause_id,
            "agreement": agreement.id,
            "version": version_of(agreement),
            "address": address_of(clause, agreement),
            "label": clause.label,
            "path": " / ".join(clause.path),
            "cited": "yes" if citation else "no",
            "lead_in": clause.lead_in,
            "quote": citation.quote if citation else "",
            "translation": index.fields(position).rendering,
        },
    )


def _select(records: list[DifyRecord], body: RetrievalBody) -> list[DifyRecord]:
    """Return the records that are wanted, in their order."""
    setting = body.retrieval_setting
    conditions = body.metadata_condition
    least = setting.score_threshold if setting else None
    wanted = [
        record
        for record in records
        if record.score >= (least or 0) and (conditions is None or conditions.hold(record.metadata))
    ]
    return wanted[: (setting and setting.top_k) or USUAL]
