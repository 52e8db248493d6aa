"""What the answers rest on: search, clauses and agreements."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from bot.web.api.bodies import (
    AgreementsObject,
    ClauseObject,
    FoundObject,
    Text,
    WholeAgreementObject,
)
from bot.web.http import failures, json_response, problem
from bot.web.service import Found, Service
from index.address import address_of
from index.agreement import Agreement
from index.errors import QueryError
from index.search.clause_index import ClauseIndex, Hit

MOST_HITS = 50
_LONGEST = 2_000  # characters that are searched for


def clause_routes(service: Service) -> APIRouter:
    """Return the routes that show clauses and agreements."""
    routes = APIRouter(prefix="/api", tags=["read"])

    @routes.get("/search", response_model=FoundObject, responses=failures(404, 422, 503))
    async def search(
        q: Annotated[
            Text,
            Query(description="What to look for.", max_length=_LONGEST, examples=["违约金"]),
        ],
        agreement: Annotated[
            Text | None, Query(description="Id of the one agreement to look in.")
        ] = None,
        k: Annotated[int, Query(description="How many clauses.", ge=1, le=MOST_HITS)] = 10,
    ) -> Response:
        """Return the clauses that fit a question, best first."""
        if agreement is not None:
            service.bot.index.agreement(agreement)
        try:
            found = await service.search_soon(q, agreement=agreement, k=k)
        except QueryError as error:
            return problem(422, str(error))
        return json_response(found_object(found))

    @routes.get(
        "/clauses/{clause_id:path}",
        response_model=ClauseObject,
        responses=failures(404, 422),
    )
    async def clause(
        clause_id: Annotated[Text, Path(examples=["xunzhong/5(3)"])],
    ) -> Response:
        """Return one clause by its id, or by an address with a version, former ones too."""
        index = service.bot.index
        return json_response(clause_object(index, index.position(clause_id)))

    @routes.get("/agreements", response_model=AgreementsObject, responses=failures())
    async def agreements() -> Response:
        """Return the agreements that are answered from."""
        index = service.bot.index
        rows = [_agreement(index, agreement) for agreement in index.corpus.agreements]
        return json_response({"generation": index.generation, "agreements": rows})

    @routes.get(
        "/agreements/{agreement_id}",
        response_model=WholeAgreementObject,
        responses=failures(404, 422),
    )
    async def agreement(
        agreement_id: Annotated[Text, Path(examples=["xunzhong"])],
    ) -> Response:
        """Return one agreement with all its clauses."""
        index = service.bot.index
        found = index.agreement(agreement_id)
        clauses = index.corpus.clauses
        own = [at for at, clause in enumerate(clauses) if clause.agreement == found.id]
        return json_response(
            {
                **_agreement(index, found),
                "generation": index.generation,
                "clauses": [clause_object(index, at) for at in own],
            }
        )

    return routes


def found_object(found: Found) -> dict[str, object]:
    """Return the clauses that were found, as the JSON object that every surface gives out."""
    return {
        "generation": found.index.generation,
        "hits": [_hit_object(hit) for hit in found.hits],
    }


def _hit_object(hit: Hit) -> dict[str, object]:
    return {
        "clause_id": hit.clause.clause_id,
        "agreement": hit.clause.agreement,
        "label": hit.clause.label,
        "path": list(hit.clause.path),
        "score": round(hit.score, 4),
        "text": hit.clause.text,
    }


def clause_object(index: ClauseIndex, position: int) -> dict[str, object]:
    """Return the clause at one place as the JSON object that every surface gives out."""
    clause = index.corpus.clauses[position]
    return {
        "clause_id": clause.clause_id,
        "address": address_of(clause, index.agreement(clause.agreement)),
        "agreement": clause.agreement,
        "label": clause.label,
        "path": list(clause.path),
        "level": clause.level,
        "text": clause.text,
        "start": clause.start,
        "end": clause.end,
        "translation": index.fields(position).rendering or None,
    }


def _agreement(index: ClauseIndex, agreement: Agreement) -> dict[str, object]:
    return {
        "id": agreement.id,
        "title": agreement.title,
        "title_en": agreement.title_en,
        "party": agreement.party,
        "party_en": agreement.party_en,
        "language": agreement.language,
        "version": agreement.version,
        "source": agreement.source,
        "sha256": agreement.sha256,
        "clause_count": sum(c.agreement == agreement.id for c in index.corpus.clauses),
    }
