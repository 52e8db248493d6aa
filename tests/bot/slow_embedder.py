"""An embedder that stops in the middle of its work until it may go on."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from index.search.embedder import Vectors
from tests.fakes import WordEmbedder


class SlowEmbedder(WordEmbedder):
    """Reads texts as ``WordEmbedder`` does, once it may.

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
