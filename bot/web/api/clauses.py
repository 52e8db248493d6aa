"""What the answers rest on: search, clauses and agreements."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.exceptions import HTTPException

from bot.web.bodies import CLAUSE, CLAUSE_TEXT, Language, Object, Rounded, Text
from bot.web.http import failures
from bot.web.service import Found, Service
from index.address import address_of
from index.errors import QueryError
from index.search.clause_index import ClauseIndex

MOST_HITS = 50
_LONGEST = 2_000  # characters that are searched for


class HitObject(Object):
    """A clause that a search found."""

    clause_id: str = Field(examples=[CLAUSE])
    agreement: str = Field(examples=["xunzhong"])
    label: str = Field(examples=["5（3）"])
    path: tuple[str, ...]
    score: Rounded = Field(description="0..1, higher is nearer.", examples=[0.93])
    text: str = Field(examples=[CLAUSE_TEXT])


class FoundObject(Object):
    """What a search found, best first."""

    generation: str
    hits: list[HitObject]

    @classmethod
    def of(cls, found: Found) -> Self:
        """Return the clauses that were found."""
        hits = [HitObject.made_of(hit.clause, score=hit.score) for hit in found.hits]
        return cls(generation=found.index.generation, hits=hits)


class ClauseObject(Object):
    """One clause."""

    clause_id: str = Field(examples=[CLAUSE])
    address: str = Field(
        description="Finds these very words as long as the agreement holds them.",
        examples=["xunzhong@2023-11-08/5(3)"],
    )
    agreement: str
    label: str
    path: tuple[str, ...]
    level: int = Field(description="1 for the outermost.")
    text: str
    start: int = Field(description="Offset of the text in the agreement, in code points.")
    end: int
    translation: str | None = Field(description="Unofficial rendering, if there is one.")

    @classmethod
    def at(cls, position: int, index: ClauseIndex, **given: object) -> Self:
        """Return the clause at one place of an index."""
        clause = index.corpus.clauses[position]
        given["address"] = address_of(clause, index.agreement(clause.agreement))
        given["translation"] = index.fields(position).rendering or None
        return cls.made_of(clause, **given)


class AgreementObject(Object):
    """One agreement."""

    id: str = Field(examples=["xunzhong"])
    title: str
    title_en: str
    party: str
    party_en: str
    language: Language
    version: str
    source: str
    sha256: str = Field(description="Of the file, hexadecimal.")
    clause_count: int


class AgreementsObject(Object):
    """All agreements that are answered from."""

    generation: str
    agreements: list[AgreementObject]


class WholeAgreementObject(AgreementObject):
    """One agreement with its clauses, in their order."""

    generation: str
    clauses: list[ClauseObject]


def clause_routes(service: Service) -> APIRouter:
    """Return the routes that show clauses and agreements."""
    routes = APIRouter(prefix="/api", tags=["read"])

    @routes.get("/search", responses=failures(404, 422, 503))
    async def search(
        q: Annotated[
            Text,
            Query(description="What to look for.", max_length=_LONGEST, examples=["违约金"]),
        ],
        agreement: Annotated[
            Text | None, Query(description="Id of the one agreement to look in.")
        ] = None,
        k: Annotated[int, Query(description="How many clauses.", ge=1, le=MOST_HITS)] = 10,
    ) -> FoundObject:
        """Return the clauses that fit a question, best first."""
        if agreement is not None:
            service.bot.index.agreement(agreement)
        try:
            found = await service.search_soon(q, agreement=agreement, k=k)
        except QueryError as error:
            raise HTTPException(422, str(error)) from error
        return FoundObject.of(found)

    @routes.get("/clauses/{clause_id:path}", responses=failures(404, 422))
    async def clause(clause_id: Annotated[Text, Path(examples=["xunzhong/5(3)"])]) -> ClauseObject:
        """Return one clause by its id, as a person types it, or by an address with a version."""
        index = service.bot.index
        return ClauseObject.at(index.locate(clause_id), index)

    @routes.get("/agreements", responses=failures())
    async def agreements() -> AgreementsObject:
        """Return the agreements that are answered from."""
        index = service.bot.index
        counts = Counter(clause.agreement for clause in index.corpus.clauses)
        rows = [
            AgreementObject.made_of(agreement, clause_count=counts[agreement.id])
            for agreement in index.corpus.agreements
        ]
        return AgreementsObject(generation=index.generation, agreements=rows)

    @routes.get("/agreements/{agreement_id}", responses=failures(404, 422))
    async def agreement(
        agreement_id: Annotated[Text, Path(examples=["xunzhong"])],
    ) -> WholeAgreementObject:
        """Return one agreement with all its clauses."""
        index = service.bot.index
        found = index.agreement(agreement_id)
        clauses = index.corpus.clauses
        own = [at for at, clause in enumerate(clauses) if clause.agreement == found.id]
        return WholeAgreementObject.made_of(
            found,
            clause_count=len(own),
            generation=index.generation,
            clauses=[ClauseObject.at(position, index) for position in own],
        )

    return routes
