"""Clauses, searched through all their fields: build, search, save, load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path

import numpy as np

from index.address import find_typed, resolve
from index.agreement import Agreement
from index.clause import Clause
from index.corpus import Corpus
from index.errors import QueryError, StoreError
from index.numerals import asks_period, states_period
from index.relations.relations import Relations
from index.search.embedder import Embedder
from index.search.field_search import FieldSearch, Row, row_texts, whole_texts
from index.search.fields import ClauseFields, SearchField
from index.search.judge import Verdict
from index.search.ranking import (
    AnswerFeatures,
    Channel,
    ClauseFeatures,
    Floats,
    Model,
    Ranker,
    logit,
)
from index.search.vectors import VectorIndex
from index.store import (
    REBUILD,
    Manifest,
    checksums,
    decode_corpus,
    encode_corpus,
    read_store,
    write_store,
)
from index.text import normalise

READ, READ_BARE = 4, 12  # clauses that the judge reads for one question
NAMED = 20  # agreements named to whoever asked for one that there is not
FEW, EACH = 3, 2  # agreements of which the best clauses are read in any case, and how many


@dataclass(frozen=True, slots=True)
class Hit:
    """One clause found for a question.

    Attributes:
        clause: What was found.
        score: How well it fits, 0..1, higher is better; of a judged clause, the calibrated
            probability that it decides the question.
        position: The clause's place in the index.
        verdict: What the judge says of it; None for a clause that was not judged.
    """

    clause: Clause
    score: float
    position: int
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """Every clause of an index scored, once, for what is looked for.

    Attributes:
        index: That was searched; hits, texts and generation of what is served are its own.
        searches: What was looked for, slips mended.
        channels: What each channel says of each clause, averaged over the searches: shape
            ``(clauses, len(Channel))``, float32, in the order of the corpus.
        fits: How well each clause fits, shape ``(clauses,)``, in logits, higher is better.
    """

    index: ClauseIndex
    searches: tuple[str, ...]
    channels: Floats
    fits: Floats
    _features: dict[str, AnswerFeatures] = field(default_factory=dict, init=False, repr=False)

    def best(self, k: int | None = None, agreements: Sequence[str] = ()) -> list[Hit]:
        """Return the best ``k`` clauses of some agreements, or of all; None for every clause."""
        order = np.argsort(-self.fits, kind="stable")
        if agreements:
            order = order[np.isin(self.index.agreement_of[order], list(agreements))]
        scores = 1 / (1 + np.exp(-self.fits[order[:k]]))
        clauses = self.index.corpus.clauses
        return [
            Hit(clauses[at], float(score), int(at))
            for at, score in zip(order[:k], scores, strict=True)
        ]

    def features(self, agreement: str) -> AnswerFeatures:
        """Return what speaks for and against an agreement's answering, reckoned once."""
        if agreement not in self._features:
            self._features[agreement] = self._reckon(agreement)
        return self._features[agreement]

    def _reckon(self, agreement: str) -> AnswerFeatures:
        index, fits = self.index, self.fits
        own = np.flatnonzero(index.agreement_of == agreement)
        best = int(own[np.argmax(fits[own])])
        near = np.mean([index.nearness(text, agreement) for text in self.searches], axis=0)
        channel = Channel.QUESTION_VECTOR if index.is_written[best] else Channel.TEXT_CONTEXT
        is_stated = states_period(index.corpus.clauses[best].text)
        return AnswerFeatures(
            strength=float(np.logaddexp.reduce(fits[own])),
            behind=float(fits.max() - fits[best]),
            silent=float(near[0]),
            foreign=float(near[1]),
            asked=float(self.channels[best, channel]),
            worded=float(self.channels[best, Channel.QUESTION_WORDS]),
            rendered=float(self.channels[best, Channel.RENDERING_CONTEXT]),
            no_period=float(asks_period(self.searches[0]) and not is_stated),
        )

    def probability(self, agreement: str, features: AnswerFeatures) -> float:
        """Return the probability, 0..1, that an agreement answers, from its ``features``."""
        return self._model(agreement).probability(features)

    def judged(self, k: int, agreements: Sequence[str] = ()) -> list[Hit]:
        """Return the best ``k`` clauses of some agreements, or of all, as the judge sees them.

        Those that fit best are read together with each search, and the best ``EACH`` of every
        agreement where there are few: ``READ`` where the best is in a clause with written
        fields, which the search knows well, ``READ_BARE`` where it has its own words alone. They
        are ordered by the probability that they decide the question, which is their score; what
        was not read comes after, by its fit.
        """
        ranked = self.best(max(k, READ_BARE), agreements)
        decided = self.decide(agreements)
        read = [replace(hit, score=self._score(hit, features)) for hit, features in decided]
        read.sort(key=lambda hit: -hit.score)
        positions = {hit.position for hit in read}
        least = min((hit.score for hit in read), default=1.0)
        rest = (hit for hit in ranked if hit.position not in positions)
        return [*read, *(replace(hit, score=min(hit.score, least)) for hit in rest)][:k]

    def decide(self, agreements: Sequence[str] = ()) -> list[tuple[Hit, ClauseFeatures]]:
        """Return the clauses that are read, with what speaks for and against their deciding."""
        scope = agreements or [agreement.id for agreement in self.index.corpus.agreements]
        chosen = self.best(READ_BARE, agreements)
        if chosen and self.index.is_written[chosen[0].position]:
            chosen = chosen[:READ]
        if len(scope) <= FEW:
            for name in scope:
                chosen += [hit for hit in self.best(EACH, (name,)) if hit not in chosen]
        verdicts = self._read(chosen)
        names = [hit.clause.agreement for hit in chosen]
        priors = {name: logit(self.probability(name, self.features(name))) for name in set(names)}
        best = {name: self.fits[self.index.agreement_of == name].max() for name in set(names)}
        return [
            (
                replace(hit, verdict=one),
                ClauseFeatures(
                    prior=priors[name],
                    behind=float(best[name] - self.fits[hit.position]),
                    decides=one.decides,
                ),
            )
            for name, hit, one in zip(names, chosen, verdicts, strict=True)
        ]

    def _score(self, hit: Hit, features: ClauseFeatures) -> float:
        model = self._model(hit.clause.agreement)
        return (
            model.decides(features) if self.index.embedder.judge else model.decides_unread(features)
        )

    def _read(self, hits: Sequence[Hit]) -> list[Verdict]:
        """Return what the judge says of clauses, of the search that suits each better."""
        judge, clauses = self.index.embedder.judge, [hit.clause for hit in hits]
        if judge is None:
            return [Verdict(0.0, 0.0, ())] * len(hits)
        each = [judge.read(search, clauses) for search in self.searches]
        return [max(of_one, key=attrgetter("decides")) for of_one in zip(*each, strict=True)]

    def _model(self, agreement: str) -> Model:
        index = self.index
        is_written = bool(index.is_written[index.agreement_of == agreement].any())
        return index.ranker.written if is_written else index.ranker.bare


class ClauseIndex:
    """Every clause of a corpus, with what it is searched through.

    Attributes:
        generation: Of the stored index that it is; empty for one that is not stored.
        relations: How the clauses stand to each other.
        agreement_of: Id of each clause's agreement, shape ``(clauses,)``.
        is_written: Which clauses have a rendering or expected questions, shape ``(clauses,)``.
        lengths: The logarithm of one more than each clause's characters, shape ``(clauses,)``.
    """

    generation = ""

    def __init__(
        self,
        corpus: Corpus,
        embedder: Embedder,
        search: FieldSearch,
        ranker: Ranker | None = None,
    ) -> None:
        """Join a corpus with the search through it; see ``build`` and ``load``."""
        self.corpus = corpus
        self.embedder = embedder
        self.ranker = ranker or Ranker.load()
        self.relations = Relations(corpus.clauses, corpus.relations)
        self._search = search
        has_former = any(agreement.edition_of for agreement in corpus.agreements)
        in_force = tuple(one.id for one in corpus.agreements if not one.edition_of)
        self._searched = in_force if has_former else ()  # nothing is left out where all are meant
        self.agreement_of = np.array([clause.agreement for clause in corpus.clauses])
        lengths = [len(clause.text) for clause in corpus.clauses]
        self.lengths = np.log1p(np.array(lengths, dtype=np.float32))
        self._positions = {clause.clause_id: at for at, clause in enumerate(corpus.clauses)}
        fields = [self.fields(at) for at in range(len(corpus.clauses))]
        self.is_written = np.array([bool(field.rendering or field.questions) for field in fields])

    @classmethod
    def build(
        cls,
        corpus: Corpus,
        embedder: Embedder,
        former: ClauseIndex | None = None,
        *,
        ranker: Ranker | None = None,
        progress: bool = False,
    ) -> ClauseIndex:
        """Embed every text of a corpus; those that ``former`` holds are taken from it.

        ``ranker`` stands in for the bundled one, which is fitted on indexes like this.
        """
        known = None
        if former is not None and former.embedder.fingerprint == embedder.fingerprint:
            known = (former.corpus, former._search)
        return cls(corpus, embedder, FieldSearch.build(corpus, embedder, known, progress), ranker)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every text that the clauses are searched through, in the order of the clauses."""
        return self._search.rows

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
        return self.find([question]).judged(k, (agreement,) if agreement else self._searched)

    def find(
        self, searches: Sequence[str], used: Sequence[Channel] = tuple(Channel)
    ) -> SearchResult:
        """Score every clause for one or more searches, which count alike.

        Args:
            searches: What is looked for, at least one.
            used: Channels that must be right; others may be left at 0, which saves time.
        """
        meant = tuple(self._search.mend(text) for text in searches)
        each = [self._search.channels(text, used) for text in meant]
        channels = np.asarray(np.mean(each, axis=0), dtype=np.float32)
        return SearchResult(
            self,
            meant,
            channels,
            self.ranker.fits(channels, self.lengths, self.is_written),
        )

    def nearness(self, search: str, agreement: str) -> tuple[float, float]:
        """Return how near ``search`` is to open questions, see ``OpenQuestions.nearness``."""
        return self._search.nearness(search, agreement)

    def nearest_to_open(self, agreement: str) -> list[tuple[str, Clause]]:
        """Return the questions that an agreement leaves open, each with its nearest clause."""
        found = self._search.nearest_to_open(agreement, self.agreement_of == agreement)
        return [(question, self.corpus.clauses[at]) for question, at in found]

    def agreement(self, agreement_id: str) -> Agreement:
        """Return one agreement.

        Raises:
            QueryError: There is no such agreement.
        """
        for agreement in self.corpus.agreements:
            if agreement.id == agreement_id:
                return agreement
        ids = [agreement.id for agreement in self.corpus.agreements]
        known = ", ".join([*ids[:NAMED], *(["…"] if len(ids) > NAMED else [])])
        raise QueryError(f"there is no agreement {agreement_id!r}. There are: {known}.")

    def position(self, clause_id: str) -> int:
        """Return the place of one clause in the corpus.

        Args:
            clause_id: Its id, or its address with a version, former ones included.

        Raises:
            QueryError: There is no such clause.
        """
        if clause_id not in self._positions and "@" in clause_id:
            clause_id = resolve(clause_id, self.corpus)
        if clause_id not in self._positions:
            raise QueryError(f"there is no clause {clause_id!r}.")
        return self._positions[clause_id]

    def locate(self, typed: str) -> int:
        """Return the place of a clause that a person names: ``dahan/12``, ``4.3.11(1)``, ``§ 9.2``.

        Raises:
            QueryError: There is no such clause, or several may be meant.
        """
        try:
            return self.position(typed)
        except QueryError:
            # An address with a version means those very words, or none.
            meant = [] if "@" in typed else find_typed(typed, self.corpus.clauses)
            if len(meant) == 1:
                return self._positions[meant[0].clause_id]
            if not meant:
                raise
        ids = ", ".join(clause.clause_id for clause in meant[:NAMED])
        raise QueryError(f"{typed!r} may be one of several clauses: {ids}. Name one.")

    def fields(self, position: int) -> ClauseFields:
        """Return the written fields of the clause at one place; they may be empty."""
        clause = self.corpus.clauses[position]
        return self.corpus.fields.get(clause.clause_id, ClauseFields())

    def sentences(
        self, position: int, field: SearchField, search: str
    ) -> list[tuple[int, int, float]]:
        """Return the sentences of a clause's text or rendering.

        Returns:
            (start, end, cosine to ``search``) in the order of the text.
        """
        return self._search.sentences(position, field, search)

    def without_written_fields(self) -> ClauseIndex:
        """Return the same clauses searched through their own words alone."""
        corpus = replace(self.corpus, fields={}, open_questions=())
        return ClauseIndex.build(corpus, self.embedder, self, ranker=self.ranker)

    def save(self, folder: Path) -> Manifest:
        """Store the index; what stood in the folder is replaced at once or not at all.

        Raises:
            StoreError: The folder cannot be written.
        """
        files = encode_corpus(self.corpus) | {
            "rows.faiss": self._search.row_vectors.to_bytes(),
            "wholes.faiss": self._search.whole_vectors.to_bytes(),
        }
        manifest = Manifest(
            model=self.embedder.name,
            fingerprint=self.embedder.fingerprint,
            corpus=str(self.corpus.path),
            sources=self.corpus.sources,
            files=checksums(files),
        )
        write_store(folder, manifest, files)
        self.generation = manifest.generation
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
        rows = VectorIndex.from_bytes(files["rows.faiss"])
        wholes = VectorIndex.from_bytes(files["wholes.faiss"])
        for vectors, texts in ((rows, row_texts(corpus)), (wholes, whole_texts(corpus))):
            if len(vectors) != len(texts):
                raise StoreError(
                    f"{folder}: has {len(vectors)} vectors for {len(texts)} texts. {REBUILD}"
                )
        search = FieldSearch(corpus, embedder, rows, wholes)
        index = cls(corpus, embedder, search)
        index.generation = manifest.generation
        return index
