"""Texts in, unit vectors out: the only door to sentence-transformers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.text import normalise

BUNDLED = Path(__file__).resolve().parent.parent / "models" / "clause-embedder"
Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What the index asks of a model."""

    @property
    def name(self) -> str:
        """What a person calls the model."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors may."""
        ...

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors, shape ``(len(texts), dimension)``, float32."""
        ...


class SentenceEmbedder:
    """Any SentenceTransformer, by folder or name; the bundled one by default."""

    def __init__(self, model: str = "") -> None:
        """Load the model, from this machine alone where it is a folder.

        Raises:
            StoreError: The model cannot be loaded.
        """
        folder = Path(model) if model else BUNDLED
        is_local = folder.is_dir() or not model
        if is_local:  # a hub client that looks around would need a network and seconds
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(
                str(folder) if is_local else model, device="cpu", local_files_only=is_local
            )
            self._model.float()  # a unit vector in half precision is off by a thousandth
        except Exception as error:  # a folder can be broken in any way
            reason = next(iter(str(error).splitlines()), repr(error))
            raise StoreError(
                f"the embedding model {model or BUNDLED} cannot be loaded ({reason}). "
                "Set CLAUSEBOT_MODEL to the name or folder of a SentenceTransformer."
            ) from error
        self._name = model or BUNDLED.name
        self._fingerprint = _fingerprint(self._model)

    @property
    def name(self) -> str:
        """The folder or name that the model was asked by."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the model's modules, tokenizer and weights, hexadecimal."""
        return self._fingerprint

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors, shape ``(len(texts), dimension)``, float32.

        Both legs of the search read the same normalised words, see ``index.text``.
        """
        vectors = self._model.encode(
            [normalise(text) for text in texts],
            batch_size=32,
            normalize_embeddings=True,
            show_progress_bar=progress,
            convert_to_numpy=True,
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def _fingerprint(model: object) -> str:
    digest = hashlib.sha256(str(model).encode())
    tokenizer = getattr(model, "tokenizer", None)
    backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
    to_str = getattr(backend, "to_str", None)
    digest.update(to_str().encode() if to_str else b"")
    state_dict = getattr(model, "state_dict")()  # noqa: B009 - the class is untyped
    for name, tensor in sorted(state_dict.items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
