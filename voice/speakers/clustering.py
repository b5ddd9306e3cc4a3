"""Vectors put into groups of those that are alike, without knowing how many groups there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .d_vector import Vectors, unit

APART = 0.38
"""Groups whose vectors have a lower mean cosine distance are one. By recordings of 12 real meetings and 8 made of read
speech (benchmarks/README.md): the time given to the wrong speaker was 10 % and 1 % from 0.37 to 0.41, and grew below,
where one voice became several, and above, where several became one."""

MOST = 2000
"""So many vectors are compared with each other, taken evenly of more; the rest goes to the nearest group."""

SHARE = 0.09
"""In a short recording a group may be smaller than usual: of this share of all vectors."""

_ROUNDS = 3

Groups = NDArray[np.int64]
"""The number of each vector's group, from 0, shape ``(n,)``."""


def group(vectors: NDArray[np.floating], *, fewest: int, count: int | None = None) -> Groups:
    """Each vector's group.

    Args:
        vectors: shape ``(n, 256)``.
        fewest: a group of fewer vectors is none, unless all are so small: its vectors go to the nearest other.
        count: how many groups there are, if that is known.
    """
    if len(vectors) < 2 or count == 1:
        return np.zeros(len(vectors), np.int64)
    some = vectors[np.unique(np.linspace(0, len(vectors) - 1, min(MOST, len(vectors))).astype(int))].astype(
        np.float32
    )
    groups = _agglomerate(some, count)
    if not count:
        sizes = np.bincount(groups)
        least = min(fewest, SHARE * len(vectors)) * len(some) / len(vectors)
        groups = _nearest(some, centroids(some, groups)[sizes >= min(least, sizes.max())])
    for _ in range(_ROUNDS):
        groups = np.unique(groups, return_inverse=True)[1].astype(np.int64)
        middles = centroids(some, groups)
        groups = _nearest(some, middles)
    return _nearest(vectors, middles)


def centroids(vectors: NDArray[np.floating], groups: Groups) -> Vectors:
    """The middle of each group, shape ``(groups, 256)``."""
    return unit(
        np.stack(
            [vectors[groups == number].mean(axis=0, dtype=np.float32) for number in range(groups.max() + 1)]
        )
    )


def cosines(vectors: NDArray[np.floating], middles: Vectors) -> NDArray[np.float32]:
    """The cosine of each vector with the middle of each group, shape ``(n, groups)``; a part at a time."""
    parts = [
        vectors[at : at + MOST].astype(np.float32) @ middles.T for at in range(0, max(1, len(vectors)), MOST)
    ]
    found: NDArray[np.float32] = np.concatenate(parts)
    return found


def _nearest(vectors: NDArray[np.floating], middles: Vectors) -> Groups:
    nearest: Groups = cosines(vectors, middles).argmax(axis=1).astype(np.int64)
    return nearest


def _agglomerate(vectors: Vectors, count: int | None) -> Groups:
    """Average linkage: the nearest two groups become one, until ``count`` are left or all are apart."""
    merges = sorted(_merges(np.float32(1) - vectors @ vectors.T))
    n = len(vectors)
    merges = merges[: max(0, n - count)] if count else [merge for merge in merges if merge[0] < APART]
    parent = list(range(n))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for _, one, other in merges:
        parent[root(one)] = root(other)
    return np.unique([root(one) for one in range(n)], return_inverse=True)[1].astype(np.int64)


def _merges(distances: NDArray[np.float32]) -> list[tuple[float, int, int]]:
    """All merges of average linkage, by chains of nearest neighbours: in n² steps instead of n³ (Murtagh, 1983).

    Args:
        distances: between any two; written over.

    Returns:
        The distance of the two groups, and a member of each.
    """
    np.fill_diagonal(distances, np.inf)
    sizes = np.ones(len(distances))
    active = np.ones(len(distances), bool)
    merges: list[tuple[float, int, int]] = []
    chain: list[int] = []
    while len(merges) < len(distances) - 1:
        chain = chain or [int(active.argmax())]
        while True:
            one = chain[-1]
            other = int(distances[one].argmin())
            if len(chain) > 1 and distances[one, other] >= distances[one, chain[-2]]:
                other = chain[-2]
                break
            chain.append(other)
        del chain[-2:]
        merges.append((float(distances[one, other]), one, other))
        total = sizes[one] + sizes[other]
        joined = (sizes[one] * distances[one] + sizes[other] * distances[other]) / total
        joined[[one, other]] = np.inf
        distances[other] = distances[:, other] = joined
        distances[one] = distances[:, one] = np.inf
        sizes[other], active[one] = total, False
    return merges
