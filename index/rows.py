"""Corpus in, one row for every view of every clause out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from index.clause import Clause
from index.corpus import Corpus
from index.sentence import split_sentences
from index.views import ClauseViews, View


@dataclass(frozen=True, slots=True)
class Row:
    """One text that a vector is made of, pointing to its clause.

    Attributes:
        clause: Position of the clause in the corpus.
        view: Through which view the clause is seen.
        text: What is embedded.
        start: Where a sentence begins in the clause's text or rendering; 0 otherwise.
        end: Where it ends; 0 for a row that is no piece of the clause.
    """

    clause: int
    view: View
    text: str
    start: int = 0
    end: int = 0


def make_rows(corpus: Corpus) -> list[Row]:
    """Return the rows of every clause, in the order of the clauses."""
    rows: list[Row] = []
    for position, clause in enumerate(corpus.clauses):
        views = corpus.views.get(clause.clause_id, ClauseViews())
        rows += _own_rows(position, clause)
        rows += _rendering_rows(position, clause, views)
        rows += [Row(position, View.QUESTION, question) for question in views.questions]
    return rows


def make_wholes(corpus: Corpus) -> list[Row]:
    """Return whole clauses and whole renderings, for the model that reads in context.

    Titles are left out: what stands above many clauses alike tells them apart by nothing.
    """
    rows: list[Row] = []
    for position, clause in enumerate(corpus.clauses):
        text = " ".join(filter(None, (clause.lead_in, clause.text)))
        rows.append(Row(position, View.TEXT, text))
        rendering = corpus.views.get(clause.clause_id, ClauseViews()).rendering
        if rendering:
            rows.append(Row(position, View.RENDERING, rendering))
    return rows


def field_text(clause: Clause, views: ClauseViews, view: View) -> str:
    """Return what the words of one view are looked up in."""
    if view is View.TEXT:
        return " ".join(filter(None, (*clause.path, clause.lead_in, clause.text)))
    if view is View.RENDERING:
        return f"{views.heading}: {views.rendering}" if views.heading else views.rendering
    return " ".join(views.questions)


def _own_rows(position: int, clause: Clause) -> Iterator[Row]:
    """Yield the clause under its titles, then each of its sentences alone."""
    yield Row(position, View.TEXT, field_text(clause, ClauseViews(), View.TEXT))
    spans = split_sentences(clause.text)
    for start, end in spans:
        yield Row(position, View.TEXT, clause.text[start:end], start, end)


def _rendering_rows(position: int, clause: Clause, views: ClauseViews) -> Iterator[Row]:
    if not views.rendering:
        return
    yield Row(position, View.RENDERING, field_text(clause, views, View.RENDERING))
    for start, end in split_sentences(views.rendering):
        yield Row(position, View.RENDERING, views.rendering[start:end], start, end)
