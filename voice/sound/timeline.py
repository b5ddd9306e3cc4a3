"""The samples of one track of a recording, laid out in the file's time while they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.errors import AudioError

from .sides import Sides

if TYPE_CHECKING:
    import av

MISSING_FRACTION = 0.02
"""How much of the announced length may be missing before a recording counts as cut off: encoders pad."""

GAP_S = 0.03
"""Timestamps further ahead than this of the samples are a gap; less is how formats round."""
BACK_S = 0.5
"""Timestamps further behind than this begin anew, as where two files were joined."""
LONGEST_GAP_S = 6 * 3600.0
"""Timestamps further ahead than this are damaged."""


class Store(Protocol):
    """Where samples are kept."""

    def append(self, samples: NDArray[np.float32]) -> None:
        """Keep the next samples, shape ``(n,)``.

        Raises:
            AudioError: there is no room.
        """


class Memory:
    """Keeps samples in memory: a :class:`Store`."""

    def __init__(self) -> None:
        self._held = np.empty(0, np.float32)
        self._n = 0

    def append(self, samples: NDArray[np.float32]) -> None:
        """See :class:`Store`."""
        needed = self._n + len(samples)
        if needed > len(self._held):
            self._held.resize(max(needed, len(self._held) * 5 // 4), refcheck=False)
        self._held[self._n : needed] = samples
        self._n = needed

    def samples(self) -> NDArray[np.float32]:
        """All of them, float32 of shape ``(n,)``; none can be added afterwards."""
        self._held.resize(self._n, refcheck=False)
        return self._held


class Timeline:
    """The samples of one track, as they come: one channel, one rate, in the time of the file.

    Attributes:
        peak: the largest sample so far, without its sign.
        power: the sum of squares of each channel, shape ``(channels,)``.
        mixed: that of the one channel that was made of them.
        broken: how many packets could not be decoded.
        frames: how many could.
    """

    def __init__(
        self,
        name: str,
        rate: int,
        channel: int | None,
        max_duration_s: float | None,
        origin_s: float,
        *,
        continuous: bool,
        store: Store,
    ) -> None:
        """
        Args:
            name: what messages call the recording.
            rate: of the samples, in Hz.
            channel: which one to take, from 1; None mixes them.
            max_duration_s: more raises :class:`AudioError`.
            origin_s: the time at which the file begins.
            continuous: the format knows no gaps, so one is damage.
            store: where the samples are kept.
        """
        self.power = np.zeros(1)
        self.mixed = 0.0
        self.broken = 0
        self.frames = 0
        self._name = name
        self._rate = rate
        self._channel = channel
        self._max_s = max_duration_s
        self._origin_s = origin_s
        self._continuous = continuous
        self._sides = Sides(rate)
        self._resampler: av.AudioResampler | None = None
        self._form: tuple[Any, ...] = ()
        self.peak = 0.0
        self._store = store
        self._n = 0
        self._time_s = 0.0  # of what has been read, counted in the source's own samples
        self._hole: float | None = None  # where damage began that has not ended yet
        self._faults: list[str] = []

    @property
    def duration_s(self) -> float:
        """Of the samples there are."""
        return self._n / self._rate

    def add(self, frame: av.AudioFrame) -> None:
        """Take the next frame, at its own time."""
        self.frames += 1
        at_s = seconds(frame.pts, frame.time_base)
        ahead = 0.0 if at_s is None else at_s - self._origin_s - self._time_s
        if ahead < -BACK_S or ahead > LONGEST_GAP_S:
            self._origin_s += ahead
            ahead = 0.0
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        lost = self._continuous and (ahead > GAP_S or (at_s is None and self._time_s > 0))
        if lost:  # left out, or made up by the decoder
            self.damaged(None)
        if ahead > GAP_S or form != self._form:  # a gap; joined files, or a source that was changed
            self.flush()
            self._fill(self._time_s + max(0.0, ahead))
            self._resampler, self._form = _resampler(frame, self._rate), form
        if self._hole is not None and not (lost and at_s is None):
            self._close(self._time_s)
        self._time_s += frame.samples / frame.sample_rate
        frame.pts = None  # time is kept here
        assert self._resampler
        for block in self._resampler.resample(frame):
            self._take(block)

    def flush(self) -> None:
        """Take what the resampler still holds."""
        if self._resampler:
            for block in self._resampler.resample(None):
                self._take(block)
        self._resampler, self._form = None, ()

    def damaged(self, at_s: float | None) -> None:
        """Something could not be decoded, at that time of the file, or here."""
        self.broken += 1
        if self._hole is None:
            self._hole = self._time_s if at_s is None else max(self._time_s, at_s - self._origin_s)

    def missing(self, promised_s: float) -> None:
        """The track is over, and was to be that long."""
        if self._hole is not None:
            until = max(promised_s, self._hole)
            self._close(until if until > self._hole else None)
        elif self.duration_s < promised_s * (1 - MISSING_FRACTION) - 0.1:
            self._faults.append(
                f"it is cut off: {self.duration_s:.1f} s of the {promised_s:.1f} s it announces can be read"
            )

    def faults(self) -> list[str]:
        """What could not be read: the first ten places, and how many more."""
        shown = self._faults[:10]
        return shown + (
            [f"{len(self._faults) - 10} more places are damaged"] if len(self._faults) > 10 else []
        )

    def two_sided(self) -> bool:
        """Whether its two channels are the two sides of a call."""
        return len(self.power) == 2 and self._sides.apart()

    def _fill(self, until_s: float) -> None:
        """Silence up to a time."""
        self._append(np.zeros(max(0, round(until_s * self._rate) - self._n), np.float32))
        self._time_s = until_s

    def _take(self, block: av.AudioFrame) -> None:
        # Packed: PyAV reads no more than eight planes.
        channels: NDArray[np.float32] = np.asarray(block.to_ndarray(), np.float32)
        channels = channels.reshape(-1, block.layout.nb_channels)
        if len(self.power) != channels.shape[1]:
            self.power = np.zeros(channels.shape[1])
        if channels.shape[1] == 1:
            self._append(channels[:, 0])
            return
        self.power += np.einsum("ij,ij->j", channels, channels)
        if self._channel is None and channels.shape[1] == 2:
            self._sides.add(channels)
        if self._channel is None:
            mono = channels @ np.full(channels.shape[1], 1 / channels.shape[1], np.float32)
        else:
            mono = channels[:, min(self._channel, channels.shape[1]) - 1]
        self.mixed += float(mono @ mono)
        self._append(mono)

    def _append(self, samples: NDArray[np.float32]) -> None:
        if len(samples):
            self.peak = max(self.peak, float(samples.max()), -float(samples.min()))
            self._store.append(samples)
            self._n += len(samples)
        if self._max_s is not None and self._n > self._max_s * self._rate + 1:
            raise too_long(self._name, self.duration_s, self._max_s)

    def _close(self, until_s: float | None) -> None:
        assert self._hole is not None
        if until_s is None:
            self._faults.append(f"from {self._hole:.1f} s on it is damaged")
        elif until_s - self._hole > 0.05:
            self._faults.append(f"{self._hole:.1f}-{until_s:.1f} s are damaged")
        else:
            self._faults.append(f"at {self._hole:.1f} s it is damaged")
        self._hole = None


def _resampler(frame: av.AudioFrame, rate: int) -> av.AudioResampler:
    """Floats in the frame's own layout: mixing down is ours, since FFmpeg's scales loudness."""
    import av

    return av.AudioResampler(format="flt", layout=frame.layout, rate=rate)


def seconds(pts: int | None, base: Any) -> float | None:
    """A timestamp in seconds; None if there is none."""
    return None if pts is None or not base else float(pts * base)


def too_long(name: str, seconds: float, limit: float) -> AudioError:
    """What a recording that lasts too long is refused with."""
    return AudioError(
        f"{name} lasts {_spell(seconds)}, more than the {_spell(limit)} taken here: give a shorter part."
    )


def _spell(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} s"
