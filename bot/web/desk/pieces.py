"""The words of a changed text, as the API shows them."""

from __future__ import annotations

from pydantic import BaseModel

from index.diff import PieceKind


class PieceObject(BaseModel):
    """A run of words: in both texts, in the former (dropped) or in the later alone (added)."""

    kind: PieceKind
    text: str
