"""An item of a list in, the words that lead into it out, as they stand in the clauses above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.reader import name_clauses
from index.search.clause_index import ClauseIndex, Hit
from index.text import split_sentences

_WHOLE = 400  # characters up to which a lead-in is quoted whole, and not by its last sentence


@dataclass(frozen=True, slots=True)
class LeadIn:
    """Words that an item of a list completes: ``text[start:end]`` of the clause above it.

    Attributes:
        clause_id: Of the clause above.
        reference: That clause as a reader would look it up.
        quote: The words.
        start: Offset in that clause's text.
        end: Offset after the last character.
        rendering: Unofficial rendering of the quote; None where the agreement is in the language
            of the reader, or nobody has rendered it.
    """

    clause_id: str
    reference: str
    quote: str
    start: int
    end: int
    rendering: str | None


def find_lead_ins(index: ClauseIndex, language: str, clause_id: str) -> tuple[LeadIn, ...]:
    """Return what leads into a clause, outermost first; nothing where it is no item of a list.

    Raises:
        QueryError: There is no such clause.
    """
    clause = index.corpus.clauses[index.position(clause_id)]
    if not clause.lead_in:
        return ()
    position = index.position(clause.parent)
    above = index.corpus.clauses[position]
    start = 0 if len(above.text) <= _WHOLE else split_sentences(above.text)[-1][0]
    end = len(above.text)
    is_own = language == index.agreement(above.agreement).language
    lead_in = LeadIn(
        clause_id=above.clause_id,
        reference=name_clauses(index, language, [Hit(above, 0.0, position)]),
        quote=above.text[start:end],
        start=start,
        end=end,
        rendering=None if is_own else find_rendering(index, above.clause_id, start, end),
    )
    return (*find_lead_ins(index, language, above.clause_id), lead_in)


def without_lead_in(rendering: str | None, lead_ins: Sequence[LeadIn]) -> str | None:
    """Return the rendering of an item without that of what leads into it, if it begins so."""
    for led in lead_ins:
        if rendering and led.rendering:
            rendering = rendering.removeprefix(led.rendering).lstrip() or rendering
    return rendering


def find_rendering(index: ClauseIndex, clause_id: str, start: int, end: int) -> str | None:
    """Return the unofficial rendering of words of a clause; None where none can be told.

    Raises:
        QueryError: There is no such clause.
    """
    position = index.position(clause_id)
    text, rendering = index.corpus.clauses[position].text, index.views(position).rendering
    if text[start:end] == text:
        return rendering or None
    own, theirs = split_sentences(text), split_sentences(rendering)
    if len(own) != len(theirs) or (start, end) not in own:
        return None
    return rendering[slice(*theirs[own.index((start, end))])]
