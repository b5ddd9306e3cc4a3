"""Long recordings, decoded once into a temporary file and heard a few minutes at a time, so that memory does not grow.

Samples are kept in half precision, which is as exact as 16 bits are for speech: 115 MB an hour, on the disk.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from emads_voice.error_text import reason_of, remedy_of
from emads_voice.voice.errors import AudioError

from .audio import Audio
from .decoding import read_into
from .level import FAINTEST_DB, MOST_DB, QUIET_DB, USUAL_DB, loudness_db

RATE = 16_000
"""What recognisers hear."""

BLOCK_S = 240.0
"""A block ends at the quietest place after this ..."""
SEARCH_S = 30.0
"""... within this."""

_FRAME_S = 0.02
_MOVED = 1 << 20


class _Spool:
    """Keeps samples in a file that is gone when nobody uses it: a :class:`.timeline.Store`."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the recording
        self.n = 0
        self.finite = True

    def append(self, samples: NDArray[np.float32]) -> None:
        with np.errstate(over="ignore"):
            half = samples.astype(np.float16)
        self.finite = self.finite and bool(np.isfinite(half).all())
        try:
            self.file.write(half.tobytes())
        except OSError as error:
            raise AudioError(
                f"The recording cannot be unpacked in {tempfile.gettempdir()}: {reason_of(error)};"
                f" {remedy_of(error)}, or set TMPDIR to another folder."
            ) from None
        self.n += len(samples)

    def remove(self, start: int, end: int) -> None:
        while end < self.n:
            self.file.seek(2 * end)
            part = self.file.read(2 * min(_MOVED, self.n - end))
            self.file.seek(2 * start)
            self.file.write(part)
            start, end = start + len(part) // 2, end + len(part) // 2
        self.file.truncate(2 * start)
        self.file.seek(2 * start)
        self.n = start


@dataclass(frozen=True, slots=True, eq=False)
class SpooledAudio:
    """One channel of a recording, on the disk.

    Attributes:
        duration_s: its length.
        sha256: of the file.
        faults: what of the file could not be read.
        channels: how many it has.
        two_sided: those are two, mixed here, and differ like the sides of a call.
        one_sound: those are two, and have one and the same sound.
        silent: those without sound, from 1, where others have some.
    """

    duration_s: float
    sha256: str
    faults: tuple[str, ...]
    channels: int
    two_sided: bool
    one_sound: bool
    silent: tuple[int, ...]
    _spool: _Spool
    _gain: float

    def clip(self, start_s: float, end_s: float) -> Audio:
        """A part of it, at 16 kHz, made louder if the whole is quiet."""
        start, end = (min(self._spool.n, max(0, round(at * RATE))) for at in (start_s, end_s))
        self._spool.file.seek(2 * start)
        data = self._spool.file.read(2 * max(0, end - start))
        samples = np.frombuffer(data, np.float16).astype(np.float32) * np.float32(self._gain)
        return Audio(np.clip(samples, -1, 1), RATE)

    def blocks(self) -> Iterator[tuple[float, Audio]]:
        """All of it in blocks of some minutes, cut where it is quiet, each with the time at which it begins."""
        start = 0.0
        while self.duration_s - start > BLOCK_S + SEARCH_S:
            end = start + BLOCK_S + _quietest(self.clip(start + BLOCK_S, start + BLOCK_S + SEARCH_S))
            yield start, self.clip(start, end)
            start = end
        yield start, self.clip(start, self.duration_s)

    def peaks(self, bars: int) -> list[float]:
        """The loudest sample in each of so many equal parts, from 0 to 1."""
        edges = np.linspace(0, self._spool.n, bars + 1).astype(int)
        loud = []
        for first, last in itertools.pairwise(edges):
            samples = self.clip(first / RATE, last / RATE).samples
            loud.append(float(np.abs(samples).max(initial=0)))
        return loud

    def close(self) -> None:
        """Remove it from the disk."""
        self._spool.file.close()


def spool(
    source: Path | bytes,
    name: str,
    *,
    max_duration_s: float | None = None,
    track: int | None = None,
    channel: int | None = None,
) -> SpooledAudio:
    """A recording, decoded onto the disk. See :meth:`.audio.Audio.load` for the arguments.

    Args:
        source: the file, or its content.
        name: what messages call it.

    Raises:
        AudioError: it cannot be read, or there is no room on the disk.
    """
    try:
        file = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    except OSError as error:
        raise AudioError(f"Cannot read {name}: {reason_of(error)}; give the path of a recording.") from None
    with file:
        if not file.seekable():
            return spool(file.read(), name, max_duration_s=max_duration_s, track=track, channel=channel)
        taken, kept, scale = read_into(
            _Spool, file, name, max_duration_s=max_duration_s, max_rate=RATE, track=track, channel=channel
        )
        if not kept.finite:
            raise AudioError(f"{name} is damaged: some of its samples are not numbers; give a whole one.")
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    duration = kept.n / taken.rate
    made = SpooledAudio(
        duration,
        digest,
        tuple(taken.faults),
        taken.channels,
        taken.two_sided,
        taken.one_sound,
        taken.silent,
        kept,
        scale,
    )
    return _at_16khz(made, taken.rate)


def _at_16khz(read: SpooledAudio, rate: int) -> SpooledAudio:
    """With the rate that is heard, and the gain that makes it as loud as others."""
    kept = read._spool
    if (
        rate != RATE
    ):  # lower ones, as of a telephone: in parts of a minute, whose edges are in silence or not heard
        other = _Spool()
        kept.file.seek(0)
        while data := kept.file.read(2 * 60 * rate):
            part = Audio(np.frombuffer(data, np.float16).astype(np.float32), rate).resample(RATE)
            other.append(part.samples)
        kept.file.close()
        kept = other
    made = replace(read, duration_s=kept.n / RATE, _spool=kept)
    level_db = max((loudness_db(audio) for _, audio in made.blocks()), default=-200.0)
    if FAINTEST_DB <= level_db < QUIET_DB:
        gain = read._gain * 10 ** (min(MOST_DB, USUAL_DB - level_db) / 20)
        made = replace(made, _gain=gain)
    return made


def _quietest(audio: Audio) -> float:
    """The middle of the quietest 0.3 s."""
    frame = round(_FRAME_S * audio.rate)
    powers = np.square(audio.samples[: len(audio.samples) // frame * frame]).reshape(-1, frame).mean(axis=1)
    smooth = np.convolve(powers, np.ones(15), mode="valid")
    return (int(smooth.argmin()) + 7.5) * _FRAME_S if len(smooth) else audio.duration_s
