"""Recordings made for tests: any container and codec that PyAV writes."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

LIVE = {"live": "1", "cluster_time_limit": "500"}
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"}


def recording(
    samples: NDArray[np.float32],
    container: str,
    codec: str,
    *,
    rate: int = 16_000,
    layout: str = "mono",
    options: dict[str, str] | None = None,
) -> bytes:
    """A file of samples of shape ``(n,)``, the same on each channel."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container, options=options or {}) as out:
        stream = out.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = layout
        channels = len(av.AudioLayout(layout).channels)
        frame = av.AudioFrame.from_ndarray(
            np.repeat(samples, channels).reshape(1, -1), format="flt", layout=layout
        )
        frame.rate = rate
        fifo = av.AudioFifo()
        fifo.write(frame)
        converter = av.AudioResampler(format=stream.codec_context.format.name, layout=layout, rate=rate)
        done = 0
        while fifo.samples:
            piece = fifo.read(stream.codec_context.frame_size or 1024, partial=True)
            assert piece
            piece.pts = None
            for converted in converter.resample(piece):
                converted.pts, converted.time_base = done, Fraction(1, rate)
                done += converted.samples
                out.mux(stream.encode(converted))
        out.mux(stream.encode(None))
    return buffer.getvalue()
