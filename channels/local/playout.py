"""What waits to be played on a loudspeaker, and the marks between it. Taken by the sound card's thread."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

from emads_voice.channels.transport import Samples


@dataclass(frozen=True, slots=True)
class Passed:
    """A mark that was reached.

    Attributes:
        name: the mark's.
        offset: samples of the block before it.
    """

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was waiting and is dropped.

    Attributes:
        samples: how much sound.
        marks: the names of the marks.
    """

    samples: int
    marks: list[str]


class PlayoutQueue:
    """Sound and marks in order. One thread adds, another takes."""

    def __init__(self) -> None:
        """Nothing waits."""
        self._lock = threading.Lock()
        self._waiting: deque[Samples | str] = deque()
        self._loudness = 0.0

    @property
    def loudness(self) -> float:
        """Root mean square of the block that was taken last."""
        return self._loudness

    def add(self, samples: Samples) -> None:
        """Append sound."""
        if len(samples):
            with self._lock:
                self._waiting.append(samples)

    def mark(self, name: str) -> None:
        """Append a mark."""
        with self._lock:
            self._waiting.append(name)

    def clear(self) -> Dropped:
        """Drop everything."""
        with self._lock:
            waiting = list(self._waiting)
            self._waiting.clear()
        return Dropped(
            sum(len(each) for each in waiting if not isinstance(each, str)),
            [each for each in waiting if isinstance(each, str)],
        )

    def take(self, block: Samples) -> list[Passed]:
        """Fill a block with what is next, and with silence where there is no more; returns the marks in it."""
        filled, passed = 0, []
        with self._lock:
            while self._waiting:
                first = self._waiting[0]
                if isinstance(first, str):
                    passed.append(Passed(first, filled))
                    self._waiting.popleft()
                    continue
                if filled == len(block):
                    break
                part = first[: len(block) - filled]
                block[filled : filled + len(part)] = part
                filled += len(part)
                if len(part) < len(first):
                    self._waiting[0] = first[len(part) :]
                else:
                    self._waiting.popleft()
        block[filled:] = 0
        self._loudness = float(np.sqrt(np.mean(np.square(block)))) if len(block) else 0.0
        return passed
