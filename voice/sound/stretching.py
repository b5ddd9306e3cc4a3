"""Speaking slower or faster: sound stretched in time at the same pitch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FRAME_S = 0.04
"""Long enough for two periods of a low voice."""
_SEARCH_S = 0.01
"""How far a frame may be moved to fit the one before it: a period of a low voice."""


def stretched(samples: NDArray[np.float32], rate: int, pace: float) -> NDArray[np.float32]:
    """The same speech at another pace.

    Waveform similarity overlap-add: frames are taken at one distance and laid down at another, each where it fits what
    was laid down before it best, so that no period of the voice is broken.

    Args:
        samples: shape ``(n,)``.
        rate: in samples per second.
        pace: 0.8 takes a quarter longer; 1 changes nothing.

    Returns:
        About ``n / pace`` samples.
    """
    frame, search = round(_FRAME_S * rate), round(_SEARCH_S * rate)
    hop = frame // 2
    if pace == 1 or len(samples) < 2 * frame:
        return samples
    window = np.hanning(2 * hop + 1)[:-1].astype(np.float32)
    padded = np.concatenate([np.zeros(search, np.float32), samples, np.zeros(frame + search, np.float32)])
    count = int((len(samples) - hop) / (hop * pace)) + 1
    out = np.zeros(count * hop + 2 * hop, np.float32)
    expected = padded[search : search + 2 * hop]
    for number in range(count):
        around = round(number * hop * pace)
        reach = padded[around : around + 2 * hop + 2 * search]
        best = int(np.argmax(np.correlate(reach, expected, "valid"))) if number else search
        begins = around + best
        out[number * hop : number * hop + 2 * hop] += padded[begins : begins + 2 * hop] * window
        expected = padded[begins + hop : begins + 3 * hop]
        if len(expected) < 2 * hop:
            break
    return out[: round(len(samples) / pace)]
