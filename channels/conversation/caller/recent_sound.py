"""A caller's sound in its time: the last few seconds of it, and the silence of lines that send none."""

from __future__ import annotations

import asyncio
from collections import deque

import numpy as np

from emads_voice.channels.transport import Samples
from emads_voice.voice.activity.live_vad import STALL_S


class RecentSound:
    """Keeps the last ``seconds`` of sound at ``rate``, in the frames they came in."""

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
        """The sound of the last seconds; all there is, if that is less."""
        wanted, kept = round(seconds * self._rate), 0
        frames: list[Samples] = []
        for frame in reversed(self._frames):
            if kept >= wanted:
                break
            frames.append(frame)
            kept += len(frame)
        return np.concatenate(frames[::-1])[max(0, kept - wanted) :] if frames else np.zeros(0, np.float32)


class Gaps:
    """Lines that send nothing while nobody speaks: silence is put where there was some, so that what is said after it
    does not follow what was said before. A line that has stalled looks the same until it brings what it owes; so no
    more than :data:`MOST_S` is put in.
    """

    MOST_S = 1.0

    def __init__(self, rate: int) -> None:
        """Begin to listen; inside the event loop."""
        self._rate = rate
        self._until = asyncio.get_running_loop().time()

    def filled(self, samples: Samples) -> Samples:
        """The sound that a line brings now, after the silence in which it brought none."""
        now = asyncio.get_running_loop().time()
        missing_s = now - self._until - len(samples) / self._rate
        self._until = now
        if missing_s <= STALL_S:
            return samples
        silence = np.zeros(round(min(missing_s, self.MOST_S) * self._rate), np.float32)
        return np.concatenate([silence, samples])
