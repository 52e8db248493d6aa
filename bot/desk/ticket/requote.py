"""A quote and what its clause says now in, what to quote of it now out."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.answering.reader import name_clauses
from bot.desk.ticket.draft import find_lead_ins, find_rendering, without_lead_in
from index.diff import split_words
from index.errors import QueryError
from index.search.clause_index import ClauseIndex, Hit
from index.text import split_sentences

_MOST = 4_000  # words that are compared


@dataclass(frozen=True, slots=True)
class Requoted:
    """What to quote today in the place of former words.

    Attributes:
        clause_id: Of the clause; another one where the words have moved.
        reference: The clause as a reader would look it up.
        quote: Its words, as they stand there.
        rendering: Unofficial rendering of the quote; None where the agreement is in the language
            of the reader, or nobody has rendered it.
    """

    clause_id: str
    reference: str
    quote: str
    rendering: str | None


def requote(index: ClauseIndex, language: str, clause_id: str, quote: str) -> Requoted | None:
    """Return what to quote of the agreements of today; None where nothing is left of a clause.

    Where the words stand in another clause of the agreement, and no more in this one, it is that
    one. The language is that of the reader.
    """
    here = _position(index, clause_id)
    position = here
    if here is None or quote not in index.corpus.clauses[here].text:
        moved = _find_words(index, clause_id.partition("/")[0], quote)
        position = here if moved is None else moved
    if position is None:
        return None
    clause = index.corpus.clauses[position]
    now = find_quote(quote, clause.text)
    start = clause.text.index(now)
    rendering = None
    if language != index.agreement(clause.agreement).language:
        lead_ins = find_lead_ins(index, language, clause.clause_id)
        found = find_rendering(index, clause.clause_id, start, start + len(now))
        rendering = without_lead_in(found, lead_ins)
    reference = name_clauses(index, language, [Hit(clause, 0.0, position)])
    return Requoted(clause.clause_id, reference, now, rendering)


def find_quote(quote: str, later: str) -> str:
    """Return what to quote of a text in the place of former words, as it stands there.

    That is the words themselves if they stand there, or else the sentence most like them.
    """
    if quote in later:
        return quote
    sentences = [later[start:end] for start, end in split_sentences(later)]
    words = split_words(quote)[:_MOST]

    def likeness(sentence: str) -> float:
        theirs = split_words(sentence)[:_MOST]
        return SequenceMatcher(None, words, theirs, autojunk=False).ratio()

    return max(sentences, key=likeness, default="")


def _position(index: ClauseIndex, clause_id: str) -> int | None:
    try:
        return index.position(clause_id)
    except QueryError:
        return None


def _find_words(index: ClauseIndex, agreement: str, quote: str) -> int | None:
    """Return the place of the first clause of an agreement in which words stand."""
    places = enumerate(index.corpus.clauses)
    return next(
        (at for at, clause in places if clause.agreement == agreement and quote in clause.text),
        None,
    )
