"""A question in, the approved reply to like questions out.

Likeness is the cosine of ``embed_whole``, held against a threshold, then ``bot.desk.likeness``.
Less of it is enough where the bot is sure that a clause decides the question and the reply cites
that clause: two ways of telling agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.answer import Answer
from bot.desk.approval import find_changes
from bot.desk.approved import Approved, State
from bot.desk.likeness import Marks, are_alike, read_marks
from bot.question import MAX_LENGTH, find_named
from index.clause_index import ClauseIndex
from index.embedder import Embedder, Vectors
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
class _Place:
    reply: Approved
    question: str
    read: str  # the question, normalised
    marks: Marks

    @property
    def cited(self) -> set[str]:
        """Ids of the clauses that the reply cites."""
        return {cited.clause_id for cited in self.reply.content.citations}


class Shelf:
    """The approved replies of one moment, with the vectors of their questions in memory."""

    def __init__(
        self, replies: Sequence[Approved], embedder: Embedder, former: Shelf | None = None
    ) -> None:
        """Read the questions of the replies that are approved; others are left out.

        ``former`` spares embedding what it holds already.
        """
        self.model = embedder.fingerprint
        self._places = [
            _Place(reply, question, read, read_marks(read))
            for reply in replies
            if reply.state is State.APPROVED
            for question in reply.content.questions
            for read in [normalise(question)]
        ]
        known = former.known_vectors() if former and former.model == self.model else {}
        new = sorted({place.read for place in self._places} - known.keys())
        known |= dict(zip(new, embedder.embed_whole(new), strict=True)) if new else {}
        self._vectors: Vectors = np.stack([known[place.read] for place in self._places] or [_NONE])

    def known_vectors(self) -> dict[str, Vectors]:
        """Return the vectors that are held, by the normalised question."""
        return {
            place.read: vector for place, vector in zip(self._places, self._vectors, strict=False)
        }

    def match(
        self,
        question: str,
        index: ClauseIndex,
        agreement: str | None = None,
        sure: str = "",
    ) -> Match | None:
        """Return the reply that is most like, whose clauses stand, or None.

        Args:
            question: In either language.
            index: The agreements of today; with the model that the shelf was read with.
            agreement: Id of the agreement that was chosen; None for those that are named.
            sure: Id of the clause that surely decides the question; see ``find_sure``.
        """
        read = normalise(question[: MAX_LENGTH + 1])
        if not self._places or not any(map(str.isalnum, read)) or len(question) > MAX_LENGTH:
            return None
        likeness = self._vectors @ index.embedder.embed_whole([question])[0]
        marks = read_marks(read)
        spoken_of = _spoken_of(read, index) or ({agreement} if agreement else set())
        for at in np.argsort(-likeness, kind="stable"):
            if likeness[at] < LIKE_OF_CLAUSE:
                return None
            place = self._places[at]
            if (
                (likeness[at] >= LIKE or sure in place.cited)
                and are_alike(marks, place.marks)
                and _is_meant(place, spoken_of, index)
                and not any(find_changes(place.reply.content, index))
            ):
                return Match(place.reply, place.question, float(min(likeness[at], 1)))
        return None


_NONE: Vectors = np.zeros(0, np.float32)


def _spoken_of(read: str, index: ClauseIndex) -> set[str]:
    return set(find_named(read, index.corpus.agreements))


def _is_meant(place: _Place, spoken_of: set[str], index: ClauseIndex) -> bool:
    """Tell whether a reply is about the agreements that a question is about.

    One that names none of its own is about those that its reply cites.
    """
    named = _spoken_of(place.read, index)
    return named == spoken_of or (
        not named and spoken_of == {cited.agreement for cited in place.reply.content.citations}
    )
