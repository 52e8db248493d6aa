"""Translations → which English pieces a Chinese piece stands for (IBM model 1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from tqdm import tqdm

Ids = Sequence[Sequence[int]]


def align_pieces(
    left: Ids, right: Ids, shape: tuple[int, int], *, rounds: int = 4, least_share: float = 0.04
) -> sparse.csr_matrix:
    """Return how much of each left piece each right piece explains.

    Args:
        left: Piece numbers of the texts to be explained.
        right: Piece numbers of their translations.
        shape: Sizes of the two vocabularies.
        rounds: Rounds of expectation and maximisation.
        least_share: Smaller shares are noise and are dropped.

    Returns:
        Shares, shape ``shape``; a row adds up to at most 1, a piece never seen has an empty row.
    """
    keys, group = _links(left, right, shape[1])
    links, place = np.unique(keys, return_inverse=True)
    sources, targets = links // shape[1], links % shape[1]
    chance: NDArray[np.float64] = np.ones(len(links))
    expected = chance
    for _ in tqdm(range(rounds), desc="align pieces", unit="round"):
        weight = chance[place]
        weight /= np.bincount(group, weights=weight)[group]
        expected = np.bincount(place, weights=weight, minlength=len(links)).astype(np.float64)
        chance = expected / np.bincount(targets, weights=expected)[targets]
    share = expected / np.bincount(sources, weights=expected)[sources]
    kept = share >= least_share
    found = (share[kept], (sources[kept], targets[kept]))
    return sparse.csr_matrix(found, shape=shape, dtype=np.float32)


def _links(left: Ids, right: Ids, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every (left piece, right piece) of a pair as one number, and its group.

    A group is one place of a left text: the right pieces of a group share that place.
    """
    keys: list[NDArray[np.int64]] = []
    groups: list[NDArray[np.int64]] = []
    places = 0
    for ours, theirs in zip(left, right, strict=True):
        a, b = np.asarray(ours, dtype=np.int64), np.asarray(theirs, dtype=np.int64)
        if len(a) == 0 or len(b) == 0:
            continue
        keys.append((a[:, None] * width + b[None, :]).ravel())
        groups.append(np.repeat(np.arange(places, places + len(a)), len(b)))
        places += len(a)
    return np.concatenate(keys), np.concatenate(groups)
