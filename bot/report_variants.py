"""Searches with less to look at: what they find, and in what time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.bot import RETRIEVED
from bot.report_measures import Asked, Recall, keep_legs, measure_recall
from index.search.clause_index import ClauseIndex
from index.search.ranking import CONTEXTS, VECTORS, WORDS, Floats, Leg


@dataclass(frozen=True, slots=True)
class Variant:
    """A search with less to look at.

    Attributes:
        name: What it looks at.
        recall: By language group; a group without questions is missing.
        median_ms: Of one search, the embedding of the question included.
        p95_ms: 19 of 20 searches are at least as fast.
    """

    name: str
    recall: dict[str, Recall]
    median_ms: float
    p95_ms: float


def compare_variants(index: ClauseIndex, asked: Sequence[Asked]) -> list[Variant]:
    """Search with all there is and with less.

    Each variant starts with nothing remembered, and all search for one question before any
    searches for the next, so that a machine busy for a while is busy for all of them.
    """
    variants = {
        "all views": (_again(index), tuple(Leg)),
        "no context": (_again(index), (*VECTORS, *WORDS)),
        "vectors only": (_again(index), (*VECTORS, *CONTEXTS)),
        "words only": (_again(index), WORDS),
    }
    if index.corpus.views:
        variants["text only"] = (index.without_written_views(), tuple(Leg))
    times: dict[str, list[float]] = {name: [] for name in variants}
    seen: dict[str, list[Asked]] = {name: [] for name in variants}
    for one in asked:
        for name, (own, used) in variants.items():
            legs, milliseconds = _search(own, used, one.searches)
            times[name].append(milliseconds)
            seen[name].append(replace(one, legs=legs))
    return [
        _to_variant(name, measure_recall(own, keep_legs(own.ranker, used), seen[name]), times[name])
        for name, (own, used) in variants.items()
    ]


def _again(index: ClauseIndex) -> ClauseIndex:
    again = ClauseIndex.build(index.corpus, index.embedder, index)
    again.ranker = index.ranker
    return again


def _search(
    index: ClauseIndex, used: Sequence[Leg], searches: Sequence[str]
) -> tuple[Floats, float]:
    """Return what the legs say, and the milliseconds of the whole search."""
    began = time.perf_counter()
    legs = index.legs(searches, used)
    index.rank(legs, k=RETRIEVED)
    return legs, (time.perf_counter() - began) * 1000


def _to_variant(name: str, recall: dict[str, Recall], times: Sequence[float]) -> Variant:
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95)]
    return Variant(name, recall, statistics.median(ordered), p95)
