"""The gaps: what was asked and went badly, what is made of it, and how much that is by week.

New questions are grouped beside, begun by whoever opens the list; nobody waits for it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from bot.desk.gap_sheet import headings, to_rows
from bot.desk.gaps import Gap, GapState, week_of
from bot.desk.sheet import to_csv, to_xlsx
from bot.people.identity import Viewer
from bot.people.permissions import Operation
from bot.web.desk.access import actor_of, allow, operation
from bot.web.desk.desk import Desk
from bot.web.desk.gap_bodies import GapsObject, GroupingObject, MarkBody, MarkedObject, WeeksObject
from bot.web.desk.gap_objects import (
    mark_to_object,
    name_agreements,
    name_clause,
    title_of,
    to_object,
)
from bot.web.language import Accepted, choose_language
from bot.web.reply import reply

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
        return reply(
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
        return reply(asdict(gaps.follow(index.embedder, index.corpus.agreements)))

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
        return reply(
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
        made = gaps.mark(gap_id, (body.state, body.note), by=actor_of(request, viewer))
        return reply({"mark": mark_to_object(made.mark), "former": mark_to_object(made.former)})

    return routes


def _concerns(gap: Gap, agreement: str | None) -> bool:
    return agreement is None or not gap.agreements or agreement in gap.agreements
