"""Two texts read together by a bundled cross-encoder: the pieces it reads, and its 8-bit graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import StoreError
from index.text import normalise

if TYPE_CHECKING:
    from index.search.eight_bit import CrossEncoderGraph

BEGIN, END = 2, 3  # of the vocabulary: [CLS] and [SEP]


class PassageReader:
    """A cross-encoder that began as the bundled reader, whose pieces and embeddings it shares.

    Attributes:
        graph: Takes the pieces of one passage, and how many of them are of its first text;
            gives the logits of the passage, and one of every piece.
    """

    graph: CrossEncoderGraph

    def __init__(self, folder: Path, reader: Path, lower: Path | None = None) -> None:
        """Load it.

        Args:
            folder: With ``model.safetensors``: its layers and heads.
            reader: Folder of the reader that it began as: sizes, pieces and their embeddings.
            lower: Folder of the cross-encoder that it shares its lowest layers with.

        Raises:
            StoreError: A folder is missing or broken.
        """
        from tokenizers import Tokenizer

        from index.search.eight_bit import load_cross_encoder

        try:
            self._tokenizer = Tokenizer.from_file(str(reader / "tokenizer.json"))
            self._tokenizer.no_padding()
            self._tokenizer.no_truncation()
            self.graph = load_cross_encoder(folder, reader, lower)
        except Exception as error:  # a folder can be broken in any way
            raise StoreError(
                f"the model {folder} cannot be loaded ({error}). Restore it: git checkout models"
            ) from error

    def pieces(self, text: str) -> list[int]:
        """Return the pieces of a text, as the search reads it."""
        ids: list[int] = self._tokenizer.encode(normalise(text), add_special_tokens=False).ids
        return ids
