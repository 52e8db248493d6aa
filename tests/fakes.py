"""Stand-ins that are real enough: deterministic, small, without a model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.search.words import analyse


class WordEmbedder:
    """Hashes words into a unit vector, so texts that share words are near."""

    name = "words"

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
