"""A stored index, loaded with the model it was built with."""

from __future__ import annotations

from pathlib import Path

from index.clause_index import ClauseIndex
from index.embedder import SentenceEmbedder
from index.store import read_manifest


def load_index(folder: Path, model: str = "") -> ClauseIndex:
    """Load the index stored in ``folder``.

    Args:
        folder: Where ``python -m index build`` wrote it.
        model: The embedding model's name or folder; the bundled one when empty.

    Raises:
        StoreError: The index is missing, damaged, or of another model.
    """
    read_manifest(folder)  # a missing index is said before seconds go into the model
    return ClauseIndex.load(folder, SentenceEmbedder(model))
