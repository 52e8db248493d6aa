"""Waits until the questions that went badly are grouped, as whoever opens the list does."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.gaps.store import Gaps
from index.agreement import Agreement
from index.search.embedder import Embedder

_LOOKS = 200  # each of which waits a little for the grouping


def group(gaps: Gaps, embedder: Embedder, agreements: Sequence[Agreement] = ()) -> None:
    """Group what is in no group yet."""
    for _ in range(_LOOKS):
        progress = gaps.follow(embedder, agreements)
        assert not progress.is_failing
        if not progress.left:
            return
    raise AssertionError(f"{progress.left} questions are in no group yet")
