"""Texts in, unit vectors out: the only door to sentence-transformers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.files import checksum
from index.search.judge import CrossEncoder, Judge
from index.search.models import BUNDLED, BUNDLED_JUDGE, BUNDLED_READER, verify_models
from index.text import normalise

if TYPE_CHECKING:
    from index.search.eight_bit import EightBitReader


_TINY = 1e-12  # a text without words has no direction, its vector stays 0
Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What the index asks of the models."""

    @property
    def name(self) -> str:
        """What a person calls the model."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors may."""
        ...

    @property
    def judge(self) -> Judge | None:
        """Reads the best clauses together with a question; None leaves it to the search."""
        ...

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors of any texts, shape ``(len(texts), dimension)``, float32."""
        ...

    def embed_whole(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors of questions and whole clauses, read in context."""
        ...


class SentenceEmbedder:
    """The bundled models: a quick one, a reader and a judge.

    Any one SentenceTransformer may take the places of the first two; the judge reads words, not
    vectors, and stays.
    """

    def __init__(self, model: str = "") -> None:
        """Load the models, from this machine alone where they are folders.

        Args:
            model: Folder or name of a SentenceTransformer; empty for the bundled pair.

        Raises:
            StoreError: A model cannot be loaded, or a bundled one is damaged.
        """
        verify_models()
        self._quick = _load(model or str(BUNDLED))
        self._reader: EightBitReader | None = None
        self._judge = CrossEncoder(BUNDLED_JUDGE, BUNDLED_READER)
        self._name = model or BUNDLED.name
        self._fingerprint = _fingerprint(self._quick)
        if not model:
            from index.search.eight_bit import EightBitReader

            reader = _load(str(BUNDLED_READER))
            prints = f"{self._fingerprint} {_fingerprint(reader)} in 8 bits"
            self._fingerprint = checksum(prints.encode())
            self._reader = EightBitReader(reader)

    @property
    def name(self) -> str:
        """The folder or name that the model was asked by."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the models' modules, tokenizers and weights, hexadecimal."""
        return self._fingerprint

    @property
    def judge(self) -> Judge:
        """The bundled judge."""
        return self._judge

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors of the quick model, shape ``(len(texts), dimension)``.

        Every channel of the search reads the same normalised words, see ``index.text``.
        """
        return _encode(self._quick, texts, progress)

    def embed_whole(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return unit vectors of the model that reads in context, shaped likewise."""
        if self._reader is None:
            return self.embed(texts, progress=progress)
        return _unit(self._reader.read([normalise(text) for text in texts], progress=progress))


def _load(model: str) -> Any:
    is_local = Path(model).is_dir() or Path(model).is_absolute()
    if is_local:  # a hub client that looks around would need a network and seconds
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    # A bar over the half second that the weights take says nothing.
    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        found = SentenceTransformer(model, device="cpu", local_files_only=is_local)
        return found.float()  # a unit vector in half precision is off by a thousandth
    except Exception as error:  # a folder can be broken in any way
        reason = next(iter(str(error).splitlines()), repr(error))
        raise StoreError(
            f"the embedding model {model} cannot be loaded ({reason}). "
            "Set CLAUSEBOT_MODEL to the name or folder of a SentenceTransformer."
        ) from error


def _encode(model: Any, texts: Sequence[str], progress: bool) -> Vectors:
    vectors = model.encode(
        [normalise(text) for text in texts],
        batch_size=8,
        normalize_embeddings=True,
        show_progress_bar=progress,
        convert_to_tensor=True,
    )
    return _unit(vectors.float().cpu().numpy())


def _unit(vectors: Vectors) -> Vectors:
    """Return vectors at length 1 in single precision; a zero stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(lengths, _TINY), dtype=np.float32)


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
