"""Where a client is in what we have sent it: by the clock, or as it tells."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from .sound_formats import RATE

SLACK = RATE // 500
"""Samples that a client which has played everything may say less: a millisecond of what was sent is still in the
resampler, and comes with the next sound."""


@dataclass(frozen=True, slots=True)
class _Mark:
    name: str
    at: int  # samples sent before it
    due: float  # when those will have been played, by the clock


class Playhead:
    """Of one session. Clients of the protocol do not tell when something was played, so sound is taken to be played as
    it comes; from the first time that a client does tell, marks come back when it says so.

    Attributes:
        sent: samples sent so far.
    """

    def __init__(self, returned: Callable[[str], None]) -> None:
        """``returned`` is told of each mark whose sound was played, or dropped; inside the event loop."""
        self._returned = returned
        self._loop = asyncio.get_running_loop()
        self._until = 0.0
        self._marks: deque[_Mark] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._told: tuple[int, float] | None = None  # what the client has said last, and when
        self._stopped_at: int | None = None  # where it has stopped, until more is sent
        self.sent = 0

    @property
    def position(self) -> int:
        """How many samples of all that were sent can have been played."""
        return self.sent - round(max(0.0, self._until - self._loop.time()) * RATE)

    @property
    def heard(self) -> int | None:
        """How many samples the client has played, if it tells: what it said last, and the time since; with a slow
        network or a busy machine it is behind the clock. None if it has told nothing yet."""
        if self._told is None:
            return None
        if self._stopped_at is not None:
            return min(self.position, self._stopped_at)
        played, at = self._told
        return min(self.position, played + round((self._loop.time() - at) * RATE))

    @property
    def playing(self) -> bool:
        """Whether some of what was sent is still to be played, by the clock."""
        return self._until > self._loop.time()

    @property
    def pending(self) -> bool:
        """Whether a mark has yet to come back."""
        return bool(self._marks)

    def play(self, samples: int) -> None:
        """So many samples were sent."""
        self.sent += samples
        self._stopped_at = None
        self._until = max(self._until, self._loop.time()) + samples / RATE

    def mark(self, name: str) -> None:
        """A mark follows what was sent."""
        self._marks.append(_Mark(name, self.sent, max(self._until, self._loop.time())))
        self._wait()

    def tell(self, played: int) -> None:
        """The client says that it has played so many samples of all that were sent."""
        self._told = played, self._loop.time()
        self._stop()
        while self._marks and self._marks[0].at <= played + SLACK:
            self._returned(self._marks.popleft().name)

    def stopped(self, played: int) -> None:
        """The client says that it has played so many samples, and will play no more of what was sent."""
        self._stopped_at = played

    def clear(self) -> None:
        """What was not played yet is dropped."""
        self._stop()
        self._until = self._loop.time()
        while self._marks:
            self._returned(self._marks.popleft().name)

    def _wait(self) -> None:
        if self._marks and self._timer is None and self._told is None:
            self._timer = self._loop.call_at(self._marks[0].due, self._due)

    def _due(self) -> None:
        self._timer = None
        self._returned(self._marks.popleft().name)
        self._wait()

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
