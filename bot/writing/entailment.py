"""Statement and quoted words read together: how sure it is that the words say all of it.

A cross-encoder like the judge, on whose lowest layers its own are set: it reads the question
and the statement first, then the whole sentences that are quoted, behind what leads into them.
It tells ten classes apart: that the words say so, or in which of nine respects the statement
differs. It was trained on statements about clauses of real agreements, true and false ones, see
``training/entailment.py``; it runs in 8 bits, one statement at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from index.search.models import BUNDLED_ENTAILMENT, BUNDLED_JUDGE, BUNDLED_READER
from index.search.passages import BEGIN, END, PassageReader

# Pieces read at once, and how many of them question and statement may take: as in training.
LONGEST, QUESTION, STATEMENT = 192, 24, 72
CLASSES = (
    *("true", "number", "polarity", "modality", "actor", "condition", "scope", "added"),
    *("relation", "topic"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entailed:
    """What the model says of a statement.

    Attributes:
        logit: Of "the quoted words say so"; higher is surer.
        differs: In what it differs most likely, be it true or not: one of ``CLASSES`` but the
            first.
    """

    logit: float
    differs: str


class Entailment(Protocol):
    """What the gate asks of an entailment model."""

    def read(self, statement: str, quoted: str, question: str) -> Entailed:
        """Return whether quoted words say what a statement says; all plain."""
        ...


class EntailmentModel:
    """The bundled entailment model."""

    def __init__(
        self,
        folder: Path = BUNDLED_ENTAILMENT,
        reader: Path = BUNDLED_READER,
        judge: Path = BUNDLED_JUDGE,
    ) -> None:
        """Load it.

        Args:
            folder: With ``model.safetensors``: its own layers and its head.
            reader: Folder of the bundled reader.
            judge: Folder of the judge, whose lowest layers it shares.

        Raises:
            StoreError: A folder is missing or broken.
        """
        self._passages = PassageReader(folder, reader, judge)

    def read(self, statement: str, quoted: str, question: str) -> Entailed:
        """Return whether quoted words say what a statement says; all plain."""
        pieces = self._passages.pieces
        asked = pieces(question)[-QUESTION:]
        said = pieces(statement)[:STATEMENT]
        first = [BEGIN, *asked, *([END] if asked else []), *said, END]
        room = LONGEST - len(first) - 1
        logits, _ = self._passages.graph([*first, *pieces(quoted)[:room], END], len(first))
        others = logits[1:]
        against = float(np.logaddexp.reduce(others))
        return Entailed(float(logits[0]) - against, CLASSES[1 + int(others.argmax())])
