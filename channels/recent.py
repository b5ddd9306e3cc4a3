"""The last seconds of a caller's sound."""

from __future__ import annotations

from collections import deque

import numpy as np

from .transport import Samples


class Recent:
    """Keeps so many seconds, in the frames they came in."""

    def __init__(self, rate: int, seconds: float) -> None:
        self._rate = rate
        self._limit = round(seconds * rate)
        self._frames: deque[Samples] = deque()
        self._held = 0

    def add(self, samples: Samples) -> None:
        """Take the next sound."""
        self._frames.append(samples)
        self._held += len(samples)
        while self._held - len(self._frames[0]) > self._limit:
            self._held -= len(self._frames.popleft())

    def last(self, seconds: float) -> Samples:
        """The sound of the last seconds, to a frame more; all there is, if that is less."""
        wanted, kept = round(seconds * self._rate), 0
        frames: list[Samples] = []
        for frame in reversed(self._frames):
            if kept >= wanted:
                break
            frames.append(frame)
            kept += len(frame)
        return np.concatenate(frames[::-1]) if frames else np.zeros(0, np.float32)
