"""Gaps, marks, clauses and agreements as the API of the gaps gives them out."""

from __future__ import annotations

from typing import Any

from bot.desk.gaps import Gap, Mark
from index.errors import QueryError
from index.search.clause_index import ClauseIndex

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
