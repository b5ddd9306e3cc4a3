"""The two sides of a call's recording, drawn: how loud each was, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emads_voice.voice.errors import AudioError
from emads_voice.voice.sound.audio import Audio

PARTS = 500
"""Of a recording, whatever its length: a bar each."""
_MAX_RATE = 8_000  # enough to be drawn
_LONGEST_S = 4 * 3600


@dataclass(frozen=True, slots=True)
class Waveform:
    """A recording of a call.

    Attributes:
        caller: the loudest sample of each part of the caller's side, from 0 to 1, where 1 is the loudest of both sides.
        ours: of our side.
        seconds: how long it is.
    """

    caller: Sequence[float]
    ours: Sequence[float]
    seconds: float


def read_waveform(path: Path) -> Waveform:
    """The two sides of a recording with a channel for each, the caller's first, as Twilio makes them.

    Raises:
        AudioError: it cannot be read, or has not two channels; the message says what to do.
    """
    caller = Audio.load(path, max_rate=_MAX_RATE, max_duration_s=_LONGEST_S, channel=1)
    if caller.channels != 2:
        raise AudioError(
            f"{path} has not a channel for each side: give one with two channels, as Twilio makes it."
        )
    ours = Audio.load(path, max_rate=_MAX_RATE, max_duration_s=_LONGEST_S, channel=2)
    both = [_peaks(side.samples) for side in (caller, ours)]
    loudest = max(float(side.max()) for side in both) or 1.0
    drawn = [[round(float(peak), 3) for peak in side / loudest] for side in both]
    return Waveform(drawn[0], drawn[1], max(caller.duration_s, ours.duration_s))


def _peaks(samples: np.ndarray) -> np.ndarray:
    parts = np.array_split(np.abs(samples), PARTS)
    return np.array([part.max() if len(part) else 0.0 for part in parts])
