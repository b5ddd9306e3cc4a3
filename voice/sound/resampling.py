"""Another rate for sound that comes piece by piece.

Resampling each piece by itself would leave a click where two meet, so the filter's state is carried over. That state
withholds a little: 50-75 ms of the sound (soxr, high quality) are handed out only with what follows. Use it where
sound is made faster than it is played; not on a caller's frames, which it would delay.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import soxr
from numpy.typing import NDArray

from .audio import Audio

INLINE_S = 1.0
"""Up to this long a piece takes some 0.2 ms, no more than handing it to a thread."""


async def resampled(pieces: AsyncIterator[Audio], rate: int) -> AsyncIterator[NDArray[np.float32]]:
    """One sound in pieces of any rate, at ``rate``: the samples, shape ``(n,)``, as they become ready.

    What is yielded is, put together, what :meth:`Audio.join` and :meth:`Audio.resample` would make of the whole.
    """
    stream: soxr.ResampleStream | None = None
    from_rate = rate
    async for piece in pieces:
        if piece.rate != from_rate:
            if stream:
                yield stream.resample_chunk(np.zeros(0, np.float32), last=True)
            stream = soxr.ResampleStream(piece.rate, rate, 1) if piece.rate != rate else None
            from_rate = piece.rate
        if stream is None:
            yield piece.samples
        elif piece.duration_s <= INLINE_S:
            yield stream.resample_chunk(piece.samples)
        else:
            yield await asyncio.to_thread(stream.resample_chunk, piece.samples)
    if stream:
        yield stream.resample_chunk(np.zeros(0, np.float32), last=True)
