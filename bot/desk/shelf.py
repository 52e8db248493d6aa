"""A question in, the approved reply to like questions out.

Likeness is the cosine of ``embed_whole``, held against a threshold, then ``bot.desk.likeness``.
Less of it is enough where the bot is sure that a clause decides the question and the reply cites
that clause: two ways of telling agree. The same tells whether a reply to a question stands already
before another one is approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np

from bot.answer import Answer
from bot.desk.approval import find_changes
from bot.desk.approved import Approved, Content, State
from bot.desk.likeness import Marks, are_alike, read_marks
from bot.question import MAX_LENGTH, find_named
from index.search.clause_index import ClauseIndex
from index.search.embedder import Vectors
from index.text import normalise

LIKE = 0.75
"""Cosine from which questions are alike."""

LIKE_OF_CLAUSE = 0.68
"""The same where the reply cites the clause that the bot is sure of.

Of the 468 known questions without history, held against all 4,487 questions of the views, 23
have a like one by ``LIKE``, and 1 of these (0.2 % of all) is of a clause that does not answer it;
44 have one by both, and 2 of these (0.4 %) are. By 0.66 it were 51, of which 3 miss the question.
"""

SURE = 0.95
"""Probability from which the bot is sure that a clause decides a question."""


def find_sure(answer: Answer) -> str:
    """Return the id of the clause that surely decides a question; empty where none does."""
    first = answer.citations[0] if answer.citations else None
    return first.clause_id if first is not None and first.probability >= SURE else ""


@dataclass(frozen=True, slots=True)
class Match:
    """An approved reply to a question.

    Attributes:
        reply: What was approved.
        question: The one of its questions that is like.
        likeness: Cosine of the two, ``LIKE_OF_CLAUSE``..1, higher is more alike.
    """

    reply: Approved
    question: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Place:
    """A question of a reply, as it is held against others."""

    reply: Approved
    question: str
    read: str  # the question, normalised
    marks: Marks

    @property
    def cited(self) -> set[str]:
        """Ids of the clauses that the reply cites."""
        return {cited.clause_id for cited in self.reply.content.citations}


def read_places(reply: Approved) -> tuple[Place, ...]:
    """Return the questions of a reply as a shelf holds them; some milliseconds."""
    return tuple(
        Place(reply, question, read, read_marks(read))
        for question in reply.content.questions
        for read in [normalise(question)]
    )


class Shelf:
    """The replies of one moment, with the vectors of their questions in memory."""

    def __init__(self, places: Sequence[Place], vectors: Vectors, model: str) -> None:
        """Hold the questions of the replies that are not retired.

        Args:
            places: The questions.
            vectors: float32 of shape (places, dimensions): ``embed_whole`` of what each reads.
            model: Fingerprint of the model that the vectors are of.
        """
        self.model = model
        self._places = places
        self._vectors = vectors

    @property
    def count(self) -> int:
        """How many questions it holds."""
        return len(self._places)

    def match(
        self,
        question: str,
        index: ClauseIndex,
        agreement: str | None = None,
        sure: str = "",
    ) -> Match | None:
        """Return the approved reply that is most like, whose clauses stand, or None.

        Args:
            question: In either language.
            index: The agreements of today; with the model that the shelf was read with.
            agreement: Id of the agreement that was chosen; None for those that are named.
            sure: Id of the clause that surely decides the question; see ``find_sure``.
        """
        read = normalise(question[: MAX_LENGTH + 1])
        if not self._places or not any(map(str.isalnum, read)) or len(question) > MAX_LENGTH:
            return None
        spoken_of = _spoken_of(read, index) or ({agreement} if agreement else set())
        for place, likeness in self._near(question, {sure}, index):
            if (
                place.reply.state is State.APPROVED
                and _is_meant(place, spoken_of, index)
                and not any(find_changes(place.reply.content, index))
            ):
                return Match(place.reply, place.question, likeness)
        return None

    def find_standing(self, content: Content, index: ClauseIndex) -> list[Match]:
        """Return the replies that stand already to what new content replies to, each once.

        They are in its language, to a question like one of its own, and about an agreement that
        it is about; pending ones are among them, since they are to be mended, not doubled.

        Args:
            content: That is to be saved.
            index: The agreements of today; with the model that the shelf was read with.
        """
        clauses = {cited.clause_id for cited in content.citations}
        found: dict[str, Match] = {}
        for question in content.questions if self._places else ():
            read = normalise(question)
            about = _spoken_of(read, index) or {cited.agreement for cited in content.citations}
            for place, likeness in self._near(question, clauses, index):
                known = place.reply
                is_same = known.content.language == content.language and known.reply_id not in found
                if is_same and about & _about(place, index):
                    found[known.reply_id] = Match(known, place.question, likeness)
        return list(found.values())

    def _near(
        self, question: str, clauses: Set[str], index: ClauseIndex
    ) -> Iterator[tuple[Place, float]]:
        """Yield the places of like questions, the most like first, each with its likeness.

        Less of it is enough where the reply cites one of some clauses.
        """
        cosines = self._vectors @ index.embedder.embed_whole([question])[0]
        marks = read_marks(normalise(question))
        for at in np.argsort(-cosines, kind="stable"):
            if cosines[at] < LIKE_OF_CLAUSE:
                return
            place = self._places[at]
            is_near = cosines[at] >= LIKE or not clauses.isdisjoint(place.cited)
            if is_near and are_alike(marks, place.marks):
                yield place, float(min(cosines[at], 1))


def _spoken_of(read: str, index: ClauseIndex) -> set[str]:
    return set(find_named(read, index.corpus.agreements))


def _is_meant(place: Place, spoken_of: set[str], index: ClauseIndex) -> bool:
    """Tell whether a reply is about the agreements that a question is about.

    One that names none of its own is about those that its reply cites.
    """
    named = _spoken_of(place.read, index)
    return named == spoken_of or (not named and spoken_of == _about(place, index))


def _about(place: Place, index: ClauseIndex) -> set[str]:
    """Return the agreements that a question of a reply names, or else those that it cites."""
    cited = {cited.agreement for cited in place.reply.content.citations}
    return _spoken_of(place.read, index) or cited
