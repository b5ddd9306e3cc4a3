"""How far ``emads-voice transcribe`` is with a recording: percent and time left, and the text as it is written down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from emads_voice.voice.recognizer import Segment
from emads_voice.voice.transcription.watching import Watcher

EVERY_S = 10.0
"""Where standard error is no terminal, a line says so often how far it is."""

_T = TypeVar("_T")


class Watch:
    """Watches one recording.

    Attributes:
        segments: what has been written down so far.
    """

    def __init__(
        self,
        name: str,
        show: Callable[[str], None],
        write: Callable[[Sequence[Segment]], None],
        *,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            name: of the recording.
            show: shows how far it is, in one line.
            write: writes the next segments.
            every_s: how often it is shown where nothing happens.
            clock: in seconds.
        """
        self.segments: list[Segment] = []
        self._name = name
        self._show = show
        self._write = write
        self._every_s = every_s
        self._clock = clock
        self._began = clock()
        self._done = 0.0  # of 1

    def heard(self, done_s: float, of_s: float, segments: Sequence[Segment]) -> None:
        """See :class:`~emads_voice.voice.transcription.watching.Watcher`."""
        self._done = max(self._done, done_s / of_s if of_s else 1.0)
        self.segments += segments
        if segments:
            self._write(segments)

    def side(self, number: int, of: int) -> Watcher:
        """Watches one of several sides of the recording, which are heard one after the other; nothing is written."""
        return _Side(self, number, of)

    @property
    def reached(self) -> str:
        """Up to where the recording is written down."""
        if not self.segments:
            return "nothing of it is written down"
        return f"it is written down up to {self.segments[-1].end_s:.1f} s, and nothing after that"

    @property
    def told(self) -> str:
        """How far it is: "interview.m4a: 43 %, 2 min left"."""
        if not self._done:
            return f"{self._name}: listening"
        left_s = (self._clock() - self._began) * (1 / self._done - 1)
        return f"{self._name}: {self._done:.0%}, {_spelt(left_s)} left"

    async def during(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Do something, and show all the while how far it is."""
        showing = asyncio.create_task(self._show_often())
        try:
            return await work
        finally:
            showing.cancel()

    async def _show_often(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            self._show(self.told)


class _Side:
    def __init__(self, whole: Watch, number: int, of: int) -> None:
        self._whole = whole
        self._before = number - 1
        self._of = of

    def heard(self, done_s: float, of_s: float, segments: Sequence[Segment]) -> None:
        self._whole.heard((self._before + (done_s / of_s if of_s else 1.0)) / self._of, 1.0, ())


def _spelt(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
