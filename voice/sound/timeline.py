"""The samples of one track of a recording, laid out in the file's time while they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.errors import AudioError

from .faults import Faults
from .scale import OverFull
from .sides import Sides

if TYPE_CHECKING:
    import av

_FLOATS = {"flt": np.float32, "fltp": np.float32, "dbl": np.float64, "dblp": np.float64}
LOUDEST = 2.0**33
"""Twice the largest integer that was written as a float; more is no sample, but damage."""

MISSING_FRACTION = 0.02
"""How much of the announced length may be missing before a recording counts as cut off: encoders pad."""

GAP_S = 0.03
"""Timestamps further ahead than this of the samples are a gap; less is how formats round."""
BACK_S = 0.5
"""Timestamps further behind than this begin anew, as where two files were joined."""
LAST_S = 0.2
"""What is damaged so near to the end of a recording that is cut off, is what was cut."""
LONGEST_GAP_S = 6 * 3600.0
"""Timestamps further ahead than this are damaged."""


class Store(Protocol):
    """Where samples are kept."""

    def append(self, samples: NDArray[np.float32]) -> None:
        """Keep the next samples, shape ``(n,)``.

        Raises:
            AudioError: there is no room.
        """

    def remove(self, start: int, end: int) -> None:
        """Take some out again: what comes after them moves up."""


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

    def remove(self, start: int, end: int) -> None:
        """See :class:`Store`."""
        self._held[start : self._n - end + start] = self._held[end : self._n].copy()
        self._n -= end - start

    def samples(self) -> NDArray[np.float32]:
        """All of them, float32 of shape ``(n,)``; none can be added afterwards."""
        self._held.resize(self._n, refcheck=False)
        return self._held


class Timeline:
    """The samples of one track, as they come: one channel, one rate, in the time of the file.

    Attributes:
        peak: the largest sample so far, without its sign.
        over: the samples that are far beyond full scale.
        power: the sum of squares of each channel, shape ``(channels,)``.
        mixed: that of the one channel that was made of them.
        broken: how many packets could not be decoded.
        frames: how many could.
        read: how many samples they have.
        wrong: how many of those are in a frame with samples that are not numbers; these are made silence.
    """

    def __init__(
        self, name: str, rate: int, channel: int | None, max_duration_s: float | None, store: Store
    ) -> None:
        """
        Args:
            name: what messages call the recording.
            rate: of the samples, in Hz.
            channel: which one to take, from 1; None mixes them.
            max_duration_s: more raises :class:`AudioError`.
            store: where the samples are kept.
        """
        self.power = np.zeros(1)
        self.mixed = 0.0
        self.broken = 0
        self.frames = 0
        self.wrong = 0
        self.read = 0
        self._name = name
        self._rate = rate
        self._channel = channel
        self._max_s = max_duration_s
        self._origin_s = 0.0
        self._gapless = False
        self._loudest = LOUDEST
        self._suspect = False
        self._began_s = 0.0  # the part that is read
        self._gap: tuple[int, int] | None = None  # the last silence that was filled in: from and to
        self._back_s = 0.0  # how far times went back last
        self._sides = Sides(rate)
        self._resampler: av.AudioResampler | None = None
        self._form: tuple[Any, ...] = ()
        self.peak = 0.0
        self.over = OverFull()
        self._store = store
        self._n = 0
        self._time_s = 0.0  # of what has been read, counted in the source's own samples
        self._hole: float | None = None  # where damage began that has not ended yet
        self._faults = Faults()

    @property
    def duration_s(self) -> float:
        """Of the samples there are."""
        return self._n / self._rate

    def begin(
        self,
        origin_s: float,
        *,
        gapless: bool,
        loudest: float = LOUDEST,
        lost_s: float = 0.0,
        continues: bool = False,
    ) -> None:
        """A part of the file begins: the file itself, another one that was joined, or what comes after damage.

        Args:
            origin_s: the time at which it begins.
            gapless: its format knows no gaps, so one is damage.
            loudest: samples beyond it are damage.
            lost_s: so much before it is lost.
            continues: its times are those of the part before.
        """
        self._gapless, self._loudest = gapless, loudest
        self._gap, self._back_s = None, 0.0
        if continues:
            self.damaged(None)
            return
        if lost_s:
            self.damaged(None)
            self._fill(self._time_s + lost_s)
        self._origin_s = origin_s - self._time_s
        self._began_s = self._time_s

    def add(self, frame: av.AudioFrame) -> None:
        """Take the next frame, at its own time."""
        self.frames += 1
        at_s = seconds(frame.pts, frame.time_base)
        ahead = 0.0 if at_s is None else at_s - self._origin_s - self._time_s
        if abs(ahead) > BACK_S and self._returns(ahead):
            ahead = 0.0
        if ahead < -BACK_S or ahead > LONGEST_GAP_S:
            self._back_s = -ahead
            self._origin_s += ahead
            ahead = 0.0
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        lost = self._gapless and (ahead > GAP_S or (at_s is None and self._time_s > self._began_s))
        lost = lost or (self._suspect and ahead > GAP_S)
        self._suspect = False
        if lost:  # left out, or made up by the decoder
            self.damaged(None)
        if ahead > GAP_S or form != self._form:  # a gap; joined files, or a source that was changed
            self.flush()
            before = self._n
            self._fill(self._time_s + max(0.0, ahead))
            self._gap = (before, self._n) if ahead > BACK_S else self._gap
            self._resampler, self._form = _resampler(frame, self._rate), form
        if self._hole is not None and not (lost and at_s is None):
            self._close(self._time_s)
        self._time_s += frame.samples / frame.sample_rate
        self.read += frame.samples
        if _without_numbers(frame, self._loudest):
            self._faults.hole(self._time_s - frame.samples / frame.sample_rate, self._time_s)
            self.wrong += frame.samples
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

    def suspect(self) -> None:
        """Something may be missing here: it is, if there is a gap, or nothing of the part has been read."""
        self._suspect = True
        if self._time_s <= self._began_s:
            self.damaged(None)

    def unread(self, what: str = "") -> None:
        """Something of the file is not read: what follows here, if it is not said."""
        self.broken += 1
        self._faults.add(what or f"what follows at {self._time_s:.1f} s cannot be read")

    def end(self, promised_s: float, *, cut: bool, goes_on: bool = False) -> None:
        """The part is over.

        Args:
            promised_s: how long it was to be; 0 if it does not say so.
            cut: it breaks off in the middle of something.
            goes_on: another part follows after damage.
        """
        if goes_on:
            return
        there_s = self._time_s - self._began_s
        short = there_s < promised_s * (1 - MISSING_FRACTION) - 0.1
        ends_damaged = self._hole is not None
        if cut or (short and not ends_damaged):
            self._hole = None
            self._faults.forget_since(self._time_s - LAST_S)
            part = f"{there_s:.1f} s of the {promised_s:.1f} s it announces can be read"
            if not short:
                part = f"it is cut off at {self._time_s:.1f} s: its end is missing"
            self._faults.add(f"it is cut off: {part}" if short and cut else f"only {part}" if short else part)
        elif self._hole is not None:
            self._close(max(self._began_s + promised_s, self._hole))

    def faults(self) -> list[str]:
        """What could not be read: the first ten places, and how many more."""
        return [*self._faults.told(), *self.over.told()]

    def two_sided(self) -> bool:
        """Whether its two channels are the two sides of a call."""
        return len(self.power) == 2 and self._sides.apart()

    def one_sound(self) -> bool:
        """Whether its two channels have one and the same sound."""
        return len(self.power) == 2 and self._sides.same()

    def _returns(self, ahead_s: float) -> bool:
        """Whether times come back to what they were before they jumped: the jump was damage, and is undone."""
        if self._gap and abs(ahead_s + (self._gap[1] - self._gap[0]) / self._rate) <= BACK_S:
            self.flush()
            start, end = self._gap
            self._store.remove(start, end)
            self._n -= end - start
            self._time_s -= (end - start) / self._rate
            at_s = start / self._rate
            self._faults.forget_since(at_s)
        elif self._back_s and abs(ahead_s - self._back_s) <= BACK_S:
            self._origin_s += ahead_s
            at_s = self._time_s
        else:
            return False
        self._gap, self._back_s = None, 0.0
        self.broken += 1
        self._faults.hole(at_s, self._time_s)
        return True

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
            self.over.add(samples, self.duration_s, self._rate)
            self._store.append(samples)
            self._n += len(samples)
        if self._max_s is not None and self._n > self._max_s * self._rate + 1:
            raise too_long(self._name, self.duration_s, self._max_s)

    def _close(self, until_s: float) -> None:
        assert self._hole is not None
        self._faults.hole(self._hole, until_s)
        self._hole = None


def _resampler(frame: av.AudioFrame, rate: int) -> av.AudioResampler:
    """Floats in the frame's own layout: mixing down is ours, since FFmpeg's scales loudness."""
    import av

    return av.AudioResampler(format="flt", layout=frame.layout, rate=rate)


def _without_numbers(frame: av.AudioFrame, loudest: float) -> bool:
    """Whether there are samples in a frame that are not numbers, or louder than any; they are silence now.

    It is done before anything is filtered, which would spread them.
    """
    kind = _FLOATS.get(frame.format.name)
    found = False
    for plane in frame.planes if kind else ():
        samples = np.frombuffer(memoryview(plane), kind)
        bad = ~(np.abs(samples) <= loudest)
        if bad.any():
            whole = samples.copy()
            whole[bad] = 0
            plane.update(whole.tobytes())
            found = True
    return found


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
