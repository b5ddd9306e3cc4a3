"""Another rate for sound that is being heard or played: what comes out is a millisecond behind, not more.

FFmpeg's resampler, whose filter is short; what is not live takes soxr, which is better and withholds 50-75 ms
(:mod:`.resampling`). A frame of 20 ms takes 25 µs.
"""

from __future__ import annotations

import av
import av.filter
import numpy as np
from numpy.typing import NDArray


class LiveResampler:
    """One stream of sound, frame by frame."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        """Rates in samples per second."""
        self._from_rate = from_rate
        self._graph = None if from_rate == to_rate else _graph(from_rate, to_rate)

    def resample(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The next samples, shape ``(n,)``, at the other rate, as far as they are ready."""
        if self._graph is None or not len(samples):
            return samples
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, np.float32)[np.newaxis], format="flt", layout="mono"
        )
        frame.sample_rate = self._from_rate
        self._graph.push(frame)
        try:
            made = self._graph.pull()  # one frame in, one out at most
        except av.BlockingIOError:  # all of it is still in the filter
            return np.zeros(0, np.float32)
        assert isinstance(made, av.AudioFrame)
        resampled: NDArray[np.float32] = made.to_ndarray()[0]
        return resampled


def _graph(from_rate: int, to_rate: int) -> av.filter.Graph:
    """As :class:`av.AudioResampler` makes one, without its thread for each core of the machine: there are two graphs in
    every conversation, and nothing in them is done in parallel."""
    graph = av.filter.Graph()
    graph.threads = 1
    steps = (
        graph.add(
            "abuffer",
            sample_rate=str(from_rate),
            sample_fmt="flt",
            channel_layout="mono",
            time_base=f"1/{from_rate}",
        ),
        graph.add("aformat", sample_rates=str(to_rate), sample_fmts="flt", channel_layouts="mono"),
        graph.add("abuffersink"),
    )
    graph.link_nodes(*steps).configure()
    return graph
