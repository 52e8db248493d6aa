"""The gaps on the web: what went badly, what is made of it, and how much that is by week."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from bot.desk.gaps.rules import Gap, GapState, Sign, concerns, week_of
from bot.desk.gaps.sheet import headings, to_rows
from bot.desk.gaps.store import TopicWeek
from bot.desk.gaps.store_grouping import Progress
from bot.desk.shell.access import actor_of, allow, operation
from bot.desk.shell.desk import Desk
from bot.people.identity import Viewer
from bot.people.permissions import Operation
from bot.records.citation_status import clause_at
from bot.spreadsheet import to_csv, to_xlsx
from bot.storage.stripping import MAX_LENGTH
from bot.web.bodies import Body, Object, Text, Time
from bot.web.http import Accepted, choose_language
from index.errors import QueryError
from index.search.clause_index import ClauseIndex


class MarkBody(Body):
    """What a person makes of a gap."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"state": "should_say", "note": "Legal knows of it."}}
    )

    state: GapState
    note: Text = Field("", max_length=MAX_LENGTH)


class MarkObject(Object):
    """What a person made of a gap; ``at`` is null where nobody did yet."""

    state: GapState
    note: str
    who: str
    at: Time | None


class MarkedObject(Object):
    """The mark that stands now, and the one that it took the place of."""

    mark: MarkObject
    former: MarkObject


class TitledObject(Object):
    """An agreement and its title; its id where it is none of today's."""

    id: str
    title: str

    @classmethod
    def named(cls, name: str, index: ClauseIndex, language: str) -> Self:
        """Return an agreement as it is called today."""
        try:
            return cls(id=name, title=index.agreement(name).title_in(language))
        except QueryError:
            return cls(id=name, title=name)

    @classmethod
    def all(cls, index: ClauseIndex, language: str) -> list[Self]:
        """Return the agreements of today."""
        return [cls.named(agreement.id, index, language) for agreement in index.corpus.agreements]


class NearClauseObject(Object):
    """A clause that came near; one that stands in no agreement any more has no label."""

    clause_id: str
    agreement: str
    title: str
    label: str
    begins: str = Field(description="Its first words.")

    @classmethod
    def named(cls, clause_id: str, index: ClauseIndex, language: str) -> Self:
        """Return a clause as it is called today."""
        clause = clause_at(clause_id, index)
        if clause is None:
            agreement = clause_id.partition("/")[0]
            return cls(clause_id=clause_id, agreement=agreement, title="", label="", begins="")
        text = " ".join(clause.text.split())
        return cls.made_of(
            clause,
            clause_id=clause_id,
            title=index.agreement(clause.agreement).title_in(language),
            begins=text if len(text) <= _BEGINS else text[: _BEGINS - 1] + "…",
        )

    def __str__(self) -> str:
        """Say what a reader would look it up by; its id where it is gone."""
        return f"{self.title} {self.label}" if self.label else self.clause_id


class GapObject(Object):
    """A group of questions that went badly, its clauses and agreements as they are called today."""

    gap_id: str
    count: int
    signs: dict[Sign, int] = Field(description="How many of them went badly in which way.")
    first_at: Time
    last_at: Time
    trend: tuple[int, ...] = Field(description="By week, UTC, the running one last.")
    examples: tuple[str, ...]
    answers: tuple[str, ...] = Field(description="Ids of the answers to them, in their order.")
    notes: tuple[str, ...] = Field(description="What askers wrote last when they marked an answer.")
    agreements: list[TitledObject] = Field(description="Those it is about; empty for all.")
    near: list[NearClauseObject]
    mark: MarkObject

    @classmethod
    def of(cls, gap: Gap, index: ClauseIndex, language: str) -> Self:
        """Return a gap."""
        agreements = [TitledObject.named(name, index, language) for name in gap.agreements]
        near = [NearClauseObject.named(clause_id, index, language) for clause_id in gap.near]
        return cls.made_of(gap, agreements=agreements, near=near)


class GapsObject(Object):
    """The gaps, those with the most questions first."""

    gaps: list[GapObject]
    total: int = Field(description="Of those in the state that was asked for.")
    counts: dict[GapState, int]
    grouping: Progress
    keeps_questions: bool = Field(description="Without it questions are kept empty: no gap.")
    agreements: list[TitledObject] = Field(description="Those of today, to choose from.")


class WeeksObject(Object):
    """What was asked by week and topic; a week in which nothing was asked is left out."""

    since: date
    until: date = Field(description="Monday of the running week.")
    weeks: list[TopicWeek]
    agreements: list[TitledObject]


_BEGINS = 90  # characters of a clause
CHART_WEEKS = 26
_MOST = 100  # gaps in one answer
_SHEETS = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
}


def gap_routes(desk: Desk) -> APIRouter:
    """Return the routes of the gaps."""
    routes = APIRouter(prefix="/api/desk/gaps")
    gaps, service = desk.gaps, desk.service
    see = Depends(allow(desk, Operation.SEE_GAPS))
    change = Depends(allow(desk, Operation.CHANGE_GAP))
    export = Depends(allow(desk, Operation.EXPORT_GAPS))

    @routes.get("", dependencies=[see], **operation(Operation.SEE_GAPS, 422))
    def list_gaps(
        state: Annotated[GapState | None, Query(description="Only those in this state.")] = None,
        agreement: Annotated[
            str | None, Query(description="Only those about this one, and about all.")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 20,
        offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
        accepted: Accepted = "",
    ) -> GapsObject:
        """Return the gaps, and let what came since the last time be grouped."""
        index, language = service.bot.index, choose_language(None, accepted)
        progress = gaps.follow(index.embedder, index.corpus.agreements)
        found = [gap for gap in gaps.find() if concerns(gap, agreement)]
        counts = Counter(gap.mark.state for gap in found)
        wanted = [gap for gap in found if state is None or gap.mark.state is state]
        shown = wanted[offset : offset + limit]
        return GapsObject(
            gaps=[GapObject.of(gap, index, language) for gap in shown],
            total=len(wanted),
            counts={each: counts[each] for each in GapState},
            grouping=progress,
            keeps_questions=service.database.keeps_words,
            agreements=TitledObject.all(index, language),
        )

    @routes.get("/grouping", dependencies=[see], **operation(Operation.SEE_GAPS))
    def grouping() -> Progress:
        """Return how far the grouping of new questions is, and begin it where it is not yet."""
        index = service.bot.index
        return gaps.follow(index.embedder, index.corpus.agreements)

    @routes.get("/weeks", dependencies=[see], **operation(Operation.SEE_GAPS, 422))
    def weeks(accepted: Accepted = "") -> WeeksObject:
        """Return how many questions were answered, and how many not, by week and topic."""
        index, language = service.bot.index, choose_language(None, accepted)
        until = week_of(datetime.now(UTC))
        since = until - timedelta(weeks=CHART_WEEKS - 1)
        counted = gaps.topics(index, datetime.combine(since, time(), UTC))
        agreements = TitledObject.all(index, language)
        return WeeksObject(since=since, until=until, weeks=counted, agreements=agreements)

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
        index, language = service.bot.index, choose_language(None, accepted)
        now = datetime.now(UTC)
        rows = to_rows(
            gaps.find(now=now),
            language,
            lambda name: str(NearClauseObject.named(name, index, language)),
            lambda name: TitledObject.named(name, index, language).title,
        )
        media_type, write = _SHEETS[kind]
        named = f'attachment; filename="gaps-{now:%Y-%m-%d}.{kind}"'
        content = write(headings(language, now), rows)
        return Response(content, 200, {"content-disposition": named}, media_type)

    @routes.put("/{gap_id}", **operation(Operation.CHANGE_GAP, 404, posted=True))
    def mark(
        gap_id: str, body: MarkBody, request: Request, viewer: Viewer = change
    ) -> MarkedObject:
        """Say what a gap is; the last word stands, and the answer has what it replaced."""
        made = gaps.mark(gap_id, body.state, body.note, by=actor_of(request, viewer))
        return MarkedObject.made_of(made)

    return routes
