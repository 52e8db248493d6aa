"""The values that the whole project speaks of: a clause and its place in an agreement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClauseKind(StrEnum):
    """What a clause is within its agreement."""

    PREAMBLE = "preamble"  # text before the first heading
    CLAUSE = "clause"  # a numbered clause, or an article that is one plain paragraph
    ITEM = "item"  # an entry of a list that follows a lead-in
    PARAGRAPH = "paragraph"  # unnumbered text under a heading, beside numbered clauses
    CLOSING = "closing"  # unnumbered text after the last clause
    PASSAGE = "passage"  # a ready passage, indexed as it stands


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest thing that is cited.

    Attributes:
        clause_id: ``<agreement>/<label>`` in half-width form, unique in a corpus.
        agreement: Id of the agreement.
        label: The number as printed, e.g. ``5（3）``; a word for unnumbered text.
        path: Titles above the clause, outermost first, as printed.
        kind: What it is.
        level: Depth in the agreement's own numbering, 1 for the outermost.
        text: The words, exactly ``source[start:end]``; the label is not part of it.
        start: Offset of the first character, in characters of the source.
        end: Offset after the last character.
        label_start: Offset where the printed label begins; equals ``start`` without one.
        lead_in: Last words of the clause that a list item completes, or empty.
        parent: ``clause_id`` of the clause it stands under, or empty.
    """

    clause_id: str
    agreement: str
    label: str
    path: tuple[str, ...]
    kind: ClauseKind
    level: int
    text: str
    start: int
    end: int
    label_start: int
    lead_in: str = ""
    parent: str = ""
