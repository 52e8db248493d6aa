"""Questions that the agreements are known to leave open, to tell silence from a near miss.

``unanswered.jsonl`` in a corpus folder holds one object a line::

    {"question": "…", "agreements": ["dahan", "xunzhong"]}

``agreements`` are those that say nothing on it; without it the question is about no
agreement at all. A new agreement may well answer what the others leave open, so it is
never counted against one that is not named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import CorpusError
from index.jsonl import needed_text, read_objects, texts_in

NAME = "unanswered.jsonl"
_BEST = 2  # nearest questions that are averaged
_NO_OPINION = 0.0


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question and the agreements that leave it open; none: it is out of scope."""

    question: str
    agreements: tuple[str, ...]


def read_open_questions(corpus: Path) -> tuple[OpenQuestion, ...]:
    """Read the unanswered questions of a corpus folder; none where there is no such file.

    Raises:
        CorpusError: A line is not such an object.
    """
    path = corpus / NAME
    if not path.is_file():
        return ()
    found = []
    for number, row in read_objects(path):
        try:
            found.append(OpenQuestion(needed_text(row, "question"), texts_in(row, "agreements")))
        except ValueError as error:
            raise CorpusError(str(error), path, number) from error
    return tuple(found)


class OpenQuestions:
    """Tells how near a question is to those known to be left open."""

    def __init__(self, rows: Sequence[OpenQuestion], vectors: NDArray[np.float32]) -> None:
        """Join the questions with their unit vectors, shape ``(len(rows), dimension)``."""
        self.rows = tuple(rows)
        self.vectors = vectors
        named = {name for row in rows for name in row.agreements}
        self._silent = {
            name: np.array([name in row.agreements for row in rows], dtype=bool) for name in named
        }
        self._foreign = np.array([not row.agreements for row in rows], dtype=bool)
        self._none = np.zeros(len(rows), dtype=bool)

    def nearness(self, query: NDArray[np.float32], agreement: str) -> tuple[float, float]:
        """Return the mean cosine, -1..1, to the nearest two of each kind.

        Args:
            query: Unit vector of the question, shape ``(dimension,)``.
            agreement: For which agreement silence is asked about.

        Returns:
            Nearness to what the agreement is silent on, and to what is out of scope;
            0 where no such question is known.
        """
        if not self.rows:
            return _NO_OPINION, _NO_OPINION
        cosines = self.vectors @ query
        silent = self._silent.get(agreement, self._none)
        return _mean_of_best(cosines[silent]), _mean_of_best(cosines[self._foreign])


def _mean_of_best(cosines: NDArray[np.float32]) -> float:
    if not len(cosines):
        return _NO_OPINION
    return float(np.sort(cosines)[-_BEST:].mean())
