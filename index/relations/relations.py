"""How clauses stand to each other: what they say of one another, and what a reader has seen.

``relations.jsonl`` in a corpus folder holds what only a reader can tell, one object a line::

    {"clause_id": "acme/5.5", "other": "acme/5.8", "kind": "disagrees",
     "zh": "5.5 …；5.8 …。", "en": "5.5 …; 5.8 …."}

``kind`` is ``disagrees`` or ``same``; ``zh`` and ``en`` say in one sentence what each of the two
clauses says. A line holds for both of its clauses. References are read out of the clauses' words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.clause import Clause
from index.errors import CorpusError
from index.jsonl import needed_text, read_objects
from index.relations.references import find_references

NAME = "relations.jsonl"
_KEYS = {"clause_id", "other", "kind", "zh", "en"}


class RelationKind(StrEnum):
    """What another clause is to a clause; the first kind weighs most."""

    DISAGREES = "disagrees"  # the two do not go together
    EXCEPTION = "exception"  # the clause names the other as an exception
    SAME = "same"  # the two say the same
    REFERS_TO = "refers_to"  # the clause speaks of the other
    REFERRED_BY = "referred_by"  # the other speaks of the clause


REVIEWED = (RelationKind.DISAGREES, RelationKind.SAME)
_WEIGHT = {kind: place for place, kind in enumerate(RelationKind)}


@dataclass(frozen=True, slots=True)
class Relation:
    """How one clause stands to another.

    Attributes:
        clause_id: The clause.
        other: Id of the other one.
        kind: What the other is to the clause.
        zh: What each of them says, in one Chinese sentence; empty for a reference.
        en: The same in English.
    """

    clause_id: str
    other: str
    kind: RelationKind
    zh: str = ""
    en: str = ""


def read_relations(
    corpus: Path, clause_ids: Collection[str], unread: Collection[str] = ()
) -> tuple[Relation, ...]:
    """Read the reviewed relations of a corpus folder; none where there is no such file.

    Those of clauses of agreements that cannot be read are left out.

    Raises:
        CorpusError: A line is not such an object, names no clause of the corpus or one clause
            twice, or stands there already.
    """
    path = corpus / NAME
    if not path.is_file():
        return ()
    found: dict[frozenset[str], Relation] = {}
    for number, row in read_objects(path):
        try:
            relation = _to_relation(row, clause_ids, unread)
        except ValueError as error:
            raise CorpusError(str(error), path, number) from error
        if relation is None:
            continue
        pair = frozenset((relation.clause_id, relation.other))
        if pair in found:
            raise CorpusError("relates two clauses that a line above relates.", path, number)
        found[pair] = relation
    return tuple(found.values())


class Relations:
    """Every relation between the clauses of a corpus."""

    def __init__(self, clauses: Sequence[Clause], reviewed: Iterable[Relation]) -> None:
        """Join the reviewed relations with the references in the words of ``clauses``.

        A relation with a clause that is not among them is left out.
        """
        self._agreement = {clause.clause_id: clause.agreement for clause in clauses}
        self._clauses: defaultdict[str, list[Clause]] = defaultdict(list)
        for clause in clauses:
            self._clauses[clause.agreement].append(clause)
        self._reviewed: defaultdict[str, list[Relation]] = defaultdict(list)
        for row in reviewed:
            if row.clause_id in self._agreement and row.other in self._agreement:
                self._reviewed[row.clause_id].append(row)
                back = Relation(row.other, row.clause_id, row.kind, row.zh, row.en)
                self._reviewed[row.other].append(back)
        self._referring: dict[str, dict[str, list[Relation]]] = {}

    def of(self, clause_id: str) -> tuple[Relation, ...]:
        """Return the relations of one clause: one for each other clause, by the weight of kind."""
        agreement = self._agreement.get(clause_id)
        if agreement is None:
            return ()
        if agreement not in self._referring:  # read when first asked for: a large corpus waits less
            self._referring[agreement] = _read_references(self._clauses[agreement])
        rows = [*self._reviewed[clause_id], *self._referring[agreement].get(clause_id, ())]
        best: dict[str, Relation] = {}
        for row in sorted(rows, key=lambda row: _WEIGHT[row.kind]):
            best.setdefault(row.other, row)
        return tuple(best.values())


def _read_references(clauses: Sequence[Clause]) -> dict[str, list[Relation]]:
    """Return the references of one agreement, seen from both ends, by clause id."""
    found: defaultdict[str, list[Relation]] = defaultdict(list)
    for row in find_references(clauses):
        kind = RelationKind.EXCEPTION if row.is_exception else RelationKind.REFERS_TO
        found[row.clause_id].append(Relation(row.clause_id, row.other, kind))
        back = Relation(row.other, row.clause_id, RelationKind.REFERRED_BY)
        found[row.other].append(back)
    return dict(found)


def _to_relation(
    row: dict[str, Any], clause_ids: Collection[str], unread: Collection[str]
) -> Relation | None:
    """Return the relation of a line, or None for one with an agreement that cannot be read."""
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise ValueError(f"has unknown keys {unknown}. Known: {sorted(_KEYS)}.")
    ends = needed_text(row, "clause_id"), needed_text(row, "other")
    kind, zh, en = needed_text(row, "kind"), needed_text(row, "zh"), needed_text(row, "en")
    if kind not in REVIEWED:
        raise ValueError(f"{kind!r} is no kind of relation. Write 'disagrees' or 'same'.")
    if ends[0] == ends[1]:
        raise ValueError(f"relates {ends[0]!r} to itself. Name two clauses.")
    if any(end.partition("/")[0] in unread for end in ends):
        return None
    for end in ends:
        if end not in clause_ids:
            raise ValueError(f"{end!r} is no clause of the corpus.")
    return Relation(*ends, RelationKind(kind), zh, en)
