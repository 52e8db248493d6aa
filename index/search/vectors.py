"""Unit vectors in, nearest rows out: the only door to FAISS.

FAISS loads damaged bytes without a word and answers "nothing" with row -1, so bytes
are checked by whoever stores them and -1 never leaves this file.
"""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError

Vectors = NDArray[np.float32]


class VectorIndex:
    """Exact inner-product search over unit rows."""

    def __init__(self, index: faiss.Index) -> None:
        """Wrap a FAISS index of unit rows."""
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> VectorIndex:
        """Index unit rows, shape ``(n, dimension)``."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    @classmethod
    def from_bytes(cls, data: bytes) -> VectorIndex:
        """Read what ``to_bytes`` wrote; the caller has verified the bytes.

        Raises:
            StoreError: FAISS cannot read them.
        """
        try:
            index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except RuntimeError as error:
            raise StoreError(f"FAISS cannot read the vectors ({error}).") from error
        return cls(index)

    def to_bytes(self) -> bytes:
        """Serialise for storing."""
        return bytes(faiss.serialize_index(self._index).tobytes())

    def __len__(self) -> int:
        """Count the rows."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of one row."""
        return int(self._index.d)

    def rows(self) -> Vectors:
        """Return all rows, shape ``(len(self), dimension)``."""
        rows: Vectors = np.asarray(self._index.reconstruct_n(0, len(self)))
        return rows

    def row(self, at: int) -> Vectors:
        """Return one row, shape ``(dimension,)``."""
        row: Vectors = np.asarray(self._index.reconstruct(at))
        return row

    def nearest(self, query: Vectors, k: int) -> tuple[NDArray[np.int64], Vectors]:
        """Return the rows nearest to one unit vector of shape ``(dimension,)``.

        Args:
            query: The vector; one of another length or with a NaN is refused.
            k: How many rows, at least 1.

        Returns:
            Row numbers and their cosine similarity in -1..1, best first; fewer than
            ``k`` if the index is smaller.

        Raises:
            StoreError: The vector does not fit the index.
        """
        if not np.isfinite(query).all():
            raise StoreError("a vector holds NaN or infinity. Check the model CLAUSEBOT_MODEL.")
        if query.shape != (self.dimension,):
            raise StoreError(
                f"a vector of shape {query.shape} does not fit rows of length {self.dimension}. "
                "Rebuild with: python -m index build"
            )
        scores, rows = self._index.search(query[None, :], min(k, max(len(self), 1)))
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]
