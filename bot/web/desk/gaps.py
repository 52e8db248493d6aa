"""The gaps: what was asked and went badly, what is made of it, and how much that is by week.

New questions are grouped beside, begun by whoever opens the list; nobody waits for it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from bot.desk.gap_sheet import headings, to_rows
from bot.desk.gaps import Gap, GapState, Mark, week_of
from bot.desk.sheet import to_csv, to_xlsx
from bot.people.identity import Viewer
from bot.people.permissions import Operation
from bot.web.desk.access import actor_of, allow, operation
from bot.web.desk.desk import Desk
from bot.web.desk.gap_bodies import GapsObject, GroupingObject, MarkBody, MarkedObject, WeeksObject
from bot.web.language import Accepted, choose_language
from bot.web.reply import reply
from index.clause_index import ClauseIndex
from index.errors import QueryError

CHART_WEEKS = 26
_MOST = 100  # gaps in one answer
_BEGINS = 90  # characters of a clause
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
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 20,
        offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
        accepted: Accepted = "",
    ) -> Response:
        """Return the gaps, and let what came since the last time be grouped."""
        index, language = bot.index, choose_language(None, accepted)
        progress = gaps.follow(index.embedder, index.corpus.agreements)
        found = gaps.find()
        counts = Counter(gap.mark.state for gap in found)
        wanted = [gap for gap in found if state is None or gap.mark.state is state]
        shown = wanted[offset : offset + limit]
        return reply(
            {
                "gaps": [_gap(gap, index, language) for gap in shown],
                "total": len(wanted),
                "counts": {each: counts[each] for each in GapState},
                "grouping": asdict(progress),
                "keeps_questions": desk.service.database.keeps_words,
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
                "agreements": [
                    {"id": agreement.id, "title": agreement.title_in(language)}
                    for agreement in index.corpus.agreements
                ],
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
        rows = to_rows(gaps.find(now=now), language, lambda name: _name(name, index, language))
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
        return reply({"mark": _mark(made.mark), "former": _mark(made.former)})

    return routes


def _gap(gap: Gap, index: ClauseIndex, language: str) -> dict[str, Any]:
    return {
        "gap_id": gap.gap_id,
        "count": gap.count,
        "signs": dict(gap.signs),
        "first_at": gap.first_at.isoformat(),
        "last_at": gap.last_at.isoformat(),
        "trend": list(gap.trend),
        "examples": list(gap.examples),
        "near": [_near(clause_id, index, language) for clause_id in gap.near],
        "mark": _mark(gap.mark),
    }


def _mark(mark: Mark) -> dict[str, Any]:
    at = None if mark.at is None else mark.at.isoformat()
    return {"state": mark.state, "note": mark.note, "who": mark.who, "at": at}


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


def _name(clause_id: str, index: ClauseIndex, language: str) -> str:
    near = _near(clause_id, index, language)
    return f"{near['title']} {near['label']}" if near["label"] else clause_id
