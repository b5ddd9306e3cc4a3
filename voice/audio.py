"""Sound as numbers: one channel of float32 and its rate, read from and written to files.

Reading goes through PyAV (FFmpeg's libraries, in its wheel), so anything a phone, a browser or a recorder
produces is understood: wav, flac, ogg, mp3, m4a, webm and more. Whole files are resampled with soxr; a live
stream must not be, because soxr withholds 61-115 ms.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import soxr
from numpy.typing import NDArray

from .errors import AudioError

# av is imported where it is used: it costs 70 ms, which a process that only speaks need not pay.

MAX_CHANNELS = 32
"""More than any recorder writes: a file that claims more is damaged."""

FORMATS = (
    "aac", "ac3", "aiff", "amr", "amrnb", "amrwb", "ape", "asf", "au", "avi", "caf", "dsf", "dss", "eac3", "flac",
    "flv", "gsm", "latm", "loas", "matroska", "mov", "mp3", "mpeg", "mpegts", "nistsphere", "nut", "ogg", "qcp",
    "tta", "voc", "w64", "wav", "webm", "wv",
)  # fmt: skip
"""What recordings come in, by FFmpeg's names. Some of its other formats (hls, dash, concat, sdp …) only say what else
to open, and whoever made the file would choose that."""

_LIST = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:#EXTM3U|ffconcat\s|v=0\s|\[(?:playlist|reference)\]|<(?:\?xml|smil|asx|mpd)\b)",
    re.I,
)
"""How files begin that only say where recordings are."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.I)  # a single letter would be a Windows drive

RATES = range(1_000, 768_001)
"""Samples per second that recorders write, 768 kHz being FLAC's and the converters' most."""

MISSING_FRACTION = 0.02
"""How much of the announced length may be missing before a recording counts as cut off: encoders pad."""


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
    def load(cls, path: str | Path, *, max_duration_s: float | None = None) -> Self:
        """Read a recording in any format FFmpeg knows, mixed down to one channel at its own rate.

        Raises:
            AudioError: the file is missing, unreadable, not audio, empty, cut off, or longer than
                ``max_duration_s``.
        """
        try:
            with Path(path).open("rb") as file:
                # A pipe cannot be searched, as decoding needs; a file need not be held in memory whole.
                source = file if file.seekable() else io.BytesIO(file.read())
                return cls._read(source, str(path), max_duration_s)
        except OSError as error:
            if _ADDRESS.match(str(path)):
                raise AudioError(f"{path} is an address, and none is fetched: give a file.") from None
            raise AudioError(f"Cannot read {path}: {(error.strerror or str(error)).lower()}.") from None

    @classmethod
    def decode(cls, data: bytes, *, name: str = "the recording", max_duration_s: float | None = None) -> Self:
        """Decode a recording held in memory; ``name`` is what error messages call it. See :meth:`load`."""
        return cls._read(io.BytesIO(data), name, max_duration_s)

    @classmethod
    def _read(cls, file: io.BufferedReader | io.BytesIO, name: str, max_duration_s: float | None) -> Self:
        samples, rate = _decode(file, name, max_duration_s)
        if not len(samples):
            raise AudioError(f"{name} holds no sound: it has 0 samples.")
        if not np.isfinite(samples).all():
            raise AudioError(f"{name} is damaged: some of its samples are not numbers.")
        file.seek(0)
        return cls(samples, rate, hashlib.file_digest(file, "sha256").hexdigest())

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
        return type(self)(samples, rate, self.source_sha256)

    def clip(self, start_s: float, end_s: float) -> Self:
        """The part between two times, in seconds; a view, not a copy."""
        start, end = (max(0, round(time * self.rate)) for time in (start_s, end_s))
        return type(self)(self.samples[start:end], self.rate)

    def to_wav(self) -> bytes:
        """A 16-bit mono WAV file."""
        pcm = np.rint(np.clip(self.samples, -1, 1) * 32767).astype("<i2")
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


# The file given is open already; whatever else FFmpeg would open, by any protocol, is refused.
_SEALED = {"format_whitelist": ",".join(FORMATS), "protocol_whitelist": "none"}


def _lenient(version: str) -> dict[str, Any]:
    """What makes PyAV open files whose tags are not UTF-8: an option until version 19, which always does."""
    return {"metadata_errors": "replace"} if int(version.split(".")[0]) < 19 else {}


def _decode(
    file: io.BufferedReader | io.BytesIO, name: str, max_duration_s: float | None
) -> tuple[NDArray[np.float32], int]:
    import av

    head = file.read(65_536)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if not head:
        raise AudioError(f"{name} is empty: it has no bytes.")
    if size < (announced := _riff_size(head)) * (1 - MISSING_FRACTION):
        raise AudioError(f"{name} is cut off: {size:,} of the {announced:,} bytes it announces are there.")
    if _LIST.match(head):
        raise AudioError(
            f"{name} is a list of recordings, and nothing in it is opened: give the recording itself."
        )
    blocks: list[NDArray[np.float32]] = []
    held = 0
    try:
        with av.open(file, "r", options=_SEALED, **_lenient(av.__version__)) as container:
            if not container.streams.audio:
                raise AudioError(f"{name} has no sound track.")
            stream = container.streams.audio[0]
            rate = stream.rate
            if rate not in RATES or not 1 <= stream.channels <= MAX_CHANNELS:
                raise AudioError(f"{name} is damaged: it claims {stream.channels} channels at {rate} Hz.")
            promised = 0.0
            if container.format.name not in ("mp3", "aac") or _MP3_LENGTH.search(head):
                promised = (
                    float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0
                )
                promised = promised or (container.duration or 0) / av.time_base
            if max_duration_s is not None and promised > max_duration_s:
                raise _too_long(name, promised, max_duration_s)
            # Planar float in the stream's own layout: mixing down is ours, since FFmpeg's scales loudness.
            resampler = av.AudioResampler(format="fltp")
            for frame in container.decode(stream):
                for block in resampler.resample(frame):
                    blocks.append(block.to_ndarray().mean(axis=0, dtype=np.float32))
                    held += len(blocks[-1])
                if max_duration_s is not None and held > max_duration_s * rate:
                    raise _too_long(name, held / rate, max_duration_s)
    except (av.error.FFmpegError, ValueError):  # ValueError: a format that changes on the way
        raise AudioError(
            f"{name} is damaged or no recording: give a whole wav, flac, ogg, mp3, m4a or webm file."
        ) from None
    if held / rate < promised * (1 - MISSING_FRACTION) - 0.1:
        raise AudioError(
            f"{name} is cut off: {held / rate:.1f} s of the {promised:.1f} s it announces can be read."
        )
    return (np.concatenate(blocks) if blocks else np.zeros(0, np.float32)), rate


# An MP3 says how long it is only in a Xing or Info frame; without one FFmpeg guesses from the bit rate, and
# may be wrong by half. Raw AAC never says.
_MP3_LENGTH = re.compile(rb"(?:Xing|Info)\0\0\0")


def _riff_size(head: bytes) -> int:
    """The size in bytes a WAV file says it has, 0 where it does not say; FFmpeg takes what is there."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return 0
    size = int.from_bytes(head[4:8], "little")
    # Recorders that write to a pipe cannot know the size; they put the largest number, signed or not.
    return 0 if size >= 0x7FFF_0000 else size + 8


def _too_long(name: str, seconds: float, limit: float) -> AudioError:
    return AudioError(
        f"{name} lasts {_spell(seconds)}, more than the {_spell(limit)} taken here: give a shorter part."
    )


def _spell(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} s"
