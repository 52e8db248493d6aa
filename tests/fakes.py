"""Stand-ins that are real enough: deterministic, small, without a model."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.writing.entailment import Entailed
from index.search.embedder import Vectors
from index.search.words import analyse


class WordEmbedder:
    """Hashes words into a unit vector, so texts that share words are near."""

    name = "words"
    judge = None

    def __init__(self, fingerprint: str = "words-1", dimension: int = 256) -> None:
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.embedded: list[str] = []
        self.read: list[str] = []

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        """Return unit vectors, shape ``(len(texts), dimension)``."""
        self.embedded += texts
        return self._vectors(texts)

    def embed_whole(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        """Return unit vectors, shaped likewise."""
        self.read += texts
        return self._vectors(texts)

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in analyse(text) or ["?"]:
                digest = hashlib.sha256(word.encode()).digest()
                vectors[row, int.from_bytes(digest[:4], "big") % self.dimension] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / lengths, dtype=np.float32)


class SlowEmbedder(WordEmbedder):
    """Reads texts as ``WordEmbedder`` does, once it may: stops in the middle of its work.

    Attributes:
        began: Set when it was first asked to read.
        may_go_on: To be set by the test.
    """

    def __init__(self) -> None:
        super().__init__()
        self.began, self.may_go_on = threading.Event(), threading.Event()

    def embed_whole(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors, shaped likewise."""
        self.began.set()
        assert self.may_go_on.wait(timeout=30)
        return super().embed_whole(texts, progress=progress)


class Credulous:
    """Takes it that quoted words say whatever a statement says: what is left are the rules."""

    def read(self, statement: str, quoted: str, question: str) -> Entailed:
        """Return a sure yes."""
        return Entailed(9.0, "topic")
