"""Sound on its way to a server that hears it while it is said: at 16 kHz, 16 bit, in pieces worth sending."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import soxr
from numpy.typing import NDArray

from emads_voice.voice.sound.audio import Audio

RATE = 16_000
"""The models' sample rate. SGLang resamples anything else piece by piece, which leaves a click where two meet."""

SENT_S = 0.1
"""Sound is sent in pieces of this length, as DashScope's examples do."""


class Pcm:
    """One utterance's sound."""

    def __init__(self) -> None:
        self._resampler: soxr.ResampleStream | None = None
        self._waiting = bytearray()

    def take(self, audio: Audio) -> bytes:
        """Take the next sound; returns what is worth sending."""
        samples = audio.samples
        if audio.rate != RATE:
            self._resampler = self._resampler or soxr.ResampleStream(audio.rate, RATE, 1)
            samples = self._resampler.resample_chunk(samples)
        self._waiting += _encode(samples)
        return self._hand_out() if len(self._waiting) >= SENT_S * RATE * 2 else b""

    def rest(self) -> bytes:
        """What is left: no more sound comes."""
        if self._resampler:
            self._waiting += _encode(self._resampler.resample_chunk(np.zeros(0, np.float32), last=True))
        return self._hand_out()

    def _hand_out(self) -> bytes:
        pcm = bytes(self._waiting)
        self._waiting.clear()
        return pcm


def whole(sounds: Sequence[Audio]) -> Audio:
    """The pieces of an utterance as one sound; at least one, all of one rate."""
    return Audio(np.concatenate([sound.samples for sound in sounds]), sounds[0].rate)


def _encode(samples: NDArray[np.float32]) -> bytes:
    return np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
