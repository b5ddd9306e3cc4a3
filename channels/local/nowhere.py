"""In place of a loudspeaker: what is said takes its time, and nobody hears it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from .line import RATE, LocalLine

BLOCK_S = 0.02


@asynccontextmanager
async def playing_nowhere(line: LocalLine) -> AsyncIterator[None]:
    """The line's sound goes nowhere, in real time."""
    task = asyncio.create_task(_play(line))
    try:
        yield
    finally:
        task.cancel()


async def _play(line: LocalLine) -> None:
    loop, block = asyncio.get_running_loop(), np.zeros(round(BLOCK_S * RATE), np.float32)
    due = loop.time()
    while True:
        line.fill(block, 0.0)
        due = max(due + BLOCK_S, loop.time() - BLOCK_S)
        await asyncio.sleep(due - loop.time())
