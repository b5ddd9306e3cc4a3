"""Floats brought into range: integers that were written as floats, and samples that no sound has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .faults import Faults

OVER_FULL = 8.0
"""Floats beyond this, 18 dB over full scale, are no loud samples: integers that were written as floats, or damage."""

INTEGERS = 0.001
"""The least share of samples beyond it where they are integers: of speech nearly all are, even at -60 dBFS; a damaged
frame or a glitch is less."""

_LOOKED_AT = 1_000_000  # samples that tell


def into_range(samples: NDArray[np.float32], rate: int, peak: float) -> list[str]:
    """Bring samples into range, in place, and say where some of them were none.

    Args:
        samples: of shape ``(n,)``; some are beyond :data:`OVER_FULL`.
        rate: of them, in Hz.
        peak: of the loudest.

    Returns:
        A sentence part for each place where samples were cut down to full scale; none where all are integers.
    """
    some = samples[:: max(1, len(samples) // _LOOKED_AT)]
    if np.count_nonzero((some > OVER_FULL) | (some < -OVER_FULL)) > INTEGERS * len(some):
        samples /= np.float32(32768 if peak <= 65536 else peak)
        return []
    faults = Faults()
    for place in np.flatnonzero((samples > OVER_FULL) | (samples < -OVER_FULL)):
        faults.hole(place / rate, place / rate)
    np.clip(samples, -1, 1, out=samples)
    return faults.told()
