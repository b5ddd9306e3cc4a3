"""Another rate for sound that is being heard or played: what comes out is a millisecond behind, not more.

FFmpeg's resampler, whose filter is short; what is not live takes soxr, which is better and withholds 50-75 ms
(:mod:`.resampling`). A frame of 20 ms takes 25 µs.
"""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray


class LiveResampler:
    """One stream of sound, frame by frame."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        """Rates in samples per second."""
        self._from_rate = from_rate
        self._resampler = (
            None if from_rate == to_rate else av.AudioResampler(format="flt", layout="mono", rate=to_rate)
        )

    def resample(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The next samples, shape ``(n,)``, at the other rate, as far as they are ready."""
        if self._resampler is None or not len(samples):
            return samples
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, np.float32)[np.newaxis], format="flt", layout="mono"
        )
        frame.sample_rate = self._from_rate
        made = [each.to_ndarray()[0] for each in self._resampler.resample(frame)]
        return np.concatenate([np.zeros(0, np.float32), *made])
