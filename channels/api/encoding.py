"""Speech as the bytes of a file: 24 kHz, one channel, in the format a client wants, while it is being spoken.

PyAV (FFmpeg's libraries) encodes, and makes speech faster or slower without changing its pitch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from emads_voice.voice.sound.audio import Audio

RATE = 24_000
"""Samples per second: what OpenAI's speech has, and clients play its headerless samples at."""

SLOWEST, FASTEST = 0.25, 4.0


@dataclass(frozen=True, slots=True)
class Format:
    """How sound is written.

    Attributes:
        media_type: of the response.
        container: FFmpeg's name for the file's format; "" where it is written without FFmpeg.
        codec: FFmpeg's name for what compresses it.
    """

    media_type: str
    container: str = ""
    codec: str = ""


FORMATS: Mapping[str, Format] = {
    "mp3": Format("audio/mpeg", "mp3", "libmp3lame"),
    "opus": Format("audio/ogg", "ogg", "libopus"),
    "aac": Format("audio/aac", "adts", "aac"),
    "flac": Format("audio/flac", "flac", "flac"),
    "wav": Format("audio/wav"),
    "pcm": Format("audio/pcm"),
}


class Encoder:
    """One file. What it does takes time: call it in a thread, one call after the other."""

    def __init__(self, format_name: str, *, speed: float = 1.0) -> None:
        """
        Args:
            format_name: one of :data:`FORMATS`.
            speed: 1 is the voice's own; from 0.25 to 4.
        """
        format_ = FORMATS[format_name]
        self._tempo = _Tempo(speed) if speed != 1 else None
        self._file = _Compressed(format_) if format_.container else None
        self._whole: list[NDArray[np.float32]] | None = [] if format_name == "wav" else None
        self._resampler: soxr.ResampleStream | None = None
        self._rate = RATE

    def feed(self, piece: Audio) -> bytes:
        """Take the next piece, of any rate; the bytes that are ready. A WAV says how long it is, and is ready last."""
        return b"".join(self._write(samples) for samples in self._at_rate(piece))

    def finish(self) -> bytes:
        """The rest of the file."""
        rest = list(self._end_of_rate())
        if self._tempo:
            rest = [*map(self._tempo.feed, rest), self._tempo.finish()]
        written = b"".join(map(self._out, rest))
        if self._whole is not None:
            return Audio(np.concatenate([np.zeros(0, np.float32), *self._whole]), RATE).to_wav()
        return written + (self._file.finish() if self._file else b"")

    def _at_rate(self, piece: Audio) -> Iterator[NDArray[np.float32]]:
        if piece.rate != self._rate:
            yield from self._end_of_rate()
            self._rate = piece.rate
            self._resampler = soxr.ResampleStream(piece.rate, RATE, 1) if piece.rate != RATE else None
        yield self._resampler.resample_chunk(piece.samples) if self._resampler else piece.samples

    def _end_of_rate(self) -> Iterator[NDArray[np.float32]]:
        if self._resampler:
            yield self._resampler.resample_chunk(np.zeros(0, np.float32), last=True)
            self._resampler = None

    def _write(self, samples: NDArray[np.float32]) -> bytes:
        return self._out(self._tempo.feed(samples) if self._tempo else samples)

    def _out(self, samples: NDArray[np.float32]) -> bytes:
        if self._whole is not None:
            self._whole.append(samples)
            return b""
        return self._file.feed(samples) if self._file else Audio(samples, RATE).to_pcm()


class _Compressed:
    """A file that FFmpeg writes, as it is written."""

    def __init__(self, format_: Format) -> None:
        import av

        self._sink = _Sink()
        self._container = av.open(self._sink, "w", format=format_.container)
        self._stream: Any = self._container.add_stream(format_.codec, rate=RATE, layout="mono")
        codec: Any = self._stream.codec_context
        self._resampler = av.AudioResampler(
            format=codec.format, layout="mono", rate=RATE, frame_size=codec.frame_size or None
        )
        self._frames = _Frames()

    def feed(self, samples: NDArray[np.float32]) -> bytes:
        if len(samples):
            self._encode(self._resampler.resample(self._frames.of(samples)))
        return self._sink.take()

    def finish(self) -> bytes:
        self._encode(self._resampler.resample(None))
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._sink.take()

    def _encode(self, frames: list[Any]) -> None:
        for frame in frames:
            self._container.mux(self._stream.encode(frame))


class _Tempo:
    """Speech made faster or slower."""

    def __init__(self, speed: float) -> None:
        import av

        self._frames = _Frames()
        self._graph = av.filter.Graph()
        nodes = [
            self._graph.add_abuffer(
                sample_rate=RATE, format="flt", layout="mono", time_base=Fraction(1, RATE)
            )
        ]
        # Below half and above twice the tempo one filter would leave samples out.
        steps = [speed**0.5] * 2 if not 0.5 <= speed <= 2 else [speed]
        nodes += [self._graph.add("atempo", f"{step:.6f}") for step in steps]
        nodes.append(self._graph.add("aformat", "sample_fmts=flt:channel_layouts=mono"))
        nodes.append(self._graph.add("abuffersink"))
        self._graph.link_nodes(*nodes).configure()

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        if len(samples):
            self._graph.push(self._frames.of(samples))
        return self._pulled()

    def finish(self) -> NDArray[np.float32]:
        self._graph.push(None)
        return self._pulled()

    def _pulled(self) -> NDArray[np.float32]:
        import av

        pulled = [np.zeros(0, np.float32)]
        while True:
            try:
                pulled.append(self._graph.pull().to_ndarray()[0])
            except (av.error.BlockingIOError, av.error.EOFError):
                return np.concatenate(pulled)


class _Frames:
    """Samples as FFmpeg's frames, each with its time."""

    def __init__(self) -> None:
        self._at = 0

    def of(self, samples: NDArray[np.float32]) -> Any:
        import av

        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = RATE
        frame.time_base = Fraction(1, RATE)
        frame.pts = self._at
        self._at += len(samples)
        return frame


class _Sink:
    """What FFmpeg writes to. It cannot be searched, so nothing that was sent is written again."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken
