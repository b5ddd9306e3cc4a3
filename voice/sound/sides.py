"""Whether the two channels of a recording are the two sides of a call, each of them somebody else's microphone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK_S = 0.1
"""Channels are compared over stretches of this length."""

LOUD = 10 ** (-30 / 10)
"""A side is active where its power is no less than this part of what its loudest blocks have."""

APART = 10 ** (12 / 10)
"""Where one side is active alone it has so many times the power of the other. Two microphones in one room differ by
less."""

ALONE = 0.15
"""The least share of its active time that each side of a call has for itself."""

SAME = 0.999
"""Channels that are correlated so much are one recording, written twice."""

ALIKE = 0.5
"""Channels that are correlated so much are one sound twice, louder on one side."""


class Sides:
    """The power of two channels over time; a few numbers for each 0.1 s."""

    def __init__(self, rate: int) -> None:
        self._frames = max(1, round(BLOCK_S * rate))
        self._rest = np.empty((0, 2), np.float32)
        self._powers: list[
            NDArray[np.float64]
        ] = []  # of either channel, and of both multiplied, shape (n, 3)

    def add(self, channels: NDArray[np.float32]) -> None:
        """Take the next samples, shape ``(n, 2)``."""
        rest = np.concatenate([self._rest, channels])
        whole = len(rest) // self._frames * self._frames
        blocks = rest[:whole].reshape(-1, self._frames, 2).astype(np.float64)
        left, right = blocks[:, :, 0], blocks[:, :, 1]
        products = [(left * left).mean(1), (right * right).mean(1), (left * right).mean(1)]
        self._powers.append(np.stack(products, axis=1))
        self._rest = rest[whole:]

    def apart(self) -> bool:
        """Whether they differ like the sides of a call."""
        powers = self._all()
        if len(powers) < 10 or not powers[:, :2].any(axis=0).all():
            return False
        loud = np.quantile(powers[:, :2], 0.95, axis=0)  # of either, for a side may be far quieter
        if not loud.all():
            loud = powers[:, :2].max(axis=0)
        if _alike(powers) > ALIKE:
            return False
        for one, other in ((0, 1), (1, 0)):
            active = powers[:, one] > LOUD * loud[one]
            # As they are, or each by its own loudness: one side may be far quieter than the other.
            fairly = APART * min(1.0, loud[one] / loud[other])
            alone = active & (powers[:, one] > fairly * powers[:, other])
            if alone.sum() < ALONE * active.sum() or alone.sum() * BLOCK_S < 0.5:
                return False
        return True

    def same(self) -> bool:
        """Whether both have one and the same sound, be it louder on one, or upside down."""
        powers = self._all()
        return bool(powers[:, :2].any(axis=0).all()) and _alike(powers) >= SAME

    def _all(self) -> NDArray[np.float64]:
        return np.concatenate(self._powers) if self._powers else np.zeros((0, 3))


def _alike(powers: NDArray[np.float64]) -> float:
    """How much two channels are correlated, from 0 to 1; both have sound."""
    return float(abs(powers[:, 2].sum()) / np.sqrt(powers[:, 0].sum() * powers[:, 1].sum()))
