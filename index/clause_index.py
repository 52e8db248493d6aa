"""Clauses, searched through all their views: build, search, save, load."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.agreement import Agreement
from index.clause import Clause
from index.codec import decode_corpus, encode_corpus
from index.corpus import Corpus
from index.embedder import Embedder, Vectors
from index.errors import QueryError, StoreError
from index.lexical import LexicalIndex, analyse
from index.quantity import asks_period, find_quantities
from index.ranking import VECTORS, WORDS, Floats, Leg, Ranker, Signs
from index.rows import field_text, make_rows
from index.spelling import Speller
from index.store import REBUILD, Manifest, checksums, read_store, write_store
from index.text import normalise
from index.unanswered import UnansweredIndex
from index.vectors import VectorIndex
from index.views import ClauseViews, View

MAX_ROWS = 8192  # vectors looked at for one question; beyond it a row is far from every topic
_BEST_QUESTIONS = 2  # a clause's nearest two are averaged: one alone is often an accident
_VIEWS = tuple(View)


@dataclass(frozen=True, slots=True)
class Hit:
    """One clause found for a question.

    Attributes:
        clause: What was found.
        score: How well it fits, 0..1, higher is better.
        position: The clause's place in the index.
    """

    clause: Clause
    score: float
    position: int


class ClauseIndex:
    """Every clause of a corpus, with what it is searched through."""

    def __init__(self, corpus: Corpus, embedder: Embedder, vectors: VectorIndex) -> None:
        """Join a corpus with the vectors of its texts; see ``build`` and ``load``."""
        self.corpus = corpus
        self.embedder = embedder
        self.ranker = Ranker.load()
        self.rows = tuple(make_rows(corpus))
        self._vectors = vectors
        self._unanswered = UnansweredIndex(corpus.unanswered, vectors.rows()[len(self.rows) :])
        self._row_clause = np.array([row.clause for row in self.rows], dtype=np.int64)
        self._row_view = np.array([_VIEWS.index(row.view) for row in self.rows], dtype=np.int8)
        self._agreement = np.array([clause.agreement for clause in corpus.clauses])
        self._positions = {clause.clause_id: at for at, clause in enumerate(corpus.clauses)}
        views = [self.views(at) for at in range(len(corpus.clauses))]
        self._is_written = np.array([bool(view.rendering or view.questions) for view in views])
        fields = [
            [field_text(c, v, view) for c, v in zip(corpus.clauses, views, strict=True)]
            for view in _VIEWS
        ]
        self._words = [LexicalIndex(texts) for texts in fields]
        self._speller = Speller(text for texts in fields for text in texts)
        self._embed = functools.lru_cache(maxsize=256)(lambda text: embedder.embed([text])[0])

    @classmethod
    def build(
        cls,
        corpus: Corpus,
        embedder: Embedder,
        former: ClauseIndex | None = None,
        *,
        progress: bool = False,
    ) -> ClauseIndex:
        """Embed every text of a corpus; those that ``former`` holds are taken from it."""
        texts = _texts(corpus)
        known: dict[str, Vectors] = {}
        if former is not None and former.embedder.fingerprint == embedder.fingerprint:
            known = dict(zip(_texts(former.corpus), former._vectors.rows(), strict=True))
        missing = sorted(set(texts) - known.keys())
        if missing:
            known |= dict(zip(missing, embedder.embed(missing, progress=progress), strict=True))
        return cls(corpus, embedder, VectorIndex.build(np.stack([known[text] for text in texts])))

    def search(self, question: str, *, k: int = 10, agreement: str | None = None) -> list[Hit]:
        """Return the clauses that fit a question, best first.

        Args:
            question: In any language the model knows.
            k: How many, at least 1; fewer come back if there are fewer.
            agreement: Search this one alone.

        Raises:
            QueryError: ``k`` is below 1, the question holds no word, or there is no
                such agreement.
        """
        if k < 1:
            raise QueryError(f"k is {k}; ask for at least 1 clause.")
        if not any(char.isalnum() for char in normalise(question)):
            raise QueryError("the question holds no word. Ask in words.")
        if agreement is not None:
            self.agreement(agreement)
        return self.rank(self.legs([question]), (agreement,) if agreement else (), k)

    def rank(self, legs: Floats, agreements: Sequence[str] = (), k: int | None = None) -> list[Hit]:
        """Return the best ``k`` clauses of some agreements, or of all, for their legs."""
        fits = self.ranker.fits(legs, self._is_written)
        order = np.argsort(-fits, kind="stable")
        if agreements:
            order = order[np.isin(self._agreement[order], list(agreements))]
        scores = 1 / (1 + np.exp(-fits))
        return [Hit(self.corpus.clauses[at], float(scores[at]), int(at)) for at in order[:k]]

    def legs(self, searches: Sequence[str], used: Sequence[Leg] = tuple(Leg)) -> Floats:
        """Return what each leg says of each clause, averaged over one or more searches.

        Args:
            searches: What is looked for.
            used: Legs that must be right; others may be left at 0, which saves time.

        Returns:
            Shape ``(clauses, len(Leg))``, float32, in the order of the corpus.
        """
        each = [self._legs(text, used) for text in searches]
        return np.asarray(np.mean(each, axis=0), dtype=np.float32)

    def signs(self, agreement: str, searches: Sequence[str], legs: Floats) -> Signs:
        """Return what speaks for and against an agreement's answering.

        Args:
            agreement: Its id.
            searches: What was looked for.
            legs: What ``legs(searches)`` gave.
        """
        fits = self.ranker.fits(legs, self._is_written)
        own = np.flatnonzero(self._agreement == agreement)
        best = int(own[np.argmax(fits[own])])
        near = np.mean(
            [self._unanswered.nearness(self._embed(text), agreement) for text in searches], axis=0
        )
        leg = Leg.QUESTION_VECTOR if self._is_written[best] else Leg.TEXT_VECTOR
        states_number = bool(find_quantities(self.corpus.clauses[best].text))
        return Signs(
            strength=float(np.logaddexp.reduce(fits[own])),
            behind=float(fits.max() - fits[best]),
            silent=float(near[0]),
            foreign=float(near[1]),
            asked=float(legs[best, leg]),
            no_period=float(asks_period(searches[0]) and not states_number),
        )

    def probability(self, agreement: str, searches: Sequence[str], legs: Floats) -> float:
        """Return the probability, 0..1, that an agreement answers; takes what ``signs`` takes."""
        is_written = bool(self._is_written[self._agreement == agreement].any())
        model = self.ranker.written if is_written else self.ranker.bare
        return model.probability(self.signs(agreement, searches, legs))

    def agreement(self, agreement_id: str) -> Agreement:
        """Return one agreement.

        Raises:
            QueryError: There is no such agreement.
        """
        for agreement in self.corpus.agreements:
            if agreement.id == agreement_id:
                return agreement
        known = ", ".join(agreement.id for agreement in self.corpus.agreements)
        raise QueryError(f"there is no agreement {agreement_id!r}. There are: {known}.")

    def position(self, clause_id: str) -> int:
        """Return the place of one clause in the corpus.

        Raises:
            QueryError: There is no such clause.
        """
        if clause_id not in self._positions:
            raise QueryError(f"there is no clause {clause_id!r}.")
        return self._positions[clause_id]

    def views(self, position: int) -> ClauseViews:
        """Return the written views of the clause at one place; they may be empty."""
        clause = self.corpus.clauses[position]
        return self.corpus.views.get(clause.clause_id, ClauseViews())

    def sentences(self, position: int, view: View, search: str) -> list[tuple[int, int, float]]:
        """Return the sentences of a clause's text or rendering.

        Returns:
            (start, end, cosine to ``search``) in the order of the text.
        """
        query = self._embed(search)
        return [
            (row.start, row.end, float(self._vectors.row(int(at)) @ query))
            for at in np.flatnonzero(self._row_clause == position)
            if (row := self.rows[at]).view is view and row.end
        ]

    def without_written_views(self) -> ClauseIndex:
        """Return the same clauses searched through their own words alone."""
        corpus = replace(self.corpus, views={}, unanswered=())
        return ClauseIndex.build(corpus, self.embedder, self)

    def save(self, folder: Path) -> Manifest:
        """Store the index; what stood in the folder is replaced at once or not at all.

        Raises:
            StoreError: The folder cannot be written.
        """
        files = encode_corpus(self.corpus) | {"vectors.faiss": self._vectors.to_bytes()}
        manifest = Manifest(
            model=self.embedder.name,
            fingerprint=self.embedder.fingerprint,
            corpus=str(self.corpus.path),
            sources=self.corpus.sources,
            files=checksums(files),
        )
        write_store(folder, manifest, files)
        return manifest

    @classmethod
    def load(cls, folder: Path, embedder: Embedder) -> ClauseIndex:
        """Read a stored index.

        Raises:
            StoreError: It is missing, damaged, mixed, or was built with another model.
        """
        manifest, files = read_store(folder)
        if manifest.fingerprint != embedder.fingerprint:
            raise StoreError(
                f"{folder}: was built with the model {manifest.model}, not with "
                f"{embedder.name} as it is now. {REBUILD}"
            )
        corpus = decode_corpus(files, manifest)
        vectors = VectorIndex.from_bytes(files["vectors.faiss"])
        if len(_texts(corpus)) != len(vectors):
            raise StoreError(
                f"{folder}: has {len(vectors)} vectors for {len(_texts(corpus))} texts. {REBUILD}"
            )
        return cls(corpus, embedder, vectors)

    def _legs(self, search: str, used: Sequence[Leg]) -> Floats:
        legs = np.zeros((len(self.corpus.clauses), len(Leg)), dtype=np.float32)
        if not set(used).isdisjoint(VECTORS):
            self._add_vectors(legs, search)
        if not set(used).isdisjoint(WORDS):
            words = analyse(self._speller.mend(normalise(search)))
            for leg, field in zip(WORDS, self._words, strict=True):
                legs[:, leg] = field.scores(words)
        return legs

    def _add_vectors(self, legs: Floats, search: str) -> None:
        rows, cosines = self._vectors.nearest(self._embed(search), MAX_ROWS)
        of_clause = rows < len(self.rows)  # the rest are unanswered questions
        rows, cosines = rows[of_clause], cosines[of_clause]
        clauses, views = self._row_clause[rows], self._row_view[rows]
        for at, (leg, view) in enumerate(zip(VECTORS, _VIEWS, strict=True)):
            best = _BEST_QUESTIONS if view is View.QUESTION else 1
            seen = views == at
            legs[:, leg] = _mean_of_best(clauses[seen], cosines[seen], len(legs), best)


def _texts(corpus: Corpus) -> list[str]:
    """Return every text that has a vector, in the order of the vectors."""
    return [row.text for row in make_rows(corpus)] + [row.question for row in corpus.unanswered]


def _mean_of_best(clauses: NDArray[np.int64], cosines: Floats, count: int, best: int) -> Floats:
    """Average the ``best`` highest cosines of each clause; rows come best first.

    A clause with fewer rows is averaged over those it has; one with none gets 0.
    """
    total = np.zeros(count, dtype=np.float32)
    taken = np.zeros(count, dtype=np.float32)
    for _ in range(best):
        there, first = np.unique(clauses, return_index=True)
        total[there] += cosines[first]
        taken[there] += 1
        rest = np.ones(len(clauses), dtype=bool)
        rest[first] = False
        clauses, cosines = clauses[rest], cosines[rest]
    return np.asarray(total / np.maximum(taken, 1), dtype=np.float32)
