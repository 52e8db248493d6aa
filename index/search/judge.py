"""Question and clause read together: how likely the clause decides, and by which words.

The search compares vectors and words of a question and of a clause that were read apart. The
judge is a cross-encoder: a small transformer that reads both at once, the question first, then
the clause under its titles and behind its lead-in. It says three things: whether the clause
decides the question, whether it is on its topic, and for every piece whether it is among the
words that settle the question. Its layers began as those of the bundled reader, whose pieces
and embeddings of pieces it shares; it was trained on judged pairs of real agreements, see
``training/judge.py``. It runs in 8 bits, one passage at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from index.clause import Clause
from index.search.passages import BEGIN, END, PassageReader
from index.text import split_sentences

# Pieces read at once, and how many of them the question, the titles and the lead-in may take:
# as in training. What of a clause does not fit is read in up to ``_WINDOWS`` passages.
LONGEST, QUESTION, TITLES, LEAD_IN = 144, 64, 24, 32
_WINDOWS = 2
TITLES_ABOVE = 2  # of the path; those further out are common to half the agreement


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says of one clause.

    Attributes:
        decides: Logit of "this clause decides the question"; higher is surer.
        topic: Logit of "this clause is on the topic of the question".
        sentences: (start, end, weight) of each sentence of the clause's text, in its order;
            the weight, 0..1, is the highest probability of a piece of it to be among the
            words that decide, 0 for a sentence that was not read.
    """

    decides: float
    topic: float
    sentences: tuple[tuple[int, int, float], ...]


class Judge(Protocol):
    """What the answering asks of a judge."""

    def read(self, question: str, clauses: Sequence[Clause]) -> list[Verdict]:
        """Return a verdict for each clause, in their order."""
        ...


class CrossEncoder:
    """The bundled judge."""

    def __init__(self, folder: Path, reader: Path) -> None:
        """Load it.

        Args:
            folder: With ``model.safetensors``: its layers and both heads.
            reader: Folder of the reader that it began as: sizes, pieces and their embeddings.

        Raises:
            StoreError: A folder is missing or broken.
        """
        self._passages = PassageReader(folder, reader)

    def read(self, question: str, clauses: Sequence[Clause]) -> list[Verdict]:
        """Return a verdict for each clause; a long one is read in passages, the surest counts."""
        asked = self._passages.pieces(question)[-QUESTION:]
        return [self._read(asked, clause) for clause in clauses]

    def _read(self, asked: list[int], clause: Clause) -> Verdict:
        titles = self._passages.pieces(" › ".join(clause.path[-TITLES_ABOVE:]))[-TITLES:]
        first = [BEGIN, *asked, END]
        head = [
            *titles,
            *([END] if titles else []),
            *self._passages.pieces(clause.lead_in)[-LEAD_IN:],
        ]
        spans = split_sentences(clause.text)
        body: list[int] = []
        owners: list[int] = []  # the sentence of each piece
        for at, (start, end) in enumerate(spans):
            pieces = self._passages.pieces(clause.text[start:end])
            body += pieces
            owners += [at] * len(pieces)
        before = len(first) + len(head)
        room = LONGEST - before - 1
        decides = topic = -np.inf
        weights = np.zeros(len(spans))
        for begin in _windows(asked, body, room):
            window = body[begin : begin + room]
            verdict, each = self._passages.graph([*first, *head, *window, END], len(first))
            decides, topic = max(decides, float(verdict[0])), max(topic, float(verdict[1]))
            likely = 1 / (1 + np.exp(-each[before : before + len(window)]))
            np.maximum.at(weights, owners[begin : begin + room], likely)
        sentences = zip(spans, weights, strict=True)
        return Verdict(
            decides, topic, tuple((start, end, float(weight)) for (start, end), weight in sentences)
        )


def _windows(asked: Sequence[int], body: Sequence[int], room: int) -> list[int]:
    """Return where the passages of a text begin that share most pieces with a question.

    Args:
        asked: Pieces of the question.
        body: Pieces of the text.
        room: How many of them are read at once.
    """
    if len(body) <= room:
        return [0]
    step = room // 4
    begins = [*range(0, len(body) - room, step), len(body) - room]
    wanted = set(asked)
    shared = np.array([len(wanted.intersection(body[at : at + room])) for at in begins])
    chosen: list[int] = []
    for at in np.argsort(-shared, kind="stable"):
        if all(abs(begins[at] - other) >= room // 2 for other in chosen):
            chosen.append(begins[at])
        if len(chosen) == _WINDOWS:
            break
    return chosen
