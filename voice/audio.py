"""Sound as numbers: one channel of float32 and its rate, read from and written to files.

Reading goes through PyAV (FFmpeg's libraries, in its wheel), so anything a phone, a browser or a recorder
produces is understood: wav, flac, ogg, mp3, m4a, webm and more. Whole files are resampled with soxr; a live
stream must not be, because soxr withholds 61-115 ms.
"""

from __future__ import annotations

import hashlib
import io
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

import av
import numpy as np
import soxr
from numpy.typing import NDArray

from .errors import AudioError

MAX_CHANNELS = 32
"""More than any recorder writes: a file that claims more is damaged."""


@dataclass(frozen=True, eq=False, slots=True)
class Audio:
    """One channel of sound.

    Attributes:
        samples: float32, shape ``(n,)``, nominally in [-1, 1].
        rate: samples per second.
        source_sha256: SHA-256 (hex) of the file the sound was decoded from, "" if it came from no file.
    """

    samples: NDArray[np.float32] = field(repr=False)
    rate: int
    source_sha256: str = ""

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != np.float32:
            raise ValueError(f"samples must be float32 of shape (n,), not {self.samples.dtype} {self.samples.shape}")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate

    @property
    def sha256(self) -> str:
        """What identifies this sound in an audit record: the source file's hash, else that of its WAV form."""
        return self.source_sha256 or hashlib.sha256(self.to_wav()).hexdigest()

    @classmethod
    def load(cls, path: str | Path, *, max_duration_s: float | None = None) -> Self:
        """Read a recording in any format FFmpeg knows, mixed down to one channel at its own rate.

        Raises:
            AudioError: the file is missing, unreadable, not audio, empty, cut off, or longer than
                ``max_duration_s``.
        """
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise AudioError(f"Cannot read {path}: {(error.strerror or str(error)).lower()}.") from None
        return cls.decode(data, name=str(path), max_duration_s=max_duration_s)

    @classmethod
    def decode(cls, data: bytes, *, name: str = "the recording", max_duration_s: float | None = None) -> Self:
        """Decode a recording held in memory; ``name`` is what error messages call it. See :meth:`load`."""
        if not data:
            raise AudioError(f"{name} is empty: it has no bytes.")
        try:
            samples, rate = _decode(io.BytesIO(data), name, max_duration_s)
        except av.error.FFmpegError:
            raise AudioError(f"{name} is not a recording that can be decoded: give wav, flac, ogg, mp3, m4a or webm.") from None
        if not len(samples):
            raise AudioError(f"{name} holds no sound: it has 0 samples.")
        return cls(samples, rate, hashlib.sha256(data).hexdigest())

    @classmethod
    def silence(cls, duration_s: float, rate: int) -> Self:
        """Nothing, for a while."""
        return cls(np.zeros(round(duration_s * rate), np.float32), rate)

    @classmethod
    def join(cls, pieces: list[Self]) -> Self:
        """Pieces one after the other, at the rate of the first.

        Raises:
            ValueError: there are no pieces.
        """
        if not pieces:
            raise ValueError("nothing to join")
        rate = pieces[0].rate
        return cls(np.concatenate([piece.resample(rate).samples for piece in pieces]), rate)

    def resample(self, rate: int) -> Self:
        """The same sound at another rate (soxr, high quality; for whole recordings, not live streams)."""
        if rate == self.rate:
            return self
        return type(self)(soxr.resample(self.samples, self.rate, rate).astype(np.float32), rate, self.source_sha256)

    def clip(self, start_s: float, end_s: float) -> Self:
        """The part between two times, in seconds; a view, not a copy."""
        return type(self)(self.samples[round(start_s * self.rate) : round(end_s * self.rate)], self.rate)

    def to_wav(self) -> bytes:
        """A 16-bit mono WAV file."""
        pcm = (np.clip(self.samples, -1, 1) * 32767).astype("<i2")
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(pcm.tobytes())
        return buffer.getvalue()

    def save(self, path: str | Path) -> None:
        """Write a 16-bit mono WAV file.

        Raises:
            AudioError: the file cannot be written.
        """
        try:
            Path(path).write_bytes(self.to_wav())
        except OSError as error:
            raise AudioError(f"Cannot write {path}: {(error.strerror or str(error)).lower()}.") from None


def _decode(file: BinaryIO, name: str, max_duration_s: float | None) -> tuple[NDArray[np.float32], int]:
    blocks: list[NDArray[np.float32]] = []
    held = 0
    with av.open(file, metadata_errors="replace") as container:
        if not container.streams.audio:
            raise AudioError(f"{name} has no sound track.")
        stream = container.streams.audio[0]
        rate = stream.rate
        if not rate or not 1 <= stream.channels <= MAX_CHANNELS:
            raise AudioError(f"{name} is damaged: it claims {stream.channels} channels at {rate} Hz.")
        promised = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        limit = None if max_duration_s is None else int(max_duration_s * rate)
        if max_duration_s is not None and promised > max_duration_s:
            raise _too_long(name, promised, max_duration_s)
        # Planar float in the stream's own layout: mixing down is ours, since FFmpeg's scales loudness.
        resampler = av.AudioResampler(format="fltp")
        for frame in container.decode(stream):
            for block in resampler.resample(frame):
                blocks.append(block.to_ndarray().mean(axis=0, dtype=np.float32))
                held += len(blocks[-1])
            if limit is not None and held > limit:
                raise _too_long(name, held / rate, max_duration_s or 0)
    if promised and held / rate < 0.9 * promised - 0.5:
        raise AudioError(f"{name} is cut off: {held / rate:.1f} s of the {promised:.1f} s it announces can be read.")
    return (np.concatenate(blocks) if blocks else np.zeros(0, np.float32)), rate


def _too_long(name: str, seconds: float, limit: float) -> AudioError:
    return AudioError(f"{name} lasts {_spell(seconds)}, more than the {_spell(limit)} taken here: give a shorter part of it.")


def _spell(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} s"
