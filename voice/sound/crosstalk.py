"""Sides of a call without crosstalk: what is heard on one of them of whoever speaks on the other.

A headset's wires and a hybrid let a little of the other side through, a speakerphone sends it back as an echo: each
sentence would be written down twice, under both names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .audio import Audio
from .level import levelled
from .sides import APART, LOUD

WINDOW_S = 0.02
"""Powers are compared over windows of this length."""

ECHO_S = 0.3
"""How much later than the voice its echo may come."""

FOLLOWS = 0.5
"""The least correlation of the loudness of a side with that of the other, some of which is heard on it."""

_FEWEST = 25  # windows, 0.5 s, that tell it
_SPOKEN_S = 0.1  # a syllable on either side of a window, which is as loud as the loudest of them

Powers = NDArray[np.float32]
"""The power of a channel in each window, shape ``(n,)``."""


def separated(read: Callable[[int], Audio], count: int) -> Iterator[Audio]:
    """The channels of a recording in turn, each without what is heard on it of the others, and louder if it is quiet.

    Args:
        read: reads a channel, from 1, alone. Each is read twice, so that one alone is in memory at a time.
        count: how many there are.
    """
    numbers = range(1, count + 1)
    loud = [powers(read(number)) for number in numbers]
    for number in numbers:
        others = loud[: number - 1] + loud[number:]
        yield levelled(without_crosstalk(read(number), loud[number - 1], others), in_place=True)


def powers(audio: Audio) -> Powers:
    """The power of a channel over time."""
    frames = _frames(audio)
    whole = audio.samples[: len(audio.samples) // frames * frames].reshape(-1, frames)
    power: Powers = np.einsum("ij,ij->i", whole, whole) / np.float32(frames)
    return power


def without_crosstalk(audio: Audio, own: Powers, others: Sequence[Powers]) -> Audio:
    """One side with silence where another is louder by 12 dB or more, now or up to 0.3 s before; the same where nothing
    is heard on it of the others.

    Where it is as loud as its speaker is alone, they speak at the same time, however quiet they are: that stays.

    Args:
        audio: the side; written over.
        own: its powers (:func:`powers`).
        others: those of the other sides, of the same length; at least one.
    """
    theirs = np.max(others, axis=0)
    if not _follows(own, theirs):
        return audio
    spoken = _loudest(own, _SPOKEN_S, _SPOKEN_S)
    louder = _loudest(theirs, ECHO_S, _SPOKEN_S) >= APART * spoken
    alone = spoken[~louder & (spoken > LOUD * spoken.max(initial=0))]
    if len(alone):
        louder &= spoken < np.median(alone)
    heard = np.convolve(~louder, np.ones(3) / 3, mode="same") if len(louder) >= 3 else ~louder  # fades
    frames = _frames(audio)
    whole = len(own) * frames
    at = np.arange(frames, dtype=np.float32) / frames
    following = np.append(heard[1:], heard[-1:])
    gains = (heard[:, None] * (1 - at) + following[:, None] * at).astype(np.float32)
    audio.samples[:whole] *= gains.reshape(-1)
    return audio


def _follows(own: Powers, theirs: Powers) -> bool:
    """Whether a side gets louder and quieter as the others do where they are far louder."""
    lags = round(ECHO_S / WINDOW_S)
    louder = (theirs > LOUD * theirs.max(initial=0)) & (theirs >= APART * own)
    now, loud = np.sqrt(own), np.sqrt(theirs)
    for lag in range(min(lags + 1, len(own))):
        at = np.flatnonzero(louder[: len(own) - lag])
        one, other = now[at + lag], loud[at]
        if len(at) >= _FEWEST and one.std() > 0 and np.corrcoef(one, other)[0, 1] > FOLLOWS:
            return True
    return False


def _frames(audio: Audio) -> int:
    return max(1, round(WINDOW_S * audio.rate))


def _loudest(power: Powers, before_s: float, after_s: float) -> Powers:
    """The most that each window, those before and those after it have."""
    before, after = round(before_s / WINDOW_S), round(after_s / WINDOW_S)
    padded = np.pad(power, (before, after))
    most: Powers = np.lib.stride_tricks.sliding_window_view(padded, before + 1 + after).max(axis=1)
    return most
