"""Samples far beyond full scale: integers that were written as floats, or damage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .faults import Faults

OVER_FULL = 8.0
"""Floats beyond this, 18 dB over full scale, are no loud samples: integers that were written as floats, or damage."""

INTEGERS = 0.001
"""The least share of samples beyond it where they are integers: of speech nearly all are, even at -60 dBFS; a damaged
frame or a glitch is less."""


class OverFull:
    """Counts the samples of a track that are beyond :data:`OVER_FULL`, and where they are."""

    def __init__(self) -> None:
        self._n = self._over = 0
        self._peak = 0.0
        self._places = Faults()

    def add(self, samples: NDArray[np.float32], at_s: float, rate: int) -> None:
        """Look at the next samples, shape ``(n,)``, which begin at a time."""
        self._n += len(samples)
        peak = max(float(samples.max(initial=0)), -float(samples.min(initial=0)))
        self._peak = max(self._peak, peak)
        if peak > OVER_FULL:
            places = np.flatnonzero(np.abs(samples) > OVER_FULL)
            self._over += len(places)
            self._places.hole(at_s + places[0] / rate, at_s + places[-1] / rate)

    @property
    def scale(self) -> float:
        """What the samples are to be multiplied with: 1, unless they are integers."""
        if self._over <= INTEGERS * self._n:
            return 1.0
        return 1 / (32768 if self._peak <= 65536 else self._peak)

    def told(self) -> list[str]:
        """A sentence part for each place that is damaged so; none where all are integers."""
        return self._places.told() if self.scale == 1 else []
