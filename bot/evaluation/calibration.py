"""Whether the probability that an agreement answers keeps its word, and what each bar does."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluation.measures import SearchedQuestion, mean_of

BINS = 10  # of the reliability curve, equally wide
_Z = 1.96  # standard errors in a 95 % interval


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose probability lies between two bounds.

    Attributes:
        above: Lower bound, 0..1; the upper one is ``1 / BINS`` higher.
        count: How many questions, at least 1.
        mean: Of their probabilities.
        share: Of them that have evidence, 0..1.
        low: Lower end of the share's 95 % interval (Wilson).
        high: Its upper end.
    """

    above: float
    count: int
    mean: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Abstaining:
    """What one bar does: higher recall and lower over-refusal are better, both 0..1."""

    bar: float
    recall: float
    over_refusal: float


def reliability(asked: Sequence[SearchedQuestion]) -> list[Bin]:
    """Return the bins that hold a question, the lowest first."""
    places = [min(int(one.probability * BINS), BINS - 1) for one in asked]
    return [
        _to_bin(place / BINS, [one for one, at in zip(asked, places, strict=True) if at == place])
        for place in sorted(set(places))
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the mean distance of probability and share, 0..1, each bin by its count."""
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.mean - each.share) for each in bins) / total


def abstain_at(asked: Sequence[SearchedQuestion], bar: float) -> Abstaining:
    """Return what abstaining below ``bar`` would do; no questions of a kind give 0.

    What is abstained on before any probability stays so at every bar.
    """
    refused = {
        has: [
            one.probability < bar or one.probability == 0
            for one in asked
            if bool(one.gold.evidence) is has
        ]
        for has in (True, False)
    }
    return Abstaining(bar, mean_of(refused[False]), mean_of(refused[True]))


def abstention_curve(asked: Sequence[SearchedQuestion]) -> list[Abstaining]:
    """Return every bar that changes something, rising."""
    bars = sorted({one.probability for one in asked})
    return [abstain_at(asked, bar) for bar in (*bars, 1.0)]


def _to_bin(above: float, asked: Sequence[SearchedQuestion]) -> Bin:
    count = len(asked)
    share = statistics.fmean(bool(one.gold.evidence) for one in asked)
    centre = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    half = share * (1 - share) / count + _Z**2 / (4 * count**2)
    half = _Z * half**0.5 / (1 + _Z**2 / count)
    mean = statistics.fmean(one.probability for one in asked)
    return Bin(above, count, mean, share, max(centre - half, 0.0), min(centre + half, 1.0))
