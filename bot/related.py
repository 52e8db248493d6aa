"""The clauses that stand in relation to those that an answer cites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.answer import Citation, Related
from bot.wording import say
from index.relations.relations import Relation, RelationKind
from index.search.clause_index import ClauseIndex

MOST = 4  # clauses beside an answer; more are no help to a reader
TOLD = 2  # of those that disagree are spoken of in its text
_NOTES = {
    RelationKind.EXCEPTION: "note_exception",
    RelationKind.REFERS_TO: "note_refers_to",
    RelationKind.REFERRED_BY: "note_referred_by",
}
_WEIGHT = {kind: place for place, kind in enumerate(RelationKind)}


def find_related(
    index: ClauseIndex, language: str, citations: Sequence[Citation]
) -> tuple[Related, ...]:
    """Return up to ``MOST`` clauses that are not cited, disagreeing ones first.

    Args:
        index: That was answered from.
        language: Of the notes, ``zh`` or ``en``.
        citations: Of the answer; a clause related to several is named beside the first.
    """
    seen = {citation.clause_id for citation in citations}
    rows = sorted(_relations(index, citations), key=lambda row: _WEIGHT[row.kind])
    found: list[Related] = []
    for row in rows:
        if row.other not in seen and len(found) < MOST:
            seen.add(row.other)
            found.append(_to_related(index, language, row))
    return tuple(found)


def find_disagreeing(
    index: ClauseIndex,
    language: str,
    citations: Sequence[Citation],
    related: Sequence[Related],
) -> tuple[Related, ...]:
    """Return up to ``TOLD`` clauses that the text must name: related ones that disagree first.

    What is cited may itself not go together; then one clause of each such pair is named.
    """
    found = [clause for clause in related if clause.kind == RelationKind.DISAGREES]
    told = {clause.of for clause in found}
    cited = {citation.clause_id for citation in citations}
    for row in _relations(index, citations):
        is_between = row.other in cited and not told & {row.clause_id, row.other}
        if row.kind is RelationKind.DISAGREES and is_between:
            told |= {row.clause_id, row.other}
            found.append(_to_related(index, language, row))
    return tuple(found[:TOLD])


def _relations(index: ClauseIndex, citations: Sequence[Citation]) -> Iterator[Relation]:
    for citation in citations:
        yield from index.relations.of(citation.clause_id)


def _to_related(index: ClauseIndex, language: str, row: Relation) -> Related:
    clause = index.corpus.clauses[index.position(row.other)]
    written = row.zh if language == "zh" else row.en
    return Related(
        clause_id=clause.clause_id,
        agreement=clause.agreement,
        label=clause.label,
        path=clause.path,
        text=clause.text,
        kind=row.kind.value,
        note=written or say(_NOTES[row.kind], language),
        of=row.clause_id,
    )
