"""What is heard on one side of the other is silenced; who speaks there is not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.crosstalk import powers, without_crosstalk

RATE = 8000
Samples = NDArray[np.float32]


def voice(*turns: tuple[float, float], seed: int, of_s: float = 12) -> Samples:
    """Noise that comes and goes as syllables do, in these seconds."""
    time = np.arange(round(of_s * RATE)) / RATE
    noise = np.random.default_rng(seed).normal(0, 0.1, len(time)) * (1 + np.sin(2 * np.pi * 4 * time)) / 2
    spoken = np.zeros(len(time), bool)
    for start, end in turns:
        spoken |= (time >= start) & (time < end)
    said: Samples = (noise * spoken).astype(np.float32)
    return said


def cleaned(one: Samples, other: Samples) -> Samples:
    own, theirs = Audio(one.copy(), RATE), Audio(other, RATE)
    return without_crosstalk(own, powers(own), [powers(theirs)]).samples


def late(samples: Samples, seconds: float) -> Samples:
    return np.concatenate([np.zeros(round(seconds * RATE), np.float32), samples])[: len(samples)]


AGENT, CUSTOMER = voice((0, 4), (8, 10), seed=1), voice((4.5, 7.5), seed=2)


@pytest.mark.parametrize("heard_db", [-20, -30, -40])
@pytest.mark.parametrize("late_s", [0, 0.12])
def test_who_speaks_on_the_other_side_vanishes(heard_db: float, late_s: float) -> None:
    bleeding = CUSTOMER + late(AGENT, late_s) * np.float32(10 ** (heard_db / 20))
    left = cleaned(bleeding, AGENT)
    assert np.abs(left - CUSTOMER).max() < 1e-4


def test_a_quiet_speaker_stays_in_the_pauses_of_the_other_and_beside_them() -> None:
    quiet = voice((4.5, 7.5), (8.5, 9.5), seed=2) * np.float32(10 ** (-30 / 20))
    left = cleaned(quiet, AGENT)
    assert np.square(left).sum() > 0.9 * np.square(quiet).sum()
    beside = slice(round(8.5 * RATE), round(9.5 * RATE))
    assert np.square(left[beside]).sum() > 0.8 * np.square(quiet[beside]).sum()


def test_two_who_are_as_loud_stay() -> None:
    beside = voice((1, 9), seed=3)
    assert np.square(cleaned(beside, AGENT)).sum() > 0.95 * np.square(beside).sum()


@pytest.mark.parametrize("length", [0, 1, 161, 400])
def test_a_moment_is_no_trouble(length: int) -> None:
    moment = np.ones(length, np.float32)
    assert len(cleaned(moment, moment)) == length
