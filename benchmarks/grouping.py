"""Other ways to group voices than the one that ships, to be measured by speakers.py."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from emads_voice.voice.speakers import clustering
from emads_voice.voice.speakers.clustering import Groups
from emads_voice.voice.speakers.d_vector import Vectors

MOST = 8
"""Speakers looked for where their number is not known."""

_COMPLETE = 0.62
"""Groups with two vectors further apart are not made one: between the distances in recordings of one and of two people;
chosen by hand, and not searched for."""


def complete(vectors: Vectors, count: int | None) -> Groups:
    """Complete linkage: groups are as far apart as their furthest two."""
    distances = (1 - vectors @ vectors.T).astype(np.float64)
    np.fill_diagonal(distances, np.inf)
    groups = np.arange(len(vectors))
    left = len(vectors)
    while left > (count or 1):
        one, other = divmod(int(distances.argmin()), len(vectors))
        if not count and distances[one, other] > _COMPLETE:
            break
        furthest = np.maximum(distances[one], distances[other])
        furthest[one] = np.inf
        distances[one], distances[:, one] = furthest, furthest
        distances[other], distances[:, other] = np.inf, np.inf
        groups[groups == groups[other]] = groups[one]
        left -= 1
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def spectral(vectors: Vectors, count: int | None) -> Groups:
    """Spectral clustering; the number is where the eigenvalues of the nearest tenth's graph leap (Park, 2019)."""
    alike = vectors @ vectors.T
    nearest = max(3, len(vectors) // 10)
    kept = alike >= np.sort(alike, axis=1)[:, -nearest][:, None]
    graph = (kept.astype(float) + kept.T) / 2
    values, axes = np.linalg.eigh(np.diag(graph.sum(axis=1)) - graph)
    number = count or int(np.diff(values[: MOST + 1]).argmax()) + 1
    return _k_means(axes[:, :number], number)


def k_means(vectors: Vectors, count: int | None) -> Groups:
    """k-means; the number where it is not known is that of average linkage, which is all that can be asked of it."""
    number = count or int(AVERAGE(vectors, None).max()) + 1
    return _k_means(vectors, min(number, MOST))


def _k_means(points: np.ndarray, count: int) -> Groups:
    """The best of ten, each begun with points that are far from each other."""
    rng, best, least = np.random.default_rng(0), np.zeros(len(points), np.int64), np.inf
    for _ in range(10):
        middles = points[[rng.integers(len(points))]]
        while len(middles) < count:
            far = ((points[:, None] - middles) ** 2).sum(-1).min(1)
            middles = np.concatenate([middles, points[[rng.choice(len(points), p=far / far.sum())]]])
        for _ in range(30):
            groups = ((points[:, None] - middles) ** 2).sum(-1).argmin(1)
            middles = np.stack(
                [points[groups == n].mean(0) if (groups == n).any() else middles[n] for n in range(count)]
            )
        spread = float(((points - middles[groups]) ** 2).sum())
        if spread < least:
            best, least = groups, spread
    return best.astype(np.int64)


AVERAGE = clustering._agglomerate

WAYS: dict[str, Callable[[Vectors, int | None], Groups]] = {
    "average linkage": AVERAGE,
    "complete linkage": complete,
    "spectral": spectral,
    "k-means": k_means,
}
