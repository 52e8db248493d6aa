"""One search through every field of every clause: its rows, and what each channel says."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.clause import Clause
from index.corpus import Corpus
from index.search.embedder import Embedder, Vectors
from index.search.fields import ClauseFields, SearchField
from index.search.open_questions import OpenQuestions
from index.search.ranking import CONTEXTS, VECTORS, WORDS, Channel, Floats
from index.search.spelling import Speller
from index.search.vectors import VectorIndex
from index.search.words import LexicalIndex, analyse, load_synonyms
from index.text import normalise, split_sentences


@dataclass(frozen=True, slots=True)
class Row:
    """One text that a vector is made of, pointing to its clause.

    Attributes:
        clause: Position of the clause in the corpus.
        field: Through which field the clause is seen.
        text: What is embedded.
        start: Where a sentence begins in the clause's text or rendering; 0 otherwise.
        end: Where it ends; 0 for a row that is no piece of the clause.
    """

    clause: int
    field: SearchField
    text: str
    start: int = 0
    end: int = 0


def make_rows(corpus: Corpus) -> list[Row]:
    """Return the rows of every clause, in the order of the clauses."""
    rows: list[Row] = []
    for position, clause in enumerate(corpus.clauses):
        fields = corpus.fields.get(clause.clause_id, ClauseFields())
        rows += _own_rows(position, clause)
        rows += _rendering_rows(position, clause, fields)
        rows += [Row(position, SearchField.QUESTION, question) for question in fields.questions]
    return rows


def make_wholes(corpus: Corpus) -> list[Row]:
    """Return whole clauses and whole renderings, for the model that reads in context.

    Titles are left out: what stands above many clauses alike tells them apart by nothing.
    """
    rows: list[Row] = []
    for position, clause in enumerate(corpus.clauses):
        text = " ".join(filter(None, (clause.lead_in, clause.text)))
        rows.append(Row(position, SearchField.TEXT, text))
        rendering = corpus.fields.get(clause.clause_id, ClauseFields()).rendering
        if rendering:
            rows.append(Row(position, SearchField.RENDERING, rendering))
    return rows


def field_text(clause: Clause, fields: ClauseFields, field: SearchField) -> str:
    """Return what the words of one field are looked up in."""
    if field is SearchField.TEXT:
        return " ".join(filter(None, (*clause.path, clause.lead_in, clause.text)))
    if field is SearchField.RENDERING:
        return f"{fields.heading}: {fields.rendering}" if fields.heading else fields.rendering
    return " ".join(fields.questions)


def _own_rows(position: int, clause: Clause) -> Iterator[Row]:
    """Yield the clause under its titles, then each of its sentences alone."""
    yield Row(position, SearchField.TEXT, field_text(clause, ClauseFields(), SearchField.TEXT))
    spans = split_sentences(clause.text)
    for start, end in spans:
        yield Row(position, SearchField.TEXT, clause.text[start:end], start, end)


def _rendering_rows(position: int, clause: Clause, fields: ClauseFields) -> Iterator[Row]:
    if not fields.rendering:
        return
    yield Row(position, SearchField.RENDERING, field_text(clause, fields, SearchField.RENDERING))
    for start, end in split_sentences(fields.rendering):
        yield Row(position, SearchField.RENDERING, fields.rendering[start:end], start, end)


MAX_ROWS = 8192  # vectors looked at for one question; beyond it a row is far from every topic
_BEST_QUESTIONS = 2  # a clause's nearest two are averaged: one alone is often an accident
_CACHED = 256  # questions whose vectors are kept, since one is looked for more than once
_FIELDS = tuple(SearchField)


class FieldSearch:
    """The vectors and words of a corpus, and the channels that they give for a question."""

    def __init__(
        self, corpus: Corpus, embedder: Embedder, rows: VectorIndex, wholes: VectorIndex
    ) -> None:
        """Join a corpus with the vectors of ``row_texts`` and of ``whole_texts``."""
        self.rows = tuple(make_rows(corpus))
        self.row_vectors, self.whole_vectors = rows, wholes
        self._size = len(corpus.clauses)
        self._row_clause, self._row_field = _columns(self.rows)
        clauses_and_renderings = make_wholes(corpus)
        self._whole_clause, self._whole_field = _columns(clauses_and_renderings)
        left_open = wholes.rows()[len(clauses_and_renderings) :]
        self._open_questions = OpenQuestions(corpus.open_questions, left_open)
        written = [corpus.fields.get(c.clause_id, ClauseFields()) for c in corpus.clauses]
        fields = [
            [field_text(c, v, field) for c, v in zip(corpus.clauses, written, strict=True)]
            for field in _FIELDS
        ]
        self._words = [LexicalIndex(texts) for texts in fields]
        self._speller = Speller(text for texts in fields for text in texts)
        cached = functools.lru_cache(maxsize=_CACHED)
        self._embed = cached(lambda text: embedder.embed([text])[0])
        self._embed_whole = cached(lambda text: embedder.embed_whole([text])[0])

    @classmethod
    def build(
        cls, corpus: Corpus, embedder: Embedder, former: tuple[Corpus, Self] | None, progress: bool
    ) -> Self:
        """Embed every text; those of a former corpus are taken from its search."""
        known: dict[str, Vectors] = {}
        known_wholes: dict[str, Vectors] = {}
        if former is not None:
            old, search = former
            known = dict(zip(row_texts(old), search.row_vectors.rows(), strict=True))
            known_wholes = dict(zip(whole_texts(old), search.whole_vectors.rows(), strict=True))
        texts, wholes = row_texts(corpus), whole_texts(corpus)
        missing = sorted(set(texts) - known.keys())
        if missing:
            known |= dict(zip(missing, embedder.embed(missing, progress=progress), strict=True))
        missing = sorted(set(wholes) - known_wholes.keys())
        if missing:
            vectors = embedder.embed_whole(missing, progress=progress)
            known_wholes |= dict(zip(missing, vectors, strict=True))
        return cls(
            corpus,
            embedder,
            VectorIndex.build(np.stack([known[text] for text in texts])),
            VectorIndex.build(np.stack([known_wholes[text] for text in wholes])),
        )

    def mend(self, search: str) -> str:
        """Return a search as every channel reads it, Chinese slips of the finger mended."""
        return self._speller.mend_sounds(normalise(search))

    def channels(self, search: str, used: Sequence[Channel] = tuple(Channel)) -> Floats:
        """Return what each channel says of each clause.

        Args:
            search: What is looked for.
            used: Channels that must be right; others may be left at 0, which saves time.

        Returns:
            Shape ``(clauses, len(Channel))``, float32, in the order of the corpus.
        """
        channels = np.zeros((self._size, len(Channel)), dtype=np.float32)
        if not set(used).isdisjoint(VECTORS):
            rows, cosines = self.row_vectors.nearest(self._embed(search), MAX_ROWS)
            _add(channels, VECTORS, self._row_clause[rows], self._row_field[rows], cosines)
        if not set(used).isdisjoint(CONTEXTS):
            wholes, cosines = self.whole_vectors.nearest(self._embed_whole(search), MAX_ROWS)
            of_clause = wholes < len(self._whole_clause)  # the rest are unanswered questions
            wholes, cosines = wholes[of_clause], cosines[of_clause]
            _add(channels, CONTEXTS, self._whole_clause[wholes], self._whole_field[wholes], cosines)
        if not set(used).isdisjoint(WORDS):
            meant = self._speller.mend(normalise(search))
            words, others = analyse(meant), load_synonyms().others(meant)
            for channel, field in zip(WORDS, self._words, strict=True):
                # Renderings and expected questions are in the asker's words already.
                channels[:, channel] = field.scores(
                    words, others if channel is Channel.TEXT_WORDS else ()
                )
        return channels

    def nearness(self, search: str, agreement: str) -> tuple[float, float]:
        """Return how near ``search`` is to unanswered questions, see ``OpenQuestions``."""
        return self._open_questions.nearness(self._embed_whole(search), agreement)

    def nearest_to_open(self, agreement: str, own: NDArray[np.bool_]) -> list[tuple[str, int]]:
        """Return the questions that an agreement leaves open, each with its nearest clause.

        Args:
            agreement: Its id.
            own: Which clauses are its own, shape ``(clauses,)``.
        """
        asked = [agreement in row.agreements for row in self._open_questions.rows]
        rows = np.flatnonzero(own[self._whole_clause])
        if not any(asked) or not len(rows):
            return []
        cosines = self._open_questions.vectors[asked] @ self.whole_vectors.rows()[rows].T
        nearest = self._whole_clause[rows[np.argmax(cosines, axis=1)]]
        questions = [
            row.question for row in self._open_questions.rows if agreement in row.agreements
        ]
        return [(text, int(at)) for text, at in zip(questions, nearest, strict=True)]

    def sentences(
        self, position: int, field: SearchField, search: str
    ) -> list[tuple[int, int, float]]:
        """Return (start, end, cosine to ``search``) of a clause's sentences in one field."""
        query = self._embed(search)
        return [
            (row.start, row.end, float(self.row_vectors.row(int(at)) @ query))
            for at in np.flatnonzero(self._row_clause == position)
            if (row := self.rows[at]).field is field and row.end
        ]


def row_texts(corpus: Corpus) -> list[str]:
    """Return every text that the quick model reads, in the order of its vectors."""
    return [row.text for row in make_rows(corpus)]


def whole_texts(corpus: Corpus) -> list[str]:
    """Return every text that the model of context reads, in the order of its vectors."""
    return [row.text for row in make_wholes(corpus)] + [
        row.question for row in corpus.open_questions
    ]


def _columns(rows: Sequence[Row]) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Return the clause and the number of the field of each row."""
    clauses = np.array([row.clause for row in rows], dtype=np.int64)
    return clauses, np.array([_FIELDS.index(row.field) for row in rows], dtype=np.int8)


def _add(
    channels: Floats,
    columns: Sequence[Channel],
    clauses: NDArray[np.int64],
    fields: NDArray[np.int8],
    cosines: Floats,
) -> None:
    """Fill one column a field with each clause's best rows; they come best first."""
    for at, (channel, field) in enumerate(zip(columns, _FIELDS, strict=False)):
        best = _BEST_QUESTIONS if field is SearchField.QUESTION else 1
        seen = fields == at
        channels[:, channel] = _mean_of_best(clauses[seen], cosines[seen], len(channels), best)


def _mean_of_best(clauses: NDArray[np.int64], cosines: Floats, count: int, best: int) -> Floats:
    """Average the ``best`` highest cosines of each clause; rows come best first.

    A clause with fewer rows is averaged over those it has; one with none gets 0.
    """
    total = np.zeros(count, dtype=np.float32)
    taken = np.zeros(count, dtype=np.float32)
    for _ in range(best):
        first = np.full(count, len(clauses))
        np.minimum.at(first, clauses, np.arange(len(clauses)))
        there = first < len(clauses)
        total[there] += cosines[first[there]]
        taken[there] += 1
        rest = np.ones(len(clauses), dtype=bool)
        rest[first[there]] = False
        clauses, cosines = clauses[rest], cosines[rest]
    return np.asarray(total / np.maximum(taken, 1), dtype=np.float32)
