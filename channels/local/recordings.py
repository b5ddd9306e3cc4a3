"""In place of a microphone: recordings, spoken into the line one after the other, each when it is their turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import numpy as np

from emads_voice.voice.sound.audio import Audio

from .line import RATE, LocalLine

FRAME_S = 0.02

PAUSE_S = 1.0
"""Silence on the line before the next recording begins: the answer to the last one is over."""


@asynccontextmanager
async def speaking(
    line: LocalLine,
    recordings: Sequence[Audio],
    *,
    idle: Callable[[], bool],
    begins: Callable[[], None] = lambda: None,
) -> AsyncIterator[None]:
    """The line hears these recordings in real time, and silence between and after them; then it is hung up.

    Args:
        line: hears them.
        recordings: what is said.
        idle: whether whoever hears them has nothing to say, and is not about to.
        begins: told when the next of them is about to be said.
    """
    task = asyncio.create_task(_speak(line, recordings, idle, begins))
    try:
        yield
    finally:
        task.cancel()


async def _speak(
    line: LocalLine, recordings: Sequence[Audio], idle: Callable[[], bool], begins: Callable[[], None]
) -> None:
    frames = _Frames(line)
    for recording in recordings:
        await frames.silence_until_idle(idle)
        begins()
        await frames.send(recording.resample(RATE).samples)
    await frames.silence_until_idle(idle)
    line.lose("the recordings are over")


class _Frames:
    def __init__(self, line: LocalLine) -> None:
        self._line = line
        self._loop = asyncio.get_running_loop()
        self._due = self._loop.time()

    async def send(self, samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
        count = round(FRAME_S * RATE)
        for start in range(0, len(samples), count):
            await self._next(samples[start : start + count])

    async def silence_until_idle(self, idle: Callable[[], bool]) -> None:
        silence = np.zeros(round(FRAME_S * RATE), np.float32)
        quiet_s = 0.0
        while quiet_s < PAUSE_S:
            await self._next(silence)
            quiet_s = quiet_s + FRAME_S if idle() else 0.0

    async def _next(self, frame: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
        self._line.hear(frame)
        self._due = max(self._due + FRAME_S, self._loop.time() - 1.0)
        await asyncio.sleep(self._due - self._loop.time())
