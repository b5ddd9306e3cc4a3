"""The formats in which sound is carried, to and from the rate of the line."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.sound import g711
from emads_voice.voice.sound.live_resampling import LiveResampler

RATE = 16_000
"""Samples per second of the line: what recognisers hear."""

Samples = NDArray[np.float32]


class SoundFormat(Protocol):
    """How samples are written."""

    @property
    def name(self) -> str:
        """As sessions name it."""

    @property
    def rate(self) -> int:
        """Samples per second."""

    @property
    def width(self) -> int:
        """Bytes of a sample."""

    def read(self, data: bytes) -> Samples:
        """Samples of bytes that are whole samples."""

    def write(self, samples: Samples) -> bytes:
        """Bytes of samples."""


class Pcm16:
    """16-bit samples, little-endian, at 24 kHz."""

    name, rate, width = "audio/pcm", 24_000, 2

    def read(self, data: bytes) -> Samples:
        return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)

    def write(self, samples: Samples) -> bytes:
        return np.clip(np.rint(samples * 32768), -32768, 32767).astype("<i2").tobytes()


class MuLaw:
    """G.711 µ-law at 8 kHz."""

    name, rate, width = "audio/pcmu", g711.RATE, 1

    def read(self, data: bytes) -> Samples:
        return g711.decode(data)

    def write(self, samples: Samples) -> bytes:
        return g711.encode(samples)


class ALaw:
    """G.711 A-law at 8 kHz."""

    name, rate, width = "audio/pcma", g711.RATE, 1

    def read(self, data: bytes) -> Samples:
        return g711.decode_alaw(data)

    def write(self, samples: Samples) -> bytes:
        return g711.encode_alaw(samples)


FORMATS: dict[str, SoundFormat] = {each.name: each for each in (Pcm16(), MuLaw(), ALaw())}


class SoundReader:
    """Reads what a client sends, at the line's rate."""

    def __init__(self, sound: SoundFormat) -> None:
        """Take the format."""
        self.format = sound
        self._resampler = LiveResampler(sound.rate, RATE)

    def read(self, data: bytes) -> Samples:
        """The next samples, of bytes that are whole ones."""
        return self._resampler.resample(self.format.read(data))


class SoundWriter:
    """Writes what we say, in the client's format."""

    def __init__(self, sound: SoundFormat) -> None:
        """Take the format."""
        self.format = sound
        self._resampler = LiveResampler(RATE, sound.rate)

    def write(self, samples: Samples) -> bytes:
        """The next bytes."""
        return self.format.write(self._resampler.resample(samples))
