"""What a clause is searched through, beside its own words: rendering and expected questions.

``<agreement>.views.jsonl`` holds one object a line::

    {"clause_id": "xunzhong/5(3)", "heading": "…", "rendering": "…",
     "questions_zh": ["…"], "questions_en": ["…"]}

Renderings are unofficial translations into the other language; the agreement's own
words are the authority.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from index.clause import Clause
from index.errors import CorpusError


class View(StrEnum):
    """One way in which a clause is looked at by the search."""

    TEXT = "text"
    RENDERING = "rendering"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class ClauseViews:
    """The written views of one clause; every field may be empty."""

    heading: str = ""
    rendering: str = ""
    questions: tuple[str, ...] = ()


_KEYS = {"clause_id", "heading", "rendering", "questions_zh", "questions_en"}


def read_views(path: Path, clauses: Iterable[Clause]) -> dict[str, ClauseViews]:
    """Read the views of one agreement's clauses; a missing file means none.

    Returns:
        Views by clause id; clauses without a line have no entry.

    Raises:
        CorpusError: A line is not such an object, names no clause of the agreement,
            or names one twice.
    """
    if not path.exists():
        return {}
    known = {clause.clause_id for clause in clauses}
    views: dict[str, ClauseViews] = {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"cannot be read ({error}). Save it as UTF-8.", path) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _parse(line, path, number)
        clause_id = str(row["clause_id"])
        if clause_id not in known:
            raise CorpusError(f"{clause_id!r} is no clause of the agreement.", path, number)
        if clause_id in views:
            raise CorpusError(f"{clause_id!r} has a line above already.", path, number)
        views[clause_id] = ClauseViews(
            heading=str(row.get("heading", "")),
            rendering=str(row.get("rendering", "")),
            questions=_strings(row, "questions_zh", path, number)
            + _strings(row, "questions_en", path, number),
        )
    return views


def _parse(line: str, path: Path, number: int) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise CorpusError(f"is not JSON ({error}).", path, number) from error
    if not isinstance(row, dict) or "clause_id" not in row:
        raise CorpusError('is no object with a "clause_id".', path, number)
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise CorpusError(f"has unknown keys {unknown}. Known: {sorted(_KEYS)}.", path, number)
    return row


def _strings(row: dict[str, object], key: str, path: Path, number: int) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise CorpusError(f"{key!r} must be a list of texts.", path, number)
    return tuple(entry for entry in value if entry.strip())
