"""What is said in the benchmark: real recordings as a telephone carries them, 8 kHz µ-law in frames of 20 ms.

Only numpy and PyAV are used, and nothing of the project's own: the callers must not share an error with what they
measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 8_000
FRAME = 160
"""Samples, and bytes of µ-law, in 20 ms."""
FRAME_S = FRAME / RATE

SPEECH_DBFS = -20.0
"""RMS level of the loud frames of everything said, after normalisation."""
LOUD_DBFS = -40.0
"""A 20 ms frame above this is loud: 20 dB below the speech, 15 above the noise."""
NOISE_DBFS = -55.0
"""White line noise below and between the utterances."""

RECORDINGS = Path(__file__).parents[2] / "tests" / "recordings"
EXAMPLES = Path(__file__).parents[2] / "examples" / "audio"

# Stretches where Silero agrees with the loudness about the end, within 70 ms, and finds no pause inside, and
# that Smart Turn takes for finished; others would measure the clip, not the system.
_UTTERANCES = [  # file, from, to (seconds)
    ("en_moonshine_two_cities.flac", 8.73, 10.37),
    ("en_moonshine_two_cities.flac", 15.04, 16.77),
    ("en_pv_diar3.flac", 12.75, 14.10),
    ("en_pv_diar3.flac", 16.30, 18.20),
]
_QUESTIONS = ["book-a-room.wav", "kubernetes-en.wav"]
_REPLY = ("en_librivox_ss_0870.flac", 0.25, 3.25)

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something a caller says; its first and its last frame are loud.

    Attributes:
        name: the recording and the second it begins at.
        frames: µ-law, 160 bytes each, line noise mixed in.
    """

    name: str
    frames: list[bytes]


@cache
def utterances() -> list[Utterance]:
    """What the callers say, 1.1 to 1.9 s each.

    Raises:
        SystemExit: the recordings are not there.
    """
    return _said([(RECORDINGS / file, start, end) for file, start, end in _UTTERANCES])


@cache
def questions() -> list[Utterance]:
    """What the sample handbook can answer, for systems that listen: a person's 0.6 s, a synthetic voice's 4.9 s."""
    return _said([(EXAMPLES / file, 0.0, 60.0) for file in _QUESTIONS])


def _said(stretches: list[tuple[Path, float, float]]) -> list[Utterance]:
    rng = np.random.default_rng(7)
    said = []
    for path, start, end in stretches:
        samples = _cut(path, start, end)
        said.append(Utterance(f"{path.name} {start:.2f}", split(encode(samples + noise(rng, len(samples))))))
    return said


@cache
def reply() -> Samples:
    """What every system answers, 3 s, loud from its first frame to its last; float32 at 8 kHz.

    Raises:
        SystemExit: the recordings are not there.
    """
    file, start, end = _REPLY
    return _cut(RECORDINGS / file, start, end)


def noise(rng: np.random.Generator, count: int) -> Samples:
    """Line noise, ``count`` samples."""
    return rng.normal(0, 10 ** (NOISE_DBFS / 20), count).astype(np.float32)


def split(data: bytes) -> list[bytes]:
    """µ-law in frames of 20 ms; a shorter rest is dropped."""
    return [data[at : at + FRAME] for at in range(0, len(data) - FRAME + 1, FRAME)]


def encode(samples: Samples) -> bytes:
    """µ-law bytes of samples in [-1, 1]: the nearest of the 256 values a decoder knows."""
    values, codes = _sorted_codes()
    middles = (values[1:] + values[:-1]) / 2
    return codes[np.searchsorted(middles, samples)].tobytes()


@cache
def decoding() -> Samples:
    """The sample in [-1, 1] each of the 256 µ-law bytes stands for (ITU-T G.711)."""
    bits = 255 - np.arange(256)
    magnitude = ((2 * (bits & 15) + 33) << (bits >> 4 & 7)) - 33
    return (np.where(bits & 128, -magnitude, magnitude) / 8_192).astype(np.float32)


@cache
def _sorted_codes() -> tuple[Samples, NDArray[np.uint8]]:
    order = np.argsort(decoding(), kind="stable").astype(np.uint8)
    return decoding()[order], order


def _cut(path: Path, start: float, end: float) -> Samples:
    if not path.exists():
        raise SystemExit(f"{path} is missing: the benchmark speaks with the recordings of that folder.")
    with av.open(str(path)) as recording:
        stream = recording.streams.audio[0]
        if (stream.rate, stream.channels, stream.format.name) != (16_000, 1, "s16"):
            raise SystemExit(f"{path} must be 16 kHz, one channel, 16 bit.")
        pcm = np.concatenate([frame.to_ndarray()[0] for frame in recording.decode(stream)]) / 32_768
    samples = _halve(pcm)[int(start * RATE) : int(end * RATE)]
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    level = np.sqrt(np.mean(frames**2, axis=1))
    frames = frames * (10 ** (SPEECH_DBFS / 20) / np.sqrt(np.mean(level[level > level.max() / 10] ** 2)))
    loud = np.flatnonzero(np.sqrt(np.mean(frames**2, axis=1)) > 10 ** (LOUD_DBFS / 20))
    spoken: Samples = frames[loud[0] : loud[-1] + 1].reshape(-1).clip(-1, 1).astype(np.float32)
    return spoken


def _halve(pcm: NDArray[np.float64]) -> NDArray[np.float64]:
    """16 to 8 kHz through a 65-tap low-pass at 3.7 kHz."""
    taps = np.sinc(np.arange(-32, 33) * 3_700 / 8_000) * np.kaiser(65, 8)
    filtered: NDArray[np.float64] = np.convolve(pcm, taps / taps.sum(), "same")
    return filtered[::2]
