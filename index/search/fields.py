"""What a clause is searched through, beside its own words: rendering and expected questions.

``<agreement>.views.jsonl`` holds one object a line::

    {"clause_id": "xunzhong/5(3)", "heading": "…", "rendering": "…",
     "questions_zh": ["…"], "questions_en": ["…"]}

Renderings are unofficial translations into the other language; the agreement's own
words are the authority.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.clause import Clause
from index.errors import CorpusError
from index.jsonl import needed_text, read_objects, text_in, texts_in


class SearchField(StrEnum):
    """One way in which a clause is looked at by the search."""

    TEXT = "text"
    RENDERING = "rendering"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class ClauseFields:
    """The written fields of one clause; every field may be empty."""

    heading: str = ""
    rendering: str = ""
    questions: tuple[str, ...] = ()


_KEYS = {"clause_id", "heading", "rendering", "questions_zh", "questions_en"}


def read_fields(path: Path, clauses: Iterable[Clause]) -> dict[str, ClauseFields]:
    """Read the fields of one agreement's clauses; a missing file means none.

    Returns:
        Fields by clause id; clauses without a line have no entry.

    Raises:
        CorpusError: A line is not such an object, names no clause of the agreement,
            or names one twice.
    """
    if not path.exists():
        return {}
    known = {clause.clause_id for clause in clauses}
    fields: dict[str, ClauseFields] = {}
    for number, row in read_objects(path):
        try:
            fields[_clause_id(row, known, fields)] = ClauseFields(
                heading=text_in(row, "heading"),
                rendering=text_in(row, "rendering"),
                questions=texts_in(row, "questions_zh") + texts_in(row, "questions_en"),
            )
        except ValueError as error:
            raise CorpusError(str(error), path, number) from error
    return fields


def _clause_id(row: dict[str, Any], known: set[str], fields: dict[str, ClauseFields]) -> str:
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise ValueError(f"has unknown keys {unknown}. Known: {sorted(_KEYS)}.")
    clause_id = needed_text(row, "clause_id")
    if clause_id not in known:
        raise ValueError(f"{clause_id!r} is no clause of the agreement.")
    if clause_id in fields:
        raise ValueError(f"{clause_id!r} has a line above already.")
    return clause_id
