"""The files beside an agreement → what of them still holds for its new words.

What was written of a clause was written of its words. Where the same words stand elsewhere now, it
goes with them. Where they have changed, nobody has read what was written beside them, and it is
left out: a rendering would translate words that are gone, a relation would say what the clause
says no more. Expected questions tell what a clause is about, and what is answered is quoted from
its new words alone: they stay with a clause that is nearly the same, such as with another number,
and go where much of it changed. Such a clause is then found through its own words, like one that
is new. Left out is also the heading of a clause under another title, and a relation that names a
moved clause by its number.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.address import follow
from index.clause import Clause
from index.command import to_line
from index.diff import MOST_WORK, PieceKind, diff_words, work_of
from index.jsonl import read_objects
from index.numerals import HAN
from index.relations.relations import NAME as RELATIONS
from index.search.open_questions import NAME as UNANSWERED

NEARLY = 0.8  # share of a clause's characters that it has to have in common with what it was
_NUMBER = re.compile(rf"[\W\d_第条章节款项{HAN}]+")
_NO_QUESTIONS: dict[str, list[str]] = {"questions_zh": [], "questions_en": []}
Files = Mapping[str, bytes | None]  # bytes by name; None for a file that is to go


@dataclass(frozen=True, slots=True)
class AnnotationLoss:
    """What is left out of what was written of one clause.

    Attributes:
        clause_id: The clause, as it was called.
        has_rendering: Whether a rendering is.
        questions: How many expected questions are.
        relations: How many relations to other clauses are.
    """

    clause_id: str
    has_rendering: bool
    questions: int
    relations: int


def migrate_annotations(
    corpus: Path, agreement: str, before: Sequence[Clause], after: Sequence[Clause]
) -> tuple[dict[str, bytes | None], tuple[AnnotationLoss, ...]]:
    """Return the written fields and relations that hold for an agreement's new clauses.

    They are the files of the folder ``corpus`` that become others; beside them stands what is left
    out of them, by clause.

    Raises:
        CorpusError: One of the files cannot be read.
    """
    steps = follow(before, after)
    titles = _titles(before), _titles(after)
    alike = _nearly_the_same(before, after, steps)
    fields, relations = corpus / f"{agreement}.views.jsonl", corpus / RELATIONS
    files: dict[str, bytes | None] = {}
    kept: list[dict[str, Any]] = []
    lost: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for row in _read(fields):
        place = steps.get(str(row.get("clause_id")), "")
        if place:
            is_titled = titles[0].get(str(row["clause_id"])) == titles[1].get(place)
            kept.append(row | {"clause_id": place} | ({} if is_titled else {"heading": ""}))
        else:
            is_alike = row.get("clause_id") in alike
            lost[str(row.get("clause_id"))] = row | (_NO_QUESTIONS if is_alike else {})
            kept += [row | {"rendering": "", "gist": None}] if is_alike else []
    files |= _changed(fields, kept)
    kept, cut = [], Counter[str]()
    for row in _read(relations):
        ends = {key: _place(str(row.get(key)), agreement, steps) for key in ("clause_id", "other")}
        gone = [row[key] for key, place in ends.items() if not place or _names(row, key, place)]
        cut.update(gone)
        if not gone:
            kept.append(row | ends)
    files |= _changed(relations, kept)
    losses = [
        AnnotationLoss(
            clause_id,
            bool(lost[clause_id].get("rendering")),
            sum(len(lost[clause_id].get(key) or []) for key in ("questions_zh", "questions_en")),
            cut[clause_id],
        )
        for clause_id in dict.fromkeys([*lost, *cut])
    ]
    return files, tuple(losses)


def without_open(
    corpus: Path, agreement: str, questions: Collection[str]
) -> dict[str, bytes | None]:
    """Return the unanswered questions, of which some no longer count against an agreement."""
    kept = []
    for row in _read(corpus / UNANSWERED):
        names = row.get("agreements") or []
        if row.get("question") not in questions or agreement not in names:
            kept.append(row)
        elif len(names) > 1:  # a question that names no agreement would count as foreign to all
            kept.append(row | {"agreements": [name for name in names if name != agreement]})
    return _changed(corpus / UNANSWERED, kept)


def _nearly_the_same(
    before: Sequence[Clause], after: Sequence[Clause], steps: Mapping[str, str]
) -> set[str]:
    """Return the ids of the clauses that changed a little, in their place."""
    now, left = {clause.clause_id: clause for clause in after}, MOST_WORK
    alike = set()
    for clause in before:
        new = now.get(clause.clause_id)
        if steps[clause.clause_id] or new is None:
            continue
        pieces = diff_words(clause.text, new.text, most=left)
        left = max(0, left - work_of(clause.text, new.text))
        same = sum(len(piece.text) for piece in pieces if piece.kind is PieceKind.SAME)
        if same >= NEARLY * max(len(clause.text), len(new.text)):
            alike.add(clause.clause_id)
    return alike


def _titles(clauses: Sequence[Clause]) -> dict[str, str]:
    """Return, by id, the title that a clause stands under, its number aside."""
    return {row.clause_id: _NUMBER.sub("", row.path[-1] if row.path else "") for row in clauses}


def _names(row: Mapping[str, Any], key: str, place: str) -> bool:
    """Tell whether a relation's sentence names a clause by a number that is another's now."""
    number = str(row[key]).partition("/")[2]
    return place != row[key] and any(number in str(row.get(words)) for words in ("zh", "en"))


def _place(clause_id: str, agreement: str, steps: Mapping[str, str]) -> str:
    is_own = clause_id.partition("/")[0] == agreement
    return steps.get(clause_id, "") if is_own else clause_id


def _read(path: Path) -> list[dict[str, Any]]:
    return [row for _, row in read_objects(path)] if path.is_file() else []


def _changed(path: Path, rows: Sequence[dict[str, Any]]) -> dict[str, bytes | None]:
    """Return a file as it becomes; nothing if it stays, None in it if no row is left."""
    if rows == _read(path):
        return {}
    lines = "".join(f"{to_line(row)}\n" for row in rows)
    return {path.name: lines.encode() if rows else None}
