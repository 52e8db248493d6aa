"""The gaps on the web: what went badly, what is made of it, and how much that is by week."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from bot.desk.gaps.rules import Gap, GapState, Mark, Sign, week_of
from bot.desk.gaps.sheet import headings, to_rows
from bot.desk.shell.access import actor_of, allow, operation
from bot.desk.shell.desk import Desk
from bot.people.identity import Viewer
from bot.people.permissions import Operation
from bot.spreadsheet import to_csv, to_xlsx
from bot.storage.masking import MAX_LENGTH
from bot.web.api.bodies import Text
from bot.web.http import Accepted, choose_language, json_response
from index.errors import QueryError
from index.search.clause_index import ClauseIndex


class MarkBody(BaseModel):
    """What a person makes of a gap."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"state": "should_say", "note": "Legal knows of it."}},
    )

    state: GapState
    note: Text = Field("", max_length=MAX_LENGTH)


class MarkObject(BaseModel):
    """What a person made of a gap; ``at`` is null where nobody did yet."""

    state: GapState
    note: str
    who: str
    at: datetime | None


class MarkedObject(BaseModel):
    """The mark that stands now, and the one that it took the place of."""

    mark: MarkObject
    former: MarkObject


class TitledObject(BaseModel):
    """An agreement and its title."""

    id: str
    title: str


class NearClauseObject(BaseModel):
    """A clause that came near; one that stands in no agreement any more has no label."""

    clause_id: str
    agreement: str
    title: str
    label: str
    begins: str = Field(description="Its first words.")


class GapObject(BaseModel):
    """A group of questions that went badly."""

    gap_id: str
    count: int
    signs: dict[Sign, int] = Field(description="How many of them went badly in which way.")
    first_at: datetime
    last_at: datetime
    trend: list[int] = Field(description="By week, UTC, the running one last.")
    examples: list[str]
    answers: list[str] = Field(description="Ids of the answers to them, in their order.")
    notes: list[str] = Field(description="What askers wrote last when they marked an answer.")
    agreements: list[TitledObject] = Field(description="Those it is about; empty for all.")
    near: list[NearClauseObject]
    mark: MarkObject


class GroupingObject(BaseModel):
    """How far the grouping of new questions is; ask again while some are left."""

    done: int
    left: int
    is_failing: bool


class GapsObject(BaseModel):
    """The gaps, those with the most questions first."""

    gaps: list[GapObject]
    total: int = Field(description="Of those in the state that was asked for.")
    counts: dict[GapState, int]
    grouping: GroupingObject
    keeps_questions: bool = Field(description="Without it questions are kept empty: no gap.")
    agreements: list[TitledObject] = Field(description="Those of today, to choose from.")


class WeekObject(BaseModel):
    """What was asked on one topic in one week."""

    begins: str = Field(description="Monday, in UTC.", examples=["2024-06-10"])
    agreement: str = Field(description="Empty where no clause came near.")
    topic: str
    answered: int
    abstained: int


class WeeksObject(BaseModel):
    """What was asked by week and topic; a week in which nothing was asked is left out."""

    since: str
    until: str = Field(description="Monday of the running week.")
    weeks: list[WeekObject]
    agreements: list[TitledObject]


_BEGINS = 90  # characters of a clause


def to_object(gap: Gap, index: ClauseIndex, language: str) -> dict[str, Any]:
    """Return a gap, its clauses and agreements named as they are today."""
    return {
        "gap_id": gap.gap_id,
        "count": gap.count,
        "signs": dict(gap.signs),
        "first_at": gap.first_at.isoformat(),
        "last_at": gap.last_at.isoformat(),
        "trend": list(gap.trend),
        "examples": list(gap.examples),
        "answers": list(gap.answers),
        "notes": list(gap.notes),
        "agreements": [_named(name, index, language) for name in gap.agreements],
        "near": [_near(clause_id, index, language) for clause_id in gap.near],
        "mark": mark_to_object(gap.mark),
    }


def name_agreements(index: ClauseIndex, language: str) -> list[dict[str, str]]:
    """Return the agreements of today."""
    return [_named(agreement.id, index, language) for agreement in index.corpus.agreements]


def title_of(name: str, index: ClauseIndex, language: str) -> str:
    """Return the title of an agreement; its id where it is none of today's."""
    try:
        return index.agreement(name).title_in(language)
    except QueryError:
        return name


def mark_to_object(mark: Mark) -> dict[str, Any]:
    """Return what a person made of a gap."""
    at = None if mark.at is None else mark.at.isoformat()
    return {"state": mark.state, "note": mark.note, "who": mark.who, "at": at}


def _named(name: str, index: ClauseIndex, language: str) -> dict[str, str]:
    return {"id": name, "title": title_of(name, index, language)}


def _near(clause_id: str, index: ClauseIndex, language: str) -> dict[str, str]:
    try:
        clause = index.corpus.clauses[index.position(clause_id)]
    except QueryError:
        agreement = clause_id.partition("/")[0]
        return {
            "clause_id": clause_id,
            "agreement": agreement,
            "title": "",
            "label": "",
            "begins": "",
        }
    text = " ".join(clause.text.split())
    return {
        "clause_id": clause_id,
        "agreement": clause.agreement,
        "title": index.agreement(clause.agreement).title_in(language),
        "label": clause.label,
        "begins": text if len(text) <= _BEGINS else text[: _BEGINS - 1] + "…",
    }


def name_clause(clause_id: str, index: ClauseIndex, language: str) -> str:
    """Return the name that a reader would look a clause up by; its id where it is gone."""
    near = _near(clause_id, index, language)
    return f"{near['title']} {near['label']}" if near["label"] else clause_id


CHART_WEEKS = 26
_MOST = 100  # gaps in one answer
_SHEETS = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
}


def gap_routes(desk: Desk) -> APIRouter:
    """Return the routes of the gaps."""
    routes = APIRouter(prefix="/api/desk/gaps")
    bot, gaps = desk.service.bot, desk.gaps
    see = Depends(allow(desk, Operation.SEE_GAPS))
    change = Depends(allow(desk, Operation.CHANGE_GAP))
    export = Depends(allow(desk, Operation.EXPORT_GAPS))

    @routes.get(
        "", response_model=GapsObject, dependencies=[see], **operation(Operation.SEE_GAPS, 422)
    )
    def list_gaps(
        state: Annotated[GapState | None, Query(description="Only those in this state.")] = None,
        agreement: Annotated[
            str | None, Query(description="Only those about this one, and about all.")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 20,
        offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
        accepted: Accepted = "",
    ) -> Response:
        """Return the gaps, and let what came since the last time be grouped."""
        index, language = bot.index, choose_language(None, accepted)
        progress = gaps.follow(index.embedder, index.corpus.agreements)
        found = [gap for gap in gaps.find() if _concerns(gap, agreement)]
        counts = Counter(gap.mark.state for gap in found)
        wanted = [gap for gap in found if state is None or gap.mark.state is state]
        shown = wanted[offset : offset + limit]
        return json_response(
            {
                "gaps": [to_object(gap, index, language) for gap in shown],
                "total": len(wanted),
                "counts": {each: counts[each] for each in GapState},
                "grouping": asdict(progress),
                "keeps_questions": desk.service.database.keeps_words,
                "agreements": name_agreements(index, language),
            }
        )

    @routes.get(
        "/grouping",
        response_model=GroupingObject,
        dependencies=[see],
        **operation(Operation.SEE_GAPS),
    )
    def grouping() -> Response:
        """Return how far the grouping of new questions is, and begin it where it is not yet."""
        index = bot.index
        return json_response(asdict(gaps.follow(index.embedder, index.corpus.agreements)))

    @routes.get(
        "/weeks",
        response_model=WeeksObject,
        dependencies=[see],
        **operation(Operation.SEE_GAPS, 422),
    )
    def weeks(accepted: Accepted = "") -> Response:
        """Return how many questions were answered, and how many not, by week and topic."""
        index, language = bot.index, choose_language(None, accepted)
        until = week_of(datetime.now(UTC))
        since = until - timedelta(weeks=CHART_WEEKS - 1)
        counted = gaps.topics(index, datetime.combine(since, time(), UTC))
        return json_response(
            {
                "since": since.isoformat(),
                "until": until.isoformat(),
                "weeks": [asdict(week) | {"begins": week.begins.isoformat()} for week in counted],
                "agreements": name_agreements(index, language),
            }
        )

    @routes.get(
        "/export",
        response_class=Response,
        dependencies=[export],
        **operation(Operation.EXPORT_GAPS, 422),
    )
    def download(
        kind: Annotated[Literal["csv", "xlsx"], Query(alias="format")] = "csv",
        accepted: Accepted = "",
    ) -> Response:
        """Return the whole list as a file for spreadsheets, whose cells cannot run."""
        index, language = bot.index, choose_language(None, accepted)
        now = datetime.now(UTC)
        rows = to_rows(
            gaps.find(now=now),
            language,
            lambda name: name_clause(name, index, language),
            lambda name: title_of(name, index, language),
        )
        media_type, write = _SHEETS[kind]
        named = f'attachment; filename="gaps-{now:%Y-%m-%d}.{kind}"'
        content = write(headings(language, now), rows)
        return Response(content, 200, {"content-disposition": named}, media_type)

    @routes.put(
        "/{gap_id}",
        response_model=MarkedObject,
        **operation(Operation.CHANGE_GAP, 404, posted=True),
    )
    def mark(gap_id: str, body: MarkBody, request: Request, viewer: Viewer = change) -> Response:
        """Say what a gap is; the last word stands, and the answer has what it replaced."""
        made = gaps.mark(gap_id, body.state, body.note, by=actor_of(request, viewer))
        return json_response(
            {"mark": mark_to_object(made.mark), "former": mark_to_object(made.former)}
        )

    return routes


def _concerns(gap: Gap, agreement: str | None) -> bool:
    return agreement is None or not gap.agreements or agreement in gap.agreements
