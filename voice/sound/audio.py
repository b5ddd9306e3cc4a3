"""Sound as numbers: one channel of float32 and its rate, read from and written to files.

Files are read by :mod:`.decoding`: anything a phone, a browser or a recorder produces is understood, wav, flac, ogg,
mp3, m4a, webm and more. Whole sounds are resampled with soxr; a live stream must not be: soxr withholds 61-115 ms.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import wave
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import numpy as np
import soxr
from numpy.typing import NDArray

from emads_voice.error_text import reason_of
from emads_voice.voice.errors import AudioError

from .decoding import Source, decode

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.I)  # a single letter would be a Windows drive


@dataclass(frozen=True, eq=False, slots=True)
class Audio:
    """One channel of sound.

    Attributes:
        samples: float32, shape ``(n,)``, nominally in [-1, 1].
        rate: samples per second.
        source_sha256: SHA-256 (hex) of the file the sound was decoded from, "" if it came from no file.
        faults: what of that file could not be read ("6.1-6.2 s are damaged"); empty if it is whole.
        channels: how many that file has, of which this is one, or all mixed.
        two_sided: those are two, mixed here, and differ like the sides of a call: they can be read one by one.
        one_sound: those are two, and have one and the same sound.
    """

    samples: NDArray[np.float32] = field(repr=False)
    rate: int
    source_sha256: str = ""
    faults: tuple[str, ...] = ()
    channels: int = 1
    two_sided: bool = False
    one_sound: bool = False

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != np.float32:
            raise ValueError(
                f"samples must be float32 of shape (n,): {self.samples.dtype} {self.samples.shape}"
            )
        if self.rate < 1:
            raise ValueError(f"rate must be positive: {self.rate}")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate

    @property
    def sha256(self) -> str:
        """Identifies this sound in an audit record: the source file's hash, else that of its WAV form."""
        return self.source_sha256 or hashlib.sha256(self.to_wav()).hexdigest()

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        max_duration_s: float | None = None,
        max_rate: int | None = None,
        track: int | None = None,
        channel: int | None = None,
    ) -> Self:
        """Read a recording in any format FFmpeg knows, as one channel.

        Time is the file's: gaps in its timestamps are silence. Of a damaged file all is read that can be, and
        :attr:`faults` says what is missing.

        Args:
            path: the file.
            max_duration_s: a longer one is refused.
            max_rate: a higher rate is brought down to this while reading, so that a long recording takes less memory.
            track: which of its sound tracks, from 1; by default the one that players would play, or, if that is
                silent, the loudest of the others.
            channel: which channel alone, from 1; by default their mean, or, where they cancel each other, the loudest.

        Raises:
            AudioError: the file is missing or unreadable, holds no sound that can be decoded, or is longer than
                ``max_duration_s``.
        """
        try:
            with Path(path).open("rb") as file:
                # A pipe cannot be searched, as decoding needs; a file need not be held in memory whole.
                source = file if file.seekable() else io.BytesIO(file.read())
                return cls._read(source, str(path), max_duration_s, max_rate, track, channel)
        except OSError as error:
            if _ADDRESS.match(str(path)):
                raise AudioError(f"{path} is an address, and none is fetched: give a file.") from None
            raise AudioError(
                f"Cannot read {path}: {reason_of(error)}; give the path of a recording."
            ) from None

    @classmethod
    def decode(
        cls,
        data: bytes,
        *,
        name: str = "the recording",
        max_duration_s: float | None = None,
        max_rate: int | None = None,
        track: int | None = None,
        channel: int | None = None,
    ) -> Self:
        """Decode a recording held in memory; ``name`` is what error messages call it. See :meth:`load`."""
        return cls._read(io.BytesIO(data), name, max_duration_s, max_rate, track, channel)

    @classmethod
    def _read(
        cls,
        file: Source,
        name: str,
        max_duration_s: float | None,
        max_rate: int | None,
        track: int | None,
        channel: int | None,
    ) -> Self:
        decoded = decode(
            file, name, max_duration_s=max_duration_s, max_rate=max_rate, track=track, channel=channel
        )
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(
            decoded.samples,
            decoded.rate,
            digest,
            decoded.faults,
            decoded.channels,
            decoded.two_sided,
            decoded.one_sound,
        )

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
        # Neighbours of one rate are resampled together: each resampling leaves an edge that can be heard.
        runs = [
            cls(np.concatenate([piece.samples for piece in run]), run_rate)
            for run_rate, run in itertools.groupby(pieces, key=lambda piece: piece.rate)
        ]
        return cls(np.concatenate([run.resample(rate).samples for run in runs]), rate)

    def resample(self, rate: int) -> Self:
        """The same sound at another rate (soxr, high quality; for whole recordings, not live streams)."""
        if rate == self.rate:
            return self
        samples = soxr.resample(self.samples, self.rate, rate).astype(np.float32, copy=False)
        return replace(self, samples=samples, rate=rate)

    def clip(self, start_s: float, end_s: float) -> Audio:
        """The part between two times, in seconds; a view, not a copy."""
        start, end = (max(0, round(time * self.rate)) for time in (start_s, end_s))
        return Audio(self.samples[start:end], self.rate)

    def to_pcm(self) -> bytes:
        """16-bit samples, little-endian, one channel."""
        return np.rint(np.clip(self.samples, -1, 1) * 32767).astype("<i2").tobytes()

    def to_wav(self) -> bytes:
        """A 16-bit mono WAV file."""
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.to_pcm())
        return buffer.getvalue()

    def save(self, path: str | Path) -> None:
        """Write a 16-bit mono WAV file.

        Raises:
            AudioError: the file cannot be written.
        """
        try:
            Path(path).write_bytes(self.to_wav())
        except OSError as error:
            raise AudioError(f"Cannot write {path}: {reason_of(error)}; name another file.") from None
